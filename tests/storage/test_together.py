"""Turns that wait for the disk together: fewer commits, and still each for itself."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.database import Conflict, Database, Trouble

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
END = NOW + timedelta(hours=2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "blakus.db"


@pytest.fixture
def database_url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def other(database: Database, file: Path) -> Iterator[sqlite3.Connection]:
    """Another process that has the file open."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


async def put(database: Database, key: bytes, content: bytes = b"0", version: int | None = None) -> None:
    async with database.store() as store:
        await store.conversations.put(key, "web", content, END, END, version)


async def statements(database: Database) -> list[str]:
    """What SQLite is told from now on."""
    told: list[str] = []
    assert database._together
    async with database._together.alone() as driver:
        driver.set_trace_callback(told.append)
    return told


async def test_who_waits_at_the_same_moment_shares_a_commit(database: Database) -> None:
    told = await statements(database)
    await asyncio.gather(*(put(database, b"%d" % number) for number in range(50)))
    assert told.count("COMMIT") <= 3
    async with database.store() as store:
        assert await store.conversations.count() == 50


async def test_whoever_is_told_that_it_is_done_finds_it_on_the_disk(
    database: Database, other: sqlite3.Connection
) -> None:
    async def put_and_look(number: int) -> bool:
        await put(database, b"%d" % number)
        return other.execute("SELECT 1 FROM conversations WHERE key = ?", (b"%d" % number,)).fetchone() is not None

    assert all(await asyncio.gather(*(put_and_look(number) for number in range(30))))


async def test_one_that_fails_undoes_nothing_of_its_neighbours(database: Database) -> None:
    await put(database, b"known")
    tries = [put(database, b"%d" % number) for number in range(10)]
    tries[5:5] = [put(database, b"known"), put(database, b"known", version=7)]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(error) for error in ended if error] == [Conflict, Conflict]
    async with database.store() as store:
        assert await store.conversations.count() == 11


async def test_on_a_full_disk_nobody_is_told_that_it_is_done(database: Database, other: sqlite3.Connection) -> None:
    assert database._together
    async with database._together.alone() as driver:
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={pages}")
    tries = [put(database, b"%d" % number, b"x" * 50_000) for number in range(5)]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    there = other.execute("SELECT count(*) FROM conversations").fetchone()[0]
    assert there == ended.count(None)
    assert {type(error) for error in ended if error} == {Trouble}
    async with database._together.alone() as driver:
        driver.execute(f"PRAGMA max_page_count={pages + 1000}")
    await put(database, b"after")


async def test_while_another_process_holds_the_file_the_loop_goes_on(
    database: Database, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(put(database, b"key"))
    for _ in range(5):
        await asyncio.to_thread(int)  # others are served meanwhile
    assert not waiting.done()
    other.execute("COMMIT")
    await waiting


async def test_who_gives_up_while_another_process_holds_the_file_leaves_no_transaction(
    database: Database, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(put(database, b"key"))
    await asyncio.to_thread(int)
    waiting.cancel()
    other.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await put(database, b"another")
    async with database.store() as store:
        assert await store.conversations.count() == 1


async def test_whoever_comes_too_late_gets_no_connection_that_nobody_closes(database: Database, file: Path) -> None:
    await put(database, b"key")
    await database.close()
    with pytest.raises(Trouble):
        await put(database, b"late")
    assert not file.with_name(f"{file.name}-wal").exists()


async def test_no_turn_reads_through_all_letters_to_keep_reports_together(
    database: Database, other: sqlite3.Connection
) -> None:
    told = await statements(database)
    async with database.store() as store:
        await store.requests.by_id("none")
    (asked,) = [statement for statement in told if statement.startswith("SELECT EXISTS")]
    plan = [str(step) for *_, step in other.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert [step for step in plan if "joined_to" in step], "by the index of joined reports alone"
    assert not [step for step in plan if step.startswith("SCAN contact_requests")]
