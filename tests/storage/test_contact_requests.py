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
        assert [row.id for row in await store.requests.waiting("balvi")] == ["urgent", "soon", "earlier", "later"]
        assert [row.id for row in await store.requests.of_service("balvi", {"closed"})] == ["closed"]
        assert await store.requests.waiting("elsewhere") == []


async def take(database: Database, worker: str, at: datetime = NOW) -> bool:
    async with database.store() as store:
        request = await store.requests.by_id("one")
        assert request
        return await store.requests.take(request, worker, at + HOUR)


async def test_of_many_who_take_a_request_at_once_one_has_it(database: Database) -> None:
    await send(database, "one")
    taken = await asyncio.gather(*(take(database, worker) for worker in ("ilze", "janis")))
    assert sorted(taken) == [False, True]
    async with database.store() as store:
        found = await store.requests.by_id("one")
    assert found
    assert found.worker_id == ("ilze", "janis")[taken.index(True)]


async def test_who_has_it_may_promise_longer_and_nobody_takes_it_before_it_is_back_in_the_queue(
    database: Database,
) -> None:
    await send(database, "one")
    assert await take(database, "ilze")
    assert await take(database, "ilze")
    assert not await take(database, "janis", NOW + HOUR / 2)
    assert not await take(database, "janis", NOW + HOUR), "the broken promise is written down first, by the sweep"
    async with database.store() as store:
        request = await store.requests.by_id("one")
        assert request
        request.status, request.worker_id = "new", None
    assert await take(database, "janis", NOW + HOUR)


async def test_only_a_promise_that_ran_out_has_lapsed(database: Database) -> None:
    await send(database, "one", "two")
    assert await take(database, "ilze")
    async with database.store() as store:
        assert await store.requests.lapsed(NOW) == []
        assert [row.id for row in await store.requests.lapsed(NOW + HOUR)] == ["one"]


async def test_what_became_confidential_meanwhile_is_not_taken(database: Database) -> None:
    await send(database, "one")
    async with database.store() as store:
        seen = await store.requests.by_id("one")
    async with database.store() as store:
        flagged = await store.requests.by_id("one")
        assert flagged
        flagged.head_only = True
    assert seen
    seen.head_only = False  # as it was read before
    async with database.store() as store:
        assert not await store.requests.take(seen, "ilze", NOW + HOUR)


async def test_of_who_left_promises_return_and_what_was_begun_waits_for_a_colleague(database: Database) -> None:
    async with database.store() as store:
        for status in ("taken", "awaited", "contacted", "met", "closed"):
            await store.requests.add(a_request(status, status=status, worker_id="ilze", due_at=NOW + DAY))
    async with database.store() as store:
        assert {row.id for row in await store.requests.release("ilze", NOW)} == {"taken", "awaited", "contacted", "met"}
    async with database.store() as store:
        left = [await store.requests.by_id(name) for name in ("taken", "awaited", "contacted", "met", "closed")]
    assert [(row.status, row.worker_id, row.due_at) for row in left if row] == [
        ("new", None, NOW),
        ("awaited", None, NOW + DAY),
        ("contacted", None, NOW + DAY),
        ("met", None, NOW + DAY),
        ("closed", "ilze", NOW + DAY),
    ]


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
        assert [row.id for row in await store.requests.due(NOW)] == ["old"]
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


async def hand_to(database: Database, worker: str) -> bool:
    async with database.store() as store:
        return await store.requests.hand_to("one", worker)


async def counted(database: Database) -> tuple[int, set[str]]:
    """The number the person is told, and the rows that it stands for."""
    async with database.store() as store:
        found = await store.requests.by_id("one")
        assert found
        readers = {worker for worker in ("ilze", "janis") if await store.requests.was_handed_to("one", worker)}
        return found.opened_count, readers


async def test_each_worker_counts_once_however_often_and_at_once(database: Database) -> None:
    await send(database, "one")
    assert all(await asyncio.gather(*(hand_to(database, worker) for worker in ("ilze", "janis") * 10)))
    assert await counted(database) == (2, {"ilze", "janis"})


async def test_no_reader_outlives_the_letter(database: Database) -> None:
    """A row left over would keep its tombstone for ever."""
    await send(database, "one")
    assert await hand_to(database, "janis")

    async def erase() -> None:
        async with database.store() as store:
            await store.requests.erase("one", "withdrawn")

    await asyncio.gather(hand_to(database, "ilze"), erase())
    assert not await hand_to(database, "ilze")
    assert (await counted(database))[1] == set()
    async with database.store() as store:
        assert await store.requests.forget(NOW + 400 * DAY) == 1


async def test_a_request_that_waits_for_its_person_is_overdue_after_its_day(database: Database) -> None:
    async with database.store() as store:
        for status in ("new", "taken", "awaited", "contacted", "met"):
            await store.requests.add(a_request(status, status=status, due_at=NOW))
    async with database.store() as store:
        assert await store.requests.overdue(NOW - HOUR) == []
        overdue = {reference for reference, _, _ in await store.requests.overdue(NOW)}
    assert overdue == {"new", "awaited", "contacted", "met"}, "a promise returns to the queue first"
