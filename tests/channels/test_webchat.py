"""A conversation on the web chat: it begins with the first press, ends with leaving, and looking leaves nothing."""

from pathlib import Path

from aiohttp import web

from bot.channels import pages
from tests.channels.web import OF_TODAY, WebChat, place_screen, web_chat


async def test_who_only_looks_leaves_nothing(chat: WebChat) -> None:
    page = await chat.get("/")
    assert not await chat.remembers(page.token)
    assert (await chat.get("/")).token != page.token


async def test_the_first_press_begins_and_leaving_ends_a_conversation(chat: WebChat) -> None:
    page = await chat.press(await chat.get("/"), "go")
    assert page.screen == "menu"
    assert await chat.remembers(page.token)
    left = await chat.post({"token": page.token}, "/leave")
    assert (left.status, left.headers["Location"]) == (303, chat.elsewhere)
    assert "Clear-Site-Data" not in left.headers, "Chromium would walk its whole cache before it goes"
    assert not await chat.remembers(page.token)


async def test_a_press_on_hide_leaves_too(chat: WebChat) -> None:
    page = await chat.press(await chat.get("/"), "go")
    left = await chat.post({"token": page.token, "screen": "menu", "press": "hide"})
    assert (left.status, left.headers["Location"]) == (303, chat.elsewhere)
    assert not await chat.remembers(page.token)


async def test_an_old_page_cannot_move_the_conversation(chat: WebChat) -> None:
    first = await chat.at("menu")
    second = await chat.press(first, "helplines")
    again = await chat.press(first, "contact")
    assert again.screen == second.screen
    assert chat.runtime.content.text("notice.old-button", "lv") in again.words


async def test_a_place_is_found_by_typing(chat: WebChat) -> None:
    page = await chat.at(place_screen(chat))
    assert "group.0" in page.choices
    found = await chat.post({"token": page.token, "screen": page.screen, "text": "Viļak"})
    assert [choice for choice in found.choices if choice.startswith("place.")] == ["place.balvu-novads"]
    assert (await chat.press(found, "place.balvu-novads")).screen != page.screen


async def test_what_was_typed_is_not_shown_again(chat: WebChat, tmp_path: Path) -> None:
    page = await chat.at(place_screen(chat))
    answer = await chat.post({"token": page.token, "screen": page.screen, "text": "<b>kanārijs</b>" * 30})
    assert "kanārijs" not in answer.html
    assert chat.runtime.content.text("notice.place-unknown", "lv") in answer.words
    assert not [file.name for file in tmp_path.iterdir() if "kanārijs".encode() in file.read_bytes()]


async def test_the_form_page_is_opened_at_the_same_address(tmp_path: Path) -> None:
    async def form_page(request: web.Request, form: str) -> web.Response:
        return web.Response(text=f"{form} {request[pages.FIELDS]['token']}")

    async with web_chat(tmp_path, form_page=form_page) as chat:
        screen, choice = next(
            (screen.id, choice.id)
            for screen in chat.runtime.content.dialogue.screens.values()
            for choice in screen.choices
            if choice.form == "receipt"
        )
        page = await chat.at(screen)
        assert (await chat.press(page, choice)).html == f"receipt {page.token}"
        shown = await chat.post({"token": page.token, "form": "request"}, **OF_TODAY)
        assert shown.html == f"request {page.token}"
