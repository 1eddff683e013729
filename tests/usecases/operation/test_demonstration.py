"""A demonstration is for this machine alone. Where strangers find it through Telegram, it says so and sends nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import app, demo
from bot.channels.form import form_token
from bot.engine.heard import Pressed, Started
from bot.runtime import Runtime
from bot.settings import Settings, Unsafe
from bot.usecases.person import contact, converse, outage
from bot.usecases.person.converse import Address, Arrival
from bot.usecases.refused import NotAddressable
from storage.contact_requests import STILL_OPEN
from tests.channels.fake_telegram import TOKEN
from tests.channels.forms import CALL, visiting
from tests.usecases.person.test_contact import BOTH, ONCE, filled

PLACE = "balvu-novads"
TO_THE_FORM = (
    ("start", "go"),
    ("menu", "contact"),
    ("request.start", "no"),
    ("request.place", f"place.{PLACE}"),
)
SAYS = {
    "lv": "Šī ir demonstrācija. Te neviens nelasa, un pieprasījumu nosūtīt nevar.",
    "ru": "Это демонстрация. Здесь никто не читает, и отправить запрос нельзя.",
    "en": "This is a demonstration. Nobody reads here, and no request can be sent.",
}
HERE = {"listen": "127.0.0.1:0", "desk_listen": "127.0.0.1:0"}


@pytest.fixture
async def shown(runtime: Runtime) -> Runtime:
    """A demonstration in place, with a token of Telegram."""
    await demo.seed(runtime)
    return replace(runtime, settings=runtime.settings.model_copy(update={"telegram_token": SecretStr(TOKEN)}))


@pytest.mark.parametrize(
    "name, settings",
    [
        ("BOT_PUBLIC_URL", {"public_url": "https://blakus.example"}),
        ("BOT_DESK_URL", {"desk_url": "https://darbs.example"}),
        ("BOT_LISTEN", {"listen": "0.0.0.0:0"}),
        ("BOT_LISTEN", {"listen": "192.0.2.7:0"}),
        ("BOT_DESK_LISTEN", {"desk_listen": "[::]:0"}),
    ],
)
async def test_a_demonstration_that_the_world_would_reach_does_not_start_and_says_what_helps(
    tmp_path: Path, name: str, settings: dict[str, Any]
) -> None:
    url = SecretStr(f"sqlite:///{tmp_path / 'demo.sqlite'}")
    with pytest.raises(Unsafe) as refused:
        async with app.running(Settings(database=url, **(HERE | settings)), var=tmp_path):
            pass
    assert str(refused.value).startswith(f"{name}: ")
    assert "BOT_MODE=service" in str(refused.value)
    assert not (tmp_path / "demo.sqlite").exists()


@pytest.mark.parametrize("language", SAYS)
@pytest.mark.parametrize("channel", ["web", "telegram"])
async def test_a_demonstration_with_telegram_says_first_that_it_is_one(
    shown: Runtime, language: str, channel: converse.Channel
) -> None:
    heard = await converse.hear(shown, Address(channel, "7"), Started(language), Arrival(language=language))
    for reply in (heard, converse.opening(shown, language), outage.answer_from_memory(shown, None, language)):
        assert reply.card
        assert reply.card.text.startswith(SAYS[language])
        assert "116006" in reply.card.text
        assert "112" in reply.card.text


@pytest.mark.parametrize("language", SAYS)
async def test_the_way_to_its_form_says_so_and_names_the_real_service_of_the_place(
    shown: Runtime, language: str
) -> None:
    address, arrival = Address("telegram", "7"), Arrival(language=language)
    await converse.hear(shown, address, Started(language), arrival)
    replies = [await converse.hear(shown, address, Pressed(*pressed), arrival) for pressed in TO_THE_FORM]
    card = replies[-1].card
    assert card
    assert card.screen == "request.closed"
    assert SAYS[language] in card.text
    service = next(one for one in shown.content.services.values() if PLACE in one.places)
    phone = service.say_phone(language, shown.today())
    assert phone
    assert phone in card.text
    assert "demonstr" not in card.text.replace(SAYS[language], "").lower()


async def test_nothing_can_be_sent_from_it_whatever_is_posted(shown: Runtime) -> None:
    async with visiting(shown) as visitor:
        await visitor.post([("do", "open"), ("launch", form_token(shown, {}, "lv", "request"))])
        visitor.fill_in(CALL)
        page = await visitor.press("review")
        assert page.screen == "form.closed"
        assert "demonstrācija" not in page.text
    with pytest.raises(NotAddressable):
        await contact.send(shown, contact.Sending(filled(shown, area=PLACE), BOTH, ONCE, "lv", "telegram"))
    async with shown.database.store() as store:
        assert all(one.is_sample for one in await store.requests.of_service(demo.SERVICE, STILL_OPEN))


async def test_on_this_machine_alone_it_shows_the_whole_way_and_says_nothing_of_the_kind(runtime: Runtime) -> None:
    await demo.seed(runtime)
    for language, said in SAYS.items():
        card = converse.opening(runtime, language).card
        assert card
        assert said not in card.text
    assert (await contact.get_offer(runtime, PLACE, "lv")).open
