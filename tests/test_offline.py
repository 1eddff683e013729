"""With the network denied everything works, and nothing so much as tries to reach beyond the machine."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT, missing
from tests.patience import patiently


async def test_a_whole_journey_is_served_without_a_network_and_nothing_tries_to_leave(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """The web chat, Telegram's window, a request, the desk, the opened letter; the kernel counts every try."""
    alone = [tool("unshare"), "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if await run(*alone, "true") != (0, "", ""):
        missing("a network namespace of one's own (unshare --net)")
    code, told, errors = await run(*alone, sys.executable, "-m", "tests.offline_journey", str(tmp_path))
    assert code == 0, errors
    counted = json.loads(told)
    assert counted["tried"] == 0
    assert counted["seen of two"] >= 2, "a connection and a question for a name are counted where there are some"


async def run(*command: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with patiently():
        told, errors = await process.communicate()
    return process.returncode, told.decode(), errors.decode()
