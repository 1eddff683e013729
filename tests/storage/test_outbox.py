"""What must be done is done: by one at a time, again if it failed, and not for nothing."""

import asyncio
from collections import Counter
from datetime import datetime
from itertools import chain

import pytest

from storage.database import Database
from storage.outbox import Errand
from tests.storage.rows import DAY, HOUR, NOW, a_request, furnish


@pytest.fixture(autouse=True)
async def furnished(database: Database) -> None:
    await furnish(database)


async def add(database: Database, count: int = 1, due_at: datetime = NOW, request_id: str | None = None) -> None:
    async with database.store() as store:
        for _ in range(count):
            errand = Errand(kind="notice", service_id="balvi", due_at=due_at, request_id=request_id)
            await store.outbox.add(errand)


async def claim(database: Database, at: datetime = NOW, limit: int = 50) -> list[int]:
    async with database.store() as store:
        return [errand.id for errand in await store.outbox.claim(at, limit, HOUR)]


async def claim_all(database: Database) -> list[int]:
    claimed: list[int] = []
    while some := await claim(database, limit=3):
        claimed += some
    return claimed


async def test_each_errand_is_claimed_once_by_eight_at_once(database: Database, replica: Database) -> None:
    await add(database, 50)
    claimed = await asyncio.gather(*(claim_all(node) for node in [database, replica] * 4))
    assert Counter(chain.from_iterable(claimed)) == dict.fromkeys(range(1, 51), 1)


async def test_nothing_is_claimed_before_it_is_due(database: Database) -> None:
    await add(database, due_at=NOW + HOUR)
    assert await claim(database) == []
    assert await claim(database, NOW + HOUR) == [1]


async def test_what_a_dead_replica_had_claimed_is_claimed_again(database: Database) -> None:
    await add(database)
    assert await claim(database) == [1]
    assert await claim(database, NOW + HOUR / 2) == []
    async with database.store() as store:
        again = await store.outbox.claim(NOW + HOUR, 1, HOUR)
    assert [errand.attempts for errand in again] == [2]


async def test_what_failed_is_tried_again_at_its_time_and_what_is_done_never(database: Database) -> None:
    await add(database, 2)
    assert await claim(database) == [1, 2]
    async with database.store() as store:
        await store.outbox.done(1, NOW, sent=True)
        await store.outbox.failed(2, NOW + HOUR / 4)
    assert await claim(database) == []
    assert await claim(database, NOW + DAY) == [2]


async def test_nothing_more_is_sent_about_a_request_that_someone_took(database: Database) -> None:
    async with database.store() as store:
        await store.requests.add(a_request("one"))
    await add(database, request_id="one")
    await add(database)
    async with database.store() as store:
        await store.outbox.settle("one", NOW)
    assert await claim(database) == [2]


async def test_done_errands_are_forgotten_and_open_ones_are_not(database: Database) -> None:
    await add(database, 2)
    async with database.store() as store:
        await store.outbox.done(1, NOW, sent=True)
        assert await store.outbox.expire(NOW) == 0
        assert await store.outbox.expire(NOW + DAY) == 1
    assert await claim(database) == [2]


async def test_what_was_done_about_a_request_is_known_beside_what_is_still_to_do(database: Database) -> None:
    async with database.store() as store:
        await store.requests.add(a_request())
    await add(database, 2, request_id=a_request().id)
    await add(database)
    async with database.store() as store:
        first, _ = await store.outbox.of_request(a_request().id)
        await store.outbox.done(first.id, NOW, sent=True)
    async with database.store() as store:
        errands = await store.outbox.of_request(a_request().id)
        assert sorted(errand.done_at is not None for errand in errands) == [False, True]


async def test_a_notice_that_is_about_to_go_out_tells_what_came_in_meanwhile_and_one_that_was_left_does_not(
    database: Database,
) -> None:
    async with database.store() as store:
        await store.requests.add(a_request())
    await add(database, request_id=a_request().id)  # due now

    async def will_tell(kind: str = "notice", after: datetime = NOW - HOUR, by: datetime = NOW) -> bool:
        async with database.store() as store:
            return await store.outbox.will_tell(a_request().id, "balvi", kind, after, by)

    assert await will_tell()
    assert not await will_tell(kind="another")
    assert not await will_tell(after=NOW), "it should have gone out by now"
    assert not await will_tell(by=NOW - HOUR / 2)
    assert await claim(database) == [1]
    assert not await will_tell(), "it is on its way, and who gets it may have looked before this came in"


async def test_what_was_sent_is_told_apart_from_what_was_no_longer_needed(database: Database) -> None:
    async with database.store() as store:
        await store.requests.add(a_request())
    await add(database, 3, request_id=a_request().id)
    async with database.store() as store:
        one, two, three = await store.outbox.of_request(a_request().id)
        await store.outbox.done(one.id, NOW, sent=True)
        await store.outbox.done(two.id, NOW, sent=False)
        await store.outbox.settle(a_request().id, NOW)  # while the third mail is under way
        await store.outbox.done(three.id, NOW + HOUR, sent=True)
    async with database.store() as store:
        errands = sorted(await store.outbox.of_request(a_request().id), key=lambda errand: errand.id)
    assert [errand.sent_at for errand in errands] == [NOW, None, NOW + HOUR]
    assert [errand.done_at for errand in errands] == [NOW.replace(minute=0, second=0, microsecond=0)] * 3


async def test_what_waits_for_the_same_people_comes_along_however_much_it_is(database: Database) -> None:
    await add(database, 70)
    await add(database, due_at=NOW + HOUR)
    async with database.store() as store:
        await store.outbox.add(Errand(kind="other", service_id="balvi", due_at=NOW))
    assert await claim(database, limit=50) == [*range(1, 71)]
    assert await claim(database, limit=50) == [72]
    async with database.store() as store:
        await store.outbox.done(72, NOW, sent=True)
        for errand_id in range(1, 71):
            await store.outbox.failed(errand_id, NOW + errand_id * HOUR)
    assert len(await claim(database, NOW + HOUR, limit=1)) == 71, "also what was to be tried again later"
