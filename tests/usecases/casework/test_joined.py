"""A report and the person's own request as one case: one worker, one clock, one slip, until a letter goes."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.engine.priority import Answer
from bot.engine.risk import QUESTIONS
from bot.runtime import RIGA
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.casework import (
    allotting,
    calls,
    handling,
    joining,
    letters,
    queue,
    requests,
    retention,
    slips,
    staff,
    sweeping,
    undoing,
)
from bot.usecases.casework.call_permission import NoContact
from bot.usecases.casework.promises import HANDED_OVER, TAKEN
from bot.usecases.casework.referrals import Entered
from bot.usecases.casework.requests import OPEN
from bot.usecases.person import additions, contact
from bot.usecases.refused import HeadAllots, NotAllowed
from storage.slips import TOTAL
from tests.people import a_report, a_request, an_own_key, gives_the_key, may_read_alone, reads
from tests.storage.rows import DAY
from tests.usecases.cases import WHY, in_common, other_side, row, to_be_told
from tests.usecases.office import Office

# --- One case ---------------------------------------------------------------------------------------------------------


async def test_they_go_the_same_way_whatever_is_done(office: Office, joined: str) -> None:
    await handling.give_back(office.runtime, office.ilze, office.reference)
    assert (await in_common(office, joined))[:2] == ("new", None)
    await requests.take(office.runtime, office.second, office.reference)
    assert (await in_common(office, joined))[:2] == ("taken", office.second.id)
    await staff.hand_over(office.runtime, office.head, office.second.id, office.ilze.id, [office.reference])
    assert (await in_common(office, joined))[:2] == ("taken", office.ilze.id)
    office.clock.move(days=4)
    await sweeping.sweep(office.runtime)
    assert (await in_common(office, joined))[:2] == ("new", None), "a promise that was broken"
    await requests.take(office.runtime, office.second, office.reference)
    await handling.note_arrival(office.runtime, office.second, office.reference)
    await workers.leave(office.runtime, office.second.login)
    assert (await in_common(office, joined))[:2] == ("contacted", None)
    await may_read_alone(office.runtime, office.ilze, office.identity)
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    assert (await in_common(office, joined))[-1] is True


async def test_only_her_own_request_is_handed_over(office: Office, joined: str) -> None:
    with pytest.raises(NotAllowed):
        await staff.hand_over(office.runtime, office.head, office.ilze.id, office.second.id, [joined])


async def test_they_are_reminded_of_and_told_of_once(office: Office, joined: str) -> None:
    await handling.give_back(office.runtime, office.ilze, office.reference)
    office.clock.move(days=7)
    async with office.runtime.database.store() as store:
        assert [one for one, *_ in await store.requests.overdue(office.clock())] == [office.reference]
        assert await store.requests.unread(office.clock() + 90 * DAY) == []


async def test_they_are_closed_and_opened_again_together_and_counted_once(office: Office, joined: str) -> None:
    for _ in range(2):
        await requests.close(office.runtime, office.ilze, office.reference, "met", ["children"])
        assert (await in_common(office, joined))[0] == "closed"
        assert (await row(office, joined)).purge_at <= (await office.row()).purge_at
        with pytest.raises(NotAllowed):
            await undoing.reopen(office.runtime, office.ilze, joined)
        await undoing.reopen(office.runtime, office.ilze, office.reference)
        assert (await in_common(office, joined))[0] == "taken"
    await joining.part(office.runtime, office.ilze, joined)
    await requests.close(office.runtime, office.ilze, joined, "met", ["children"])
    async with office.runtime.database.store() as store:
        sums = (await store.slips.sums("9999Q4"))["balvi", slips.quarter_of(office.clock())]
    assert sums == {TOTAL: 1, "reported": 1, "children": 1}


async def test_whoever_comes_to_have_her_request_comes_to_have_the_report(office: Office, joined: str) -> None:
    """However she does, and as the audit says: after a withdrawal there is nothing else to tell it."""

    async def has_had(worker: SignedIn) -> bool:
        async with office.runtime.database.store() as store:
            return await store.audit.has_had(joined, worker.id, TAKEN, HANDED_OVER)

    assert [await has_had(worker) for worker in (office.ilze, office.second, office.head)] == [True, False, False]
    await staff.hand_over(office.runtime, office.head, office.ilze.id, office.second.id, [office.reference])
    assert await has_had(office.second)
    await requests.close(office.runtime, office.second, office.reference, "met")
    await undoing.reopen(office.runtime, office.head, office.reference)
    assert await has_had(office.head)
    await requests.take_over(office.runtime, office.head, office.reference)
    await handling.give_back(office.runtime, office.head, office.reference)
    await an_own_key(office.runtime, office.zane)
    await gives_the_key(office.runtime, office.ilze, office.zane, office.identity)
    await handling.note_arrival(office.runtime, office.zane, office.reference)
    assert await has_had(office.zane)


async def test_whoever_had_her_request_before_the_joining_has_had_the_report(office: Office, report: str) -> None:
    await requests.take(office.runtime, office.second, office.reference)
    await handling.give_back(office.runtime, office.second, office.reference)
    await joining.join(office.runtime, office.ilze, report, office.reference)
    async with office.runtime.database.store() as store:
        given = [entry.reason for entry in await store.audit.entries(report, events={HANDED_OVER})]
    assert given == [office.ilze.id, office.second.id], "the newest entry names who has it"


async def test_after_she_withdrew_nobody_who_had_the_report_takes_the_other_side(office: Office, joined: str) -> None:
    await a_request(office.runtime, about="own_behaviour")
    his = await other_side(office)
    await contact.withdraw(office.runtime, office.receipt)
    await allotting.mark(office.runtime, office.head, joined, his)
    await handling.give_back(office.runtime, office.ilze, joined)
    with pytest.raises(HeadAllots):
        await requests.take(office.runtime, office.ilze, his)


Doing = Callable[[Office], Awaitable[object]]
DANGER: dict[str, Answer] = dict.fromkeys(QUESTIONS, "yes")
SETTLING: dict[str, Doing] = {
    "taken": lambda office: requests.take(office.runtime, office.second, office.reference),
    "heard": lambda office: handling.note_arrival(office.runtime, office.second, office.reference),
    "hidden": lambda office: handling.flag_conflict(office.runtime, office.head, office.reference),
    "closed": lambda office: requests.close(office.runtime, office.head, office.reference, "met"),
}


@pytest.mark.parametrize("how", SETTLING)
async def test_what_ends_the_notices_of_her_request_ends_those_of_the_report(
    office: Office, agreed: Entered, how: str
) -> None:
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    await handling.give_back(office.runtime, office.ilze, office.reference)
    assert await additions.answer_questions(office.runtime, agreed.code, DANGER, "lv", "web")
    assert await to_be_told(office, agreed.reference) == ["something_waits"]
    await SETTLING[how](office)
    assert await to_be_told(office, agreed.reference) == []


async def test_handing_over_ends_the_notices_of_both(office: Office, agreed: Entered) -> None:
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    assert await additions.answer_questions(office.runtime, agreed.code, DANGER, "lv", "web")
    await staff.hand_over(office.runtime, office.head, office.ilze.id, office.second.id, [office.reference])
    assert await to_be_told(office, agreed.reference) == []


# --- Kept and reminded of together ------------------------------------------------------------------------------------


async def test_to_keep_her_request_longer_keeps_what_is_joined_to_it(office: Office, joined: str) -> None:
    before = (await row(office, joined)).purge_at
    await handling.extend(office.runtime, office.ilze, office.reference, WHY)
    assert (await row(office, joined)).purge_at == before + retention.EXTENDED_BY


async def test_the_day_of_a_plan_beside_the_report_is_not_forgotten(office: Office, report: str) -> None:
    due = office.runtime.today() + 3 * DAY
    async with office.runtime.database.store() as store:
        letter = await store.requests.by_id(report)
        assert letter
        letter.next_due = due
    await joining.join(office.runtime, office.ilze, report, office.reference)
    (listed,) = await queue.list_requests(office.runtime, office.ilze, OPEN)
    assert (listed.reference, listed.next_due, (await office.row()).next_due) == (office.reference, due, None)
    await joining.part(office.runtime, office.ilze, report)
    assert ((await office.row()).next_due, (await row(office, report)).next_due) == (None, due)


@pytest.mark.parametrize("how", ["withdrawn", "parted"])
async def test_the_day_of_the_plan_goes_with_the_report(office: Office, agreed: Entered, how: str) -> None:
    async with office.runtime.database.store() as store:
        letter = await store.requests.by_id(agreed.reference)
        assert letter
        letter.next_due = office.runtime.today() + 3 * DAY
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    if how == "withdrawn":
        await contact.withdraw(office.runtime, agreed.code)
    else:
        await joining.part(office.runtime, office.ilze, agreed.reference)
    assert (await requests.get_envelope(office.runtime, office.ilze, office.reference)).next_due is None


# --- The end ----------------------------------------------------------------------------------------------------------


async def test_after_she_withdrew_her_own_request_nobody_contacts_her_because_of_the_report(
    office: Office, joined: str
) -> None:
    await contact.withdraw(office.runtime, office.receipt)
    left = await row(office, joined)
    assert (left.joined_to, left.no_contact, left.status, left.worker_id) == (None, True, "taken", office.ilze.id)
    envelope = await requests.get_envelope(office.runtime, office.ilze, joined)
    assert (envelope.withheld, envelope.may_act) == ("own_gone", True), "the duty towards children goes on"
    with pytest.raises(NoContact):
        await requests.reveal(office.runtime, office.ilze, joined)
    with pytest.raises(NoContact):
        await calls.reveal_outside(office.runtime, office.head, joined, WHY)
    with pytest.raises(NotAllowed):
        await joining.part(office.runtime, office.head, joined)
    assert await letters.look_through(office.runtime, office.ilze, "calls") == []


@pytest.mark.parametrize("how", ["at her wish", "its time"])
async def test_a_report_that_stays_when_her_letter_is_gone_leads_to_no_contact(
    office: Office, joined: str, how: str
) -> None:
    if how == "at her wish":
        await handling.erase_at_wish(office.runtime, office.ilze, office.reference)
    else:
        async with office.runtime.database.store() as store:
            own = await store.requests.by_id(office.reference)
            assert own
            own.purge_at = office.clock()
        await sweeping.sweep(office.runtime)
    left = await row(office, joined)
    assert (left.joined_to, left.no_contact, left.sealed is None) == (None, True, False)


async def test_when_the_report_goes_first_nothing_points_from_it_and_her_request_stays(
    office: Office, report: str
) -> None:
    agreed = await a_report(office.runtime, office.ilze, basis="agreed")
    await reads(office.runtime, office.ilze, agreed.reference)
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    assert await contact.withdraw(office.runtime, agreed.code)
    left = await row(office, agreed.reference)
    assert (left.joined_to, left.no_contact, left.sealed, left.status) == (None, False, None, "withdrawn")
    assert (await office.row()).status == "taken"
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_a_withdrawal_at_the_same_moment_never_leaves_a_report_beside_an_empty_envelope(
    office: Office, report: str
) -> None:
    joins = joining.join(office.runtime, office.ilze, report, office.reference)
    await asyncio.gather(joins, contact.withdraw(office.runtime, office.receipt), return_exceptions=True)
    assert ((await office.row()).sealed, (await row(office, report)).joined_to) == (None, None)


async def test_a_duty_does_not_wait_for_the_day_of_a_person_who_withdrew(office: Office, joined: str) -> None:
    day = office.clock().astimezone(RIGA).date() + 14 * DAY
    await handling.await_person(office.runtime, office.ilze, office.reference, day)
    office.clock.move(minutes=20)
    await contact.withdraw(office.runtime, office.receipt)
    left = await row(office, joined)
    assert (left.status, left.worker_id) == ("taken", office.ilze.id)
    assert left.due_at
    assert office.clock() < left.due_at < office.clock() + 4 * DAY
    assert left.due_at.minute in (0, 30), "it tells no minute of hers; the service opens at half past eight"


@pytest.mark.parametrize("state", ["new", "awaited", "contacted"])
async def test_a_report_that_nobody_has_is_told_of_when_her_letter_is_gone(
    office: Office, joined: str, state: str
) -> None:
    day = office.clock().astimezone(RIGA).date() + 5 * DAY
    if state == "new":
        await handling.give_back(office.runtime, office.ilze, office.reference)
    elif state == "awaited":
        await handling.await_person(office.runtime, office.ilze, office.reference, day)
    else:
        await handling.note_arrival(office.runtime, office.ilze, office.reference)
    if state != "new":
        async with office.runtime.database.store() as store:
            await store.requests.release(office.ilze.id, office.clock())
    await contact.withdraw(office.runtime, office.receipt)
    left = await row(office, joined)
    assert (left.status, left.worker_id) == ("contacted" if state == "contacted" else "new", None)
    assert left.due_at
    assert left.due_at > office.clock()
    assert await to_be_told(office, joined) == ["something_waits"]


async def test_a_report_keeps_the_higher_urgency_of_both_when_her_letter_is_gone(office: Office, joined: str) -> None:
    for _ in range(2):
        await handling.raise_priority(office.runtime, office.ilze, office.reference)
    assert (await row(office, joined)).priority == "next_working_day"
    await contact.withdraw(office.runtime, office.receipt)
    assert (await row(office, joined)).priority == "today"
