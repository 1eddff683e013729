"""What may be noted about a request, by whom; and what the server holds to without ever reading the letter."""

from datetime import timedelta

import pytest

from bot.usecases.accounts import workers
from bot.usecases.casework import handling, letters, queue, requests, sweeping
from bot.usecases.casework.call_permission import CallsLocked
from bot.usecases.casework.handling import NoReason, reason_in_words
from bot.usecases.casework.permissions import Gone
from bot.usecases.casework.states import Outcome
from bot.usecases.operation import audit
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound
from tests.people import a_desk_mate, a_request, in_the_queue, may_read_alone
from tests.usecases.office import Office, takes_over

WHY = "she asked for it at the counter"
pytestmark = pytest.mark.usefixtures("taken")


async def reasons(office: Office) -> list[str | None]:
    async with office.runtime.database.store() as store:
        return [entry.reason for entry in reversed(await store.audit.entries(subject=office.reference)) if entry.reason]


async def test_calling_locks_at_the_limit_from_the_letter_and_goes_to_the_head(office: Office) -> None:
    runtime, reference = office.runtime, office.reference
    outcomes: tuple[Outcome, ...] = ("no_answer", "reached_not_safe")
    for outcome in outcomes:
        await requests.reveal(runtime, office.ilze, reference)
        await handling.note_attempt(runtime, office.ilze, reference, outcome, 2)
        office.clock.move(hours=1)
    locked = await requests.get_envelope(runtime, office.ilze, reference)
    assert (locked.state, locked.lock, locked.attempts_left) == ("awaited", "limit", 0)
    with pytest.raises(CallsLocked):
        await requests.reveal(runtime, office.ilze, reference)
    with pytest.raises(CallsLocked):
        await handling.note_attempt(runtime, office.ilze, reference, "no_answer", 3)  # a browser cannot raise the limit
    assert await office.waiting() == 1  # the head is told
    await takes_over(office, office.head)
    with pytest.raises(CallsLocked):
        await requests.reveal(runtime, office.head, reference)  # she is awaited: the head, too, has to say why
    await handling.reveal_outside(runtime, office.head, reference, "she asked for it at the counter")
    assert await reasons(office) == ["no_answer", "reached_not_safe", office.ilze.id, "she asked for it at the counter"]


async def test_two_calls_lie_an_hour_apart_and_a_wrong_number_ends_it(office: Office) -> None:
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "no_answer", 3)
    office.clock.move(minutes=59)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    office.clock.move(minutes=1)
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "wrong_number", 3)
    office.clock.move(hours=2)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_another_talk_after_a_meeting_puts_off_no_deadline(office: Office) -> None:
    runtime, reference = office.runtime, office.reference
    await handling.note_attempt(runtime, office.ilze, reference, "reached_verified", 3)
    await handling.meet(runtime, office.ilze, reference)
    due = (await office.row()).due_at
    office.clock.move(days=1)
    await handling.note_attempt(runtime, office.ilze, reference, "reached_verified", 3)
    assert (await office.row()).due_at == due


async def test_who_was_reached_is_contacted_then_met_then_closed(office: Office) -> None:
    runtime, reference = office.runtime, office.reference
    with pytest.raises(NotAllowed):
        await handling.meet(runtime, office.ilze, reference)  # nobody was reached yet
    with pytest.raises(NotAllowed):
        await handling.note_attempt(runtime, office.zane, reference, "reached_verified", 3)
    await handling.note_attempt(runtime, office.ilze, reference, "reached_verified", 3)
    contacted = await requests.get_envelope(runtime, office.ilze, reference)
    assert contacted.state == "contacted"
    assert contacted.due_at
    office.clock.now = contacted.due_at + timedelta(hours=1)
    await sweeping.sweep(runtime)  # a person in contact does not fall back into the queue
    assert [(row.state, row.age) for row in await in_the_queue(runtime, office.zane)] == [("contacted", "late")]
    await handling.meet(runtime, office.ilze, reference)
    await requests.close(runtime, office.ilze, reference, "referred")
    assert (await requests.get_envelope(runtime, office.ilze, reference)).state == "closed"
    assert await in_the_queue(runtime, office.ilze) == []
    (tombstone,) = await queue.list_requests(runtime, office.ilze)
    assert tombstone.closed_as == "referred"


async def test_what_is_given_back_waits_for_anyone(office: Office) -> None:
    await handling.give_back(office.runtime, office.ilze, office.reference)
    assert (await requests.take(office.runtime, office.zane, office.reference)).mine


