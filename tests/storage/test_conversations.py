"""A person's state is never lost to a race, never readable in the file, and goes when its time is over."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy

from storage.base import NaiveTime
from storage.database import Conflict, Database

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
IDLE = NOW + timedelta(minutes=30)
END = NOW + timedelta(hours=2)
KEY = b"k" * 32


async def begin(database: Database, content: bytes = b"0", key: bytes = KEY) -> None:
    async with database.store() as store:
        await store.conversations.put(key, "web", content, IDLE, END, None)


async def test_what_was_written_is_read_back(database: Database) -> None:
    await begin(database, b"first")
    async with database.store() as store:
        found = await store.conversations.get(KEY)
    assert found
    assert (found.content, found.channel, found.version, found.idle_at, found.ends_at) == (
        b"first",
        "web",
        1,
        IDLE,
        END,
    )


async def test_a_conversation_nobody_began_is_not_found(database: Database) -> None:
    async with database.store() as store:
        assert await store.conversations.get(KEY) is None


async def add_one(database: Database) -> None:
    """Read, then write, as a turn does; again whenever somebody was faster."""
    while True:
        try:
            async with database.store() as store:
                found = await store.conversations.get(KEY)
                assert found
                content = str(int(found.content) + 1).encode()
                await store.conversations.put(KEY, "web", content, IDLE, END, found.version)
            return
        except Conflict:
            continue


async def test_of_a_hundred_turns_at_once_on_two_replicas_none_is_lost(database: Database, replica: Database) -> None:
    await begin(database)
    await asyncio.gather(*(add_one(node) for node in [database, replica] * 50))
    async with database.store() as store:
        found = await store.conversations.get(KEY)
    assert found
    assert found.content == b"100"


async def test_two_beginnings_of_one_conversation_are_a_conflict(database: Database) -> None:
    await begin(database)
    with pytest.raises(Conflict):
        await begin(database)


async def test_writing_over_a_newer_version_is_a_conflict_and_changes_nothing(database: Database) -> None:
    await begin(database, b"old")
    async with database.store() as store:
        await store.conversations.put(KEY, "web", b"new", IDLE, END, 1)
    with pytest.raises(Conflict):
        async with database.store() as store:
            await store.conversations.put(KEY, "web", b"late", IDLE, END, 1)
    async with database.store() as store:
        found = await store.conversations.get(KEY)
    assert found
    assert found.content == b"new"


async def hold(database: Database, held: asyncio.Event) -> None:
    async with database.store() as store:
        await store.conversations.put(KEY, "web", b"half", IDLE, END, None)
        held.set()
        await asyncio.Event().wait()


async def test_a_turn_that_is_cancelled_leaves_nothing_and_holds_up_nobody(database: Database) -> None:
    held = asyncio.Event()
    turn = asyncio.create_task(hold(database, held))
    await held.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    await begin(database)


async def begin_and_fail(database: Database) -> None:
    async with database.store() as store:
        await store.conversations.put(KEY, "web", b"half", IDLE, END, None)
        raise ZeroDivisionError


async def test_a_failing_block_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await begin_and_fail(database)
    async with database.store() as store:
        assert await store.conversations.count() == 0


async def test_the_content_of_another_conversation_cannot_be_slipped_in(
    database: Database, intruder: sqlalchemy.Connection
) -> None:
    await begin(database, b"hers", b"her" * 10)
    await begin(database, b"his", b"his" * 10)
    swap = "UPDATE conversations SET sealed = (SELECT sealed FROM conversations WHERE key = :his) WHERE key = :her"
    intruder.execute(sqlalchemy.text(swap), {"his": b"his" * 10, "her": b"her" * 10})
    async with database.store() as store:
        found = await store.conversations.get(b"her" * 10)
    assert found
    assert found.content == b""


async def test_a_conversation_is_over_when_idle_or_at_its_hard_end(database: Database) -> None:
    async with database.store() as store:
        await store.conversations.put(b"idle", "web", b"", NOW, END, None)
        await store.conversations.put(b"over", "web", b"", END, NOW - timedelta(minutes=1), None)
        await store.conversations.put(b"open", "web", b"", IDLE, END, None)
    async with database.store() as store:
        assert [conversation.key for conversation in await store.conversations.expired(NOW)] == [b"over", b"idle"]
        assert [conversation.key for conversation in await store.conversations.expired(NOW, limit=1)] == [b"over"]


@pytest.mark.parametrize("microseconds", [0, 1, 999_999])
async def test_its_end_is_the_same_moment_for_a_turn_and_for_the_sweep(database: Database, microseconds: int) -> None:
    ends = NOW.replace(microsecond=microseconds).astimezone(timezone(timedelta(hours=2)))
    async with database.store() as store:
        await store.conversations.put(KEY, "web", b"", ends, END, None)
    async with database.store() as store:
        found = await store.conversations.get(KEY)
        assert found
        assert (found.idle_at, found.idle_at.utcoffset()) == (ends, timedelta(0))
        assert not await store.conversations.expired(ends - timedelta(microseconds=1))
        assert await store.conversations.expired(ends) == [found]


async def test_a_time_without_a_zone_is_not_kept(database: Database) -> None:
    with pytest.raises(NaiveTime):
        async with database.store() as store:
            await store.conversations.put(KEY, "web", b"", IDLE.replace(tzinfo=None), END.replace(tzinfo=None), None)
    async with database.store() as store:
        assert await store.conversations.get(KEY) is None


async def test_one_who_pressed_just_now_is_not_forgotten_as_idle(database: Database) -> None:
    await begin(database)
    async with database.store() as store:
        await store.conversations.put(KEY, "web", b"pressed", IDLE, END, 1)
    async with database.store() as store:
        assert not await store.conversations.delete(KEY, version=1)
        assert await store.conversations.delete(KEY)
        assert not await store.conversations.delete(KEY)


async def test_traces_are_kept_once_a_place_until_they_are_taken_away(database: Database) -> None:
    async with database.store() as store:
        await store.traces.put(KEY, b"1", END)
        await store.traces.put(KEY, b"1,2", END)
        await store.traces.put(b"other", b"3", IDLE)
    async with database.store() as store:
        assert [(row.key, row.content) for row in await store.traces.waiting()] == [(b"other", b"3"), (KEY, b"1,2")]
        assert await store.traces.expire(IDLE) == 1
        assert await store.traces.delete(KEY)
        assert await store.traces.get(KEY) is None


async def test_an_update_is_heard_once(database: Database) -> None:
    async with database.store() as store:
        assert await store.updates_heard.add(b"mark", IDLE)
    async with database.store() as store:
        assert not await store.updates_heard.add(b"mark", END)
        assert await store.updates_heard.expire(IDLE) == 1
        assert not await store.updates_heard.known(b"mark")


async def test_a_page_that_was_left_is_known_until_its_time_is_over(database: Database) -> None:
    async with database.store() as store:
        for _ in range(2):
            await store.left_pages.add(b"mark", IDLE)
        assert await store.left_pages.known(b"mark")
        assert not await store.left_pages.known(b"another")
        assert await store.left_pages.expire(IDLE - timedelta(seconds=1)) == 0
        assert await store.left_pages.expire(IDLE) == 1
        assert not await store.left_pages.known(b"mark")


async def test_all_whose_key_begins_alike_go_together_and_no_other(database: Database) -> None:
    family, other = b"\xff" * 15 + b"\x00", b"\xff" * 15 + b"\x01"
    for key in (family, family + bytes(16), family + b"\xff" * 16, other, other + bytes(16), b"\xfe" * 32):
        await begin(database, key=key)
    async with database.store() as store:
        assert await store.conversations.delete_all(family) == 3
        assert await store.conversations.count() == 3
        assert await store.conversations.delete_all(family) == 0
