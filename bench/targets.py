"""Everything that is started and measured: this program, its peers, and the load."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr

from bench.way import SECRET
from bot import app, demo
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
VAR = ROOT / "var" / "bench"
VENV = VAR / "venv"
PEERS = ROOT / "bench" / "peers"
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Target:
    """A program that answers, and what it has used since it was last asked."""

    name: str
    port: int
    process: psutil.Process
    path: str = "/telegram"
    secret: str = ""
    folder: Path | None = None
    desk: int = 0

    def cpu(self) -> float:
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def resident(self) -> float:
        """MiB."""
        return float(self.process.memory_info().rss) / 2**20


class Load:
    """The load's process: one line asks for a run, one line tells what was seen."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process, self.port = process, port

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def run(self, target: Target, plan: list[dict[str, str]], **asked: Any) -> dict[str, Any]:
        """One run; adds the CPU seconds the target used in it and what it holds in memory after."""
        given = {"host": "127.0.0.1", "port": target.port, "path": target.path, "secret": target.secret, "plan": plan}
        assert self._process.stdin
        before = target.cpu()
        self._process.stdin.write(json.dumps(given | asked).encode() + b"\n")
        await self._process.stdin.drain()
        seen = await self._line()
        if target.process.is_running():
            used = target.cpu() - before
            seen |= {"cpu": used, "cpu_per_1000": used / max(seen["turns"], 1) * 1000, "resident": target.resident()}
        return seen

    async def _line(self) -> dict[str, Any]:
        assert self._process.stdout
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load has died")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def load() -> AsyncIterator[Load]:
    """In the peers' environment where there is one, for its faster loop."""
    python = VENV / "bin" / "python"
    process = await asyncio.create_subprocess_exec(
        str(python if python.exists() else sys.executable), "-m", "bench.load", cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=2**24,
    )  # fmt: skip
    try:
        assert process.stdout
        yield Load(process, json.loads(await process.stdout.readline())["port"])
    finally:
        await _end(process)


async def _furnished(url: str, folder: Path) -> None:
    """The demonstration's services and colleagues: a program in service mode begins with none."""
    settings = Settings(database=SecretStr(url), secret=SecretStr(SECRET))
    async with app.runtime_of(settings, var=folder / "var") as runtime:
        await demo.seed(runtime)


@asynccontextmanager
async def blakus(api: str, name: str = "blakus", keep: bool = False, **settings: str) -> AsyncIterator[Target]:
    """The real program in a fresh folder, or, to go on, in the same (`keep`)."""
    folder = VAR / name
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder}/blakus.sqlite"
    await _furnished(url, folder)
    given = {
        "BOT_MODE": "service", "BOT_OPERATOR": "Bench", "BOT_SMTP": "smtp://127.0.0.1:9",
        "BOT_LISTEN": f"127.0.0.1:{free_port()}", "BOT_DESK_LISTEN": f"127.0.0.1:{free_port()}",
        "BOT_SECRET": SECRET, "BOT_TELEGRAM_TOKEN": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "BOT_TELEGRAM_API": api, "BOT_TELEGRAM_WEBHOOK_SECRET": "webhook", "BOT_PUBLIC_URL": "https://blakus.example",
        "BOT_DATABASE": url,
    } | settings  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    with (folder / "stderr.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.as_installed", "run", cwd=folder, env=kept | given | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
    try:
        assert process.stdout
        async with asyncio.timeout(START_SECONDS):
            while not (line := await process.stdout.readline()).startswith(b"  desk"):
                if not line:
                    raise RuntimeError((folder / "stderr.log").read_text()[-2000:])
        port, desk = (int(given[one].rpartition(":")[2]) for one in ("BOT_LISTEN", "BOT_DESK_LISTEN"))
        yield Target(name, port, psutil.Process(process.pid), "/telegram", "webhook", folder, desk)
    finally:
        await _end(process, 15)


@asynccontextmanager
async def peer(name: str, api: str, *arguments: str) -> AsyncIterator[Target]:
    """One of the others, in the environment made for them."""
    port = free_port()
    with (VAR / "peers.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            str(VENV / "bin" / "python"), str(PEERS / name), str(port), api, *arguments, stdout=log, stderr=log
        )
    try:
        await _answers(port)
        yield Target(name, port, psutil.Process(process.pid))
    finally:
        await _end(process)


@asynccontextmanager
async def redis() -> AsyncIterator[int]:
    """Redis in memory, as aiogram's users run it. Its port; raises FileNotFoundError where there is none."""
    found = VENV / "bin" / "redis-server"
    program = str(found) if found.exists() else shutil.which("redis-server")
    if not program:
        raise FileNotFoundError("redis-server")
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", cwd=VAR, stdout=subprocess.DEVNULL
    )
    try:
        await _answers(port)
        yield port
    finally:
        await _end(process)


async def _answers(port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def _end(process: asyncio.subprocess.Process, patience: float = 0) -> None:
    """Kindly for so many seconds, then at once."""
    if process.returncode is None and patience:
        process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), patience)
    if process.returncode is None:
        process.kill()
    await process.wait()
