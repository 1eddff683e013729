"""Every page of the desk in every state and language: valid HTML, usable by everyone, sent with strict headers."""

from pathlib import Path

import pytest

from bot.desk.routes import ROUTES
from bot.desk.security import HEADERS
from bot.runtime import Runtime
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, PHONE
from tests.desk.states import NOT_PAGES, STATES
from tests.desk.states.installation import settle, work
from tests.desk.states.walking import State, Walk
from tests.pages import EVERYTHING, WORDS, Eye, HtmlChecker
from tests.people import serving


def test_every_page_has_its_line_in_the_table() -> None:
    pages = {f"GET {route.path}" for route in ROUTES if route.method == "GET"}
    assert {state.route for state in STATES} | NOT_PAGES == pages


@pytest.mark.parametrize("language, size", [("lv", LAPTOP), ("ru", PHONE), ("en", PHONE)])
async def test_every_page_in_every_state(
    runtime: Runtime, browser_page: OpenPage, checker: HtmlChecker, tmp_path: Path, language: str, size: tuple[int, int]
) -> None:
    page = await browser_page(viewport=size)
    eye = await Eye.of(page, checker, HEADERS, EVERYTHING if language == "lv" else WORDS)
    async with serving(runtime) as url:
        walk = Walk(runtime, url, page, tmp_path / "blakus.sqlite")
        await walk.speak(language)
        everyone = await settle(walk)
        for state in STATES:
            if state.before:
                await look_at(state, walk, eye, language)
        await work(walk, everyone)
        for state in STATES:
            if not state.before:
                await look_at(state, walk, eye, language)
        await page.close()
    assert eye.found == []


async def look_at(state: State, walk: Walk, eye: Eye, language: str) -> None:
    await walk.become(state.login)
    await state.way(walk)
    assert eye.last, state.name
    assert eye.last.status == state.status, state.name
    assert await walk.page.get_attribute("html", "lang") == language, state.name
    await eye.look(state.name)
