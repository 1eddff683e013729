"""What can be taken back, by whom, and for how long: the page offers exactly what the action then does."""

from datetime import date, timedelta

import pytest

from bot.engine.priority import Answer
from bot.engine.risk import QUESTIONS
from bot.runtime import RIGA
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, joining, letters, requests, sweeping, undoing
from bot.usecases.casework.call_permission import CallsLocked
from bot.usecases.casework.permissions import Gone
from bot.usecases.casework.referrals import Entered
from bot.usecases.casework.requests import REASONS, Reason
from bot.usecases.casework.states import Outcome
from bot.usecases.casework.undoing import Undoing
from bot.usecases.operation import yearly
from bot.usecases.person import additions, contact, standing
from bot.usecases.refused import NotAllowed, NotFound
from bot.usecases.services.notices import NOTICE_HEAD
from tests.people import a_request, may_read_alone
from tests.usecases.office import Office, shows, takes_over
from tests.usecases.person.test_additions import MORNING

WHY = "she asked for it at the counter"
pytestmark = pytest.mark.usefixtures("taken")


async def offered(office: Office, worker: SignedIn) -> Undoing:
    return await undoing.get_undoing(office.runtime, worker, office.reference)


async def closes(office: Office, reason: Reason = "met", worker: SignedIn | None = None) -> None:
    await requests.close(office.runtime, worker or office.ilze, office.reference, reason)


async def reopens(office: Office, worker: SignedIn) -> None:
    await undoing.reopen(office.runtime, worker, office.reference)


# --- Closed -----------------------------------------------------------------------------------------------------------


async def test_who_closed_it_opens_it_again_and_it_is_erased_no_later(office: Office) -> None:
    before = (await office.row()).due_at
    await closes(office)
    told = (await office.row()).purge_at
    assert (await offered(office, office.ilze)).reopen
    await reopens(office, office.ilze)
    row = await office.row()
    assert (row.status, row.worker_id, row.closed_as) == ("taken", office.ilze.id, None)
    assert (row.purge_at, row.due_at) == (told, before), "nothing is won by it"
    assert (await office.events())[-2:] == ["request_closed", "request_reopened"]
    assert await office.to_be_told() == []
    office.clock.now = told
    await sweeping.sweep(office.runtime)
    assert (await office.row()).sealed is None


async def test_who_was_in_contact_is_in_contact_again(office: Office) -> None:
    await handling.note_arrival(office.runtime, office.ilze, office.reference)
    await handling.meet(office.runtime, office.ilze, office.reference)
    await closes(office)
    await reopens(office, office.head)
    row = await office.row()
    assert (row.status, row.worker_id) == ("contacted", office.head.id)
    assert row.due_at


@pytest.mark.parametrize("reason", REASONS)
async def test_where_she_declined_it_stays_closed(office: Office, reason: Reason) -> None:
    await closes(office, reason)
    may = reason != "declined"
    assert (await offered(office, office.head)).reopen == may
    if not may:
        with pytest.raises(NotAllowed):
            await reopens(office, office.head)


async def test_a_colleague_who_neither_closed_it_nor_leads_does_not(office: Office) -> None:
    await closes(office, worker=office.head)
    for worker in (office.zane, office.ilze):
        assert not (await offered(office, worker)).reopen
        with pytest.raises(NotAllowed):
            await reopens(office, worker)


async def test_it_is_offered_as_long_as_its_letter_lives_and_no_longer(office: Office) -> None:
    await closes(office)
    gone = (await office.row()).purge_at
    office.clock.now = gone - timedelta(seconds=1)
    assert (await offered(office, office.ilze)).reopen
    office.clock.now = gone
    assert not (await offered(office, office.ilze)).reopen, "its time is over, also before the job comes by"
    with pytest.raises(NotAllowed):
        await reopens(office, office.ilze)
    await sweeping.sweep(office.runtime)
    with pytest.raises(Gone):
        await reopens(office, office.ilze)


async def test_what_she_withdrew_after_it_was_closed_is_opened_by_nobody(office: Office) -> None:
    await closes(office)
    await contact.withdraw(office.runtime, office.receipt)
    assert not (await offered(office, office.head)).reopen
    with pytest.raises(Gone):
        await reopens(office, office.head)


async def test_her_page_says_that_the_service_opened_it_again(office: Office) -> None:
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "no_answer", 3)
    await closes(office)
    office.clock.move(hours=1)
    await reopens(office, office.ilze)
    found = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert found
    assert (found.state, found.reopened, found.can_be_withdrawn, found.can_be_changed) == ("taken", 1, True, True)
    await closes(office)
    again = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert again
    assert (again.state, again.reopened) == ("done", 1)


async def test_a_promise_that_had_run_out_when_it_was_opened_again_is_told_to_the_head(office: Office) -> None:
    await closes(office)
    office.clock.move(days=2)
    await reopens(office, office.ilze)
    assert await office.to_be_told() == [NOTICE_HEAD]


