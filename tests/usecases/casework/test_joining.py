"""A report and the person's own request, joined by eye: by whom, what then holds, and how they are taken apart."""

from collections.abc import Awaitable, Callable

import pytest

from bot.runtime import RIGA
from bot.usecases.casework import (
    allotting,
    calls,
    handling,
    joining,
    letters,
    papers,
    queue,
    requests,
    undoing,
)
from bot.usecases.casework.call_permission import CallBlocked, CallsLocked, NoContact
from bot.usecases.casework.joining import NotRead
from bot.usecases.casework.key_change import RESEALED_SIZE
from bot.usecases.casework.permissions import Gone, Joined
from bot.usecases.casework.requests import OPEN
from bot.usecases.person import additions
from bot.usecases.refused import NotAllowed, NotFound
from bot.usecases.services.keys import SEALED
from tests.people import a_report, a_request, an_own_key, gives_the_key, may_read_alone, reads
from tests.storage.rows import DAY
from tests.usecases.cases import WHY, in_common, row, to_be_told
from tests.usecases.office import Office


async def choices(office: Office, report: str) -> list[str]:
    found = await joining.get_joining(office.runtime, office.ilze, report)
    return [choice.reference for choice in found.choices]


# --- Joining ----------------------------------------------------------------------------------------------------------


async def test_who_has_read_both_and_joins_them_has_both(office: Office, report: str) -> None:
    assert await choices(office, report) == [office.reference]
    await joining.join(office.runtime, office.ilze, report, office.reference)
    assert (await in_common(office, report))[:2] == ("taken", office.ilze.id)
    for reference in (report, office.reference):
        async with office.runtime.database.store() as store:
            (entry,) = await store.audit.entries(reference, events={"letters_joined"})
            assert (entry.actor, entry.reason) == (office.ilze.id, None), "the audit ties no two ids"
            assert not [errand for errand in await store.outbox.of_request(reference) if errand.done_at is None]


@pytest.mark.parametrize("unread", ["own", "report"])
async def test_who_has_not_read_both_joins_nothing(office: Office, unread: str) -> None:
    """A letter that was only looked through, or fetched and never shown, is not read."""
    report = (await a_report(office.runtime, office.ilze)).reference
    await letters.look_through(office.runtime, office.ilze, "find")
    await letters.fetch(office.runtime, office.ilze, report)
    await reads(office.runtime, office.ilze, report if unread == "own" else office.reference)
    assert await choices(office, report) == ([] if unread == "own" else [office.reference])
    with pytest.raises(NotRead):
        await joining.join(office.runtime, office.ilze, report, office.reference)
    assert (await row(office, report)).joined_to is None


async def test_what_a_colleague_has_is_joined_by_nobody_else(office: Office, report: str) -> None:
    await requests.take(office.runtime, office.second, office.reference)
    assert await choices(office, report) == []
    with pytest.raises(NotAllowed):
        await joining.join(office.runtime, office.ilze, report, office.reference)


async def test_the_head_joins_a_report_to_the_request_that_a_colleague_has(office: Office, report: str) -> None:
    await an_own_key(office.runtime, office.head)
    await gives_the_key(office.runtime, office.ilze, office.head, office.identity)
    await requests.take(office.runtime, office.ilze, office.reference)
    await reads(office.runtime, office.head, report, office.reference)
    await joining.join(office.runtime, office.head, report, office.reference)
    assert (await in_common(office, report))[:2] == ("taken", office.ilze.id)


async def test_two_colleagues_never_lose_one_to_the_other(office: Office, report: str) -> None:
    """Whoever decides hands over first: only then the colleague is told."""
    await an_own_key(office.runtime, office.head)
    await gives_the_key(office.runtime, office.ilze, office.head, office.identity)
    await requests.take(office.runtime, office.ilze, office.reference)
    await requests.take(office.runtime, office.second, report)
    await reads(office.runtime, office.head, report, office.reference)
    with pytest.raises(NotAllowed):
        await joining.join(office.runtime, office.head, report, office.reference)


