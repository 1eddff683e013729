"""One number and two workers: whoever shows it while a colleague may be calling is told so, and no call is lost."""

import asyncio
from datetime import timedelta

import pytest

from bot.usecases.acting import SignedIn
from bot.usecases.casework import calls, handling, requests, sweeping
from bot.usecases.casework.call_permission import CallBlocked, CallsLocked
from bot.usecases.casework.calls import OnScreen
from bot.usecases.casework.permissions import Gone
from bot.usecases.casework.showings import ToldFirst
from bot.usecases.casework.states import Outcome
from bot.usecases.person import additions, contact, standing
from bot.usecases.refused import AlreadyTaken, HeldBy, NotAllowed, NotFound
from tests.people import a_desk_mate, may_read_alone
from tests.usecases.office import Office, shows, takes_over

WHY = "the hospital asked us to ring now"
pytestmark = pytest.mark.usefixtures("taken")


async def shown_to_ilze(office: Office) -> None:
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def nobody_answers(office: Office, worker: SignedIn, most: int = 3) -> bool:
    return await handling.note_attempt(office.runtime, worker, office.reference, "no_answer", most)


async def looks(office: Office) -> requests.Envelope:
    return await requests.get_envelope(office.runtime, office.head, office.reference)


async def screen(office: Office, worker: SignedIn) -> OnScreen:
    return await calls.on_screen(office.runtime, worker, office.reference)


# --- Taking -----------------------------------------------------------------------------------------------------------


async def test_take_never_overtakes_and_says_who_has_it_since_when(office: Office) -> None:
    since = office.clock()
    office.clock.move(minutes=20)
    for worker, leads in ((office.zane, False), (office.head, True)):
        with pytest.raises(HeldBy) as held:
            await requests.take(office.runtime, worker, office.reference)
        assert (held.value.name, held.value.since, held.value.may_take_over) == ("Ilze", since, leads)
    assert (await office.row()).worker_id == office.ilze.id


async def test_who_takes_over_is_told_from_whom_since_when_and_who_may_be_calling(office: Office) -> None:
    since = office.clock()
    office.clock.move(minutes=5)
    await shown_to_ilze(office)
    shown = office.clock()
    office.clock.move(minutes=5)
    truth = await takes_over(office, office.head)
    assert (truth.holder, truth.since, [(showing.name, showing.at) for showing in truth.shown]) == (
        "Ilze",
        since,
        [("Ilze", shown)],
    )
    async with office.runtime.database.store() as store:
        (newest,) = await store.audit.entries(office.reference, limit=1)
    assert (newest.event, newest.actor, newest.reason) == ("request_taken_over", office.head.id, office.ilze.id)


async def test_who_was_told_what_is_no_longer_true_is_told_again(office: Office) -> None:
    with pytest.raises(ToldFirst) as before:
        await requests.take_over(office.runtime, office.head, office.reference)
    await shown_to_ilze(office)
    with pytest.raises(ToldFirst) as after:
        await requests.take_over(office.runtime, office.head, office.reference, before.value.truth.mark)
    assert (before.value.truth.shown, [showing.name for showing in after.value.truth.shown]) == ((), ["Ilze"])
    assert (await office.row()).worker_id == office.ilze.id
    await handling.give_back(office.runtime, office.ilze, office.reference)
    with pytest.raises(ToldFirst) as nobody:
        await requests.take_over(office.runtime, office.head, office.reference, after.value.truth.mark)
    assert nobody.value.truth.holder is None
    await requests.take_over(office.runtime, office.head, office.reference, nobody.value.truth.mark)
    assert (await looks(office)).mine


async def test_only_who_leads_takes_over(office: Office) -> None:
    with pytest.raises(NotAllowed):
        await requests.take_over(office.runtime, office.zane, office.reference)


