"""Whoever's device speaks none of our languages is asked first which one it shall be, with 112 in each of them."""

import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.cards import Card
from bot.channels.accepted import wanted_language
from bot.channels.telegram.drawing import draw
from bot.channels.webchat import public_app
from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.heard import Heard, Pressed, Started, Typed
from bot.engine.languages import ABROAD, LANGUAGES
from bot.engine.state import State
from bot.engine.step import step
from bot.runtime import Runtime
from bot.texts import plain
from bot.usecases.person import converse, outage
from bot.usecases.person.converse import Address, Arrival
from tests.faces import TODAY

NOWHERE = World()
FOREIGN = "pl"


def begun(shipped: Content, heard: Heard, language: str) -> State:
    state = step(shipped.dialogue, None, heard, NOWHERE, language).state
    assert state is not None
    return state


def test_a_foreign_device_is_asked_and_each_of_our_own_is_answered_at_once(shipped: Content) -> None:
    assert begun(shipped, Started(FOREIGN), FOREIGN) == State("language", ABROAD)
    for language in LANGUAGES:
        assert begun(shipped, Started(language), language) == State("start", language)


def test_a_device_that_names_no_language_begins_in_the_first(shipped: Content) -> None:
    assert begun(shipped, Started(), "") == State("start", LANGUAGES[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chosen_language_leads_to_the_first_screen_and_is_not_asked_for_again(
    shipped: Content, language: str
) -> None:
    asked = begun(shipped, Started(FOREIGN), FOREIGN)
    chosen = step(shipped.dialogue, asked, Pressed("language", f"language.{language}"), NOWHERE, FOREIGN).state
    assert chosen == State("start", language)
    again = step(shipped.dialogue, chosen, Started(FOREIGN), NOWHERE, FOREIGN).state
    assert again == State("start", language)


def test_who_begins_anew_without_having_chosen_is_asked_again(shipped: Content) -> None:
    asked = begun(shipped, Started(FOREIGN), FOREIGN)
    assert step(shipped.dialogue, asked, Started(FOREIGN), NOWHERE, FOREIGN).state == asked


def test_words_of_danger_come_before_the_question(shipped: Content) -> None:
    turn = step(shipped.dialogue, None, Typed("help", danger=True), NOWHERE, FOREIGN)
    assert turn.state is not None
    assert turn.state.screen == shipped.dialogue.danger
    back = step(shipped.dialogue, turn.state, Pressed("danger", "back"), NOWHERE, FOREIGN).state
    assert back is not None
    assert back.screen == "language"


def asks(content: Content, card: Card) -> None:
    """The card puts the question in every language, with 112 in each, and offers each once."""
    for language in LANGUAGES:
        said = plain(content.say("language", language, TODAY, {}))
        assert said in card.text
        assert "112" in said
    assert [button.choice for button in card.buttons] == [f"language.{language}" for language in LANGUAGES]
    assert {span.language for span in card.body if span.tel == "112"} == {*LANGUAGES}
    assert {"danger", "human", "hide"} == {button.kind for button in card.exits}


async def test_the_card_asks_in_every_language_with_112_in_each(runtime: Runtime) -> None:
    card = converse.opening(runtime, FOREIGN).card
    assert card is not None
    asks(runtime.content, card)
    drawn = draw(card, lambda button: button.choice).decode()
    assert all(f'"callback_data":"language.{language}"' in drawn for language in LANGUAGES)


async def test_what_was_understood_is_offered_beside_the_languages(runtime: Runtime) -> None:
    address = Address("telegram", "1")
    await converse.hear(runtime, address, Started(FOREIGN), Arrival(update=1, language=FOREIGN))
    reply = await converse.hear(runtime, address, Typed("mani vajā"), Arrival(update=2, language=FOREIGN))
    assert reply.card is not None
    assert reply.card.screen == "language"
    choices = [button.choice for button in reply.card.buttons]
    assert [choice for choice in choices if choice.startswith("language.")] == [
        f"language.{language}" for language in LANGUAGES
    ]
    assert [choice for choice in choices if not choice.startswith("language.")], "its topics"


async def test_a_browser_is_asked_and_a_press_shows_the_first_screen(runtime: Runtime) -> None:
    async with TestClient(TestServer(public_app(runtime))) as browser:
        page = await (await browser.get("/", headers={"Accept-Language": "pl-PL,de;q=0.8"})).text()
        assert '<html lang="en">' in page
        for language in LANGUAGES:
            assert f'lang="{language}">{runtime.content.text(f"language:{language}", language)}</button>' in page
            assert f'<span lang="{language}">' in page
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token
        fields = {"token": token[1], "language": "en", "screen": "language", "press": "language.uk"}
        answered = await (await browser.post("/", data=fields, headers={"Accept-Language": "pl-PL"})).text()
    assert '<html lang="uk">' in answered
    assert runtime.content.text("start:go", "uk") in answered


async def test_without_a_database_the_question_is_asked_all_the_same(runtime: Runtime) -> None:
    reply = outage.answer_from_memory(runtime, Started(FOREIGN), FOREIGN)
    assert reply.card is not None
    assert reply.card.screen == "language"
    pressed = outage.answer_from_memory(runtime, Pressed("language", "language.uk"), FOREIGN, "language")
    assert pressed.card is not None
    assert (pressed.card.screen, pressed.card.language) == ("start", "uk")


async def test_a_chat_that_chose_keeps_its_language_whatever_the_device_says(runtime: Runtime) -> None:
    address = Address("telegram", "1")
    first = await converse.hear(runtime, address, Started(FOREIGN), Arrival(update=1, language=FOREIGN))
    assert first.card is not None
    assert first.card.screen == "language"
    pressed = Pressed("", "language.uk")
    second = await converse.hear(runtime, address, pressed, Arrival(update=2, language=FOREIGN))
    assert second.card is not None
    assert (second.card.screen, second.card.language) == ("start", "uk")
    third = await converse.hear(runtime, address, Pressed("start", "go"), Arrival(update=3, language=FOREIGN))
    assert third.card is not None
    assert (third.card.screen, third.card.language) == ("menu", "uk")


@pytest.mark.parametrize(
    "shown, accepted, wanted",
    [
        ("", "uk-UA,ru;q=0.7", "uk"),
        ("", "pl-PL,de;q=0.8,uk;q=0.5", "uk"),
        ("", "pl-PL,de;q=0.8", "pl"),
        ("ru", "pl-PL", "ru"),
        ("", "", ""),
        ("", "*", ""),
        ("", ";q=1,,,1234", ""),
    ],
)
def test_a_browsers_wish_is_read_as_far_as_it_makes_sense(shown: str, accepted: str, wanted: str) -> None:
    assert wanted_language(shown, accepted, LANGUAGES) == wanted