async def test_only_a_report_is_joined_and_only_to_an_own_request(office: Office, report: str) -> None:
    other = (await a_report(office.runtime, office.ilze)).reference
    await reads(office.runtime, office.ilze, other)
    for reference, to in ((office.reference, report), (report, other), (report, report)):
        with pytest.raises(NotAllowed):
            await joining.join(office.runtime, office.ilze, reference, to)
    with pytest.raises(NotFound):
        await joining.join(office.runtime, office.ilze, report, "no such request")


async def test_the_other_side_of_a_family_is_not_offered(office: Office, report: str) -> None:
    await allotting.mark(office.runtime, office.head, report, office.reference)
    assert await choices(office, report) == []


async def test_what_is_hidden_from_the_colleagues_is_joined_to_nothing_that_they_see(
    office: Office, report: str
) -> None:
    """So joining tells nobody of it, and hides nothing that was open."""
    await may_read_alone(office.runtime, office.ilze, office.identity)
    await handling.flag_conflict(office.runtime, office.ilze, report)
    assert await choices(office, report) == []
    with pytest.raises(NotAllowed):
        await joining.join(office.runtime, office.ilze, report, office.reference)
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    await joining.join(office.runtime, office.ilze, report, office.reference)
    assert (await in_common(office, report))[-1] is True
    with pytest.raises(NotAllowed):
        await undoing.unflag_conflict(office.runtime, office.ilze, office.reference)


async def test_the_earlier_deadline_and_the_higher_urgency_hold(office: Office) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    report = (await a_report(office.runtime, office.ilze, priority="today")).reference
    await requests.take(office.runtime, office.ilze, report)
    await reads(office.runtime, office.ilze, office.reference, report)
    due = [(await row(office, reference)).due_at for reference in (office.reference, report)]
    async with office.runtime.database.store() as store:
        own = await store.requests.by_id(office.reference)
        assert own
        own.priority, own.due_at = "in_order", own.due_at and own.due_at + DAY
    await joining.join(office.runtime, office.ilze, report, office.reference)
    own = await office.row()
    assert (own.due_at, own.priority) == (due[1], "today")
    await in_common(office, report)


async def test_the_day_on_which_she_comes_is_hers_whatever_was_reported(office: Office, report: str) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    day = office.clock().astimezone(RIGA).date() + 5 * DAY
    await handling.await_person(office.runtime, office.ilze, office.reference, day)
    before = (await office.row()).due_at
    await joining.join(office.runtime, office.ilze, report, office.reference)
    assert await in_common(office, report) == ("awaited", office.ilze.id, before, None, False)


async def test_the_queue_shows_one_row_with_a_mark(office: Office, joined: str) -> None:
    (only,) = await queue.list_requests(office.runtime, office.ilze, OPEN)
    assert (only.reference, only.reports) == (office.reference, (joined,))
    assert await queue.count_requests(office.runtime, office.ilze, OPEN) == 1
    assert (await requests.get_envelope(office.runtime, office.ilze, joined)).withheld == "joined"


# --- Her instructions -------------------------------------------------------------------------------------------------


async def test_the_number_in_a_joined_report_is_shown_to_nobody(office: Office, joined: str) -> None:
    with pytest.raises(NoContact):
        await requests.reveal(office.runtime, office.ilze, joined)
    with pytest.raises(NoContact):
        await calls.reveal_outside(office.runtime, office.head, joined, WHY)
    found = await letters.look_through(office.runtime, office.ilze, "calls")
    assert [request.reference for request in found] == [office.reference]