# --- Showing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["given back", "lapsed", "taken over"])
async def test_who_shows_a_number_that_a_colleague_may_be_calling_is_told_so_once(office: Office, how: str) -> None:
    await shown_to_ilze(office)
    at = office.clock()
    match how:
        case "given back":
            await handling.give_back(office.runtime, office.ilze, office.reference)
        case "lapsed":
            office.clock.move(hours=5)
            await sweeping.sweep(office.runtime)
    next_one = office.head if how == "taken over" else office.zane
    if how == "taken over":
        await takes_over(office, next_one)
    else:
        await requests.take(office.runtime, next_one, office.reference)
    before = await office.events()
    with pytest.raises(ToldFirst):
        await requests.reveal(office.runtime, next_one, office.reference, "what was said of something else")
    assert await office.events() == before
    truth = await shows(office, next_one)
    assert [(showing.name, showing.at) for showing in truth.shown] == [("Ilze", at)]
    await requests.reveal(office.runtime, next_one, office.reference)  # in a second tab: she knows already


async def test_once_the_outcome_is_noted_nobody_is_asked(office: Office) -> None:
    await shown_to_ilze(office)
    await nobody_answers(office, office.ilze)
    office.clock.move(hours=1)
    await handling.reveal_outside(office.runtime, office.head, office.reference, WHY)


async def test_the_heads_override_is_told_of_the_worker_and_she_of_the_head(office: Office) -> None:
    await shown_to_ilze(office)
    with pytest.raises(ToldFirst) as first:
        await handling.reveal_outside(office.runtime, office.head, office.reference, WHY)
    await handling.reveal_outside(office.runtime, office.head, office.reference, WHY, first.value.truth.mark)
    assert [showing.name for showing in (await screen(office, office.ilze)).others] == ["Head"]
    assert [showing.name for showing in (await shows(office, office.ilze)).shown] == ["Head"]


async def test_two_who_show_it_at_the_same_moment_do_not_both_see_it_untold(office: Office) -> None:
    async def outside() -> None:
        await handling.reveal_outside(office.runtime, office.head, office.reference, WHY)

    answers = await asyncio.gather(shown_to_ilze(office), outside(), return_exceptions=True)
    assert sum(isinstance(answer, ToldFirst | AlreadyTaken) for answer in answers) == 1, answers
    assert sum(event.startswith("phone_revealed") for event in await office.events()) == 1


# --- A screen that shows it -------------------------------------------------------------------------------------------


async def test_a_number_goes_from_the_screen_when_it_was_taken_over(office: Office) -> None:
    await shown_to_ilze(office)
    assert (await screen(office, office.ilze)).may_show
    await takes_over(office, office.head)
    now = await screen(office, office.ilze)
    assert (now.mine, now.holder, now.may_show, now.ended, now.owes) == (False, "Head", False, "taken_over", True)


@pytest.mark.parametrize(
    "how", ["returned", "closed", "withdrawn", "erased", "hidden", "unsafe", "locked", "noted", "awaited"]
)
async def test_a_number_goes_from_the_screen_when_nobody_may_call_any_more(office: Office, how: str) -> None:
    runtime, reference = office.runtime, office.reference
    await shown_to_ilze(office)
    match how:
        case "returned":
            await handling.give_back(runtime, office.ilze, reference)
        case "closed":
            await requests.close(runtime, office.head, reference, "met")
        case "withdrawn":
            await contact.withdraw(runtime, office.receipt)
        case "erased":
            await handling.erase_at_wish(runtime, office.head, reference)
        case "hidden":
            await may_read_alone(runtime, office.head, office.identity)
            await handling.flag_conflict(runtime, office.zane, reference)
        case "unsafe":
            await additions.block_calls(runtime, office.receipt)
        case "locked":
            await handling.note_attempt(runtime, office.head, reference, "other_person", 3)
        case "noted":  # in another tab
            await nobody_answers(office, office.ilze)
        case _:
            await handling.await_person(runtime, office.head, reference, office.clock().date())
    now = await screen(office, office.ilze)
    assert (now.may_show, now.others) == (False, ())
    expected = {"awaited": "locked", "noted": "locked"}.get(how, how)  # an hour lies between two calls
    assert now.ended == expected
    assert now.owes == (how != "noted")


