"""Two sides of one family: once marked, no sequence of actions lets one worker hold both."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import pytest

from bot.usecases.accounts import workers
from bot.usecases.casework import allotting, handling, joining, letters, requests, staff, sweeping, undoing
from bot.usecases.casework.allotting import HeldByOne
from bot.usecases.casework.handling import OUTCOMES
from bot.usecases.casework.permissions import Gone
from bot.usecases.casework.promises import TAKEN, taker_in
from bot.usecases.casework.showings import ToldFirst
from bot.usecases.person import contact
from bot.usecases.refused import AlreadyTaken, HeadAllots, NotAllowed, NotFound, Refused
from tests.people import a_desk_mate, a_report, a_request, a_service, reads
from tests.usecases.office import Office

ACTIONS = 60
Action = Callable[[], Awaitable[object]]


@dataclass
class Family:
    """An office with a second request: hers and his. Nobody has told which is which."""

    office: Office
    hers: str
    his: str
    his_code: str

    async def holder(self, reference: str) -> str | None:
        async with self.office.runtime.database.store() as store:
            row = await store.requests.by_id(reference)
        assert row
        return row.worker_id

    async def marked(self) -> list[tuple[str, str]]:
        async with self.office.runtime.database.store() as store:
            return await store.sides.all()

    async def mark(self) -> None:
        await allotting.mark(self.office.runtime, self.office.head, self.hers, self.his)


@pytest.fixture
async def family(office: Office) -> Family:
    code = await a_request(office.runtime, about="own_behaviour")
    async with office.runtime.database.store() as store:
        both = {request.id for request in await store.requests.waiting("balvi")}
    (his,) = both - {office.reference}
    return Family(office, office.reference, his, code)


# --- Taking -----------------------------------------------------------------------------------------------------------


async def test_whoever_has_one_side_cannot_take_the_other_and_hears_nothing_more(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    await family.mark()
    with pytest.raises(HeadAllots) as refused:
        await requests.take(office.runtime, office.ilze, family.his)
    assert refused.value.args == ()
    assert await family.holder(family.his) is None
    await requests.take(office.runtime, office.second, family.his)
    assert await family.holder(family.his) == office.second.id


async def test_whoever_had_one_side_once_cannot_take_the_other_either(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    await handling.give_back(office.runtime, office.ilze, family.hers)
    await requests.take(office.runtime, office.second, family.hers)
    await family.mark()
    with pytest.raises(HeadAllots):
        await requests.take(office.runtime, office.ilze, family.his)


async def test_the_head_is_refused_as_well(family: Family) -> None:
    office = family.office
    await family.mark()
    await requests.take(office.runtime, office.head, family.hers)
    await requests.take(office.runtime, office.ilze, family.his)
    with pytest.raises(ToldFirst) as first:
        await requests.take_over(office.runtime, office.head, family.his)
    with pytest.raises(HeadAllots):
        await requests.take_over(office.runtime, office.head, family.his, first.value.truth.mark)
    with pytest.raises(HeadAllots):
        await handling.reveal_outside(office.runtime, office.head, family.his, "Jāzvana tūlīt pat šodien")


async def test_the_head_hands_neither_side_to_whoever_had_the_other(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    await requests.take(office.runtime, office.second, family.his)
    await family.mark()
    with pytest.raises(HeadAllots):
        await staff.hand_over(office.runtime, office.head, office.ilze.id, office.second.id, [family.hers])
    assert await family.holder(family.hers) == office.ilze.id


async def test_handing_over_is_no_taking_of_the_head(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    await staff.hand_over(office.runtime, office.head, office.ilze.id, office.second.id, [family.hers])
    await family.mark()
    await requests.take(office.runtime, office.head, family.his)
    assert await family.holder(family.his) == office.head.id


async def test_whoever_closed_one_side_does_not_reopen_it_once_she_has_the_other(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    await requests.close(office.runtime, office.ilze, family.hers, "met")
    await requests.take(office.runtime, office.ilze, family.his)
    await family.mark()
    with pytest.raises(HeadAllots):
        await undoing.reopen(office.runtime, office.ilze, family.hers)


async def test_a_call_that_was_made_is_noted_and_the_other_side_stays_untaken(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.his)
    await requests.reveal(office.runtime, office.ilze, family.his)
    await handling.give_back(office.runtime, office.ilze, family.his)
    await requests.take(office.runtime, office.ilze, family.hers)
    await family.mark()
    await handling.note_attempt(office.runtime, office.ilze, family.his, "reached_verified", 3)
    async with office.runtime.database.store() as store:
        row = await store.requests.by_id(family.his)
    assert row
    assert [attempt["outcome"] for attempt in row.attempts] == ["reached_verified"]
    assert row.worker_id is None


async def test_whoever_hears_the_person_of_the_other_side_does_not_take_her(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    await family.mark()
    with pytest.raises(HeadAllots):
        await handling.note_arrival(office.runtime, office.ilze, family.his)
    assert await family.holder(family.his) is None


# --- Reading ----------------------------------------------------------------------------------------------------------


async def test_a_worker_does_not_read_the_other_side_and_the_head_may_with_the_audit(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    await family.mark()
    with pytest.raises(HeadAllots):
        await letters.fetch(office.runtime, office.ilze, family.his)
    assert family.his not in [row.reference for row in await letters.look_through(office.runtime, office.ilze, "find")]
    assert family.hers in [row.reference for row in await letters.look_through(office.runtime, office.ilze, "find")]
    envelope = await requests.get_envelope(office.runtime, office.ilze, family.his)
    assert (envelope.allotted, envelope.readable) == (True, False)
    leading = await a_desk_mate(office.runtime, "another-head", "head", "balvi")
    async with office.runtime.database.store() as store:
        for copy in await store.services.copies_of(office.ilze.id):
            copy.held_by = leading.id
    await requests.take(office.runtime, leading, family.his)
    for reference in (family.hers, family.his):
        await letters.fetch(office.runtime, leading, reference)
    async with office.runtime.database.store() as store:
        fetched = {entry.subject for entry in await store.audit.entries(events={"letter_fetched"})}
    assert fetched == {family.hers, family.his}


# --- Marking ----------------------------------------------------------------------------------------------------------


async def test_only_the_head_marks_and_only_requests_of_her_own_service(family: Family) -> None:
    office = family.office
    for worker in (office.ilze, office.zane):
        with pytest.raises(NotAllowed):
            await allotting.mark(office.runtime, worker, family.hers, family.his)
    await a_service(office.runtime, "cits")
    stranger = await a_desk_mate(office.runtime, "cita", "head", "cits")
    with pytest.raises(NotFound):
        await allotting.mark(office.runtime, stranger, family.hers, family.his)
    with pytest.raises(NotAllowed):
        await allotting.mark(office.runtime, office.head, family.hers, family.hers)
    assert await family.marked() == []


async def test_marking_is_in_the_audit_of_both_and_marking_again_changes_nothing(family: Family) -> None:
    office = family.office
    await family.mark()
    await allotting.mark(office.runtime, office.head, family.his, family.hers)
    async with office.runtime.database.store() as store:
        entries = await store.audit.entries(events={allotting.MARKED})
    pairs = [(family.hers, family.his), (family.his, family.hers)]
    assert sorted((entry.subject, entry.reason) for entry in entries) == sorted(pairs)
    assert await family.marked() == sorted(pairs)


async def test_of_two_that_one_worker_has_one_is_handed_over_first(family: Family) -> None:
    office = family.office
    for reference in (family.hers, family.his):
        await requests.take(office.runtime, office.ilze, reference)
    with pytest.raises(HeldByOne):
        await family.mark()
    await staff.hand_over(office.runtime, office.head, office.ilze.id, office.second.id, [family.his])
    await family.mark()
    assert await family.holder(family.hers) == office.ilze.id


async def test_what_is_erased_is_marked_no_more(family: Family) -> None:
    office = family.office
    await contact.withdraw(office.runtime, family.his_code)
    with pytest.raises(Gone):
        await family.mark()


async def test_the_mark_outlives_the_first_letter_and_goes_with_the_second(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.his)
    await family.mark()
    await contact.withdraw(office.runtime, family.his_code)
    with pytest.raises(HeadAllots):
        await requests.take(office.runtime, office.ilze, family.hers)
    assert await family.marked() != []
    office.clock.move(days=31)
    await sweeping.sweep(office.runtime)
    assert await family.marked() == []


async def test_a_tombstone_waits_until_its_pair_is_gone(family: Family) -> None:
    office = family.office
    await family.mark()
    await contact.withdraw(office.runtime, family.his_code)
    office.clock.move(days=400)
    async with office.runtime.database.store() as store:
        await store.requests.forget(office.runtime.now())
    assert await family.holder(family.his) is None


async def test_where_few_hold_the_key_a_neighbour_is_named_for_one_side(family: Family) -> None:
    office = family.office
    seen = await allotting.look(office.runtime, office.head, family.hers, "lv")
    assert seen.few
    assert [request.reference for request in seen.others] == [family.his]
    await family.mark()
    seen = await allotting.look(office.runtime, office.head, family.hers, "lv")
    assert [request.reference for request in seen.marked] == [family.his]
    assert seen.others == ()


# --- Of two at one moment ---------------------------------------------------------------------------------------------


async def test_of_two_hands_that_take_one_side_each_at_once_one_is_refused(family: Family) -> None:
    office = family.office
    await family.mark()
    both = (requests.take(office.runtime, office.ilze, reference) for reference in (family.hers, family.his))
    done = await asyncio.gather(*both, return_exceptions=True)
    assert len([answer for answer in done if isinstance(answer, HeadAllots | AlreadyTaken)]) >= 1
    assert [await family.holder(reference) for reference in (family.hers, family.his)].count(office.ilze.id) <= 1


async def test_marking_and_taking_at_once_leave_nobody_with_both(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    done = await asyncio.gather(
        requests.take(office.runtime, office.ilze, family.his), family.mark(), return_exceptions=True
    )
    held = [await family.holder(reference) for reference in (family.hers, family.his)]
    assert held.count(office.ilze.id) <= 1 or await family.marked() == []
    assert [answer for answer in done if isinstance(answer, Refused)]


# --- Whatever they do -------------------------------------------------------------------------------------------------


def an_action(family: Family, chance: Random) -> Action:
    """One thing that somebody of the service may try with one of the two."""
    office = family.office
    runtime, everyone = office.runtime, (office.ilze, office.second, office.zane, office.head)
    who, to, reference = chance.choice(everyone), chance.choice(everyone), chance.choice((family.hers, family.his))
    outcome = chance.choice(OUTCOMES)

    async def takes_over() -> None:
        try:
            await requests.take_over(runtime, who, reference)
        except ToldFirst as first:
            await requests.take_over(runtime, who, reference, first.truth.mark)

    async def leaves() -> None:
        async with runtime.database.store() as store:  # as when an account is closed
            await store.requests.release(who.id, runtime.now())

    async def waits() -> None:
        office.clock.move(hours=chance.choice((1, 5, 30)))
        await sweeping.return_to_queue(runtime)

    weighed: list[tuple[float, Action]] = [  # what hides or ends a request would soon end the story
        (6, lambda: requests.take(runtime, who, reference)),
        (2, takes_over),
        (1, lambda: requests.reveal(runtime, who, reference)),
        (4, lambda: handling.give_back(runtime, who, reference)),
        (3, lambda: staff.hand_over(runtime, office.head, who.id, to.id, [reference])),
        (2, lambda: handling.note_attempt(runtime, who, reference, outcome, 3)),
        (2, lambda: handling.note_arrival(runtime, who, reference)),
        (0.5, lambda: handling.meet(runtime, who, reference)),
        (0.2, lambda: handling.flag_conflict(runtime, who, reference)),
        (1, lambda: handling.reveal_outside(runtime, who, reference, "Jāzvana tūlīt pat šodien")),
        (1, lambda: undoing.unflag_conflict(runtime, who, reference)),
        (1, lambda: undoing.take_back_attempt(runtime, who, reference)),
        (0.5, lambda: requests.close(runtime, who, reference, "met")),
        (3, lambda: undoing.reopen(runtime, who, reference)),
        (1, leaves),
        (1, waits),
    ]
    return chance.choices([action for _, action in weighed], [weight for weight, _ in weighed])[0]


async def had(family: Family, reference: str) -> set[str]:
    async with family.office.runtime.database.store() as store:
        return {taker_in(entry) for entry in await store.audit.entries(reference, events=TAKEN)}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
async def test_no_sequence_of_actions_lets_one_worker_hold_both_sides(family: Family, seed: int) -> None:
    chance = Random(seed)
    before = chance.randrange(8)
    taken = refused = 0
    for number in range(ACTIONS):
        if number >= before and not await family.marked():
            with suppress(HeldByOne):
                await family.mark()
        marked = bool(await family.marked())
        had_before = {reference: await had(family, reference) for reference in (family.hers, family.his)}
        try:
            await an_action(family, chance)()
        except HeadAllots:
            refused += 1
        except (Refused, ToldFirst):
            pass
        if not marked:
            continue
        hers, his = [await family.holder(reference) for reference in (family.hers, family.his)]
        assert hers is None or hers != his or await closed(family), (seed, number)
        for reference, other in ((family.hers, family.his), (family.his, family.hers)):
            new = await had(family, reference) - had_before[reference]
            taken += len(new)
            assert not new & had_before[other], (seed, number)
    assert taken
    assert refused


async def closed(family: Family) -> bool:
    """Whether one of both has ended: who ended it is kept on it, and has it no more."""
    async with family.office.runtime.database.store() as store:
        rows = [await store.requests.by_id(reference) for reference in (family.hers, family.his)]
    return any(row and row.status == "closed" for row in rows)


async def test_an_account_that_is_closed_and_made_anew_is_another_worker_and_the_mark_holds(family: Family) -> None:
    office = family.office
    await requests.take(office.runtime, office.ilze, family.hers)
    await family.mark()
    await workers.leave(office.runtime, "ilze", by=office.head.id)
    with pytest.raises(HeadAllots):
        await requests.take(office.runtime, office.ilze, family.his)


# --- Beside a report that is joined -----------------------------------------------------------------------------------


@pytest.fixture
async def report(family: Family) -> str:
    """About her, and read by Ilze like her own request."""
    office = family.office
    reference = (await a_report(office.runtime, office.ilze)).reference
    await reads(office.runtime, office.ilze, family.hers, reference)
    return reference


async def test_a_report_that_is_joined_has_the_other_side_of_her_request_and_keeps_it(
    family: Family, report: str
) -> None:
    office = family.office
    await joining.join(office.runtime, office.ilze, report, family.hers)
    await family.mark()
    await joining.part(office.runtime, office.head, report)
    assert (report, family.his) in await family.marked()
    with pytest.raises(HeadAllots):
        await requests.take(office.runtime, office.ilze, family.his)


async def test_whoever_had_the_other_side_of_a_report_does_not_come_to_it_by_joining(
    family: Family, report: str
) -> None:
    office = family.office
    await allotting.mark(office.runtime, office.head, report, family.his)
    await requests.take(office.runtime, office.ilze, family.his)
    with pytest.raises(HeadAllots):
        await joining.join(office.runtime, office.ilze, report, family.hers)


async def test_two_sides_are_never_joined_and_what_is_joined_is_never_two_sides(family: Family, report: str) -> None:
    office = family.office
    await joining.join(office.runtime, office.ilze, report, family.hers)
    with pytest.raises(HeldByOne):
        await allotting.mark(office.runtime, office.head, report, family.hers)
    other = (await a_report(office.runtime, office.ilze)).reference
    await reads(office.runtime, office.ilze, other)
    await allotting.mark(office.runtime, office.head, other, family.hers)
    with pytest.raises(NotAllowed):
        await joining.join(office.runtime, office.ilze, other, family.hers)


async def test_whoever_had_a_report_through_joining_has_had_it(family: Family, report: str) -> None:
    office = family.office
    await joining.join(office.runtime, office.ilze, report, family.hers)
    await joining.part(office.runtime, office.ilze, report)
    await handling.give_back(office.runtime, office.ilze, report)
    await allotting.mark(office.runtime, office.head, report, family.his)
    with pytest.raises(HeadAllots):
        await requests.take(office.runtime, office.ilze, family.his)


async def test_who_erased_one_side_at_the_wish_of_the_person_has_not_had_it(family: Family) -> None:
    office = family.office
    await family.mark()
    await handling.erase_at_wish(office.runtime, office.head, family.his)
    await requests.take(office.runtime, office.head, family.hers)