async def test_a_number_that_is_on_a_screen_goes_when_the_report_is_joined(office: Office, report: str) -> None:
    """Her call is still noted, and counts."""
    await requests.take(office.runtime, office.ilze, report)
    await requests.reveal(office.runtime, office.ilze, report)
    assert (await calls.on_screen(office.runtime, office.ilze, report)).may_show
    await joining.join(office.runtime, office.ilze, report, office.reference)
    shown = await calls.on_screen(office.runtime, office.ilze, report)
    assert (shown.may_show, shown.ended, shown.owes) == (False, "joined", True)
    await handling.note_attempt(office.runtime, office.ilze, report, "other_person", 3)
    assert (await in_common(office, report))[0] == "taken", "her own request stays as it was"
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    assert (await requests.get_envelope(office.runtime, office.ilze, office.reference)).lock == "other_person"
    office.clock.move(minutes=1)
    await handling.note_arrival(office.runtime, office.ilze, office.reference)
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_a_number_that_she_calls_unsafe_with_the_code_of_the_report_is_not_called_through_her_request(
    office: Office, report: str
) -> None:
    agreed = await a_report(office.runtime, office.ilze, basis="agreed")
    await reads(office.runtime, office.ilze, agreed.reference)
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    await requests.reveal(office.runtime, office.ilze, office.reference)
    assert await additions.block_calls(office.runtime, agreed.code)
    assert (await calls.on_screen(office.runtime, office.ilze, office.reference)).ended == "unsafe"
    with pytest.raises(CallBlocked):
        await calls.reveal_outside(office.runtime, office.head, office.reference, WHY)
    assert (await letters.fetch(office.runtime, office.ilze, office.reference)).call_blocked


Doing = Callable[[Office, str], Awaitable[object]]
DOINGS: dict[str, Doing] = {
    "take": lambda office, reference: requests.take(office.runtime, office.ilze, reference),
    "take over": lambda office, reference: requests.take_over(office.runtime, office.head, reference),
    "close": lambda office, reference: requests.close(office.runtime, office.ilze, reference, "met"),
    "give back": lambda office, reference: handling.give_back(office.runtime, office.ilze, reference),
    "came": lambda office, reference: handling.note_arrival(office.runtime, office.ilze, reference),
    "wait": lambda office, reference: handling.await_person(
        office.runtime, office.ilze, reference, office.clock().date()
    ),
    "meet": lambda office, reference: handling.meet(office.runtime, office.ilze, reference),
    "raise": lambda office, reference: handling.raise_priority(office.runtime, office.ilze, reference),
    "lower": lambda office, reference: handling.lower_priority(office.runtime, office.ilze, reference, WHY),
    "know": lambda office, reference: handling.flag_conflict(office.runtime, office.ilze, reference),
    "join again": lambda office, reference: joining.join(office.runtime, office.ilze, reference, office.reference),
    "paper": lambda office, reference: papers.save(
        office.runtime, office.ilze, reference, "plan", "age1", SEALED + bytes(RESEALED_SIZE - len(SEALED)), 0
    ),
}


@pytest.mark.parametrize("doing", DOINGS)
async def test_what_is_done_for_her_is_done_on_her_own_request(office: Office, joined: str, doing: str) -> None:
    before = await row(office, joined)
    with pytest.raises(Joined):
        await DOINGS[doing](office, joined)
    after = await row(office, joined)
    assert (after.version, after.status) == (before.version, before.status)


# --- Taken apart ------------------------------------------------------------------------------------------------------


async def test_who_joined_them_takes_them_apart_for_a_quarter_of_an_hour_and_who_leads_also_later(
    office: Office, joined: str
) -> None:
    assert (await joining.get_joining(office.runtime, office.ilze, joined)).may_part
    office.clock.move(minutes=15)
    for worker in (office.ilze, office.second, office.zane):
        with pytest.raises(NotAllowed):
            await joining.part(office.runtime, worker, joined)
    assert not (await joining.get_joining(office.runtime, office.ilze, joined)).may_part
    await joining.part(office.runtime, office.head, joined)
    left = await row(office, joined)
    assert (left.joined_to, left.no_contact, left.status, left.worker_id) == (None, False, "taken", office.ilze.id)


async def test_a_report_that_was_joined_by_mistake_is_begun_anew(office: Office, joined: str) -> None:
    """That somebody else was reached says nothing of the one who was reported."""
    await handling.note_arrival(office.runtime, office.ilze, office.reference)
    await joining.part(office.runtime, office.ilze, joined)
    left = await row(office, joined)
    assert (left.status, left.worker_id, (await office.row()).status) == ("taken", office.ilze.id, "contacted")
    assert left.due_at
    assert left.due_at > office.clock()
    await requests.reveal(office.runtime, office.ilze, joined)


