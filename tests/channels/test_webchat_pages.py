"""What a page of the web chat holds: the words and buttons of its screen, little else, and nothing of others."""

import re

import pytest

from bot.cards import Card
from bot.engine.languages import LANGUAGES
from bot.usecases.person import converse
from tests.channels.web import WebChat, every_screen, squeezed


async def test_every_screen_says_its_words_and_offers_its_buttons(chat: WebChat) -> None:
    """The web shows exactly the card's text; what is a list or a heading there may look different, not read so."""
    content = chat.runtime.content
    for screen, language in every_screen(chat):
        page = await chat.at(screen, language)
        card = await card_of(chat, screen, language)
        assert page.status == 200
        assert squeezed(" ".join(page.words)) == squeezed(card.text), screen
        shown = [button.choice for button in (*card.buttons, *card.exits) if button.kind != "hide"]
        assert sorted(page.choices) == sorted(shown), screen
        assert page.language == language
        assert page.title == "Blakus"
        assert page.button(shown[0]).action == "/"
        assert "112" in page.calls
        assert content.text("exit:hide", language) == page.buttons[0].label


SCRIPTS = ("leaving.js", "presses.js", "chat.js", "idle.js", "ask.js")


async def test_a_page_is_small_and_holds_nothing_of_others(chat: WebChat) -> None:
    files = [await chat.get(f"/static/{name}") for name in ("chat.css", *SCRIPTS, "favicon.svg")]
    assert len(files[0].html.encode()) < 8_000
    around = sum(len(file.html.encode()) for file in files)
    for screen, language in every_screen(chat):
        html = (await chat.at(screen, language)).html
        assert len(html.encode()) + around < 36_000, screen
        assert not re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=|javascript:", html)
        assert set(re.findall(r'(?:src|href|action|formaction)="([^"]*)"', html)) <= {
            *("/", "/leave", "#card", "sms:112", "/static/chat.css", "/static/favicon.svg"),
            *(f"/static/{script}" for script in SCRIPTS),
            *re.findall(r'href="(tel:\+?\d+)"', html),
        }
        assert all('autocomplete="off"' in form for form in re.findall(r"<form [^>]*>", html))


async def test_without_a_script_a_page_does_not_outlive_its_conversation(chat: WebChat) -> None:
    first = await chat.get("/")
    assert "http-equiv" not in first.html
    assert (
        '<noscript><meta http-equiv="refresh" content="1800; url=/"></noscript>' in (await chat.press(first, "go")).html
    )


@pytest.mark.parametrize(
    "wished, language",
    [
        ("ru-RU,ru;q=0.9", "ru"),
        ("en-GB,en;q=0.9,ru;q=0.2", "en"),
        ("de,ru;q=0.2", "ru"),
        ("uk-UA,uk;q=0.9,ru;q=0.8", "uk"),
        ("de", "en"),  # the question which language it shall be
        ("", "lv"),
        ("🙂" * 999, "lv"),
    ],
)
async def test_the_first_page_speaks_the_browsers_language(chat: WebChat, wished: str, language: str) -> None:
    wished = wished.encode().decode("latin-1")
    assert (await chat.get("/", **{"Accept-Language": wished})).language == language


async def test_the_language_changes_where_one_stands(chat: WebChat) -> None:
    page = await chat.at("menu", "lv")
    assert (page := await chat.press(page, "language.ru")).language == "ru"
    assert page.screen == "menu"
    assert page.button("language.lv").attributes["lang"] == "lv"


async def test_a_short_word_of_warning_is_shown_above_the_screen(chat: WebChat) -> None:
    screen, choice = next(
        (screen.id, choice.id)
        for screen in chat.runtime.content.dialogue.screens.values()
        for choice in screen.choices
        if choice.tells
    )
    page = await chat.press(await chat.at(screen), choice)
    told = chat.runtime.content.say(f"{screen}:{choice}.tell", "lv", chat.clock().date())
    assert squeezed("".join(span.text for span in told)) in squeezed(" ".join(page.words))
    assert page.screen == screen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_is_described_by_the_neutral_first_line_and_nothing_else(chat: WebChat, language: str) -> None:
    page = await chat.at("start", language)
    described = chat.runtime.content.text("card.first-line", language)
    assert f'<meta name="description" content="{described}">' in page.html
    assert page.html.count("<meta name=") == 3


async def card_of(chat: WebChat, screen: str, language: str) -> Card:
    reply = await converse.current(chat.runtime, converse.Address("web", await chat.stand(screen, language)))
    assert reply is not None
    assert reply.card is not None
    return reply.card
