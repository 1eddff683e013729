"""Every clock of docs/privacy.md, moved: what it holds is there until then, and in no file afterwards."""

import io
import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot import jobs, logs
from bot.commands import setup_files
from bot.engine.heard import Pressed, Started, Typed
from bot.runtime import Runtime
from bot.usecases.accounts import attempts, workers
from bot.usecases.casework import requests, retention
from bot.usecases.operation import audit
from bot.usecases.person import contact, converse, form_links, leaving, standing
from bot.usecases.person.converse import Address, Arrival
from bot.usecases.services import delivery, trials
from tests.faces import Clock
from tests.people import CANARIES, PASSWORD, a_colleague, a_desk_mate, a_key, a_request, a_service, the_request

MINUTE = timedelta(minutes=1)
CHAT = Address("telegram", "700100200300")
TYPED = "kanārijputniņš"
BACKUP = setup_files.show("backup").partition("<<'SQL'\n")[2].partition("\nSQL")[0]
"""What the operator's page takes out of a copy."""

Begin = Callable[[Runtime, Clock], Awaitable[None]]


@dataclass(frozen=True)
class Kept:
    """One row of the table in docs/privacy.md."""

    begin: Begin
    lasts: timedelta
    job: str
    where: str
    """What to select: each value is looked for in the database's files, byte by byte."""
    rounded: timedelta = MINUTE
    """Times that are kept by the hour run out by the hour."""


async def a_conversation(runtime: Runtime, clock: Clock) -> None:
    await converse.hear(runtime, CHAT, Started(), Arrival(update=1, theirs=10))
    await converse.hear(runtime, CHAT, Typed(TYPED), Arrival(update=2, theirs=11))


async def a_test_mail(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    await trials.make_link(runtime, "balvi", "new@example.org")


async def a_long_conversation(runtime: Runtime, clock: Clock) -> None:
    """Never idle for half an hour."""
    await a_conversation(runtime, clock)
    for update in range(3, 7):
        clock.move(minutes=25)
        await converse.hear(runtime, CHAT, Typed(TYPED), Arrival(update=update))


async def a_chat_that_cannot_be_emptied(runtime: Runtime, clock: Clock) -> None:
    await a_conversation(runtime, clock)
    clock.move(minutes=30)
    await run(runtime, "expire_conversations")


async def a_hidden_conversation(runtime: Runtime, clock: Clock) -> None:
    await a_conversation(runtime, clock)
    await converse.hear(runtime, CHAT, Pressed("start", "hide"), Arrival(update=3))


async def a_form_that_was_opened(runtime: Runtime, clock: Clock) -> None:
    assert await form_links.redeem(runtime, form_links.form_token(runtime, {}, "lv"))


async def a_page_that_was_left(runtime: Runtime, clock: Clock) -> None:
    await leaving.leave(runtime, leaving.new_token(runtime))


async def an_open_request(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    await a_request(runtime)


async def a_letter_that_was_fetched(runtime: Runtime, clock: Clock) -> None:
    """The worker's account is gone since, so that her id stands nowhere else."""
    await an_open_request(runtime, clock)
    async with runtime.database.store() as store:
        assert await store.requests.hand_to((await store.requests.waiting("balvi"))[0].id, "0123456789abcdef")


async def a_tombstone(runtime: Runtime, clock: Clock) -> None:
    """Of a request that was withdrawn; a week later not even a notice names it any more."""
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    assert await contact.withdraw(runtime, await a_request(runtime))
    clock.move(days=8)
    await run(runtime, "deliver_notices")


async def a_closed_request(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    await a_key(runtime, ilze)
    await a_request(runtime)
    reference = await the_request(runtime)
    await requests.take(runtime, ilze, reference)
    await requests.close(runtime, ilze, reference, "met")


async def a_notice_that_was_given(runtime: Runtime, clock: Clock) -> None:
    await an_open_request(runtime, clock)
    await run(runtime, "deliver_notices")


async def a_sign_in(runtime: Runtime, clock: Clock) -> None:
    eva = await a_colleague(runtime, clock, "eva", "editor", None)
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))


async def a_known_browser(runtime: Runtime, clock: Clock) -> None:
    eva = await a_colleague(runtime, clock, "eva", "editor", None)
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock), browser="a token of this browser")


