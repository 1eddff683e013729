"""Counting at closing: sums only, once a case, frozen with the quarter, and exact for a month at most."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import requests, slips, undoing
from storage.slips import TOTAL
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_request, a_service, the_request


@pytest.fixture
async def head(runtime: Runtime) -> SignedIn:
    await a_service(runtime)
    head = await a_desk_mate(runtime, "haralds", "head", "balvi")
    await a_key(runtime, head)
    return head


async def close_one(runtime: Runtime, head: SignedIn, *slip: str) -> str:
    await a_request(runtime)
    reference = await the_request(runtime)
    await requests.close(runtime, head, reference, "met", slip)
    return reference


async def sums(runtime: Runtime) -> dict[str, int]:
    async with runtime.database.store() as store:
        found = await store.slips.sums("9999Q4")
    return dict(found.get(("balvi", slips.quarter_of(runtime.now())), {}))


async def test_a_slip_is_added_to_sums_and_what_nobody_asked_is_ignored(runtime: Runtime, head: SignedIn) -> None:
    await close_one(runtime, head, "new_family", "children", "reported", "../../x")
    await close_one(runtime, head, "new_family")
    assert await sums(runtime) == {TOTAL: 2, "new_family": 2, "children": 1}


async def test_what_follows_from_a_tick_is_counted_with_it(runtime: Runtime, head: SignedIn) -> None:
    """Whoever was brought to a lawyer was reached, whether or not somebody noted the call."""
    await close_one(runtime, head, "lawyer", "child_rehabilitation")
    assert await sums(runtime) == {TOTAL: 1, "lawyer": 1, "in_contact": 1, "child_rehabilitation": 1, "children": 1}


async def test_a_case_that_is_opened_and_closed_again_counts_once(runtime: Runtime, head: SignedIn) -> None:
    reference = await close_one(runtime, head, "new_family")
    await undoing.reopen(runtime, head, reference)
    await requests.close(runtime, head, reference, "met", ["children"])
    assert await sums(runtime) == {TOTAL: 1, "new_family": 1}


async def test_thirteen_cases_can_be_told_when_the_quarter_is_over(
    runtime: Runtime, head: SignedIn, clock: Clock
) -> None:
    quarter = slips.quarter_of(runtime.now())
    async with runtime.database.store() as store:
        for number in range(13):
            told = [name for name, at_most in (("new_family", 12), ("children", 8), ("lawyer", 1)) if number < at_most]
            await store.slips.add("balvi", quarter, told)
    await slips.freeze(runtime)
    assert await slips.list_quarters(runtime, head) == [], "a quarter that is not over is not told"
    clock.move(days=92)
    await slips.freeze(runtime)
    (edition,) = await slips.list_quarters(runtime, head)
    assert (edition.name, edition.total) == (quarter, 13)
    assert {name: edition.told[name] for name in ("new_family", "children", "lawyer", "course")} == {
        "new_family": "most",
        "children": 8,
        "lawyer": "few",
        "course": "few",
    }


async def test_exact_sums_are_gone_a_month_after_the_quarter_and_the_edition_stays(
    runtime: Runtime, head: SignedIn, clock: Clock
) -> None:
    await close_one(runtime, head)
    end = datetime(2026, 12, 31, 22, tzinfo=UTC)
    clock.move(seconds=int((end - runtime.now()).total_seconds()) + 1)
    for days, left in ((0, 1), (29, 1), (2, 0)):
        clock.move(days=days)
        await slips.freeze(runtime)
        async with runtime.database.store() as store:
            assert len(await store.slips.sums("9999Q4")) == left
    (edition,) = await slips.list_quarters(runtime, head)
    assert (edition.total, set(edition.told.values())) == (None, {"nothing"})


async def test_another_service_sees_nothing_of_it(runtime: Runtime, head: SignedIn, clock: Clock) -> None:
    await close_one(runtime, head)
    clock.move(days=92)
    await slips.freeze(runtime)
    await a_service(runtime, "riga", "riga")
    assert await slips.list_quarters(runtime, await a_desk_mate(runtime, "rolands", "head", "riga")) == []


def test_a_quarter_begins_at_midnight_in_latvia() -> None:
    end = datetime(2026, 9, 30, 20, 59, tzinfo=UTC)
    assert (slips.quarter_of(end), slips.quarter_of(end + timedelta(minutes=1))) == ("2026Q3", "2026Q4")


async def test_two_who_close_at_the_same_moment_are_both_counted(runtime: Runtime, head: SignedIn) -> None:
    references: list[str] = []
    for _ in range(4):
        known = set(references)
        await a_request(runtime)
        async with runtime.database.store() as store:
            references += [request.id for request in await store.requests.waiting("balvi") if request.id not in known]
    await asyncio.gather(*(requests.close(runtime, head, reference, "met", ["children"]) for reference in references))
    assert await sums(runtime) == {TOTAL: 4, "children": 4}