async def test_outside_the_window_only_the_head_with_a_reason_that_stays_in_the_audit(office: Office) -> None:
    runtime, reference = office.runtime, office.reference
    with pytest.raises(NotAllowed):
        await handling.reveal_outside(runtime, office.ilze, reference, WHY)
    with pytest.raises(NoReason):
        await handling.reveal_outside(runtime, office.head, reference, "  ok  ")
    await handling.reveal_outside(runtime, office.head, reference, WHY)
    assert (await office.events())[-1] == "phone_revealed_outside"
    assert await reasons(office) == [WHY]
    assert (await audit.list_events(runtime))[0].reason == WHY  # where the data-protection officer reads it


async def test_when_no_safe_time_can_hold_any_more_the_number_is_nobodys(office: Office) -> None:
    await handling.extend(office.runtime, office.ilze, office.reference, WHY)
    office.clock.move(days=31)
    await requests.take(office.runtime, office.ilze, office.reference)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    with pytest.raises(CallsLocked):
        await handling.reveal_outside(office.runtime, office.head, office.reference, WHY)


@pytest.mark.parametrize("text", ["", "short", "x" * 201, "ring her at +371 2612 3456", "code 12345 was right"])
def test_a_reason_is_words_without_a_number_of_anyone(text: str) -> None:
    with pytest.raises(NoReason):
        reason_in_words(text)
    assert reason_in_words(f"  {WHY}\n at 10:00 ") == f"{WHY} at 10:00"


async def test_urgency_rises_in_one_step_and_sinks_with_a_reason(office: Office) -> None:
    runtime, zane, reference = office.runtime, office.zane, office.reference
    with pytest.raises(NoReason):
        await handling.lower_priority(runtime, zane, reference, "")
    await handling.lower_priority(runtime, zane, reference, WHY)
    await handling.lower_priority(runtime, zane, reference, WHY)
    assert (await requests.get_envelope(runtime, zane, reference)).priority == "in_order"
    await handling.raise_priority(runtime, zane, reference)
    assert (await requests.get_envelope(runtime, zane, reference)).priority == "next_working_day"
    assert await reasons(office) == [WHY, WHY, "next_working_day"]


async def test_a_conflict_hides_it_from_all_but_the_head(office: Office) -> None:
    runtime, reference = office.runtime, office.reference
    await handling.flag_conflict(runtime, office.ilze, reference)
    for mate in (office.ilze, office.zane):
        assert await in_the_queue(runtime, mate) == []
        for action in (requests.get_envelope, letters.fetch, letters.confirm, requests.take, requests.reveal):
            with pytest.raises(NotFound):
                await action(runtime, mate, reference)
    (shown,) = await in_the_queue(runtime, office.head)
    assert (shown.head_only, shown.state) == (True, "new")


async def test_who_says_that_she_knows_someone_there_is_seen_by_the_head_alone(office: Office) -> None:
    await may_read_alone(office.runtime, office.head, office.identity)
    await a_request(office.runtime, conflict_known="yes", conflict_reader="may")
    assert len(await in_the_queue(office.runtime, office.zane)) == 1
    assert len(await in_the_queue(office.runtime, office.head)) == 2


async def test_it_is_kept_longer_with_a_reason_and_never_beyond_ninety_days(office: Office) -> None:
    runtime, reference = office.runtime, office.reference
    begun = (await requests.get_envelope(runtime, office.ilze, reference)).created_at
    for days in (60, 90):
        await handling.extend(runtime, office.ilze, reference, WHY)
        assert (await requests.get_envelope(runtime, office.ilze, reference)).erase_at == begun + timedelta(days=days)
    with pytest.raises(NotAllowed):
        await handling.extend(runtime, office.ilze, reference, WHY)
    office.clock.move(days=90)
    await sweeping.sweep(runtime)
    with pytest.raises(Gone):
        await handling.extend(runtime, office.head, reference, WHY)


async def test_what_a_worker_who_left_had_promised_waits_again_and_its_service_is_told(office: Office) -> None:
    before = await office.waiting()
    await workers.leave(office.runtime, "ilze")
    assert (await requests.get_envelope(office.runtime, office.zane, office.reference)).state == "new"
    told_of_the_key = 2  # at each address: only one is left who holds it
    assert await office.waiting() == before + 1 + told_of_the_key
    assert (await requests.take(office.runtime, office.zane, office.reference)).mine


async def test_what_a_worker_who_left_had_begun_is_carried_on_by_a_colleague(office: Office) -> None:
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "reached_verified", 3)
    with pytest.raises(AlreadyTaken):
        await requests.take(office.runtime, office.zane, office.reference)
    await workers.leave(office.runtime, "ilze")
    left = await requests.get_envelope(office.runtime, office.zane, office.reference)
    assert (left.state, left.taken_by, left.readable) == ("contacted", None, True)
    carried = await requests.take(office.runtime, office.zane, office.reference)
    assert (carried.state, carried.mine) == ("contacted", True)
    with pytest.raises(AlreadyTaken):
        await requests.take(
            office.runtime, await a_desk_mate(office.runtime, "olga", "worker", "balvi"), office.reference
        )