async def test_what_was_locked_for_good_waits_for_her_when_it_is_opened_again(office: Office) -> None:
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "other_person", 3)
    await closes(office, "could_not_reach_safely")
    await reopens(office, office.ilze)
    assert (await office.row()).status == "awaited"
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_a_year_counts_what_was_opened_again_once_and_its_consents_stay(office: Office) -> None:
    async with office.runtime.database.store() as store:
        before = await store.consents.all()
    await closes(office)
    await reopens(office, office.ilze)
    await closes(office, "referred")
    year = office.clock().year
    async with office.runtime.database.store() as store:
        assert [row.request_id for row in await store.consents.all()] == [row.request_id for row in before]
        counted = yearly._exact(await store.requests.ended(yearly._begin(year), yearly._begin(year + 1)))
    assert {row.rpartition(":")[2]: count for row, count in counted.items() if count} == {"sent": 1, "referred": 1}


# --- I know them ------------------------------------------------------------------------------------------------------


async def test_the_reader_takes_off_the_mark_of_a_colleague_and_everybody_sees_it_again(office: Office) -> None:
    await may_read_alone(office.runtime, office.head, office.identity)
    await handling.give_back(office.runtime, office.ilze, office.reference)
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    assert (await offered(office, office.head)).flagged_by == "Ilze"
    await undoing.unflag_conflict(office.runtime, office.head, office.reference)
    assert (await requests.take(office.runtime, office.zane, office.reference)).mine
    assert not (await offered(office, office.head)).flagged_by
    with pytest.raises(NotAllowed):
        await undoing.unflag_conflict(office.runtime, office.head, office.reference)
    assert (await office.events())[-2:] == ["conflict_unflagged", "request_taken"]


async def test_nobody_else_takes_it_off(office: Office) -> None:
    await may_read_alone(office.runtime, office.head, office.identity)
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    for worker in (office.ilze, office.zane):
        with pytest.raises(NotFound):
            await undoing.unflag_conflict(office.runtime, worker, office.reference)


async def test_what_the_person_said_herself_nobody_takes_off_whoever_presses_what(office: Office) -> None:
    await may_read_alone(office.runtime, office.head, office.identity)
    await a_request(office.runtime, conflict_known="yes", conflict_reader="may")
    async with office.runtime.database.store() as store:
        (hers,) = [request.id for request in await store.requests.waiting("balvi") if request.head_only]
    await handling.flag_conflict(office.runtime, office.head, hers)  # by a page that is not ours
    assert not (await undoing.get_undoing(office.runtime, office.head, hers)).flagged_by
    with pytest.raises(NotAllowed):
        await undoing.unflag_conflict(office.runtime, office.head, hers)


# --- More urgent ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def slow(office: Office) -> Office:
    """It was made less urgent, so that it can be made more urgent."""
    await handling.lower_priority(office.runtime, office.zane, office.reference, WHY)
    await handling.raise_priority(office.runtime, office.zane, office.reference)
    return office


async def test_who_raised_it_takes_that_back_without_a_reason_on_the_same_day(slow: Office) -> None:
    assert not (await offered(slow, slow.ilze)).raised, "she did not"
    assert (await offered(slow, slow.zane)).raised
    await undoing.take_back_raise(slow.runtime, slow.zane, slow.reference)
    assert (await slow.row()).priority == "next_working_day"
    assert not (await offered(slow, slow.zane)).raised
    with pytest.raises(NotAllowed):
        await undoing.take_back_raise(slow.runtime, slow.zane, slow.reference)
    assert (await slow.events())[-1] == "priority_raise_taken_back"


@pytest.mark.parametrize("how", ["another day", "lowered", "added to", "closed"])
async def test_it_is_not_taken_back_after_anything_else(slow: Office, how: str) -> None:
    match how:
        case "another day":
            slow.clock.move(days=1)
        case "lowered":
            await handling.lower_priority(slow.runtime, slow.ilze, slow.reference, WHY)
        case "added to":
            assert await additions.change_times(slow.runtime, slow.receipt, MORNING, "lv", "")
        case _:
            await closes(slow)
    assert not (await offered(slow, slow.zane)).raised
    with pytest.raises(NotAllowed):
        await undoing.take_back_raise(slow.runtime, slow.zane, slow.reference)


async def test_nothing_is_raised_beyond_today_so_nothing_sinks_by_taking_it_back(office: Office) -> None:
    await handling.raise_priority(office.runtime, office.zane, office.reference)
    assert not (await offered(office, office.zane)).raised
    assert "priority_raised" not in await office.events()


# --- How a call went --------------------------------------------------------------------------------------------------


async def calls(office: Office, outcome: Outcome, most: int = 3) -> None:
    await requests.reveal(office.runtime, office.ilze, office.reference)
    await handling.note_attempt(office.runtime, office.ilze, office.reference, outcome, most)


async def takes_back(office: Office, worker: SignedIn) -> None:
    await undoing.take_back_attempt(office.runtime, worker, office.reference)


