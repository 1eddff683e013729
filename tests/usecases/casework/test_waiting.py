"""A request waits for its person: somebody else answered, no try is left, she named a day. Or she wants it erased."""

from datetime import date, datetime, timedelta

import pytest

from bot.runtime import RIGA
from bot.usecases.accounts import workers
from bot.usecases.casework import handling, letters, requests, sweeping
from bot.usecases.casework.call_permission import CallBlocked, CallsLocked
from bot.usecases.casework.permissions import Gone
from bot.usecases.casework.states import Outcome
from bot.usecases.person import additions, contact, standing
from bot.usecases.refused import AlreadyTaken, NotAllowed
from tests.people import in_the_queue
from tests.usecases.office import Office, takes_over
from tests.usecases.person.test_additions import MORNING

WHY = "she asked for it at the counter"
pytestmark = pytest.mark.usefixtures("taken")


async def calls(office: Office, outcome: Outcome, most: int = 3) -> requests.Envelope:
    await requests.reveal(office.runtime, office.ilze, office.reference)
    await handling.note_attempt(office.runtime, office.ilze, office.reference, outcome, most)
    return await looks(office)


async def looks(office: Office) -> requests.Envelope:
    return await requests.get_envelope(office.runtime, office.head, office.reference)


async def test_after_somebody_else_answered_nobody_calls_not_even_the_head_with_a_reason(office: Office) -> None:
    runtime, reference = office.runtime, office.reference
    assert (await calls(office, "other_person")).state == "awaited"
    assert await office.to_be_told() == []
    office.clock.move(days=2)
    await takes_over(office, office.head)
    for worker in (office.ilze, office.head):
        with pytest.raises((CallsLocked, NotAllowed, AlreadyTaken)):
            await requests.reveal(runtime, worker, reference)
    with pytest.raises(CallsLocked):
        await handling.reveal_outside(runtime, office.head, reference, WHY)


async def test_other_times_without_the_word_lift_nothing(office: Office) -> None:
    await calls(office, "other_person")
    assert await additions.change_times(office.runtime, office.receipt, MORNING, "lv", "whatever")
    assert (await looks(office)).lock == "other_person"
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_who_calls_herself_and_knows_the_word_lifts_it(office: Office) -> None:
    await calls(office, "other_person")
    await handling.note_arrival(office.runtime, office.ilze, office.reference)
    after = await looks(office)
    assert (after.state, after.lock) == ("contacted", "")
    await requests.reveal(office.runtime, office.ilze, office.reference)
    assert "person_came" in await office.events()


async def test_a_number_she_called_unsafe_stays_so_when_she_comes(office: Office) -> None:
    await additions.block_calls(office.runtime, office.receipt)
    await handling.note_arrival(office.runtime, office.ilze, office.reference)
    with pytest.raises(CallBlocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_one_try_that_nobody_answered_waits_for_her_and_alarms_nobody(office: Office) -> None:
    after = await calls(office, "no_answer", most=1)
    assert (after.state, after.attempts_left) == ("awaited", 0)
    assert after.due_at == datetime(2026, 12, 1, tzinfo=RIGA)  # noon of 23 November, and a week
    assert await office.to_be_told() == []


async def test_while_tries_are_left_it_stays_with_its_worker(office: Office) -> None:
    after = await calls(office, "no_answer", most=2)
    assert (after.state, after.attempts_left) == ("taken", 1)


@pytest.mark.parametrize("outcome", ["reached_not_safe", "wrong_number"])
async def test_where_no_call_can_follow_and_it_was_no_silence_the_head_is_told(
    office: Office, outcome: Outcome
) -> None:
    """It waits for her, has a day by which it must go on, and the head decides meanwhile."""
    after = await calls(office, outcome, most=1)
    assert after.state == "awaited"
    assert after.due_at
    assert await office.to_be_told() == ["something_waits_head"]


async def test_a_call_that_was_made_is_noted_whatever_happened_meanwhile(office: Office) -> None:
    runtime, reference = office.runtime, office.reference
    await requests.reveal(runtime, office.ilze, reference)
    await takes_over(office, office.head)
    await additions.block_calls(runtime, office.receipt)
    await handling.note_attempt(runtime, office.ilze, reference, "other_person", 3)
    assert (await looks(office)).lock == "other_person"
    with pytest.raises(NotAllowed):
        await handling.note_attempt(runtime, office.ilze, reference, "no_answer", 3)  # there was one call


async def test_she_is_awaited_until_the_day_she_named(office: Office) -> None:
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 11, 26))
    office.clock.move(days=2)
    await sweeping.sweep(office.runtime)
    waits = await looks(office)
    assert (waits.state, waits.due_at) == ("awaited", datetime(2026, 11, 27, tzinfo=RIGA))
    found = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert found
    assert found.state == "awaited"
    assert found.can_be_changed
    assert found.can_be_withdrawn
    assert [request.state for request in await in_the_queue(office.runtime, office.zane)] == ["awaited"]


async def test_past_her_day_whoever_takes_it_promises_anew(office: Office) -> None:
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 11, 24))
    assert (await requests.take(office.runtime, office.ilze, office.reference)).state == "awaited"
    office.clock.move(days=2)
    assert (await looks(office)).age == "late"
    again = await requests.take(office.runtime, office.ilze, office.reference)
    assert (again.state, again.age) == ("taken", "")
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 11, 27))


