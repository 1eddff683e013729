"""What Telegram says about the form: where it cannot be opened, inside Telegram, and behind a link that was used."""

import pytest

from bot.channels.form import form_token
from bot.engine.heard import Pressed, Started
from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from bot.usecases.person import converse
from bot.usecases.person.converse import Address, Arrival
from tests.channels.forms import Visitor
from tests.channels.telegram_bot import Talk
from tests.channels.telegram_troubles import too_many_requests

TRIES = 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_public_address_nobody_is_told_one_that_only_this_machine_reaches(
    runtime: Runtime, language: str
) -> None:
    told = converse.settings_words(runtime, language)["setting:public_url"]
    assert told == runtime.content.text("page.no-address", language)
    assert "http" not in told


async def test_where_no_form_can_be_opened_that_is_said_before_any_question_but_that_for_danger(
    runtime: Runtime,
) -> None:
    here = Address("telegram", "1")
    without = Arrival(language="lv", form=False)
    await converse.hear(runtime, here, Started("lv"), without)
    await converse.hear(runtime, here, Pressed("start", "topic.contact-social-service"), without)
    reply = await converse.hear(runtime, here, Pressed("request.start", "no"), without)
    assert reply.card is not None
    assert reply.card.screen == "request.no-form"
    reply = await converse.hear(runtime, here, Pressed("request.no-form", "go"), without)
    assert reply.card is not None
    assert reply.card.screen == "request.age", "no form will ask it"


async def test_where_the_form_can_be_opened_the_questions_come_at_once(runtime: Runtime) -> None:
    here = Address("web", "1")
    await converse.hear(runtime, here, Started("lv"))
    await converse.hear(runtime, here, Pressed("start", "topic.contact-social-service"))
    reply = await converse.hear(runtime, here, Pressed("request.start", "no"))
    assert reply.card is not None
    assert reply.card.screen == "request.place"


async def test_a_used_link_speaks_the_language_of_the_chat_and_offers_the_others(
    visitor: Visitor, runtime: Runtime
) -> None:
    used = form_token(runtime, {}, "ru")
    opens = [("do", "open"), ("launch", used), ("language", "en")]
    assert (await visitor.post(opens)).screen == "form.fill"
    page = await visitor.post(opens)
    assert (page.screen, page.language) == ("form.stale", "ru")
    assert runtime.content.text("exit:back", "ru") in page.text, "a button that is there"
    buttons = page.form("language.lv")
    page = await visitor.post([*buttons.fields(), ("do", "language.lv")])
    assert (page.screen, page.language) == ("form.stale", "lv")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_form_inside_telegram_speaks_of_no_history_and_no_keyboard(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    page = await visitor.post([("do", "open"), ("launch", form_token(runtime, {}, language))])
    assert page.screen == "form.fill"
    assert runtime.content.text("page.exit-how.telegram", language) in page.html
    assert runtime.content.text("page.exit-how", language) not in page.html
    assert "Shift" not in page.html


async def test_who_hides_and_is_to_wait_long_is_told_to_press_again(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("deleteMessages", too_many_requests(3600), times=TRIES)
    press = await talk.anna.press("Paslēpt")
    assert press.answer is not None
    assert (press.answer.text, press.answer.alert) == ("Uzgaidiet. Briesmās 112.", False)
    talk.fake.all_is_well()
    press = await talk.anna.press("Paslēpt")
    assert talk.anna.chat.alive == []
    assert press.answer is not None
    assert press.answer.text == ""
