"""The outside edition of closings: a year, blurred quarter by quarter, from which no edition lets anybody compute."""

import math
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from random import Random

import pytest

from bot import jobs
from bot.content import Content
from bot.engine.suppression import told, told_total
from bot.runtime import Runtime
from bot.usecases.casework import slips
from bot.usecases.operation import closings, yearly
from bot.usecases.person import counting
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.storage import rows

DANGEROUS = {1, 2, 3, 4}
MOST = 60
FAR = 160
"""How far the sum of four blurs strays in these tests; further it is less likely than one in a billion."""
Q = math.exp(-counting.EPSILON)


@pytest.fixture
async def replica(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Runtime]:
    """On SQLite and on PostgreSQL, in the first days of 2027, with a service of many cases, of few, and of none."""
    clock.move(days=40)
    async with runtime_on(database_url, clock, shipped) as runtime:
        async with runtime.database.store() as store:
            for service in ("few", "many", "none"):
                await store.services.put(rows.a_service(id=service, places=[service]))
            await store.workers.add(rows.a_worker(service_id="many", created_at=clock()))
        yield runtime


async def a_quarter(runtime: Runtime, service: str, cases: int, **sums: int) -> None:
    """Cases that are closed now, told to the counter as a desk would."""
    async with runtime.database.store() as store:
        for number in range(cases):
            yes = [name for name, at_most in sums.items() if number < at_most]
            await store.slips.add(service, slips.quarter_of(runtime.now()), yes)


async def a_year(runtime: Runtime, clock: Clock) -> None:
    """2027, quarter by quarter, and the first morning after it; the program looks every month."""
    for number in range(4):
        await a_quarter(runtime, "many", 40, new_family=40, children=20)
        await a_quarter(runtime, "few", 1, new_family=1)
        for month in range(1, 4):
            following = 3 * number + month
            clock.now = datetime(2027 + following // 12, following % 12 + 1, 1, 9, tzinfo=UTC)
            await jobs.publish_counts(runtime)


async def told_of(runtime: Runtime) -> Mapping[str, Mapping[str, closings.ToldOutside]]:
    found = await yearly.get_year(runtime, 2027)
    assert found is not None
    return {service: figures.closings for service, figures in zip(("few", "many", "none"), found, strict=True)}


async def waiting(runtime: Runtime) -> list[tuple[date, str, int]]:
    async with runtime.database.store() as store:
        kept = await store.counts.published(date(2027, 1, 1), date(2028, 12, 31))
    return [row for row in kept if row[1].startswith(closings.PREFIX)]


async def test_a_year_is_summed_from_blurred_quarters_long_after_their_exact_sums_are_gone(
    replica: Runtime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "CHANCE", Random(11))
    await a_year(replica, clock)
    async with replica.database.store() as store:
        assert {quarter for _, quarter in await store.slips.sums("9999Q4")} == {"2027Q4"}
    numbers = await told_of(replica)
    cases, children = numbers["many"]["cases"], numbers["many"]["children"]
    assert isinstance(cases, int)
    assert isinstance(children, int)
    assert (cases % counting.ROUNDED_TO, children % counting.ROUNDED_TO) == (0, 0)
    assert abs(cases - 160) < 50
    assert abs(children - 80) < 50
    assert numbers["many"]["new_family"] == "most", "what is left over from all is too little to be told"
    assert {*numbers["few"].values(), *numbers["none"].values()} == {None}


async def test_it_is_made_once_and_leaves_no_quarter_behind(
    replica: Runtime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "CHANCE", Random(12))
    await a_year(replica, clock)
    numbers = await told_of(replica)
    assert await waiting(replica) == []
    for _ in range(3):
        clock.move(days=9)
        await jobs.publish_counts(replica)
    assert await told_of(replica) == numbers
    assert await waiting(replica) == [], "the last quarter's exact sums are still there, and are blurred no second time"


async def test_a_quarter_is_blurred_once_and_no_week_shows_it(replica: Runtime, clock: Clock) -> None:
    await a_quarter(replica, "many", 40, new_family=30)
    clock.now = datetime(2027, 4, 1, 9, tzinfo=UTC)
    await jobs.publish_counts(replica)
    once = await waiting(replica)
    assert {name.rpartition(":")[2] for _, name, _ in once} == {*closings.ROWS}
    await jobs.publish_counts(replica)
    assert await waiting(replica) == once
    assert await counting.list_published(replica, 2027) == []
    assert await yearly.get_year(replica, 2027) is None


@pytest.mark.parametrize(
    "numbers, said",
    [
        ({}, (None, None, None)),
        ({"new_family": 20}, (None, None, None)),
        ({"cases": 40, "new_family": 25}, (40, 25, None)),
        ({"cases": 40, "new_family": 30, "children": 45}, (40, "most", "most")),
    ],
)
def test_neither_a_small_number_nor_what_is_left_over_is_told(
    numbers: Mapping[str, int], said: tuple[closings.ToldOutside, ...]
) -> None:
    assert tuple(closings.told(numbers).values()) == said


def test_whoever_has_every_inside_edition_excludes_nothing_by_the_outside_one() -> None:
    """Three quarters known to the last case, the fourth as the inside edition tells it, for every population up to
    sixty: each number of it that could be true before could still be true, whatever the year says."""
    alike: dict[tuple[object, object], list[tuple[int, int]]] = defaultdict(list)
    for total in range(MOST + 1):
        for number in range(total + 1):
            alike[told_total(total), told(number, total)].append((number, total))
    everything = possible(0)
    for published, candidates in alike.items():
        left = [(number, total) for number, total in candidates if possible(number) == possible(total) == everything]
        assert left == candidates, published
        assert not {number for number, _ in left} <= DANGEROUS, published
        assert not {total - number for number, total in left} <= DANGEROUS, published


def test_one_case_more_makes_no_number_of_the_year_recognisably_likelier() -> None:
    worst = max(
        abs(math.log(likely_year(cases)[number] / likely_year(cases + 1)[number]))
        for cases in range(MOST)
        for number in possible(cases)
    )
    assert 0 < worst <= counting.EPSILON + 1e-6
    assert len(closings.ROWS) == 3, "a case is in three numbers at most"


@cache
def likely_year(exact: int) -> Mapping[int, float]:
    """How likely each published sum of a year is, if its quarters hold so many cases."""
    found: dict[int, float] = defaultdict(float)
    for noise, chance in blurs(4).items():
        found[counting.rounded(exact + noise)] += chance
    return {number: chance for number, chance in found.items() if -FAR // 2 <= number <= FAR // 2}


@cache
def possible(exact: int) -> frozenset[int]:
    return frozenset(number for number, chance in likely_year(exact).items() if chance > 0)


@cache
def blurs(times: int) -> Mapping[int, float]:
    """How likely each sum of so many blurs is. That chance falls like this is held by the counting's own tests."""
    if times == 0:
        return {0: 1.0}
    found: dict[int, float] = defaultdict(float)
    for before, chance in blurs(times - 1).items():
        for noise in range(-FAR, FAR + 1):
            found[before + noise] += chance * (1 - Q) / (1 + Q) * Q ** abs(noise)
    return found
