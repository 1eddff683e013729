"""A letter on its way to workers' browsers: fetched is not read, each worker counts once, and no search ends a duty."""

import json
from collections.abc import Awaitable
from datetime import date, datetime

import pytest
from pyrage import decrypt

from bot.engine.request import Values, Window
from bot.runtime import RIGA
from bot.usecases.casework import handling, letters, requests
from bot.usecases.casework.call_permission import CallBlocked, CallsLocked
from bot.usecases.casework.permissions import Gone, NoKey
from bot.usecases.person import additions, contact, standing
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound
from tests.people import a_desk_mate, a_request, a_service, may_read_alone
from tests.usecases.office import Office


async def seen(office: Office) -> tuple[str, int, bool | None]:
    """What her page says: the state, how many had the letter, and whether it was read in time."""
    found = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert found
    return found.state, found.readers, found.in_time


async def test_what_was_fetched_is_not_read(office: Office) -> None:
    sealed = await letters.fetch(office.runtime, office.ilze, office.reference)
    letter = json.loads(decrypt(sealed.ciphertext, [office.identity]))
    assert (letter["request"], letter["service"]) == (office.reference, "balvi")
    assert await office.events() == ["letter_fetched"]
    assert await seen(office) == ("new", 1, None)
    assert await office.waiting() == 1


async def test_it_is_read_when_the_browser_has_drawn_it(office: Office) -> None:
    with pytest.raises(NotAllowed):
        await letters.confirm(office.runtime, office.ilze, office.reference)
    await letters.fetch(office.runtime, office.ilze, office.reference)
    await letters.confirm(office.runtime, office.ilze, office.reference)
    assert await seen(office) == ("read", 1, True)
    assert (await office.events())[-1] == "letter_read"
    assert await office.waiting() == 1, "somebody looked, and nobody has it"


async def test_who_reads_it_late_does_not_keep_the_promise(office: Office) -> None:
    await letters.fetch(office.runtime, office.ilze, office.reference)
    office.clock.move(days=1)
    assert (await seen(office))[0] == "late"
    await letters.confirm(office.runtime, office.ilze, office.reference)
    assert await seen(office) == ("read", 1, False)


async def test_what_was_read_was_read_also_when_a_colleague_took_it_meanwhile(office: Office) -> None:
    await letters.fetch(office.runtime, office.ilze, office.reference)
    await requests.take(office.runtime, office.head, office.reference)
    await letters.confirm(office.runtime, office.ilze, office.reference)
    assert await seen(office) == ("taken", 1, True)
    with pytest.raises(AlreadyTaken):
        await letters.fetch(office.runtime, office.ilze, office.reference)


async def test_who_holds_no_key_gets_no_letter(office: Office) -> None:
    doings: list[Awaitable[object]] = [
        letters.fetch(office.runtime, office.zane, office.reference),
        letters.export(office.runtime, office.zane, office.reference),
        letters.look_through(office.runtime, office.zane, "find"),
    ]
    for doing in doings:
        with pytest.raises(NoKey):
            await doing
    assert await office.events() == []
    assert await seen(office) == ("new", 0, None)


async def test_one_busy_worker_is_one_whatever_she_does(office: Office) -> None:
    for _ in range(2):
        await letters.fetch(office.runtime, office.ilze, office.reference)
        await letters.export(office.runtime, office.ilze, office.reference)
        await letters.look_through(office.runtime, office.ilze, "find")
    assert (await seen(office))[1] == 1
    await letters.look_through(office.runtime, office.second, "find")
    assert (await seen(office))[1] == 2


async def test_looking_through_letters_is_written_down_as_what_it_is_and_reads_none(office: Office) -> None:
    await a_request(office.runtime, urgency_self="when_possible")
    found = await letters.look_through(office.runtime, office.ilze, "find")
    assert len(found) == 2
    assert json.loads(decrypt(found[0].letter.ciphertext, [office.identity]))["request"] == found[0].reference
    assert await office.events() == ["letter_looked_through_find"]
    assert await seen(office) == ("new", 1, None)
    assert await office.waiting() == 2


