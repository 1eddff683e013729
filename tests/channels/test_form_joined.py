"""The page behind a code tells nobody that a report was joined to what she wrote, in no state, to the byte."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, joining, receipts, requests, sweeping, undoing
from bot.usecases.casework.states import Outcome
from bot.usecases.person import additions, contact
from bot.usecases.services import escalation
from tests.channels.code_page import HEAD, ILZE, looked, sent
from tests.channels.forms import Visitor
from tests.faces import Clock
from tests.people import a_report, reads

Step = Callable[[str, str], Awaitable[object]]
"""What is done to one of the two requests, given its id and its code."""


async def waiting(runtime: Runtime, known: str = "") -> str:
    async with runtime.database.store() as store:
        return next(request.id for request in await store.requests.waiting("balvi") if request.id != known)


async def page_of(visitor: Visitor, code: str) -> str:
    page = await looked(visitor, code)
    return page.bare.replace(code, "").replace(" ".join(code[at : at + 4] for at in range(0, 16, 4)), "")


def steps(runtime: Runtime, clock: Clock, worker: SignedIn = ILZE) -> dict[str, Step]:
    """Through every state of a request, one after another."""
    day = clock().astimezone(RIGA).date() + timedelta(days=5)

    def noted(outcome: Outcome) -> Step:
        return lambda reference, _: handling.note_attempt(runtime, worker, reference, outcome, 3)

    return {
        "taken": lambda reference, _: requests.take(runtime, worker, reference),
        "nobody answered": noted("no_answer"),
        "somebody else answered": noted("other_person"),
        "taken back": lambda reference, _: undoing.take_back_attempt(runtime, worker, reference),
        "given back": lambda reference, _: handling.give_back(runtime, worker, reference),
        "taken again": lambda reference, _: requests.take(runtime, worker, reference),
        "not safe": lambda _, code: additions.block_calls(runtime, code),
        "waits for her": lambda reference, _: handling.await_person(runtime, worker, reference, day),
        "came": lambda reference, _: handling.note_arrival(runtime, worker, reference),
        "met": lambda reference, _: handling.meet(runtime, worker, reference),
        "closed": lambda reference, _: requests.close(runtime, worker, reference, "could_not_reach_safely"),
        "opened again": lambda reference, _: undoing.reopen(runtime, worker, reference),
        "kept longer": lambda reference, _: handling.extend(runtime, worker, reference, "asked for at the counter"),
        "withdrawn": lambda _, code: contact.withdraw(runtime, code),
    }


async def test_in_every_state_the_page_of_a_joined_request_is_that_of_one_that_stands_alone(
    visitor: Visitor, runtime: Runtime, clock: Clock
) -> None:
    codes = [await sent(visitor, runtime)]
    ids = [await waiting(runtime)]
    codes.append(await sent(visitor, runtime))
    ids.append(await waiting(runtime, ids[0]))
    report = (await a_report(runtime, ILZE, priority="today")).reference
    await reads(runtime, ILZE, report, *ids)
    for reference in ids:
        await requests.take(runtime, ILZE, reference)
    await joining.join(runtime, ILZE, report, ids[0])
    seen = set()
    for name, step in steps(runtime, clock).items():
        clock.move(minutes=61 if name == "somebody else answered" else 1)
        for reference, code in zip(ids, codes, strict=True):
            await step(reference, code)
        pages = [await page_of(visitor, code) for code in codes]
        assert pages[0] == pages[1], name
        seen.add(pages[0])
    assert len(seen) > 8, "one page for all states would show nothing"


async def test_a_missed_deadline_is_told_alike(visitor: Visitor, runtime: Runtime, clock: Clock) -> None:
    """A report that is due earlier makes nobody's page say that something is late."""
    codes = [await sent(visitor, runtime)]
    ids = [await waiting(runtime)]
    codes.append(await sent(visitor, runtime))
    ids.append(await waiting(runtime, ids[0]))
    report = (await a_report(runtime, ILZE, priority="today")).reference
    await reads(runtime, ILZE, report, *ids)
    day = clock().astimezone(RIGA).date() + timedelta(days=5)
    for reference in ids:
        await requests.take(runtime, ILZE, reference)
        await handling.await_person(runtime, ILZE, reference, day)
    await joining.join(runtime, ILZE, report, ids[0])
    for days in (1, 5, 30):
        clock.move(days=days)
        await sweeping.sweep(runtime)
        assert len({await page_of(visitor, code) for code in codes}) == 1, days