@pytest.mark.parametrize(
    "outcome", ["other_person", "wrong_number", "no_answer", "reached_not_safe", "reached_verified"]
)
async def test_a_wrong_outcome_counts_and_locks_as_if_it_had_not_been(office: Office, outcome: Outcome) -> None:
    before = await office.row()
    office.clock.move(minutes=3)
    await calls(office, outcome, most=1)
    office.clock.move(minutes=14)
    assert (await offered(office, office.ilze)).attempt == outcome
    await takes_back(office, office.ilze)
    assert (await office.row()).most_attempts == before.most_attempts, "how often she may be called, too"
    row, seen = await office.row(), await requests.get_envelope(office.runtime, office.ilze, office.reference)
    assert (row.status, row.due_at, row.worker_id, row.attempts) == ("taken", before.due_at, office.ilze.id, [])
    assert seen.lock == ""
    assert (await office.events())[-2:] == ["attempt_noted", "attempt_taken_back"]
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "no_answer", 3)  # how it really went


async def test_until_she_says_how_it_went_the_number_counts_as_shown_to_her(office: Office) -> None:
    await calls(office, "no_answer")
    await takes_back(office, office.ilze)
    await takes_over(office, office.head)
    assert [showing.name for showing in (await shows(office, office.head)).shown] == ["Ilze"]


async def test_what_nobody_had_waits_for_anyone_again(office: Office) -> None:
    await requests.reveal(office.runtime, office.ilze, office.reference)
    office.clock.move(hours=5)
    await sweeping.sweep(office.runtime)
    lapsed = (await office.row()).due_at
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "reached_verified", 3)
    assert await office.to_be_told() == []
    await takes_back(office, office.ilze)
    row = await office.row()
    assert (row.status, row.worker_id, row.due_at) == ("new", None, lapsed)
    assert await office.to_be_told() == ["something_waits"]


@pytest.mark.parametrize(
    "how", ["too late", "a colleague", "came", "taken over", "closed", "noted again", "shown again"]
)
async def test_it_stands_once_it_is_late_or_somebody_has_built_on_it(office: Office, how: str) -> None:
    await calls(office, "reached_verified")
    worker = office.ilze
    match how:
        case "too late":
            office.clock.move(minutes=15)
        case "a colleague":
            worker = office.head
        case "came":
            await handling.note_arrival(office.runtime, office.ilze, office.reference)
        case "taken over":
            await takes_over(office, office.head)
            worker = office.head
        case "closed":
            await closes(office)
        case "noted again":
            await handling.note_attempt(office.runtime, office.head, office.reference, "no_answer", 3)
        case _:
            await requests.reveal(office.runtime, office.ilze, office.reference)
    assert not (await offered(office, worker)).attempt
    with pytest.raises(NotAllowed):
        await takes_back(office, worker)


async def test_taking_an_outcome_back_renews_no_promise(office: Office) -> None:
    due = (await office.row()).due_at
    office.clock.move(hours=3)
    await calls(office, "no_answer")
    await takes_back(office, office.ilze)
    await requests.reveal(office.runtime, office.ilze, office.reference)
    assert (await office.row()).due_at == due
    await handling.give_back(office.runtime, office.ilze, office.reference)
    await requests.take(office.runtime, office.ilze, office.reference)
    assert (await office.row()).due_at == due


async def test_nothing_is_offered_of_a_letter_that_only_was_read(office: Office) -> None:
    await letters.fetch(office.runtime, office.ilze, office.reference)
    assert await offered(office, office.ilze) == Undoing(reopen=False, flagged_by="", raised=False, attempt="")
    assert office.clock().astimezone(RIGA).date() == date(2026, 11, 23)


async def test_a_danger_told_with_the_code_of_a_joined_report_is_not_taken_back_with_the_raising(
    office: Office, agreed: Entered
) -> None:
    await handling.lower_priority(office.runtime, office.ilze, office.reference, WHY)
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    await handling.raise_priority(office.runtime, office.ilze, office.reference)
    assert (await office.row()).priority == "today"
    office.clock.move(minutes=90)
    assert (await undoing.get_undoing(office.runtime, office.ilze, office.reference)).raised
    said: dict[str, Answer] = dict.fromkeys(QUESTIONS, "yes")
    assert await additions.answer_questions(office.runtime, agreed.code, said, "lv", "web")
    with pytest.raises(NotAllowed):
        await undoing.take_back_raise(office.runtime, office.ilze, office.reference)


@pytest.mark.parametrize("then", ["joined", "parted"])
async def test_an_outcome_stands_once_a_report_is_joined_or_parted(office: Office, report: str, then: str) -> None:
    """So the deadline that the report brought is not postponed."""
    if then == "parted":
        await joining.join(office.runtime, office.ilze, report, office.reference)
    await requests.take(office.runtime, office.ilze, office.reference)
    await requests.reveal(office.runtime, office.ilze, office.reference)
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "no_answer", 3)
    if then == "joined":
        await joining.join(office.runtime, office.ilze, report, office.reference)
    else:
        await joining.part(office.runtime, office.ilze, report)
    with pytest.raises(NotAllowed):
        await undoing.take_back_attempt(office.runtime, office.ilze, office.reference)
