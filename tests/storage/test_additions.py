"""What a person adds later lies beside her request, and goes with it."""

import asyncio

import pytest

from storage.database import Conflict, Database
from tests.storage.rows import DAY, HOUR, NOW, a_request, an_addition, furnish


@pytest.fixture(autouse=True)
async def sent(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.requests.add(a_request("one"))


async def add(database: Database, letter: bytes = b"sealed change") -> None:
    async with database.store() as store:
        request = await store.requests.by_receipt(b"receipt one")
        assert request
        if request.status != "new":
            return
        await store.requests.hold(request)
        await store.additions.add(an_addition(sealed=letter))


async def letters(database: Database) -> list[bytes]:
    async with database.store() as store:
        return [addition.sealed for addition in await store.additions.of_request("one")]


async def test_the_last_addition_comes_last_and_tells_its_hour_only(database: Database) -> None:
    await add(database, b"first")
    await add(database, b"second")
    assert await letters(database) == [b"first", b"second"]
    async with database.store() as store:
        assert await store.additions.count("one") == 2
        assert await store.additions.count("two") == 0
        (first, _) = await store.additions.of_request("one")
    assert first.made_at == NOW.replace(minute=0, second=0)


@pytest.mark.parametrize("status", ["withdrawn", "expired", "closed"])
async def test_erasing_a_request_erases_its_additions(database: Database, status: str) -> None:
    await add(database)
    async with database.store() as store:
        request = await store.requests.by_id("one")
        assert request
        request.call_blocked = True
    async with database.store() as store:
        assert await store.requests.erase("one", status)  # type: ignore[arg-type]
        tombstone = await store.requests.by_id("one")
    assert await letters(database) == []
    assert tombstone
    assert not tombstone.call_blocked


async def test_adding_and_withdrawing_at_the_same_moment_leave_nothing_behind(database: Database) -> None:
    """Whoever is first: after the withdrawal there is no addition, and no addition comes after it."""

    async def withdraw() -> None:
        async with database.store() as store:
            await store.requests.erase("one", "withdrawn")

    done = await asyncio.gather(*(add(database) for _ in range(5)), withdraw(), return_exceptions=True)
    assert not [error for error in done if error is not None and not isinstance(error, Conflict)]
    assert await letters(database) == []


async def test_the_first_reading_says_whether_the_promise_was_kept(database: Database) -> None:
    async with database.store() as store:
        await store.requests.add(a_request("late"))
        await store.requests.note_reading("one", NOW + HOUR)
        await store.requests.note_reading("one", NOW + 7 * DAY)
        await store.requests.note_reading("late", NOW + 7 * DAY)
    async with database.store() as store:
        in_time, late = await store.requests.by_id("one"), await store.requests.by_id("late")
    assert in_time
    assert late
    assert (in_time.opened_in_time, in_time.opened_count) == (True, 0), "reading counts nobody"
    assert late.opened_in_time is False
