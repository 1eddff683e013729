"""`run`, `ended` and `talk`, and the runtime that other commands work with."""

import argparse
import asyncio
import gc
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import SecretStr

from bot import settings
from bot.commands.parsing import add_command
from bot.engine.languages import LANGUAGES
from bot.usecases.refused import Refused

if TYPE_CHECKING:
    from bot.commands.parsing import Commands
    from bot.runtime import Runtime

Result = TypeVar("Result")

MET_ANOTHER_CHANGE = "Somebody else changed this at the same moment. Look at it, then run the command again."

CANNOT_BE_USED = 78
"""Exit code for settings that cannot be used (EX_CONFIG of sysexits.h): the unit does not try again."""


def add(commands: "Commands") -> None:
    """Add `run`, `ended` and `talk`."""
    add_command(commands, "run", _run, "start the web chat, the desk and, with BOT_TELEGRAM_TOKEN, Telegram")
    summary = "in place of run, after the end of the service: say so in Telegram, with two telephones; keeps nothing"
    ended = add_command(commands, "ended", _ended, summary)
    ended.add_argument("--package", type=Path, metavar="PACKAGE",
                       help="a folder with dialogs/ and locales/ (default: the program's own content)")  # fmt: skip
    talk = add_command(commands, "talk", _talk, "try the dialogue in this terminal; nothing is kept")
    talk.add_argument("--lang", choices=LANGUAGES, default="lv", help="language to begin in (default: lv)")
    talk.set_defaults(log_level=logging.WARNING)  # a log line for every turn would stand between the screens


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Looking for garbage again and again would be a fifth of the work of what takes a few seconds."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def with_runtime(action: "Callable[[Runtime], Awaitable[Result]]") -> Result:
    """Run `action` with a runtime built from the environment, and return its result."""
    with without_garbage_collection():
        from bot import startup
        from storage.database import Conflict, Trouble

    async def act() -> Result:
        async with startup.runtime_of(settings.from_environment()) as runtime:
            try:
                return await action(runtime)
            except Trouble as trouble:
                raise startup.out_of_reach(trouble) from None
            except Conflict:
                raise Refused(MET_ANOTHER_CHANGE) from None

    return asyncio.run(act())


def _run(_: argparse.Namespace) -> int:
    import uvloop

    from bot import app, demo

    def announce(parts: app.Running) -> None:
        for line in demo.banner(parts.runtime, parts.public, parts.desk):
            print(line, flush=True)
        _tell_systemd("READY=1")

    try:
        uvloop.run(app.run(settings.from_environment(), announce))
    except settings.Unsafe as error:
        print(error, file=sys.stderr)
        return CANNOT_BE_USED
    return 0


def _ended(options: argparse.Namespace) -> int:
    import uvloop

    from bot import app

    def announce() -> None:
        print("Blakus answers in Telegram that the service has ended, and nothing else.", flush=True)
        _tell_systemd("READY=1")

    try:
        uvloop.run(app.run_ended(settings.from_environment(), announce, options.package))
    except settings.Unsafe as error:
        print(error, file=sys.stderr)
        return CANNOT_BE_USED
    return 0


def _tell_systemd(state: str) -> None:
    """Tell systemd that the program answers, where it waits for that (Type=notify). Nothing happens elsewhere."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, suppress(OSError):
            notify.connect("\0" + address[1:] if address.startswith("@") else address)
            notify.send(state.encode())


def _talk(options: argparse.Namespace) -> None:
    from bot import startup
    from bot.channels import terminal

    async def read(prompt: str) -> str:
        return await asyncio.to_thread(input, prompt)

    async def converse() -> None:
        in_memory = settings.Settings(database=SecretStr("sqlite://"))
        async with startup.runtime_of(in_memory) as runtime:
            await terminal.talk(runtime, options.lang, read, print)

    asyncio.run(converse())
