"""A consent is to the very words that were shown, purpose by purpose; without it nothing is sent or kept."""

from dataclasses import replace

import pytest

from bot.content import parse
from bot.editing import Edit, apply
from bot.usecases.person.contact import Sending, agreement, get_offer, send
from bot.usecases.refused import ConsentMissing
from tests.faces import Clock
from tests.usecases.person.contact_service import BOTH, CALL, ONCE, Service, filled, sent


async def test_the_consent_keeps_the_very_words_that_were_shown(service: Service) -> None:
    runtime = service.runtime
    draft = filled(runtime, *CALL)
    shown = agreement(runtime, await get_offer(runtime, "balvu-novads", "ru"), draft.values, "ru")
    receipt = await sent(service, *CALL)
    consent = await service.agreed(await service.row(receipt))
    async with runtime.database.store() as store:
        kept = await store.consents.wording(consent.wording_hash)
    assert kept
    assert kept.text == shown.text
    assert (await service.letter(receipt))["consent_record"]["wording_hash"] == consent.wording_hash
    for said in ("Социальная служба Балвского края", "30", "Государственная инспекция данных", "[send_request]"):
        assert said in kept.text


async def test_the_words_agreed_to_do_not_change_with_the_hour(service: Service, clock: Clock) -> None:
    runtime, wording = service.runtime, "Darba laiks: {service:hours}."
    runtime.content = parse(apply(runtime.content.files, [Edit("text", "request.consent.limits", wording, "lv")]))
    versions = set[str]()
    for _ in range(3):
        clock.move(hours=4)
        to = await get_offer(runtime, "balvu-novads", "lv")
        versions.add(agreement(runtime, replace(to, promise=""), filled(runtime).values, "lv").version)
    assert len(versions) == 1


async def test_nobody_is_asked_to_agree_to_a_contact_they_make_themselves(service: Service) -> None:
    to = await get_offer(service.runtime, "balvu-novads", "lv")
    assert set(agreement(service.runtime, to, filled(service.runtime).values, "lv").purposes) == {"send_request"}
    receipt = await sent(service)
    assert (await service.agreed(await service.row(receipt))).purposes == ["send_request"]


async def test_nothing_is_sent_on_a_wording_that_is_not_the_one_in_use(service: Service) -> None:
    runtime, draft = service.runtime, filled(service.runtime)
    version = agreement(runtime, await get_offer(runtime, "balvu-novads", "lv"), draft.values, "lv").version
    runtime.content = parse(apply(runtime.content.files, [Edit("text", "request.consent.limits", "Cits.", "lv")]))
    with pytest.raises(ConsentMissing):
        await send(runtime, Sending(draft, BOTH, ONCE, "lv", "web", version))
    assert await service.empty()


@pytest.mark.parametrize("given", [(), ("send_request",), ("contact_me_as_described",), ("everything",)])
async def test_nothing_is_sent_or_kept_without_each_consent(service: Service, given: tuple[str, ...]) -> None:
    with pytest.raises(ConsentMissing):
        await send(service.runtime, Sending(filled(service.runtime, *CALL), given, ONCE, "lv", "web"))
    assert await service.empty()
    assert await service.audit() == []