SEALED = "SELECT sealed FROM"
CLOCKS = {
    "an idle conversation": Kept(a_conversation, converse.IDLE, "expire_conversations", f"{SEALED} conversations"),
    "a conversation that goes on and on": Kept(
        a_long_conversation,
        converse.HARD_LIMIT - timedelta(minutes=4 * 25),
        "expire_conversations",
        f"{SEALED} conversations",
    ),
    "the number of a chat that cannot be emptied": Kept(
        a_chat_that_cannot_be_emptied, converse.TRACES_FOR, "expire_conversations", f"{SEALED} traces"
    ),
    "marks of messages that were answered": Kept(
        a_hidden_conversation, converse.HEARD_FOR, "expire_conversations", "SELECT mark FROM updates_heard"
    ),
    "the mark of a form that was opened": Kept(
        a_form_that_was_opened, form_links.GOOD_FOR, "expire_conversations", "SELECT mark FROM updates_heard"
    ),
    "the mark of a page that was left": Kept(
        a_page_that_was_left,
        leaving.LASTS,
        "expire_conversations",
        "SELECT mark FROM left_pages",
        timedelta(hours=1),
    ),
    "an open request": Kept(
        an_open_request,
        timedelta(days=30),
        "sweep_requests",
        "SELECT substr(sealed, 600, 400) FROM contact_requests WHERE sealed IS NOT NULL",
    ),
    "a closed request": Kept(
        a_closed_request,
        retention.KEPT_CLOSED,
        "sweep_requests",
        "SELECT substr(sealed, 600, 400) FROM contact_requests WHERE sealed IS NOT NULL",
    ),
    "who had a letter in the browser": Kept(
        a_letter_that_was_fetched, timedelta(days=30), "sweep_requests", "SELECT worker_id FROM readers"
    ),
    "a consent": Kept(an_open_request, audit.A_YEAR, "forget_old", "SELECT id FROM consents", timedelta(hours=1)),
    "what stays of a request": Kept(
        a_tombstone,
        audit.A_YEAR - timedelta(days=8),
        "forget_old",
        "SELECT receipt_hash FROM contact_requests",
        timedelta(hours=1),
    ),
    "a test mail that nobody confirmed": Kept(
        a_test_mail, trials.VALID, "tell_unready", "SELECT token_hash FROM tried_addresses WHERE confirmed_at IS NULL"
    ),
    "a sign-in": Kept(a_sign_in, audit.A_DAY, "forget_old", "SELECT token_hash FROM sessions"),
    "a browser that was used": Kept(
        a_known_browser,
        attempts.KNOWN_FOR - audit.A_DAY,
        "forget_old",
        "SELECT token_hash FROM known_browsers",
        audit.A_DAY,
    ),
    "a notice that was given": Kept(
        a_notice_that_was_given,
        delivery.DAYS_REMEMBERED,
        "deliver_notices",
        "SELECT kind FROM outbox",
        timedelta(hours=1),
    ),
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the program's log says, written by its own formatter, at its most talkative."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Discreet())
    loggers = [logging.getLogger(name) for name in ("", "bot", "storage")]
    before = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield written
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)
    loggers[0].removeHandler(handler)


@pytest.mark.parametrize("kept", CLOCKS.values(), ids=CLOCKS)
async def test_what_a_clock_holds_is_there_until_then_and_in_no_file_afterwards(
    runtime: Runtime, clock: Clock, tmp_path: Path, kept: Kept
) -> None:
    await kept.begin(runtime, clock)
    marks = rows(tmp_path, kept.where)
    assert marks
    assert in_files(tmp_path, marks) == set(marks), "the search sees what is there"
    clock.now += kept.lasts - MINUTE
    await run(runtime, kept.job)
    assert rows(tmp_path, kept.where) == marks
    clock.now += MINUTE + kept.rounded
    await run(runtime, kept.job)
    await run(runtime, "shrink_database")
    assert rows(tmp_path, kept.where) == []
    assert in_files(tmp_path, marks) == set()


async def test_no_closed_letter_outlives_ninety_days(runtime: Runtime, clock: Clock, tmp_path: Path) -> None:
    """Not even one whose time was set longer before it was closed."""
    await an_open_request(runtime, clock)
    reference = await the_request(runtime)
    async with runtime.database.store() as store:
        request = await store.requests.by_id(reference)
        assert request
        request.purge_at = clock() + timedelta(days=200)
    zane = await a_desk_mate(runtime, "zane", "head", "balvi")
    clock.move(days=88)
    await requests.close(runtime, zane, reference, "met")
    clock.move(days=2)
    await run(runtime, "sweep_requests")
    assert rows(tmp_path, "SELECT sealed FROM contact_requests WHERE sealed IS NOT NULL") == []


async def test_after_every_clock_nothing_of_a_person_is_in_any_file_or_log(
    runtime: Runtime, clock: Clock, tmp_path: Path, log: io.StringIO
) -> None:
    """She talks on Telegram, sends a request, looks, takes it back; another one is answered and closed."""
    await a_conversation(runtime, clock)
    await a_page_that_was_left(runtime, clock)
    await a_closed_request(runtime, clock)
    code = await a_request(runtime)
    async with runtime.database.store() as store:
        ilze = await store.workers.by_login("ilze")
        assert ilze
        for request in await store.requests.of_service("balvi", {"new", "closed"}):
            assert await store.requests.hand_to(request.id, ilze.id)
    assert await standing.get_standing(runtime, code, "lv")
    assert await contact.withdraw(runtime, code)
    for days in (1, 2, 28, 366):
        clock.move(days=days, minutes=1)
        for job in jobs.timetable(runtime, None):
            await run(runtime, job)
    short_lived = ("conversations", "traces", "updates_heard", "left_pages")
    for table in (*short_lived, "consents", "outbox", "sessions", "readers"):
        assert columns_of(tmp_path, table)[1] == [], table
    assert rows(tmp_path, "SELECT * FROM contact_requests") == []
    person = [*CANARIES, TYPED, CHAT.key, code]
    assert in_files(tmp_path, person) == set()
    assert "turn" in log.getvalue()
    assert [word for word in person if word in log.getvalue()] == []