async def test_a_report_joined_by_mistake_has_its_own_urgency_again(office: Office) -> None:
    report = (await a_report(office.runtime, office.ilze, priority="today")).reference
    await reads(office.runtime, office.ilze, report, office.reference)
    await joining.join(office.runtime, office.ilze, report, office.reference)
    for _ in range(2):
        await handling.lower_priority(office.runtime, office.ilze, office.reference, WHY)
    await joining.part(office.runtime, office.head, report)
    assert ((await row(office, report)).priority, (await office.row()).priority) == ("today", "in_order")


async def test_a_report_joined_by_mistake_is_kept_as_long_as_before(office: Office, joined: str) -> None:
    before = (await row(office, joined)).purge_at
    await requests.close(office.runtime, office.ilze, office.reference, "met")
    await undoing.reopen(office.runtime, office.ilze, office.reference)
    assert (await row(office, joined)).purge_at < before
    await joining.part(office.runtime, office.ilze, joined)
    assert (await row(office, joined)).purge_at == before


async def test_joining_and_parting_keep_no_report_longer_than_was_promised_at_its_own_closing(
    office: Office, report: str
) -> None:
    await requests.take(office.runtime, office.ilze, report)
    await requests.close(office.runtime, office.ilze, report, "met")
    await undoing.reopen(office.runtime, office.ilze, report)
    promised = (await row(office, report)).purge_at
    await joining.join(office.runtime, office.ilze, report, office.reference)
    await joining.part(office.runtime, office.ilze, report)
    assert (await row(office, report)).purge_at == promised


@pytest.mark.parametrize("before_her", [False, True])
async def test_joining_and_parting_in_turn_gain_no_time(office: Office, report: str, before_her: bool) -> None:
    """The promise of who has it stays the first one, and a broken one is told.

    If a colleague had her request before, joining says so of the report once, and the promise counts from then.
    """
    await requests.take(office.runtime, office.ilze, report)
    if before_her:
        await requests.take(office.runtime, office.second, office.reference)
        await handling.give_back(office.runtime, office.second, office.reference)
        await joining.join(office.runtime, office.ilze, report, office.reference)
        await joining.part(office.runtime, office.ilze, report)
    promised = (await row(office, report)).due_at
    for _ in range(3):
        office.clock.move(minutes=45)
        await joining.join(office.runtime, office.ilze, report, office.reference)
        await joining.part(office.runtime, office.ilze, report)
        assert (await row(office, report)).due_at == promised
    office.clock.move(days=3)
    await joining.join(office.runtime, office.ilze, report, office.reference)
    await joining.part(office.runtime, office.ilze, report)
    assert "something_waits_head" in await to_be_told(office, report)


async def test_taken_apart_while_nobody_has_them_the_report_waits_for_anyone(office: Office, joined: str) -> None:
    await handling.give_back(office.runtime, office.ilze, office.reference)
    await joining.part(office.runtime, office.head, joined)
    left = await row(office, joined)
    async with office.runtime.database.store() as store:
        told = [errand.kind for errand in await store.outbox.of_request(joined) if errand.done_at is None]
    assert (left.status, left.worker_id, len(told)) == ("new", None, 1)


async def test_what_has_ended_is_neither_joined_nor_taken_apart(office: Office, joined: str) -> None:
    await requests.close(office.runtime, office.ilze, office.reference, "met")
    with pytest.raises(NotAllowed):
        await joining.part(office.runtime, office.head, joined)
    await a_request(office.runtime)
    with pytest.raises(Gone):
        await joining.join(office.runtime, office.ilze, joined, office.reference)


async def test_a_colleague_who_may_not_see_it_learns_nothing_of_the_joining(office: Office, joined: str) -> None:
    await may_read_alone(office.runtime, office.ilze, office.identity)
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    for doing in (joining.get_joining, joining.part):
        with pytest.raises(NotFound):
            await doing(office.runtime, office.second, joined)
