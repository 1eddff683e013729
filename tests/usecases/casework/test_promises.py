"""A promise to care for a request: only what came of it begins it anew, and whoever breaks it does not do so unseen."""

from datetime import date

import pytest

from bot.runtime import RIGA
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, requests, sweeping
from bot.usecases.casework.call_permission import CallsLocked
from bot.usecases.refused import NotAllowed
from bot.usecases.services.notices import NOTICE, NOTICE_DEPUTY, NOTICE_HEAD
from tests.usecases.office import Office


async def takes(office: Office, worker: SignedIn) -> None:
    await requests.take(office.runtime, worker, office.reference)


async def shows(office: Office) -> None:
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def nobody_answers(office: Office) -> None:
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "no_answer", 3)


async def due(office: Office) -> str:
    at = (await office.row()).due_at
    assert at
    return at.astimezone(RIGA).strftime("%a %H:%M")


async def state(office: Office) -> str:
    await sweeping.sweep(office.runtime)
    return (await office.row()).status


async def test_showing_the_number_again_and_again_keeps_no_promise(office: Office) -> None:
    await takes(office, office.ilze)  # on Monday at noon
    for _ in range(3):
        office.clock.move(hours=1)
        await shows(office)
    assert await due(office) == "Mon 16:00"
    office.clock.move(hours=1)
    assert await state(office) == "new"


async def test_who_has_it_already_wins_no_time_by_taking_it(office: Office) -> None:
    await takes(office, office.ilze)
    office.clock.move(hours=3)
    await takes(office, office.ilze)
    assert await due(office) == "Mon 16:00"
    assert (await office.events()).count("request_taken") == 1, "nothing was done"


async def test_nor_by_giving_it_back_and_taking_it_again(office: Office) -> None:
    await takes(office, office.ilze)
    office.clock.move(hours=3)
    await handling.give_back(office.runtime, office.ilze, office.reference)
    await takes(office, office.ilze)
    assert await due(office) == "Mon 16:00"
    await handling.give_back(office.runtime, office.ilze, office.reference)
    await takes(office, office.zane)
    assert await due(office) == "Tue 10:30", "a colleague promises for herself"


async def test_an_outcome_begins_the_promise_anew_and_so_does_one_showing_after_it(office: Office) -> None:
    await takes(office, office.ilze)
    await shows(office)
    office.clock.move(hours=1)
    await nobody_answers(office)
    assert await due(office) == "Mon 17:00"
    office.clock.move(hours=1)
    await shows(office)
    assert await due(office) == "Tue 09:30"
    office.clock.move(hours=1)
    await shows(office)
    assert await due(office) == "Tue 09:30", "nothing has come of the last showing"


@pytest.mark.parametrize("seen", [False, True])
async def test_who_let_it_run_out_and_takes_it_again_is_told_to_the_head(office: Office, seen: bool) -> None:
    """Also in the moment before the job has seen it: the mails that a broken promise brings are not taken back."""
    await takes(office, office.ilze)
    office.clock.move(hours=4)
    if seen:
        assert await state(office) == "new"
    await takes(office, office.ilze)
    assert await state(office) == "taken", "better she than nobody"
    assert await office.to_be_told() == [*([NOTICE] if seen else []), NOTICE_HEAD]


async def test_of_the_heads_own_broken_promise_the_deputy_hears(office: Office) -> None:
    await takes(office, office.head)
    office.clock.move(hours=4)
    await takes(office, office.head)
    assert await office.to_be_told() == [NOTICE_DEPUTY]


async def test_a_colleague_who_takes_what_was_left_ends_the_reminders(office: Office) -> None:
    await takes(office, office.ilze)
    office.clock.move(hours=4)
    assert await state(office) == "new"
    await takes(office, office.zane)
    assert await office.to_be_told() == []


async def test_what_was_begun_and_left_is_not_renewed_unseen(office: Office) -> None:
    await takes(office, office.ilze)
    await handling.note_arrival(office.runtime, office.ilze, office.reference)
    office.clock.move(days=7)
    await takes(office, office.ilze)
    assert await office.to_be_told() == [NOTICE_HEAD]
    assert (await office.row()).due_at > office.clock()  # type: ignore[operator]


async def test_who_waits_for_her_and_gives_it_back_and_takes_it_again_is_told_to_the_head(office: Office) -> None:
    """Otherwise she could be awaited for a fortnight again and again."""
    await takes(office, office.ilze)
    await handling.await_person(office.runtime, office.ilze, office.reference, date(2026, 12, 4))
    office.clock.move(days=2)
    await handling.give_back(office.runtime, office.ilze, office.reference)
    await takes(office, office.ilze)
    assert NOTICE_HEAD in await office.to_be_told()


async def test_a_number_that_is_shown_after_the_promise_ran_out_renews_nothing(office: Office) -> None:
    await takes(office, office.ilze)
    await nobody_answers(office)
    office.clock.move(hours=4)
    await shows(office)
    assert await state(office) == "new"


async def test_a_call_is_noted_also_when_the_promise_ran_out_meanwhile(office: Office) -> None:
    await takes(office, office.ilze)
    await shows(office)
    office.clock.move(hours=4)
    assert await state(office) == "new"
    with pytest.raises(NotAllowed):
        await handling.note_attempt(office.runtime, office.zane, office.reference, "no_answer", 3)  # she saw no number
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "other_person", 3)
    assert await state(office) == "new"
    await takes(office, office.zane)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.zane, office.reference)


async def test_who_reached_her_as_the_promise_ran_out_has_it(office: Office) -> None:
    await takes(office, office.ilze)
    await shows(office)
    office.clock.move(hours=4)
    assert await state(office) == "new"
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "reached_verified", 3)
    row = await office.row()
    assert (row.status, row.worker_id) == ("contacted", office.ilze.id)
    assert await office.to_be_told() == []


async def test_the_head_who_rang_outside_the_hours_notes_it_also_where_nobody_has_it(office: Office) -> None:
    why = "she asked for it at the counter"
    await handling.reveal_outside(office.runtime, office.head, office.reference, why)
    await handling.note_attempt(office.runtime, office.head, office.reference, "no_answer", 1)
    assert (await office.row()).attempts[0]["outcome"] == "no_answer"


async def test_a_worker_who_left_keeps_no_promise(office: Office) -> None:
    await takes(office, office.ilze)
    await workers.leave(office.runtime, "ilze")
    await takes(office, office.zane)
    assert await due(office) == "Mon 16:00"
    assert await office.to_be_told() == []
