"""The yearly table: told once, when the year is over, blurred, and without a service that had few requests."""

from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from bot import jobs
from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.operation import yearly
from bot.usecases.person import counting
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.storage import rows

MANY, FEW = 60, 3


@pytest.fixture
async def replica(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Runtime]:
    """On SQLite and on PostgreSQL, with a service that many write to, and one that few do."""
    async with runtime_on(database_url, clock, shipped) as runtime:
        async with runtime.database.store() as store:
            await store.services.put(rows.a_service())
            await store.services.put(rows.a_service(id="small", places=["small"]))
        yield runtime


async def sent(runtime: Runtime, number: int, name: str, **differs: Any) -> None:
    times = {"created_hour": runtime.now(), "read_by": runtime.now(), "purge_at": runtime.now()}
    async with runtime.database.store() as store:
        for index in range(number):
            await store.requests.add(rows.a_request(f"{name} {index}", **(times | differs)))


async def a_year(runtime: Runtime, clock: Clock) -> None:
    """2026, and the night after it."""
    async with runtime.database.store() as store:
        await store.workers.add(rows.a_worker())
    await sent(runtime, MANY, "met", closed_as="met", opened_in_time=True)
    await sent(runtime, MANY, "open")
    await sent(runtime, MANY, "sample", is_sample=True)
    await sent(runtime, FEW, "small", service_id="small")
    clock.move(days=39)
    await sent(runtime, MANY, "next year", created_hour=clock() + timedelta(days=1))


async def told(runtime: Runtime) -> dict[str, Any]:
    """The numbers of each service, in the order of their ids."""
    found = await yearly.get_year(runtime, 2026)
    assert found is not None
    return {kind: dict(figures.rows) for kind, figures in zip(("many", "few"), found, strict=True)}


async def test_a_year_is_told_once_when_it_is_over_and_a_small_service_is_not(
    replica: Runtime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "CHANCE", Random(9))
    clock.move(days=-1)
    await a_year(replica, clock)
    assert clock().year == 2026
    await jobs.publish_counts(replica)
    assert await yearly.get_year(replica, 2026) is None
    clock.move(days=1)
    await jobs.publish_counts(replica)
    numbers = await told(replica)
    assert numbers["few"] == {}
    assert numbers["many"].keys() == {"sent", "in-time", "met", "open"}
    for row, exact in {"sent": 2 * MANY, "in-time": MANY, "met": MANY, "open": MANY}.items():
        assert numbers["many"][row] % counting.ROUNDED_TO == 0
        assert abs(numbers["many"][row] - exact) < 30
    await jobs.publish_counts(replica)
    assert await told(replica) == numbers, "chance is thrown once"
    assert await counting.list_published(replica, 2026) == [], "a year is no week"


async def test_where_nobody_answered_in_a_year_it_is_not_told(replica: Runtime, clock: Clock) -> None:
    clock.move(days=60)
    await jobs.publish_counts(replica)
    assert await yearly.get_year(replica, 2026) is None