async def test_a_worker_who_leaves_while_somebody_is_awaited_leaves_it_to_a_colleague(office: Office) -> None:
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 11, 26))
    await workers.leave(office.runtime, "ilze")
    assert await office.to_be_told() == ["something_waits"]
    carried = await requests.take(office.runtime, office.zane, office.reference)
    assert (carried.state, carried.mine, carried.due_at) == ("awaited", True, datetime(2026, 11, 27, tzinfo=RIGA))


async def test_new_times_end_the_waiting_and_put_nothing_off(office: Office) -> None:
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 12, 4))
    assert await additions.change_times(office.runtime, office.receipt, MORNING, "lv", "a word")
    waits = await looks(office)
    assert waits.state == "awaited", "whether the word is right only a worker's browser can tell"
    assert waits.due_at
    assert waits.due_at < office.clock() + timedelta(days=2)
    await found_right(office)
    goes_on = await looks(office)
    assert (goes_on.state, goes_on.due_at) == ("taken", waits.due_at)


@pytest.mark.parametrize("minute", [1, 22, 59])
@pytest.mark.parametrize("by_the_clock", [False, True])
async def test_the_deadline_after_new_times_does_not_tell_the_minute_in_which_she_sent_them(
    office: Office, minute: int, by_the_clock: bool
) -> None:
    """Also where the service has no hours in which to count it."""
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 12, 4))
    if by_the_clock:
        async with office.runtime.database.store() as store:
            service = await store.services.by_id("balvi")
            assert service
            service.hours = {}
    office.clock.now = datetime(2026, 11, 24, 9, minute, 17, tzinfo=RIGA)
    assert await additions.change_times(office.runtime, office.receipt, MORNING, "lv", knowing=True)
    assert (await office.row()).due_at == datetime(2026, 11, 24, 14, tzinfo=RIGA)


async def test_who_only_holds_the_code_cannot_silence_what_is_overdue(office: Office) -> None:
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 11, 24))
    office.clock.move(days=2)
    late = (await looks(office)).due_at
    assert await additions.change_times(office.runtime, office.receipt, MORNING, "lv")
    assert (await looks(office)).due_at == late
    await sweeping.sweep(office.runtime)
    assert ((await looks(office)).state, (await looks(office)).age) == ("awaited", "late")


async def test_new_times_of_a_request_that_nobody_cares_for_return_it_to_the_queue(office: Office) -> None:
    await handling.give_back(office.runtime, office.ilze, office.reference)
    await requests.take(office.runtime, office.zane, office.reference)
    await handling.await_person(office.runtime, office.zane, office.reference, date(2026, 12, 4))
    await workers.leave(office.runtime, "zane")
    await additions.change_times(office.runtime, office.receipt, MORNING, "lv", "a word")
    await found_right(office)
    assert (await looks(office)).state == "new"


async def found_right(office: Office) -> None:
    """A worker opens it, and her browser finds the agreed word in what was added last."""
    worker = office.ilze
    await letters.fetch(office.runtime, worker, office.reference)
    async with office.runtime.database.store() as store:
        newest = await store.additions.newest(office.reference)
    await letters.confirm_word(office.runtime, worker, office.reference, newest)


async def test_what_is_awaited_can_be_blocked_given_back_and_closed(office: Office) -> None:
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 12, 4))
    assert await additions.block_calls(office.runtime, office.receipt)
    with pytest.raises(CallBlocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    await handling.give_back(office.runtime, office.ilze, office.reference)
    await requests.take(office.runtime, office.ilze, office.reference)
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 12, 4))
    await requests.close(office.runtime, office.ilze, office.reference, "could_not_reach_safely")
    found = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert found
    assert found.state == "not_reached"


async def test_what_is_awaited_is_erased_in_time_like_everything(office: Office) -> None:
    office.clock.move(days=28)
    await requests.take(office.runtime, office.ilze, office.reference)
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2027, 1, 4))
    office.clock.move(days=2)
    assert await sweeping.sweep(office.runtime) == 1
    ended = await looks(office)
    assert (ended.state, ended.closed_as) == ("expired", "expired")


async def test_a_talk_gives_what_was_contacted_a_new_deadline(office: Office) -> None:
    await handling.note_arrival(office.runtime, office.ilze, office.reference)
    office.clock.move(days=7)
    assert (await looks(office)).age == "late"
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "reached_verified", 3)
    assert (await looks(office)).age == ""
    office.clock.move(days=7)
    await takes_over(office, office.head)
    assert (await looks(office)).age == "", "and so does whoever takes it over"


# --- At her wish ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [False, True])
async def test_who_lost_the_code_has_it_erased_at_once_at_the_desk(office: Office, closed: bool) -> None:
    if closed:
        await requests.close(office.runtime, office.ilze, office.reference, "met")
    with pytest.raises(NotAllowed):
        await handling.erase_at_wish(office.runtime, office.zane, office.reference)
    await handling.erase_at_wish(office.runtime, office.head, office.reference)
    (tombstone,) = await in_the_queue(office.runtime, office.head)
    assert (tombstone.state, tombstone.closed_as, tombstone.taken_by) == ("withdrawn", "erased_at_desk", "Head")
    assert (await office.events())[-1] == "request_erased_at_wish"
    found = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert found
    assert (found.state, found.can_be_withdrawn) == ("erased_at_desk", False)
    async with office.runtime.database.store() as store:
        assert [row.withdrawn_at for row in await store.consents.of_request(office.reference)] == [office.clock()]
    assert await office.to_be_told() == []
    for again in (handling.erase_at_wish, requests.take):
        with pytest.raises(Gone):
            await again(office.runtime, office.head, office.reference)
    assert await contact.withdraw(office.runtime, office.receipt), "her own word is taken all the same"
