"""A contact request as it is sent: the service reads what was reviewed, and what it cannot answer is not sent."""

import asyncio
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.runtime import RIGA
from bot.sealing import seal
from bot.usecases.person import contact
from bot.usecases.person.contact import Sending, send
from bot.usecases.refused import NotAddressable, NotAllowed
from bot.usecases.services.first_call import Unanswerable
from tests.patience import PATIENCE
from tests.usecases.person.contact_service import BOTH, CALL, ONCE, Service, filled, sent


async def test_what_was_reviewed_is_what_the_service_reads(service: Service) -> None:
    receipt = await sent(service, *CALL)
    letter, row = await service.letter(receipt), await service.row(receipt)
    draft = filled(service.runtime, *CALL)
    expected = dict(draft.values) | {
        "code_word": "зонтик",
        "windows": [{"day": "wed", "begins": "12:00", "ends": "14:30"}],
    }
    assert letter["answers"] == expected
    assert (letter["request"], letter["service"]) == (row.id, "balvi")
    assert letter["form"] == service.runtime.content.request.version
    assert letter["consents"] == list(BOTH)


async def test_a_word_of_her_own_is_the_code_word(service: Service) -> None:
    receipt = await sent(service, code_word_own="kartupelis")
    answers = (await service.letter(receipt))["answers"]
    assert answers["code_word"] == "kartupelis"
    assert "code_word_own" not in answers


async def test_consent_request_errand_and_audit_stand_together(service_anywhere: Service) -> None:
    service = service_anywhere
    receipt = await sent(service, *CALL)
    row = await service.row(receipt)
    consent = await service.agreed(row)
    assert (row.priority, row.status, row.language) == ("next_working_day", "new", "ru")
    assert row.created_hour.minute == 0
    assert row.purge_at <= service.runtime.now() + timedelta(days=30)
    assert (consent.purposes, consent.recipient, consent.channel) == (list(BOTH), "balvi", "web")
    assert [(errand.kind, errand.service_id, errand.request_id) for errand in await service.errands()] == [
        ("something_waits", "balvi", row.id)
    ]
    assert await service.audit() == [("request_sent", "person")]


SATURDAY = [pair for pair in CALL if pair[0] != "windows1.day"] + [("windows1.day", "sat")]


async def test_what_nobody_can_answer_is_sent_only_by_who_knows_it(service: Service) -> None:
    draft = filled(service.runtime, *SATURDAY)
    for flood in (False, True):  # in a flood of invented requests hers is refused and explained no less
        with pytest.raises(Unanswerable):
            await send(service.runtime, Sending(draft, BOTH, ONCE, "ru", "web", flood=flood))
    assert await service.empty()
    receipt = await send(service.runtime, Sending(draft, BOTH, ONCE, "ru", "web", knowing=True))
    assert receipt.reach.unanswerable
    assert (await service.letter(receipt))["unanswerable"] is True
    again = await send(service.runtime, Sending(draft, BOTH, ONCE, "ru", "web"))
    assert (again.already, again.reach) == (True, receipt.reach)  # it is there: nothing is left to refuse


async def test_who_can_be_reached_is_told_when_first_and_nothing_is_marked(service: Service) -> None:
    receipt = await sent(service, *CALL)
    assert receipt.reach.first == datetime(2026, 11, 25, 12, tzinfo=RIGA)
    assert "unanswerable" not in await service.letter(receipt)
    own = await sent(service, once=ONCE[::-1])
    assert not own.reach.waits
    assert "unanswerable" not in await service.letter(own)


@pytest.mark.parametrize(
    "over",
    [{"age_band": "16_17"}, {"area": "atlantis"}, {"contact_mode": "call"}],
)
async def test_an_unfinished_form_or_a_child_s_is_never_sent(service: Service, over: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        await send(service.runtime, Sending(filled(service.runtime, **over), BOTH, ONCE, "lv", "web"))
    assert await service.empty()


@pytest.mark.parametrize("once", ["", "x" * 32, ONCE + "0", ONCE.upper()])
async def test_a_form_that_is_not_ours_is_not_sent(service: Service, once: str) -> None:
    with pytest.raises(NotAllowed):
        await sent(service, once=once)


async def test_a_service_without_a_living_key_is_sent_nothing(service: Service) -> None:
    with pytest.raises(NotAddressable):
        await sent(service, area="riga")
    async with service.runtime.database.store() as store:
        await store.services.retire(str(service.identity.to_public()), service.runtime.now())
    with pytest.raises(NotAddressable):
        await sent(service)
    assert await service.empty()


async def test_a_key_that_dies_while_the_letter_is_sealed_stops_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing, go_on = threading.Event(), threading.Event()

    def slowly(recipient: str, payload: Mapping[str, Any]) -> bytes:
        sealing.set()
        go_on.wait(PATIENCE)
        return seal(recipient, payload)

    monkeypatch.setattr(contact, "seal", slowly)
    sending = asyncio.create_task(sent(service))
    await asyncio.to_thread(sealing.wait, PATIENCE)
    async with service.runtime.database.store() as store:
        await store.services.retire(str(service.identity.to_public()), service.runtime.now())
    go_on.set()
    with pytest.raises(NotAddressable):
        await sending
    assert await service.empty()
