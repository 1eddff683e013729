"""The real program in a process of its own, which can be killed at any moment and started again on the same files."""

import asyncio
import atexit
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from aiohttp import ClientSession

from bot import content
from bot.proof import certified
from bot.volatile import lies_in_memory
from tests.channels.forms import Shown, Visitor, shown
from tests.channels.web import OF_TODAY, Seen, read_page
from tests.conftest import ROOT, SECRET
from tests.patience import patiently

SHARED = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


def proved(folder: Path) -> None:
    """Put the certificate of the content where a program looks for it, as an earlier start leaves it there."""
    name, text = _certificate()
    (folder / "var").mkdir(mode=0o700, exist_ok=True)
    (folder / "var" / "cache").mkdir(exist_ok=True)
    (folder / "var" / "cache" / name).write_bytes(text)


@cache
def _certificate() -> tuple[str, bytes]:
    """Proving takes a second of work: it is done once for all programs."""
    with TemporaryDirectory() as folder:
        certified(content.read(), datetime.now(content.RIGA).date(), Path(folder))
        (file,) = Path(folder).iterdir()
        return file.name, file.read_bytes()


@cache
def memory_of_the_tests() -> Path:
    """A folder in the machine's memory where it has one, gone with this process."""
    made = Path(mkdtemp(prefix="blakus-tests-", dir=SHARED if lies_in_memory(SHARED) else None))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@dataclass
class Program:
    """`python -m bot run` in a folder: its database, its logs and everything else it writes lie there."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    public: str = ""
    desk: str = ""
    _process: asyncio.subprocess.Process | None = None

    @property
    def memory(self) -> Path:
        """Where the key of its conversations lies until the machine goes down, apart from other programs'."""
        there = memory_of_the_tests() / sha256(str(self.folder).encode()).hexdigest()[:16]
        there.mkdir(exist_ok=True)
        return there

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        assert self._process
        return self._process.pid

    async def start(self) -> None:
        """Start and wait until it says where it is."""
        proved(self.folder)
        given = {"BOT_LISTEN": "127.0.0.1:0", "BOT_DESK_LISTEN": "127.0.0.1:0", "BOT_SECRET": SECRET}
        given |= {"BOT_MEMORY_FOLDER": str(self.memory)} | self.environment
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        with (self.folder / "stderr.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self.folder,
                env=kept | given | {"PYTHONPATH": str(ROOT), "TMPDIR": str(self.folder)},
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout
        async with patiently():
            while not self.desk:
                line = (await self._process.stdout.readline()).decode()
                assert line, (self.folder / "stderr.log").read_text()
                words = line.split()
                if words[:2] == ["web", "chat"]:
                    self.public = words[-1].rstrip("/")
                if words[:1] == ["desk"]:
                    self.desk = words[-1].rstrip("/")

    async def kill(self) -> None:
        """As a power cut would: no signal handler runs."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def restart_after_reboot(self) -> None:
        """The machine went down: what lay in its memory is gone."""
        await self.kill()
        for path in self.memory.iterdir():
            path.unlink()
        await self.start()

    async def restart_after_kill(self) -> None:
        await self.kill()
        await self.start()

    async def _end(self, how: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()
        self.public = self.desk = ""

    @property
    def file(self) -> Path:
        """The embedded database."""
        return self.folder / "var" / "blakus.sqlite"

    def rows(self, statement: str) -> list[Any]:
        """What the database holds, read from beside the program."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(statement).fetchall()

    def holding(self, canary: str) -> list[str]:
        """Every file the program wrote that holds a word, however it was written."""
        spellings = {canary.encode(form) for form in ("utf-8", "utf-16-le")}
        return [str(path) for path in self.files() if any(spelling in path.read_bytes() for spelling in spellings)]

    def files(self) -> Iterator[Path]:
        yield from (path for path in self.folder.rglob("*") if path.is_file())


@dataclass
class Walker:
    """A person at the web chat without JavaScript, whom a crash of the program does not make go away."""

    program: Program
    session: ClientSession
    page: Seen | None = None

    async def look(self) -> Seen:
        return await self._ask("GET", "/", {})

    async def press(self, choice: str) -> Seen:
        assert self.page
        return await self._ask("POST", "/", self.page.button(choice).fields)

    async def type(self, text: str) -> Seen:
        assert self.page
        fields = {"token": self.page.token, "language": "lv", "screen": self.page.screen, "text": text}
        return await self._ask("POST", "/", fields)

    async def reload(self) -> Seen:
        """Ask again for where the conversation is, as a person does when nothing came back."""
        assert self.page
        return await self._ask("POST", "/", {"token": self.page.token, "language": "lv"})

    async def open_form(self) -> Visitor:
        """Press the button that opens the form page."""
        assert self.page
        fields = self.page.button("form").fields
        async with self.session.post(f"{self.program.public}/", data=dict(fields)) as answer:
            return Visitor(self.program.public, self.session, await shown(answer))

    async def _ask(self, method: str, path: str, fields: Any) -> Seen:
        url = f"{self.program.public}{path}"
        data = dict(fields) if method == "POST" else None
        async with self.session.request(method, url, data=data, allow_redirects=False) as answer:
            self.page = read_page(await answer.text())
        return self.page


@asynccontextmanager
async def started(folder: Path, **environment: str) -> AsyncIterator[tuple[Program, Walker]]:
    """A running program and a person in front of it."""
    program = Program(folder, environment)
    try:
        await program.start()
        async with ClientSession(headers=OF_TODAY) as session:
            yield program, Walker(program, session)
    finally:
        await program.kill()


__all__ = ["Program", "Shown", "Walker", "started"]