async def test_the_page_of_an_agreed_report_says_nothing_of_it_either(
    visitor: Visitor, runtime: Runtime, clock: Clock
) -> None:
    """Neither joined, nor taken apart, nor when the other request was withdrawn."""
    code = await sent(visitor, runtime)
    own = await waiting(runtime)
    report = await a_report(runtime, ILZE, basis="agreed")
    await reads(runtime, ILZE, own, report.reference)
    for reference in (own, report.reference):
        await requests.take(runtime, ILZE, reference)
    pages = {await page_of(visitor, report.code)}
    doings: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: joining.join(runtime, ILZE, report.reference, own),
        lambda: joining.part(runtime, HEAD, report.reference),
        lambda: joining.join(runtime, ILZE, report.reference, own),
        lambda: contact.withdraw(runtime, code),
    )
    for doing in doings:
        await doing()
        pages.add(await page_of(visitor, report.code))
    assert len(pages) == 1


@dataclass
class Two:
    """Two reports that two persons agreed to: one is joined, the other stands alone. What is done is done for both."""

    own: str
    codes: tuple[str, str]
    alone: str

    @property
    def acted_on(self) -> tuple[str, str]:
        return self.own, self.alone


@pytest.fixture
async def two(visitor: Visitor, runtime: Runtime) -> Two:
    await sent(visitor, runtime)
    own = await waiting(runtime)
    joined, alone = [await a_report(runtime, ILZE, basis="agreed") for _ in range(2)]
    await reads(runtime, ILZE, own, joined.reference, alone.reference)
    for reference in (own, alone.reference):
        await requests.take(runtime, ILZE, reference)
    await joining.join(runtime, ILZE, joined.reference, own)
    return Two(own, (joined.code, alone.code), alone.reference)


async def test_in_every_state_the_page_of_a_joined_report_is_that_of_one_that_stands_alone(
    visitor: Visitor, runtime: Runtime, clock: Clock, two: Two
) -> None:
    """Calls are of her own request, so a joined report tells of none; contact it tells of like any other."""
    seen = set()
    for name, step in steps(runtime, clock).items():
        if name in ("nobody answered", "somebody else answered", "taken back", "not safe", "withdrawn"):
            continue
        clock.move(minutes=1)
        for reference in two.acted_on:
            await step(reference, "")
        pages = [await page_of(visitor, code) for code in two.codes]
        assert pages[0] == pages[1], name
        seen.add(pages[0])
    assert len(seen) > 4, "one page for all states would show nothing"


async def test_a_talk_after_calls_in_vain_is_told_alike(
    visitor: Visitor, runtime: Runtime, clock: Clock, two: Two
) -> None:
    """The calls were made because of the reports, before one was joined."""
    await joining.part(runtime, HEAD, (await reference_of(runtime, two.codes[0])))
    reports = [await reference_of(runtime, code) for code in two.codes]
    for reference in reports:
        await requests.take(runtime, ILZE, reference)
        await handling.note_attempt(runtime, ILZE, reference, "no_answer", 1)
    await joining.join(runtime, ILZE, reports[0], two.own)
    clock.move(hours=2)
    for reference in two.acted_on:
        await handling.note_arrival(runtime, ILZE, reference)
    assert len({await page_of(visitor, code) for code in two.codes}) == 1


async def test_who_was_told_that_nobody_takes_a_report_is_said_alike(
    visitor: Visitor, runtime: Runtime, clock: Clock, two: Two
) -> None:
    pages = set()
    for reference in two.acted_on:
        await handling.give_back(runtime, ILZE, reference)
    for days in (0, 7, 7, 7):
        clock.move(days=days)
        await escalation.escalate(runtime)
        clock.move(hours=1)
        async with runtime.database.store() as store:
            for reference in two.acted_on:
                for errand in await store.outbox.of_request(reference):
                    await store.outbox.done(errand.id, clock(), sent=True)
        told = {await page_of(visitor, code) for code in two.codes}
        assert len(told) == 1, days
        pages |= told
    assert len(pages) > 1, "nobody was told"


async def reference_of(runtime: Runtime, code: str) -> str:
    async with runtime.database.store() as store:
        found = await store.requests.by_receipt(await receipts.hashed(runtime, code))
    assert found
    return found.id
