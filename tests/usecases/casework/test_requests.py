"""A worker's actions: taking and revealing leave a trace, closing starts a clock, and what is due is erased."""

import asyncio

import pytest

from bot.usecases.acting import SignedIn
from bot.usecases.casework import letters, requests, sweeping
from bot.usecases.casework.permissions import Gone
from bot.usecases.person import contact
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound
from bot.usecases.services import keys
from tests.people import a_desk_mate, a_key, a_request, a_service, in_the_queue
from tests.usecases.office import Office


async def test_two_take_one_request_and_one_has_it(office: Office) -> None:
    async def take(worker: SignedIn) -> str | BaseException | None:
        try:
            return (await requests.take(office.runtime, worker, office.reference)).taken_by
        except AlreadyTaken as taken:
            return taken

    answers = await asyncio.gather(take(office.ilze), take(office.zane))
    refused = [answer for answer in answers if isinstance(answer, AlreadyTaken)]
    assert len(refused) == 1
    assert (await office.events()).count("request_taken") == 1
    (shown,) = await in_the_queue(office.runtime, office.head)
    assert shown.taken_by in answers


async def test_what_a_colleague_took_only_she_and_the_head_can_read(office: Office) -> None:
    await requests.take(office.runtime, office.zane, office.reference)
    with pytest.raises(AlreadyTaken, match="Zane"):
        await letters.fetch(office.runtime, office.ilze, office.reference)
    assert (await requests.get_envelope(office.runtime, office.head, office.reference)).readable
    assert not (await requests.get_envelope(office.runtime, office.ilze, office.reference)).readable


async def test_the_number_is_revealed_to_who_took_it_and_written_down(office: Office) -> None:
    with pytest.raises(NotAllowed):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    await requests.take(office.runtime, office.ilze, office.reference)
    await requests.reveal(office.runtime, office.ilze, office.reference)
    assert await office.events() == ["request_taken", "phone_revealed"]


async def test_a_promise_that_ran_out_returns_to_the_queue(office: Office) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    office.clock.move(hours=3, minutes=59)
    await sweeping.sweep(office.runtime)
    assert (await requests.get_envelope(office.runtime, office.ilze, office.reference)).state == "taken"
    office.clock.move(minutes=2)
    await sweeping.sweep(office.runtime)
    assert (await requests.get_envelope(office.runtime, office.ilze, office.reference)).state == "new"
    assert await office.waiting() == 1  # the service is told again


async def test_taking_and_nothing_less_ends_the_reminders(office: Office) -> None:
    await letters.fetch(office.runtime, office.ilze, office.reference)
    await letters.confirm(office.runtime, office.ilze, office.reference)
    assert await office.waiting() == 1
    await requests.take(office.runtime, office.ilze, office.reference)
    assert await office.waiting() == 0


async def test_closing_starts_the_clock_and_then_the_letter_goes(office: Office) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    with pytest.raises(NotAllowed):
        await requests.close(office.runtime, office.zane, office.reference, "met")
    await requests.close(office.runtime, office.ilze, office.reference, "met")
    office.clock.move(days=6)
    assert await sweeping.sweep(office.runtime) == 0
    await letters.fetch(office.runtime, office.ilze, office.reference)  # still there
    office.clock.move(days=1)
    assert await sweeping.sweep(office.runtime) == 1
    with pytest.raises(Gone):
        await letters.fetch(office.runtime, office.ilze, office.reference)
    tombstone = await requests.get_envelope(office.runtime, office.ilze, office.reference)
    assert (tombstone.state, tombstone.readable) == ("closed", False)
    assert (await office.events())[-1] == "request_erased"


async def test_closing_late_does_not_keep_it_longer_than_the_person_was_told(office: Office) -> None:
    before = (await requests.get_envelope(office.runtime, office.ilze, office.reference)).erase_at
    office.clock.move(days=28)
    await requests.take(office.runtime, office.ilze, office.reference)
    await requests.close(office.runtime, office.ilze, office.reference, "could_not_reach_safely")
    assert (await requests.get_envelope(office.runtime, office.ilze, office.reference)).erase_at == before


async def test_what_nobody_closed_is_erased_in_time(office: Office) -> None:
    office.clock.move(days=31)
    assert await sweeping.sweep(office.runtime) == 1
    assert await sweeping.sweep(office.runtime) == 0
    assert (await requests.get_envelope(office.runtime, office.ilze, office.reference)).state == "expired"
    assert await in_the_queue(office.runtime, office.ilze) == []


async def test_a_withdrawn_request_can_no_longer_be_worked_on(office: Office) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    assert await contact.withdraw(office.runtime, office.receipt)
    for action in (letters.fetch, requests.reveal, requests.take):
        with pytest.raises(Gone):
            await action(office.runtime, office.ilze, office.reference)
    with pytest.raises(Gone):
        await requests.close(office.runtime, office.ilze, office.reference, "met")
    (shown,) = await in_the_queue(office.runtime, office.ilze)
    assert (shown.state, shown.readable) == ("withdrawn", False)
    office.clock.move(days=8)
    assert await in_the_queue(office.runtime, office.ilze) == []


async def test_the_most_pressing_request_comes_first(office: Office) -> None:
    for urgency in ("when_possible", "this_week"):
        await a_request(office.runtime, urgency_self=urgency)
    priorities = [request.priority for request in await in_the_queue(office.runtime, office.ilze)]
    assert priorities == ["today", "next_working_day", "in_order"]


async def test_a_service_is_reachable_from_the_moment_it_has_a_key(office: Office) -> None:
    runtime = office.runtime
    await a_service(runtime, "riga", "riga")
    first = await a_desk_mate(runtime, "first", "worker", "riga")
    assert (await contact.get_offer(runtime, "riga", "lv")).open is False
    assert (await keys.get_own_service(runtime, first)).holders == ()
    await a_key(runtime, first)
    assert (await contact.get_offer(runtime, "riga", "lv")).open
    assert (await keys.get_own_service(runtime, first)).holders == ("First", "Second-Of-First")


async def test_nobody_without_a_service_finds_anything(office: Office) -> None:
    stranger = SignedIn("x", "X", "x", "worker", None)
    assert await in_the_queue(office.runtime, stranger) == []
    with pytest.raises(NotFound):
        await requests.get_envelope(office.runtime, stranger, office.reference)
