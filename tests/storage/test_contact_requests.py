"""A request is there once, taken by one, and gone when it must be."""

import asyncio
from datetime import UTC, datetime

import pytest

from storage.database import Conflict, Database
from tests.storage.rows import DAY, HOUR, NOW, a_request, furnish


@pytest.fixture(autouse=True)
async def furnished(database: Database) -> None:
    await furnish(database)


async def send(database: Database, *names: str) -> None:
    for name in names:
        async with database.store() as store:
            await store.requests.add(a_request(name))


async def test_the_same_form_sent_twice_makes_one_request(database: Database) -> None:
    await send(database, "one")
    with pytest.raises(Conflict):
        async with database.store() as store:
            await store.requests.add(a_request("two", once_hash=b"once one"))
    async with database.store() as store:
        found = await store.requests.by_once(b"once one")
        assert found
        assert found.id == "one"
        assert await store.requests.by_id("two") is None


async def test_a_request_is_found_by_its_receipt_and_by_nothing_like_it(database: Database) -> None:
    await send(database, "one")
    async with database.store() as store:
        found = await store.requests.by_receipt(b"receipt one")
        assert found
        assert found.status == "new"
        assert await store.requests.by_receipt(b"receipt two") is None


async def test_the_envelope_tells_hours_and_not_minutes(database: Database) -> None:
    await send(database, "one")
    async with database.store() as store:
        found = await store.requests.by_id("one")
    assert found
    assert found.sealed == b"sealed letter"
    assert found.created_hour == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert found.purge_at == datetime(2026, 12, 22, 10, tzinfo=UTC)


async def test_the_queue_begins_with_today_then_with_the_longest_waiting(database: Database) -> None:
    async with database.store() as store:
        await store.requests.add(a_request("later"))
        await store.requests.add(a_request("earlier", created_hour=NOW - HOUR))
        await store.requests.add(a_request("soon", priority="next_working_day"))
        await store.requests.add(a_request("urgent", priority="today"))
        await store.requests.add(a_request("closed", status="closed"))
    async with database.store() as store:
        assert [one.id for one in await store.requests.waiting("balvi")] == ["urgent", "soon", "earlier", "later"]
        assert [one.id for one in await store.requests.of_service("balvi", {"closed"})] == ["closed"]
        assert await store.requests.waiting("elsewhere") == []


async def take(database: Database, worker: str, at: datetime = NOW) -> bool:
    async with database.store() as store:
        return await store.requests.take("one", worker, at + HOUR, at)


async def test_of_many_who_take_a_request_at_once_one_has_it(database: Database) -> None:
    await send(database, "one")
    taken = await asyncio.gather(*(take(database, worker) for worker in ("ilze", "janis")))
    assert sorted(taken) == [False, True]
    async with database.store() as store:
        found = await store.requests.by_id("one")
    assert found
    assert found.worker_id == ("ilze", "janis")[taken.index(True)]


async def test_who_has_it_may_promise_longer_and_a_broken_promise_frees_it(database: Database) -> None:
    await send(database, "one")
    assert await take(database, "ilze")
    assert await take(database, "ilze")
    assert not await take(database, "janis", NOW + HOUR / 2)
    assert await take(database, "janis", NOW + HOUR)


async def test_a_broken_promise_returns_to_the_queue(database: Database) -> None:
    await send(database, "one")
    assert await take(database, "ilze")
    async with database.store() as store:
        assert await store.requests.release(NOW) == 0
        assert await store.requests.release(NOW + HOUR) == 1
        found = (await store.requests.waiting("balvi"))[0]
    assert (found.status, found.worker_id, found.due_at) == ("new", None, NOW + HOUR)


async def test_a_withdrawn_request_cannot_be_taken(database: Database) -> None:
    await send(database, "one")
    async with database.store() as store:
        assert await store.requests.erase("one", "withdrawn")
    assert not await take(database, "ilze")


async def test_an_erased_request_leaves_a_tombstone_that_still_answers_its_receipt(database: Database) -> None:
    await send(database, "one")
    async with database.store() as store:
        assert await store.requests.erase("one", "withdrawn")
        assert not await store.requests.erase("one", "expired")
        found = await store.requests.by_id("one")
        assert found
        assert (found.sealed, found.status, found.closed_as) == (None, "withdrawn", "withdrawn")
        assert await store.requests.by_receipt(b"receipt one")


async def test_what_is_due_for_erasing_is_found_on_the_hour_and_only_while_there_is_something(
    database: Database,
) -> None:
    async with database.store() as store:
        await store.requests.add(a_request("old", purge_at=NOW))
        await store.requests.add(a_request("young", purge_at=NOW + DAY))
    async with database.store() as store:
        assert await store.requests.due(NOW - HOUR) == []
        assert [one.id for one in await store.requests.due(NOW)] == ["old"]
        await store.requests.erase("old", "expired")
        assert await store.requests.due(NOW) == []


class TestPostgresql:
    """There two can read before one writes; SQLite lets the second wait from the beginning."""

    @pytest.fixture
    def database_url(self, postgres_url: str) -> str:
        return postgres_url

    async def test_a_worker_cannot_write_over_a_withdrawal_she_has_not_seen(self, database: Database) -> None:
        await send(database, "one")
        with pytest.raises(Conflict):
            await self.close_while_it_is_withdrawn(database)
        async with database.store() as store:
            found = await store.requests.by_id("one")
        assert found
        assert found.status == "withdrawn"

    async def close_while_it_is_withdrawn(self, database: Database) -> None:
        async with database.store() as store:
            found = await store.requests.by_id("one")
            assert found
            async with database.store() as another:
                await another.requests.erase("one", "withdrawn")
            found.status = "closed"


async def count_opening(database: Database) -> None:
    async with database.store() as store:
        await store.requests.count_opening("one", NOW)


async def test_each_opening_is_counted(database: Database) -> None:
    await send(database, "one")
    await asyncio.gather(*(count_opening(database) for _ in range(20)))
    async with database.store() as store:
        found = await store.requests.by_id("one")
    assert found
    assert found.opened_count == 20
