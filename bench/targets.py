"""The programs that are started and measured: this one, its peers, and the load."""

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
from bot import demo, startup
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
VAR = ROOT / "var" / "bench"
VENV = VAR / "venv"
PEERS = ROOT / "bench" / "peers"
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Target:
    """A running program, and the resources it uses."""

    name: str
    port: int
    process: psutil.Process
    path: str = "/telegram"
    secret: str = ""
    folder: Path | None = None
    desk: int = 0

    def cpu(self) -> float:
        """CPU seconds so far."""
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def resident(self) -> float:
        """Resident memory in MiB."""
        return float(self.process.memory_info().rss) / 2**20


class Load:
    """The process of the load: one line starts a run, one line returns its results."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process, self.port = process, port

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def run(self, target: Target, plan: list[dict[str, str]], **options: Any) -> dict[str, Any]:
        """Run once. Adds the CPU seconds that the target used, and its memory afterwards."""
        given = {"host": "127.0.0.1", "port": target.port, "path": target.path, "secret": target.secret, "plan": plan}
        assert self._process.stdin
        before = target.cpu()
        self._process.stdin.write(json.dumps(given | options).encode() + b"\n")
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
    """Start the load, in the peers' environment if there is one, for its faster loop."""
    python = VENV / "bin" / "python"
    process = await asyncio.create_subprocess_exec(
        str(python if python.exists() else sys.executable), "-m", "bench.load", cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=2**24,
    )  # fmt: skip
    try:
        assert process.stdout
        yield Load(process, json.loads(await process.stdout.readline())["port"])
    finally:
        await end(process)


async def _seed(url: str, folder: Path) -> None:
    """Add the services and workers of the demonstration, since a program in service mode begins with none."""
    settings = Settings(database=SecretStr(url), secret=SecretStr(SECRET))
    async with startup.runtime_of(settings, var=folder / "var") as runtime:
        await demo.seed(runtime)


@asynccontextmanager
async def blakus(
    api: str, name: str = "blakus", keep: bool = False, url: str = "", seeded: bool = False, **settings: str
) -> AsyncIterator[Target]:
    """Start the real program in a fresh folder, or in the same one with `keep`.

    Its database lies there or at `url`, and is filled first unless it was `seeded` before.
    """
    folder = VAR / name
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    url = url or f"sqlite:///{folder}/blakus.sqlite"
    if not seeded:
        await _seed(url, folder)
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
        port, desk = (int(given[setting].rpartition(":")[2]) for setting in ("BOT_LISTEN", "BOT_DESK_LISTEN"))
        yield Target(name, port, psutil.Process(process.pid), "/telegram", "webhook", folder, desk)
    finally:
        await end(process, 15)


@asynccontextmanager
async def peer(name: str, api: str, *arguments: str) -> AsyncIterator[Target]:
    """Start a peer, in the environment made for them."""
    port = free_port()
    with (VAR / "peers.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            str(VENV / "bin" / "python"), str(PEERS / name), str(port), api, *arguments, stdout=log, stderr=log
        )
    try:
        await _wait_for(port)
        yield Target(name, port, psutil.Process(process.pid))
    finally:
        await end(process)


@asynccontextmanager
async def redis() -> AsyncIterator[int]:
    """Start Redis in memory, as aiogram's users run it, and yield its port. Raise FileNotFoundError without it."""
    found = VENV / "bin" / "redis-server"
    program = str(found) if found.exists() else shutil.which("redis-server")
    if not program:
        raise FileNotFoundError("redis-server")
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", cwd=VAR, stdout=subprocess.DEVNULL
    )
    try:
        await _wait_for(port)
        yield port
    finally:
        await end(process)


async def _wait_for(port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def end(process: asyncio.subprocess.Process, patience: float = 0) -> None:
    """Terminate, and kill after `patience` seconds."""
    if process.returncode is None and patience:
        process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), patience)
    if process.returncode is None:
        process.kill()
    await process.wait()