async def test_only_what_she_may_open_is_looked_through(office: Office) -> None:
    await requests.take(office.runtime, office.head, office.reference)
    await may_read_alone(office.runtime, office.head, office.identity)
    await a_request(office.runtime, conflict_known="yes", conflict_reader="may")
    await a_service(office.runtime, "riga", "riga")
    assert await letters.look_through(office.runtime, office.ilze, "find") == []


async def test_the_code_leads_to_her_open_request_and_to_nobody_elses(office: Office) -> None:
    await a_service(office.runtime, "riga", "riga")
    elsewhere = await a_desk_mate(office.runtime, "janis", "worker", "riga")
    assert await letters.find_by_code(office.runtime, office.ilze, office.receipt) == office.reference
    assert (await office.events())[-1] == "request_found_by_code"
    for worker, code in ((elsewhere, office.receipt), (office.ilze, "0" * 16), (office.ilze, "")):
        with pytest.raises(NotFound):
            await letters.find_by_code(office.runtime, worker, code)
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    with pytest.raises(NotFound):
        await letters.find_by_code(office.runtime, office.ilze, office.receipt)
    assert await letters.find_by_code(office.runtime, office.head, office.receipt) == office.reference
    await contact.withdraw(office.runtime, office.receipt)
    with pytest.raises(NotFound):
        await letters.find_by_code(office.runtime, office.head, office.receipt)


# --- The agreed word --------------------------------------------------------------------------------------------------


def until(day: str) -> Values:
    return {"windows": (Window("mon", "08:00", "09:30"),), "valid_until": day}


async def adds(office: Office, day: str) -> int:
    """She sends new times, or somebody who holds her code does. The number of the addition."""
    assert await additions.change_times(office.runtime, office.receipt, until(day), "lv", "a word", knowing=True)
    async with office.runtime.database.store() as store:
        return await store.additions.newest(office.reference)


async def test_only_the_right_word_lets_calls_begin_anew(office: Office) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    await requests.reveal(office.runtime, office.ilze, office.reference)
    await handling.note_attempt(office.runtime, office.ilze, office.reference, "other_person", 3)
    addition = await adds(office, "2026-12-20")
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    with pytest.raises(NotAllowed):
        await letters.confirm_word(office.runtime, office.ilze, office.reference, addition)  # not in her browser
    await letters.fetch(office.runtime, office.ilze, office.reference)
    await letters.confirm_word(office.runtime, office.ilze, office.reference, addition)
    await letters.confirm_word(office.runtime, office.ilze, office.reference, addition)
    assert (await office.events())[-2:] == ["letter_fetched", "word_found_right"], "once"
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_a_later_last_day_holds_with_the_word_and_an_earlier_one_at_once(office: Office) -> None:
    async with office.runtime.database.store() as store:
        request = await store.requests.by_id(office.reference)
        assert request
        request.call_until = until_day("2026-12-10")
    await letters.fetch(office.runtime, office.ilze, office.reference)
    later = await adds(office, "2026-12-20")
    assert (await office.row()).call_until == until_day("2026-12-10")
    await adds(office, "2026-12-05")
    assert (await office.row()).call_until == until_day("2026-12-05")
    await letters.confirm_word(office.runtime, office.ilze, office.reference, later)
    assert (await office.row()).call_until == until_day("2026-12-05"), "what was narrowed later stays narrowed"
    last = await adds(office, "2026-12-19")
    await letters.confirm_word(office.runtime, office.ilze, office.reference, last)
    assert (await office.row()).call_until == until_day("2026-12-19")


def until_day(text: str) -> date:
    return date.fromisoformat(text)


async def test_after_the_last_day_of_her_permission_nobody_calls(office: Office) -> None:
    await requests.take(office.runtime, office.head, office.reference)
    await adds(office, "2026-11-24")
    async with office.runtime.database.store() as store:
        request = await store.requests.by_id(office.reference)
        assert request
        request.call_until = until_day("2026-11-24")
    office.clock.move(days=1)
    await requests.take(office.runtime, office.head, office.reference)
    await requests.reveal(office.runtime, office.head, office.reference)
    office.clock.move(days=1)
    await requests.take(office.runtime, office.head, office.reference)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.head, office.reference)
    with pytest.raises(CallsLocked):
        await handling.reveal_outside(office.runtime, office.head, office.reference, "she asked for it at the counter")


