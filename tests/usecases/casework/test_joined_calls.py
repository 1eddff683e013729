"""What is known of a report that is joined to the person's own request forbids calls to hers, too."""

from collections.abc import Awaitable, Callable

import pytest

from bot.engine.priority import Answer
from bot.engine.risk import QUESTIONS
from bot.usecases.casework import (
    calls,
    handling,
    joining,
    letters,
    requests,
    sweeping,
    undoing,
)
from bot.usecases.casework.call_permission import CallBlocked, CallsLocked
from bot.usecases.casework.referrals import Entered
from bot.usecases.casework.states import PAUSE
from bot.usecases.person import additions, contact
from tests.storage.rows import DAY
from tests.usecases.cases import MORNING, WHY, calls_end, her_own_word, row
from tests.usecases.office import Office, shows

# --- What is known of one holds for the other -------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["joined", "blocked"])
async def test_a_right_word_of_before_lifts_no_block_with_the_code_of_the_report(
    office: Office, agreed: Entered, first: str
) -> None:
    await her_own_word(office)
    if first == "blocked":
        assert await additions.block_calls(office.runtime, agreed.code)
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    if first == "joined":
        assert await additions.block_calls(office.runtime, agreed.code)
    with pytest.raises(CallBlocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_somebody_else_at_the_number_of_the_report_locks_hers_whatever_word_was_right_before(
    office: Office, agreed: Entered
) -> None:
    await requests.take(office.runtime, office.ilze, agreed.reference)
    await her_own_word(office)
    await requests.reveal(office.runtime, office.ilze, agreed.reference)
    office.clock.move(hours=2)
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    await handling.note_attempt(office.runtime, office.ilze, agreed.reference, "other_person", 3)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_danger_told_with_the_code_of_the_report_makes_both_urgent(office: Office, agreed: Entered) -> None:
    for _ in range(2):
        await handling.lower_priority(office.runtime, office.ilze, office.reference, WHY)
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    said: dict[str, Answer] = dict.fromkeys(QUESTIONS, "yes")
    assert await additions.answer_questions(office.runtime, agreed.code, said, "lv", "web")
    assert [(await row(office, reference)).priority for reference in (office.reference, agreed.reference)] == [
        "today"
    ] * 2


async def test_a_report_that_was_hidden_with_her_request_is_shown_again_by_itself(
    office: Office, agreed: Entered
) -> None:
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    await handling.flag_conflict(office.runtime, office.second, office.reference)
    await joining.part(office.runtime, office.head, agreed.reference)
    for reference in (office.reference, agreed.reference):
        await undoing.unflag_conflict(office.runtime, office.head, reference)
        assert not (await row(office, reference)).head_only


async def test_a_colleague_who_was_shown_the_number_of_the_report_is_named_before_hers_is_shown(
    office: Office, report: str
) -> None:
    await requests.take(office.runtime, office.second, report)
    await requests.reveal(office.runtime, office.second, report)
    await handling.give_back(office.runtime, office.second, report)
    await joining.join(office.runtime, office.ilze, report, office.reference)
    (told,) = (await shows(office, office.ilze)).shown
    assert told.name == office.second.name
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_between_two_calls_of_one_case_is_an_hour(office: Office, report: str) -> None:
    """Whichever of the two letters the number was in. The head may call sooner, as ever."""
    await requests.take(office.runtime, office.ilze, report)
    await requests.reveal(office.runtime, office.ilze, report)
    await handling.note_attempt(office.runtime, office.ilze, report, "no_answer", 3)
    await joining.join(office.runtime, office.ilze, report, office.reference)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    seen = await requests.get_envelope(office.runtime, office.ilze, office.reference)
    assert (seen.lock, seen.paused_until) == ("pause", office.clock() + PAUSE)
    await calls.reveal_outside(office.runtime, office.head, office.reference, WHY)
    office.clock.move(hours=1)
    await shows(office, office.ilze)


async def test_a_screen_never_says_that_she_called_the_number_unsafe_because_a_report_was_joined(
    office: Office, report: str
) -> None:
    await requests.take(office.runtime, office.ilze, report)
    await requests.reveal(office.runtime, office.ilze, report)
    await joining.join(office.runtime, office.ilze, report, office.reference)
    assert (await calls.on_screen(office.runtime, office.ilze, report)).ended == "joined"
    await contact.withdraw(office.runtime, office.receipt)
    assert (await calls.on_screen(office.runtime, office.ilze, report)).ended == "own_gone"


# --- When the report is gone ------------------------------------------------------------------------------------------


async def its_time(office: Office, entered: Entered) -> None:
    async with office.runtime.database.store() as store:
        letter = await store.requests.by_id(entered.reference)
        assert letter
        letter.purge_at = office.clock()
    await sweeping.sweep(office.runtime)


Going = Callable[[Office, Entered], Awaitable[object]]
GOINGS: dict[str, Going] = {
    "withdrawn": lambda office, entered: contact.withdraw(office.runtime, entered.code),
    "at her wish": lambda office, entered: handling.erase_at_wish(office.runtime, office.ilze, entered.reference),
    "its time": its_time,
}


@pytest.mark.parametrize("how", GOINGS)
async def test_a_number_that_she_called_unsafe_stays_so_when_the_report_is_gone(
    office: Office, agreed: Entered, how: str
) -> None:
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    assert await additions.block_calls(office.runtime, agreed.code)
    await GOINGS[how](office, agreed)
    assert (await row(office, agreed.reference)).sealed is None
    with pytest.raises(CallBlocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    with pytest.raises(CallBlocked):
        await calls.reveal_outside(office.runtime, office.head, office.reference, WHY)
    assert (await letters.fetch(office.runtime, office.ilze, office.reference)).call_blocked
    await her_own_word(office)
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_a_word_that_she_sent_since_still_lifts_it(office: Office, agreed: Entered) -> None:
    """Also if it is found right only when the report is gone."""
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    assert await additions.block_calls(office.runtime, agreed.code)
    assert await additions.change_times(office.runtime, office.receipt, MORNING, "lv", knowing=True) is not None
    async with office.runtime.database.store() as store:
        newest = await store.additions.newest(office.reference)
    assert await contact.withdraw(office.runtime, agreed.code)
    with pytest.raises(CallBlocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    await letters.fetch(office.runtime, office.ilze, office.reference)
    await letters.confirm_word(office.runtime, office.ilze, office.reference, newest)
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_a_number_that_somebody_else_answered_stays_locked_when_the_report_is_gone(
    office: Office, agreed: Entered
) -> None:
    await requests.take(office.runtime, office.ilze, agreed.reference)
    await requests.reveal(office.runtime, office.ilze, agreed.reference)
    await handling.note_attempt(office.runtime, office.ilze, agreed.reference, "other_person", 3)
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    assert await contact.withdraw(office.runtime, agreed.code)
    office.clock.move(hours=2)
    with pytest.raises(CallBlocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    await her_own_word(office)
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_a_report_that_forbade_nothing_forbids_nothing_once_it_is_gone(office: Office, agreed: Entered) -> None:
    """She came after somebody else had answered."""
    await requests.take(office.runtime, office.ilze, agreed.reference)
    await requests.reveal(office.runtime, office.ilze, agreed.reference)
    await handling.note_attempt(office.runtime, office.ilze, agreed.reference, "other_person", 3)
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    office.clock.move(hours=2)
    await handling.note_arrival(office.runtime, office.ilze, office.reference)
    assert await contact.withdraw(office.runtime, agreed.code)
    assert (await office.row()).unsafe_until is None
    await requests.reveal(office.runtime, office.ilze, office.reference)


# --- Her hours --------------------------------------------------------------------------------------------------------


async def test_a_last_day_given_with_the_code_of_the_report_holds_for_her_number(
    office: Office, agreed: Entered
) -> None:
    """And her own page, which may be seen by somebody who knows of no report, says nothing of it."""
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    before = (await office.row()).call_until
    await calls_end(office, agreed.code, 1)
    until = office.runtime.today() + DAY
    seen = await requests.get_envelope(office.runtime, office.ilze, office.reference)
    assert (seen.call_until, (await office.row()).call_until) == (until, before)
    found = await letters.look_through(office.runtime, office.ilze, "calls")
    assert [letter.letter.call_until for letter in found] == [until]
    office.clock.move(days=2)
    await sweeping.sweep(office.runtime)
    await requests.take(office.runtime, office.ilze, office.reference)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    with pytest.raises(CallsLocked):
        await calls.reveal_outside(office.runtime, office.head, office.reference, WHY)
    with pytest.raises(CallsLocked):  # dialled from paper
        await handling.note_attempt(office.runtime, office.ilze, office.reference, "no_answer", 3)


async def test_hours_given_with_the_code_of_the_report_come_with_her_letter(office: Office, agreed: Entered) -> None:
    """Whoever has the number on a screen reads again before anybody calls. What else was added stays there."""
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    known = await requests.reveal(office.runtime, office.ilze, office.reference)
    await calls_end(office, agreed.code, 5)
    answers: dict[str, Answer] = dict.fromkeys(QUESTIONS, "yes")
    assert await additions.answer_questions(office.runtime, agreed.code, answers, "lv", "web")
    assert await requests.reveal(office.runtime, office.ilze, office.reference) == known + 1
    assert (await requests.get_envelope(office.runtime, office.ilze, office.reference)).additions == known + 1
    sealed = await letters.fetch(office.runtime, office.ilze, office.reference)
    assert [report for report, _ in sealed.reported] == [agreed.reference]
    assert (await letters.fetch(office.runtime, office.ilze, agreed.reference)).reported == ()


async def test_a_later_word_of_her_own_ends_the_last_day_given_with_the_code_of_the_report(
    office: Office, agreed: Entered
) -> None:
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    await calls_end(office, agreed.code, 1)
    office.clock.move(hours=2)
    await her_own_word(office)
    office.clock.move(days=2)
    await sweeping.sweep(office.runtime)
    await requests.take(office.runtime, office.ilze, office.reference)
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_a_last_day_stays_with_her_request_when_the_report_is_gone(office: Office, agreed: Entered) -> None:
    await joining.join(office.runtime, office.ilze, agreed.reference, office.reference)
    await calls_end(office, agreed.code, 1)
    until = office.runtime.today() + DAY
    assert await contact.withdraw(office.runtime, agreed.code)
    assert (await office.row()).call_until == until
