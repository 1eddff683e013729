"""With the database gone or in a flood the web chat still says where help is, and what can be read is read."""

import asyncio
from pathlib import Path

from aiohttp import web

from storage.database import Database
from tests.channels.forms import in_pages
from tests.channels.web import HELP, WebChat, web_chat


async def test_with_the_database_gone_everything_can_be_read_and_goes_on_afterwards(chat: WebChat) -> None:
    page = await chat.at("start", "ru")
    before = chat.runtime.database
    chat.runtime.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    menu = await chat.press(page, "go")
    assert (menu.status, menu.language, menu.screen) == (200, "ru", "menu")
    health = await chat.get("/healthz")
    assert (health.status, health.html) == (503, "information only: the database is out of reach\n")
    danger = await chat.press(menu, "danger")
    assert set(danger.calls) >= HELP
    menu = await chat.press(page, "go")
    chat.runtime.database = before
    there = await chat.press(menu, "help")
    assert (there.screen, there.language) == ("menu.help", "ru")
    assert (await chat.press(there, "back")).screen == "menu"


async def test_with_the_database_gone_the_request_part_says_so_and_names_the_telephone(chat: WebChat) -> None:
    page = await chat.at("request.place", "lv")
    before = chat.runtime.database
    chat.runtime.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    here = {"token": page.token, "language": "lv", "screen": page.screen}
    closed = await chat.post({**here, "press": "place.balvu-novads"})
    assert closed.screen == "request.closed"
    assert "Balvu novad" in closed.html
    assert "{" not in closed.text
    offered = await chat.post({**here, "screen": "request.more", "press": "offer"})
    assert "nosūtīt nevar" in offered.text
    assert "116006" in offered.html
    in_pages(chat.runtime)
    form = await chat.post(
        {
            "token": page.token,
            "language": "lv",
            "from": "web",
            "do": "review",
            "a.area": "balvu-novads",
            "a.note": "zīmīte",
        }
    )
    assert form.status == 503
    assert "Šobrīd nosūtīt nevar" in form.text
    assert "zīmīte" not in form.html, "the page hands it on sealed"
    chat.runtime.database = before
    again = next(button.fields for button in form.buttons if button.fields.get("do") == "review")
    assert "zīmīte" in (await chat.post(again)).text, "and loses nothing"


async def test_with_the_database_gone_the_exit_still_leaves(chat: WebChat) -> None:
    page = await chat.at("start", "lv")
    chat.runtime.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    left = await chat.post({"token": page.token}, "/leave")
    assert (left.status, left.headers["Location"]) == (303, chat.runtime.settings.exit_url)


async def test_a_flood_is_answered_at_once_with_where_help_is(tmp_path: Path) -> None:
    async with web_chat(tmp_path, at_once=1) as chat:
        page = await chat.get("/")
        async with chat.runtime.database.store():  # everyone waits
            both = [asyncio.create_task(chat.press(page, "go")) for _ in range(2)]
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            refused = done.pop().result()
            assert refused.status == 503
            assert set(refused.calls) >= HELP
        answers = await asyncio.gather(*both)
        assert sorted(answer.status for answer in answers) == [200, 503]


async def test_a_flood_of_pages_leaves_telegram_its_place(tmp_path: Path) -> None:
    async def heard(_: web.Request) -> web.StreamResponse:
        return web.Response(text="heard")

    async with web_chat(tmp_path, at_once=0, machines={"/telegram": heard}) as chat:
        assert (await chat.get("/")).status == 503
        async with chat.session.post(f"{chat.url}/telegram", data=b"{}") as answer:
            assert (answer.status, await answer.text()) == (200, "heard")


async def test_the_health_page_says_little(chat: WebChat) -> None:
    assert (await chat.get("/healthz")).html == "ok\n"