async def test_a_call_from_paper_is_noted_on_the_last_day_and_refused_from_midnight_in_riga(office: Office) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    async with office.runtime.database.store() as store:
        request = await store.requests.by_id(office.reference)
        assert request
        request.call_until = until_day("2026-11-23")
    office.clock.now = datetime(2026, 11, 24, tzinfo=RIGA)
    with pytest.raises(CallsLocked):
        await handling.note_attempt(office.runtime, office.ilze, office.reference, "no_answer", 3)
    office.clock.move(minutes=-1)
    assert await handling.note_attempt(office.runtime, office.ilze, office.reference, "no_answer", 3)


async def test_new_times_without_the_right_word_let_no_31_days_begin_anew(office: Office) -> None:
    async with office.runtime.database.store() as store:
        request = await store.requests.by_id(office.reference)
        assert request
        request.call_until = None  # as of a request that was sent before its last day stood on the envelope
    office.clock.move(days=20)
    await adds(office, "2026-12-31")
    await requests.take(office.runtime, office.head, office.reference)
    await handling.extend(office.runtime, office.head, office.reference, "the talks with her go on")
    await requests.reveal(office.runtime, office.head, office.reference)
    office.clock.move(days=12)
    await requests.take(office.runtime, office.head, office.reference)
    with pytest.raises(CallsLocked):
        await requests.reveal(office.runtime, office.head, office.reference)
    with pytest.raises(CallsLocked):
        await handling.reveal_outside(office.runtime, office.head, office.reference, "she asked for it at the counter")


async def test_the_31_days_begin_when_she_wrote_and_not_when_somebody_looked(office: Office) -> None:
    await letters.fetch(office.runtime, office.ilze, office.reference)
    office.clock.move(days=3)
    wrote = office.clock()
    addition = await adds(office, "2026-12-20")
    office.clock.move(days=10)
    await letters.confirm_word(office.runtime, office.ilze, office.reference, addition)
    confirmed = (await office.row()).confirmed_hour
    assert confirmed
    assert confirmed <= wrote


async def test_a_number_called_unsafe_is_lifted_only_by_what_she_sent_after_it(office: Office) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    await letters.fetch(office.runtime, office.ilze, office.reference)
    await additions.block_calls(office.runtime, office.receipt)
    first = await adds(office, "2026-12-20")
    await additions.block_calls(office.runtime, office.receipt)  # again, before anybody looked
    await letters.confirm_word(office.runtime, office.ilze, office.reference, first)
    with pytest.raises(CallBlocked):
        await requests.reveal(office.runtime, office.ilze, office.reference)
    second = await adds(office, "2026-12-20")
    await letters.confirm_word(office.runtime, office.ilze, office.reference, second)
    await requests.reveal(office.runtime, office.ilze, office.reference)


async def test_an_addition_of_another_request_proves_nothing(office: Office) -> None:
    other = await a_request(office.runtime)
    assert await additions.change_times(office.runtime, other, until("2026-12-20"), "lv", "a word")
    async with office.runtime.database.store() as store:
        request = next(row for row in await store.requests.waiting("balvi") if row.id != office.reference)
        theirs = await store.additions.newest(request.id)
    await letters.fetch(office.runtime, office.ilze, office.reference)
    for wrong in (theirs, 0, 99):
        with pytest.raises(NotFound):
            await letters.confirm_word(office.runtime, office.ilze, office.reference, wrong)
    await contact.withdraw(office.runtime, office.receipt)
    with pytest.raises(Gone):
        await letters.confirm_word(office.runtime, office.ilze, office.reference, theirs)


async def test_a_joined_report_and_her_request_are_found_as_one_case(office: Office, joined: str) -> None:
    found = await letters.look_through(office.runtime, office.ilze, "find")
    assert {(letter.reference, letter.case) for letter in found} == {
        (office.reference, office.reference),
        (joined, office.reference),
    }
