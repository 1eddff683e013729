"""A form is sent once or not at all: pressed again, at the same moment, after a crash, or after taking back."""

import asyncio
from pathlib import Path

import pytest

from bot.content import Content
from bot.usecases.person import contact
from bot.usecases.person.contact import Receipt, withdraw
from bot.usecases.refused import AlreadyErased
from storage.base import Trouble
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.usecases.person.contact_service import CALL, Service, furnished, sent


async def test_sending_the_same_form_again_gives_the_same_receipt_and_no_second_request(service: Service) -> None:
    first, again = await sent(service), await sent(service, urgency_self="today")
    assert again == Receipt(first.code, first.words, already=True, reach=first.reach)
    assert not first.already
    assert (await service.row(first)).priority == "next_working_day"
    assert len(await service.errands()) == 1


async def test_sending_twice_at_the_same_moment_makes_one_request(service_anywhere: Service) -> None:
    service = service_anywhere
    got = await asyncio.gather(*(sent(service, *CALL) for _ in range(6)))
    assert len({receipt.code for receipt in got}) == 1
    assert [receipt.already for receipt in got].count(False) == 1
    assert len(await service.errands()) == 1
    assert await service.audit() == [("request_sent", "person")]


async def test_after_a_crash_the_same_form_finds_its_receipt(tmp_path: Path, clock: Clock, shipped: Content) -> None:
    url = f"sqlite:///{tmp_path / 'crash.sqlite'}"
    async with runtime_on(url, clock, shipped) as before:
        service = await furnished(before)
        receipt = await sent(service)
    async with runtime_on(url, clock, shipped) as after:
        again = await sent(Service(after, service.identity))
    assert (again.code, again.already) == (receipt.code, True)


async def test_when_one_part_fails_nothing_is_kept(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact, "NOTICE", None)  # a row that the database refuses
    with pytest.raises(Trouble):
        await sent(service)
    monkeypatch.undo()
    assert await service.empty()
    assert await service.audit() == []
    assert not (await sent(service)).already


@pytest.mark.parametrize("channel", ["web", "telegram"])
async def test_a_withdrawn_request_is_not_sent_again_by_its_old_form_and_gets_no_receipt(
    service: Service, channel: contact.Channel
) -> None:
    receipt = await sent(service, channel=channel)
    await withdraw(service.runtime, receipt.code)
    with pytest.raises(AlreadyErased):
        await sent(service, channel=channel)
    assert await service.empty()