async def test_what_stays_of_a_request_is_a_tombstone_without_a_person(
    runtime: Runtime, clock: Clock, tmp_path: Path
) -> None:
    """docs/privacy.md lists what these columns tell. One is a report that is joined to the other."""
    await an_open_request(runtime, clock)
    own = await the_request(runtime)
    await a_request(runtime)
    async with runtime.database.store() as store:
        for request in await store.requests.waiting("balvi"):
            request.attempts, request.most_attempts = [{"outcome": "other_person", "at": clock().isoformat()}], 1
            request.head_only, request.flood, request.unsafe_until = True, True, 0
            if request.id != own:
                request.basis, request.joined_to, request.no_contact = "agreed", own, True
    clock.move(days=300)
    for job in jobs.timetable(runtime, None):
        await run(runtime, job)
    names, tombstones = columns_of(tmp_path, "contact_requests")
    assert len(tombstones) == 2
    left = [{name for name, value in zip(names, row, strict=True) if value is not None} for row in tombstones]
    assert (
        left[0]
        == left[1]
        == {
            *("id", "once_hash", "receipt_hash", "service_id", "priority", "language", "created_hour", "read_by"),
            *(
                "purge_at",
                "status",
                "opened_count",
                "call_blocked",
                "closed_as",
                "is_sample",
                "version",
                "escalated_to",
            ),
            *(
                "attempts",
                "most_attempts",
                "head_only",
                "last_called",
                "flood",
                "basis",
                "slip_counted",
                "no_contact",
            ),  # as in every new envelope, whatever they were
        }
    )
    for tombstone in tombstones:
        emptied = dict(zip(names, tombstone, strict=True))
        assert (emptied["attempts"], emptied["most_attempts"]) == ("[]", 3)
        assert (emptied["head_only"], emptied["flood"], emptied["basis"], emptied["no_contact"]) == (0, 0, "own", 0)


async def test_that_somebody_at_the_service_is_known_is_forgotten_when_no_list_shows_the_tombstone(
    runtime: Runtime, clock: Clock, tmp_path: Path
) -> None:
    await an_open_request(runtime, clock)
    async with runtime.database.store() as store:
        (request,) = await store.requests.waiting("balvi")
        request.head_only = True
    for days, marked in ((89, ["yes"]), (2, ["no"])):
        clock.move(days=days)
        for job in ("sweep_requests", "forget_old"):
            await run(runtime, job)
        assert rows(tmp_path, "SELECT iif(head_only, 'yes', 'no') FROM contact_requests") == marked


async def test_a_backup_as_the_operators_page_makes_it_holds_no_letter_and_no_conversation(
    runtime: Runtime, clock: Clock, tmp_path: Path
) -> None:
    await an_open_request(runtime, clock)
    await a_conversation(runtime, clock)
    (tmp_path / "copy").mkdir()
    letters = rows(tmp_path, "SELECT substr(sealed, 600, 400) FROM contact_requests")
    with (
        closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as whole,
        closing(sqlite3.connect(tmp_path / "copy" / "blakus.sqlite")) as copy,
    ):
        whole.backup(copy)
        copy.executescript(BACKUP)
    for table in tables_with_something_sealed(tmp_path / "copy"):
        assert table in re.findall(r"(?:DELETE FROM|UPDATE) (\w+)", BACKUP)
        names, left = columns_of(tmp_path / "copy", table)
        assert [row for row in left if row[names.index("sealed")] is not None] == [], table
    assert letters
    assert in_files(tmp_path / "copy", letters) == set()
    assert rows(tmp_path / "copy", "SELECT id FROM consents")


def tables_with_something_sealed(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "blakus.sqlite")) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [table for table in tables if "sealed" in columns_of(folder, table)[0]]


async def run(runtime: Runtime, job: str) -> None:
    """The very job that the program runs."""
    await jobs.timetable(runtime, None)[job][1]()


def rows(folder: Path, statement: str) -> list[bytes | str]:
    """The first value of every row, read from beside the program."""
    with closing(sqlite3.connect(folder / "blakus.sqlite")) as connection:
        return [row[0] for row in connection.execute(statement)]


def columns_of(folder: Path, table: str) -> tuple[list[str], list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder / "blakus.sqlite")) as connection:
        found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name from this file
        return [column[0] for column in found.description], found.fetchall()


def in_files(folder: Path, marks: Sequence[bytes | str]) -> set[bytes | str]:
    """Which of them stand in the database or in the log beside it."""
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return {mark for mark in marks if (mark if isinstance(mark, bytes) else mark.encode()) in written}
