"""What the machine of test_lives.py stands on: a real database of its own, one thread, a clock, and sudden death."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import SecretStr
from pyrage.x25519 import Identity

from bot.content import Content
from bot.runtime import Runtime, Secrets
from bot.settings import Settings
from bot.usecases.acting import SignedIn
from bot.usecases.casework import sweeping
from bot.usecases.operation import audit
from bot.usecases.person.expiry import ChatTraces
from bot.usecases.services import delivery, escalation
from storage.database import Database
from tests.conftest import SECRET
from tests.faces import Clock, chats_to_empty
from tests.storage.rows import a_key, a_service, a_worker, reachable

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder that is no disk, where there is one
FILE = "blakus.sqlite"
HOURS = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
PLACES = {"balvi": "balvu-novads", "riga": "riga"}
ILZE, ZANE, HEAD, JANIS = (
    SignedIn("ilze", "Ilze", "ilze", "worker", "balvi"),
    SignedIn("zane", "Zane", "zane", "worker", "balvi"),
    SignedIn("head", "Head", "head", "head", "balvi"),
    SignedIn("janis", "Jānis", "janis", "worker", "riga"),
)
WORKERS = (ILZE, ZANE, HEAD, JANIS)
KEYLESS = {"zane"}
"""She has been given no copy of the key yet; others lose theirs."""
MINUTES = (*(1, 10, 20, 29, 61, 61, 130, 300) * 3, 24 * 60, 3 * 24 * 60, 27 * 24 * 60)
EMPTIED = ("conversations", "traces", "updates_heard", "additions", "notes", "papers")
CANARIES = ("kanārijputniņš-26123456", "+447700900123", "Ļoti slepena zīmīte", "Zaļkods")


class OneThread(asyncio.SelectorEventLoop):
    """What would go into another thread is done a moment later in this one, so that the same dice make the same run."""

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> "asyncio.Future[T]":
        done: asyncio.Future[T] = self.create_future()

        def work() -> None:
            try:
                found = func(*args)
            except Exception as error:
                if not done.cancelled():
                    done.set_exception(error)
            else:
                if not done.cancelled():
                    done.set_result(found)

        self.call_soon(work)
        return done


def prepared(folder: Path) -> Path:
    """A database with two services, their workers and keys: made once, and copied for each life."""
    with asyncio.Runner(loop_factory=OneThread) as runner:
        runner.run(_furnished(folder / FILE))
    return folder / FILE


async def _furnished(file: Path) -> None:
    database = Database(f"sqlite:///{file}", Secrets(SECRET).storage)
    await database.open()
    async with database.store() as store:
        for service, place in PLACES.items():
            set_up = a_service(id=service, places=[place], hours=HOURS, email=f"{service}@example.org")
            if service == "balvi":
                set_up.deputy_email, set_up.head_email = "deputy@example.org", "head@example.org"
                set_up.fallback_id = "riga"
            await store.services.put(set_up)
        for worker in WORKERS:
            row = {
                "id": worker.id,
                "name": worker.name,
                "login": worker.login,
                "role": worker.role,
                "service_id": worker.service_id,
            }
            await store.workers.add(a_worker(**row))
        for name, service in (("second", "riga"), ("third", "balvi")):
            await store.workers.add(a_worker(id=name, login=name, service_id=service))
        for service, holders in (("balvi", ("ilze", "head", "third")), ("riga", ("janis", "second"))):
            recipient = str(Identity.generate().to_public())
            for holder in holders:
                await store.services.add_key(a_key(service_id=service, recipient=recipient, held_by=holder))
        await reachable(store, *PLACES)
    await database.close()


class World(RuleBasedStateMachine):
    """One program on one database, until it dies; then the next one on what was on the disk at that moment."""

    def __init__(self, template: Path, content: Content) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="lives")
        self._deaths = 0
        self.days_passed = False
        self.clock = Clock()
        self.content = content
        self.erased: list[bytes] = []
        """Pieces of sealed letters that may be in no file any more."""
        self._runner = asyncio.Runner(loop_factory=OneThread)
        self.path = Path(self._folder.name) / "0" / FILE
        self.path.parent.mkdir()
        shutil.copy(template, self.path)
        self._wake()

    def teardown(self) -> None:
        try:
            for days in (91, 3):  # what stands in a chat is cared for two days longer
                self.clock.move(days=days)
                self.the_jobs_run()
            self.nothing_is_kept_for_ever()
            assert self.now(audit.find_break(self.runtime)) is None, "the chain of the audit is not whole"
        finally:
            self._eyes.close()
            self.now(self.runtime.database.close())
            self._runner.close()
            self._folder.cleanup()

    def now(self, doing: Awaitable[T]) -> T:
        async def done() -> T:
            return await doing

        return self._runner.run(done())

    def together(self, *doings: Awaitable[T]) -> list[T | BaseException]:
        """At the same moment, as far as one program can."""

        async def done() -> list[T | BaseException]:
            return await asyncio.gather(*doings, return_exceptions=True)

        return self._runner.run(done())

    def seen(self, question: str, *given: object) -> list[tuple[Any, ...]]:
        """What stands in the database, seen past the program."""
        return self._eyes.execute(question, given).fetchall()

    # --- Death --------------------------------------------------------------------------------------------------------

    def dies_while(self, doing: Coroutine[Any, Any, object], after: int) -> bool:
        """kill -9 after so many turns of the loop: what the files held then is left. Whether it was done before."""

        async def until_then() -> bool:
            task = asyncio.ensure_future(doing)
            for _ in range(after):
                if not task.done():
                    await asyncio.sleep(0)
            done = task.done()
            self._copy()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return done

        done = self._runner.run(until_then())
        self._eyes.close()
        self.now(self.runtime.database.close())
        self.path = self._next
        self._wake()
        assert self.seen("PRAGMA integrity_check") == [("ok",)]
        return done

    def _copy(self) -> None:
        self._deaths += 1
        self._next = Path(self._folder.name) / str(self._deaths) / FILE
        self._next.parent.mkdir()
        for end in ("", "-wal"):
            if (old := Path(f"{self.path}{end}")).exists():
                shutil.copy(old, f"{self._next}{end}")

    def _wake(self) -> None:
        secrets, url = Secrets(SECRET), f"sqlite:///{self.path}"
        database = Database(url, secrets.storage)
        database.is_open = True  # the template was brought up to date once for all
        settings = Settings(database=SecretStr(url), secret=SecretStr(SECRET))
        self.runtime = Runtime(database, self.content, settings, secrets, self.clock)
        self._eyes = sqlite3.connect(self.path)

    # --- Time and its jobs --------------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from(MINUTES), then=st.sampled_from(["", "jobs", "jobs", "death"]))
    def time_passes(self, minutes: int, then: str) -> None:
        self.clock.move(minutes=minutes)
        if then == "jobs":
            self.the_jobs_run()
        if then == "death":
            self.dies_while(asyncio.sleep(0), 0)

    @precondition(lambda self: not self.days_passed)
    @rule(days=st.integers(2, 4), night=st.booleans())
    def days_pass(self, days: int, night: bool) -> None:
        """With the jobs at work, in the day and, sometimes, at night. Once: a permission to call lasts a week."""
        self.days_passed = True
        for _ in range(days):
            for hours in (9, 15) if night else (24,):
                self.clock.move(hours=hours)
                self.the_jobs_run()

    def the_jobs_run(self) -> None:
        self.conversations_ended(self.now(chats_to_empty(self.runtime)))
        self.requests_swept(self.now(sweeping.sweep(self.runtime)))
        self.now(escalation.escalate(self.runtime))
        due = self._errands()
        self.now(delivery.deliver_due(self.runtime))
        self.mails_sent(due)
        self.now(self.runtime.database.shrink())
        self.nothing_is_written_in_the_clear_or_left_over()

    def conversations_ended(self, left: tuple[ChatTraces, ...]) -> None:
        """What the account of conversations says about it."""

    def requests_swept(self, gone: int) -> None:
        """What the account of requests says about it."""

    def mails_sent(self, due: dict[str, dict[tuple[str, str], datetime]]) -> None:
        """The same about who is told of which request, and when."""

    def _errands(self) -> dict[str, dict[tuple[str, str], datetime]]:
        found: dict[str, dict[tuple[str, str], datetime]] = {}
        asked = "SELECT request_id, service_id, kind, due_at FROM outbox WHERE done_at IS NULL ORDER BY due_at DESC"
        for request, service, kind, due in self.seen(asked):
            found.setdefault(request, {})[service, kind] = datetime.fromisoformat(f"{due}+00:00")
        return found

    def nothing_is_kept_for_ever(self) -> None:
        letters = "SELECT count(*) FROM contact_requests WHERE sealed IS NOT NULL"
        for left in (letters, *(f"SELECT count(*) FROM {table}" for table in EMPTIED)):  # noqa: S608
            assert self.seen(left) == [(0,)], left

    # --- What is always true ------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_half_done(self) -> None:
        assert self.seen("PRAGMA foreign_key_check") == []

    def nothing_is_written_in_the_clear_or_left_over(self) -> None:
        files = b"".join(path.read_bytes() for path in self.path.parent.iterdir())
        for canary in CANARIES:
            assert canary.encode() not in files, canary
        assert not any(piece in files for piece in self.erased), "an erased letter lies in a freed page"