async def test_whoever_was_never_shown_a_hidden_request_finds_nothing(office: Office) -> None:
    await may_read_alone(office.runtime, office.head, office.identity)
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    with pytest.raises(NotFound):
        await screen(office, office.zane)
    with pytest.raises(NotFound):
        await nobody_answers(office, office.zane)


# --- How it went ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["taken over", "given back", "lapsed", "closed", "hidden", "contacted", "blocked"])
async def test_a_call_is_counted_whatever_has_become_of_the_request(office: Office, how: str) -> None:
    runtime, reference = office.runtime, office.reference
    await shown_to_ilze(office)
    match how:
        case "taken over":
            await takes_over(office, office.head)
        case "given back":
            await handling.give_back(runtime, office.ilze, reference)
        case "lapsed":
            office.clock.move(hours=5)
            await sweeping.sweep(runtime)
        case "closed":
            await requests.close(runtime, office.head, reference, "could_not_reach_safely")
        case "hidden":
            await may_read_alone(runtime, office.head, office.identity)
            await handling.flag_conflict(runtime, office.zane, reference)
        case "contacted":
            await handling.note_arrival(runtime, office.head, reference)
        case _:
            await additions.block_calls(runtime, office.receipt)
    before = (await office.row()).status
    await handling.note_attempt(runtime, office.ilze, reference, "other_person", 2)
    row = await office.row()
    assert (row.attempts[-1]["outcome"], row.most_attempts) == ("other_person", 2)
    assert (await looks(office)).lock == "other_person"
    assert row.status == ("awaited" if before == "taken" else before)
    with pytest.raises((Gone, NotAllowed, NotFound, CallsLocked, CallBlocked)):
        await nobody_answers(office, office.ilze)  # there was one call


async def test_a_call_to_somebody_who_has_withdrawn_is_kept_by_the_audit_alone(office: Office) -> None:
    await shown_to_ilze(office)
    await contact.withdraw(office.runtime, office.receipt)
    assert not await nobody_answers(office, office.ilze)
    assert (await office.events())[-1] == "attempt_noted"
    row = await office.row()
    assert (row.status, row.attempts, row.most_attempts) == ("withdrawn", [], 3), "nothing of her is kept"


async def test_whom_a_worker_reached_who_may_not_see_it_any_more_is_the_readers(office: Office) -> None:
    await may_read_alone(office.runtime, office.head, office.identity)
    await shown_to_ilze(office)
    await handling.flag_conflict(office.runtime, office.zane, office.reference)
    assert not await handling.note_attempt(office.runtime, office.ilze, office.reference, "reached_verified", 3)
    row = await office.row()
    assert (row.status, row.worker_id) == ("contacted", None)
    assert {*await office.to_be_told()} == {"something_waits_reader"}
    assert (await requests.take(office.runtime, office.head, office.reference)).mine


@pytest.mark.parametrize("outcome", ["reached_verified", "no_answer", "other_person"])
async def test_what_is_noted_late_never_opens_what_is_closed(office: Office, outcome: Outcome) -> None:
    await shown_to_ilze(office)
    await requests.close(office.runtime, office.head, office.reference, "met")
    gone = (await office.row()).purge_at
    assert not await handling.note_attempt(office.runtime, office.ilze, office.reference, outcome, 3)
    row = await office.row()
    assert (row.status, row.closed_as, row.purge_at, row.due_at) == ("closed", "met", gone, None)
    found = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert found
    assert found.state == "done"


async def test_another_services_worker_notes_nothing(office: Office) -> None:
    await shown_to_ilze(office)
    stranger = await a_desk_mate(office.runtime, "janis", "head", None)
    with pytest.raises(NotFound):
        await nobody_answers(office, stranger)
    with pytest.raises(NotFound):
        await screen(office, stranger)
    office.clock.move(minutes=1)
    assert not await calls.owes(office.runtime, stranger, office.reference)
    assert timedelta(0) < office.clock() - (await office.row()).created_hour
