"""What a person adds with her code: sealed to the same service, and gone with the rest."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.content import Content
from bot.engine.request import Values, Window
from bot.engine.risk import Screen, read_screen
from bot.runtime import RIGA
from bot.sealing import SEALED_SIZE
from bot.usecases.casework import receipts
from bot.usecases.person import additions
from bot.usecases.person.additions import MOST, TooMany, answer_questions, block_calls, change_times
from bot.usecases.person.contact import Receipt, withdraw
from bot.usecases.person.standing import get_standing
from bot.usecases.refused import NotAddressable, Refused
from bot.usecases.services.first_call import Unanswerable
from storage.additions import Addition
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.storage.rows import a_key, a_service, reachable
from tests.usecases.person.contact_service import CALL, Service, files, furnished, sent

MORNING: Values = {"windows": (Window("mon", "08:00", "09:30"),), "valid_until": "2026-12-01"}
AFRAID = read_screen({"fear": "yes", "others": "no"})


async def added(service: Service, receipt: Receipt) -> list[Addition]:
    row = await service.row(receipt)
    async with service.runtime.database.store() as store:
        return await store.additions.of_request(row.id)


async def letters(service: Service, receipt: Receipt) -> list[dict[str, Any]]:
    return [json.loads(decrypt(addition.sealed, [service.identity])) for addition in await added(service, receipt)]


async def settled(service: Service, receipt: Receipt) -> None:
    """The desk has seen the request, and no notice waits."""
    row = await service.row(receipt)
    async with service.runtime.database.store() as store:
        await store.outbox.settle(row.id, service.runtime.now())


async def ask(service: Service, receipt: Receipt, screen: Screen = AFRAID) -> bool:
    return await answer_questions(service.runtime, receipt.code, screen, "lv", "telegram")


async def test_other_times_reach_the_same_service_beside_the_letter(service: Service) -> None:
    receipt = await sent(service, *CALL)
    await settled(service, receipt)
    assert await change_times(service.runtime, receipts.grouped(receipt.code), MORNING, "lv")
    (letter,) = await letters(service, receipt)
    row = await service.row(receipt)
    assert (letter["request"], letter["service"], letter["kind"]) == (row.id, "balvi", "times")
    assert letter["answers"] == {
        "windows": [{"day": "mon", "begins": "08:00", "ends": "09:30"}],
        "valid_until": "2026-12-01",
    }
    assert letter["sealed_hour"].endswith(":00:00+00:00")
    assert [(errand.kind, errand.request_id) for errand in await service.errands()] == [("something_waits", row.id)]
    assert ("request_added_to", "person") in await service.audit()


async def test_times_in_which_nobody_can_reach_her_are_taken_only_from_who_knows_it(service: Service) -> None:
    receipt = await sent(service, *CALL)
    night: Values = {"windows": (Window("mon", "22:00", "24:00"),), "valid_until": "2026-12-01"}
    with pytest.raises(Unanswerable):
        await change_times(service.runtime, receipt.code, night, "lv")
    assert await letters(service, receipt) == []
    reach = await change_times(service.runtime, receipt.code, night, "lv", knowing=True)
    assert reach
    assert reach.unanswerable
    reach = await change_times(service.runtime, receipt.code, MORNING, "lv")
    assert reach
    assert reach.first == datetime(2026, 11, 30, 8, 30, tzinfo=RIGA)
    assert [letter.get("unanswerable", False) for letter in await letters(service, receipt)] == [True, False]


@pytest.mark.usefixtures("as_it_is")
async def test_an_addition_looks_like_a_letter_whatever_it_says(service: Service) -> None:
    receipt = await sent(service, *CALL)
    await change_times(service.runtime, receipt.code, MORNING, "lv")
    await ask(service, receipt)
    assert {len(addition.sealed) for addition in await added(service, receipt)} == {SEALED_SIZE}


async def test_answers_are_sent_with_their_own_consent_and_raise_the_word_on_the_envelope(service: Service) -> None:
    receipt = await sent(service, urgency_self="when_possible")
    assert (await service.row(receipt)).priority == "in_order"
    assert await ask(service, receipt)
    row = await service.row(receipt)
    assert row.priority == "today"
    (letter,) = await letters(service, receipt)
    assert letter["screen"] == dict(AFRAID)
    assert letter["screen"]["threat"] == "not_answered"
    async with service.runtime.database.store() as store:
        consents = await store.consents.of_request(row.id)
        (own,) = [consent for consent in consents if consent.wording_id == additions.WORDING]
        kept = await store.consents.wording(own.wording_hash)
    assert (own.purposes, own.recipient, own.channel) == (["include_screen"], "balvi", "telegram")
    assert kept
    assert kept.text


@pytest.mark.parametrize("screen", [{"neck": "no"}, {"worse": "yes"}, {"others": "yes", "worse": "not_sure"}])
async def test_no_answer_lowers_the_word_on_the_envelope(service: Service, screen: dict[str, str]) -> None:
    receipt = await sent(service, urgency_self="today")
    await ask(service, receipt, read_screen(screen))
    assert (await service.row(receipt)).priority == "today"


async def test_without_any_answer_there_is_nothing_to_send(service: Service) -> None:
    receipt = await sent(service)
    with pytest.raises(Refused):
        await ask(service, receipt, read_screen({}))
    assert await added(service, receipt) == []


async def test_a_number_that_is_not_safe_stands_on_the_envelope(service: Service) -> None:
    receipt = await sent(service, *CALL)
    await settled(service, receipt)
    assert await block_calls(service.runtime, receipt.code)
    assert await block_calls(service.runtime, receipt.code)
    row = await service.row(receipt)
    assert row.call_blocked
    assert [errand.request_id for errand in await service.errands()] == [row.id]
    assert [event for event, _ in await service.audit()].count("calls_blocked") == 1
    found = await get_standing(service.runtime, receipt.code, "lv")
    assert found
    assert found.blocked


async def test_at_night_no_mail_says_when_she_wrote(service: Service, clock: Clock) -> None:
    receipt = await sent(service, *CALL)
    await settled(service, receipt)
    clock.now = datetime(2026, 11, 24, 0, 17, tzinfo=UTC)
    await block_calls(service.runtime, receipt.code)
    await change_times(service.runtime, receipt.code, MORNING, "lv")
    row = await service.row(receipt)
    async with service.runtime.database.store() as store:
        due = {errand.due_at for errand in await store.outbox.of_request(row.id) if errand.done_at is None}
    assert due == {datetime(2026, 11, 24, 6, 30, tzinfo=UTC)}, "when the service begins to read, 8.30 in Riga"


async def test_changed_times_do_not_make_an_unsafe_number_safe_again(service: Service) -> None:
    receipt = await sent(service, *CALL)
    await block_calls(service.runtime, receipt.code)
    await change_times(service.runtime, receipt.code, MORNING, "lv")
    assert (await service.row(receipt)).call_blocked


@pytest.mark.parametrize("code", ["", "0" * 16, "none"])
async def test_a_code_that_is_none_changes_nothing(service: Service, code: str) -> None:
    receipt = await sent(service)
    assert not await change_times(service.runtime, code, MORNING, "lv")
    assert not await block_calls(service.runtime, code)
    assert not await answer_questions(service.runtime, code, AFRAID, "lv", "web")
    assert await added(service, receipt) == []


async def test_nothing_is_added_to_what_was_withdrawn_and_all_additions_are_gone(
    service: Service, tmp_path: Path
) -> None:
    receipt = await sent(service, *CALL)
    await change_times(service.runtime, receipt.code, MORNING, "lv")
    (addition,) = await added(service, receipt)
    assert addition.sealed[600:1000] in files(tmp_path)
    await withdraw(service.runtime, receipt.code)
    assert await added(service, receipt) == []
    assert addition.sealed[600:1000] not in files(tmp_path)
    assert not await change_times(service.runtime, receipt.code, MORNING, "lv")
    assert not await block_calls(service.runtime, receipt.code)


async def test_withdrawing_while_something_is_being_added_leaves_nothing(
    database_url: str, clock: Clock, shipped: Content
) -> None:
    async with runtime_on(database_url, clock, shipped) as runtime:
        service = await furnished(runtime)
        receipt = await sent(service, *CALL)
        await asyncio.gather(
            *(change_times(runtime, receipt.code, MORNING, "lv") for _ in range(4)),
            ask(service, receipt),
            withdraw(runtime, receipt.code),
        )
        row = await service.row(receipt)
        assert (row.status, row.sealed) == ("withdrawn", None)
        assert await added(service, receipt) == []


async def test_a_key_that_was_changed_gets_the_next_addition(service: Service) -> None:
    receipt = await sent(service, *CALL)
    new = Identity.generate()
    async with service.runtime.database.store() as store:
        await store.services.retire(str(service.identity.to_public()), service.runtime.now())
        for holder in ("ilze", "janis"):
            await store.services.add_key(a_key(recipient=str(new.to_public()), held_by=holder))
    await change_times(service.runtime, receipt.code, MORNING, "lv")
    (addition,) = await added(service, receipt)
    assert json.loads(decrypt(addition.sealed, [new]))["kind"] == "times"


async def test_without_a_living_key_nothing_is_added_but_calls_are_still_stopped(service: Service) -> None:
    receipt = await sent(service, *CALL)
    async with service.runtime.database.store() as store:
        await store.services.retire(str(service.identity.to_public()), service.runtime.now())
    with pytest.raises(NotAddressable):
        await change_times(service.runtime, receipt.code, MORNING, "lv")
    assert await block_calls(service.runtime, receipt.code)


async def test_there_is_an_end_to_additions_but_not_to_stopping_calls(service: Service) -> None:
    receipt = await sent(service, *CALL)
    row = await service.row(receipt)
    async with service.runtime.database.store() as store:
        for _ in range(MOST):
            await store.additions.add(Addition(request_id=row.id, sealed=b"x", made_at=service.runtime.now()))
    with pytest.raises(TooMany):
        await ask(service, receipt)
    assert await block_calls(service.runtime, receipt.code)


# --- The promise ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days, kept", [(0, True), (7, False)])
async def test_the_person_sees_whether_the_promise_was_kept(
    service: Service, clock: Clock, days: int, kept: bool
) -> None:
    receipt = await sent(service)
    row = await service.row(receipt)
    clock.move(days=days)
    async with service.runtime.database.store() as store:
        await store.requests.note_reading(row.id, clock())
    found = await get_standing(service.runtime, receipt.code, "lv")
    assert found
    assert (found.state, found.in_time) == ("read", kept)


async def test_a_request_that_was_taken_and_not_read_is_late_all_the_same(service: Service, clock: Clock) -> None:
    receipt = await sent(service)
    row = await service.row(receipt)
    clock.move(days=7)
    async with service.runtime.database.store() as store:
        await store.requests.take(row, "ilze", clock() + timedelta(hours=4))
    found = await get_standing(service.runtime, receipt.code, "lv")
    assert found
    assert found.state == "late"


# --- Known again ------------------------------------------------------------------------------------------------------

SECOND = "fedcba9876543210" * 2


async def test_an_old_code_says_that_it_is_not_the_first_time_and_nothing_else(service: Service) -> None:
    first = await sent(service, *CALL)
    again = await sent(service, once=SECOND, wrote_before=receipts.grouped(first.code))
    letter = await service.letter(again)
    assert letter["answers"]["wrote_before"] == "yes"
    assert first.code not in json.dumps(letter)
    assert (await service.row(first)).id not in json.dumps(letter)


@pytest.mark.parametrize("code", ["", "0" * 16, "12", "nav ne jausmas"])
async def test_a_wrong_code_is_passed_over(service: Service, code: str) -> None:
    receipt = await sent(service, wrote_before=code)
    assert "wrote_before" not in (await service.letter(receipt))["answers"]


async def test_a_code_of_another_service_or_of_what_was_withdrawn_tells_nothing(service: Service) -> None:
    first, other = await sent(service), Identity.generate()
    async with service.runtime.database.store() as store:
        await store.services.put(a_service(id="other", places=["riga"], hours={"mon": ["08:30", "17:00"]}))
        for holder in ("ilze", "janis"):
            key = a_key(service_id="other", recipient=str(other.to_public()), held_by=holder)
            await store.services.add_key(key)
        await reachable(store, "other")
    elsewhere = await sent(service, once=SECOND, area="riga", wrote_before=first.code)
    assert "wrote_before" not in (await Service(service.runtime, other).letter(elsewhere))["answers"]
    await withdraw(service.runtime, first.code)
    third = await sent(service, once="a" * 32, wrote_before=first.code)
    assert "wrote_before" not in (await service.letter(third))["answers"]
