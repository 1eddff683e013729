"""What a clock has erased is in no file of PostgreSQL: not in freed pages, not in its log, not in its statistics."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest

from bot import jobs
from bot.content import Content
from bot.engine.heard import Started
from bot.runtime import Runtime
from bot.usecases.person import contact, converse
from bot.usecases.person.converse import Address, Arrival
from tests.conftest import ROOT, runtime_on
from tests.faces import Clock
from tests.people import a_request
from tests.postgres import Own, own_server
from tests.test_retention import (
    CHAT,
    a_closed_request,
    a_conversation,
    a_form_that_was_opened,
    a_page_that_was_left,
    a_sign_in,
    run,
)

SETTINGS = re.search(r"^wal_recycle[\s\S]*?(?=^```)", (ROOT / "docs" / "operating.md").read_text(), re.M)
"""What the operator's page wants of a PostgreSQL, so that nothing rests long in its log."""
MARKS = (
    "SELECT key FROM conversations",
    "SELECT substr(sealed, 20, 32) FROM conversations",
    "SELECT key FROM traces",
    "SELECT substr(sealed, 20, 32) FROM traces",
    "SELECT mark FROM updates_heard",
    "SELECT mark FROM left_pages",
    "SELECT substr(sealed, 600, 32) FROM contact_requests WHERE sealed IS NOT NULL",
    "SELECT receipt_hash FROM contact_requests",
    "SELECT token_hash FROM sessions",
)
"""Bytes that stand for one person each, as they are stored: sealed, or hashed."""


@dataclass
class Files:
    """A server of this test's own, and every mark that ever stood in its tables."""

    server: Own
    seen: set[bytes] = field(default_factory=set)

    def look(self) -> set[bytes]:
        """The marks that stand in the tables now."""
        with psycopg.connect(self.server.url) as connection:
            now = {bytes(row[0]) for query in MARKS for row in connection.execute(query.encode()).fetchall()}
        self.seen |= now
        return now

    def settled(self) -> None:
        """What PostgreSQL does by itself within an hour and two checkpoints, set up as the operator's page says."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute("ANALYZE")
            for _ in range(2):
                connection.execute("SELECT pg_switch_wal()")
                connection.execute("CHECKPOINT")

    def written(self) -> set[bytes]:
        """The marks in any file of the server, after it has put everything on the disk and stopped."""
        self.server.stop("fast")
        contents = [path.read_bytes() for path in self.server.folder.rglob("*") if path.is_file()]
        self.server.start()
        return {mark for mark in self.seen if any(mark in content for content in contents)}


@pytest.fixture
def files(postgres_server: object) -> Iterator[Files]:
    assert SETTINGS
    with own_server() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            for line in SETTINGS[0].splitlines():
                name, _, value = line.partition("#")[0].partition("=")
                connection.execute(f"ALTER SYSTEM SET {name} = '{value.strip()}'".encode())
            connection.execute("SELECT pg_reload_conf()")
        yield Files(server)


async def test_after_every_clock_no_file_of_postgresql_holds_what_was_erased(
    files: Files, clock: Clock, shipped: Content
) -> None:
    async with runtime_on(files.server.url, clock, shipped) as runtime:
        await a_conversation(runtime, clock)
        await a_form_that_was_opened(runtime, clock)
        await a_page_that_was_left(runtime, clock)
        await a_closed_request(runtime, clock)
        await a_sign_in(runtime, clock)
        withdrawn = await a_request(runtime)
        await somebody_else(runtime, 1)
        files.look()
        assert await contact.withdraw(runtime, withdrawn)
        clock.move(minutes=31)
        await run(runtime, "expire_conversations")
    standing = await tidied(files, clock, shipped)
    assert files.written() == standing, "what stands is seen, and nothing else"
    async with runtime_on(files.server.url, clock, shipped) as runtime:
        for days in (1, 2, 28, 366):
            clock.move(days=days, minutes=1)
            await somebody_else(runtime, days)
            files.look()
            for job in jobs.timetable(runtime, None):
                await run(runtime, job)
    standing = await tidied(files, clock, shipped)
    assert files.written() == standing


async def tidied(files: Files, clock: Clock, shipped: Content) -> set[bytes]:
    """What stands in the tables, once our job and PostgreSQL itself have tidied up."""
    async with runtime_on(files.server.url, clock, shipped) as runtime:
        await run(runtime, "shrink_database")
    files.settled()
    return files.look()


async def somebody_else(runtime: Runtime, number: int) -> None:
    """Another person's conversation and request, on the same pages."""
    await converse.hear(runtime, Address("telegram", f"{CHAT.key}{number}"), Started(), Arrival(update=1000 + number))
    await a_request(runtime)
