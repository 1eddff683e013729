"""The chat, the form and the exit in a real Chromium 80, on loopback: `make browsers`. The gate has no such browser."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from bot.channels.form import form_token
from bot.runtime import Runtime
from tests.browsers.oldest import Tab, oldest
from tests.channels.form_walks import FILL, ONWARD
from tests.channels.forms import CALL, Visitor, furnish, visiting
from tests.channels.web import WebChat, web_chat

SCREEN = "(document.querySelector('main') || { dataset: {} }).dataset.screen"
WHOLE = "document.readyState === 'complete'"
SIDE_BY_SIDE = """(() => {
    const rows = [...document.querySelectorAll(".bar, .urgent, .tongues, nav form, .ways, .acts, .times")];
    return rows.flatMap((row) => {
        const boxes = [...row.children]
            .filter((one) => one.offsetParent && getComputedStyle(one).position !== "absolute")
            .map((one) => one.getBoundingClientRect());
        return boxes.slice(1).map((box, place) => [boxes[place], box])
            .filter(([one, two]) => two.left - one.right < 3 && two.top - one.bottom < 3).map(() => row.className);
    });
})()"""
"""Rows in which two things touch."""


@pytest.fixture
async def tab(tmp_path: Path) -> AsyncIterator[Tab]:
    folder = tmp_path / "profile"
    folder.mkdir()
    async with oldest(folder) as one:
        yield one
        assert one.faults == []


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as started:
        yield started


@pytest.fixture
async def identity(runtime: Runtime) -> Identity:
    return await furnish(runtime)


@pytest.fixture
async def site(runtime: Runtime, identity: Identity) -> AsyncIterator[Visitor]:
    async with visiting(runtime) as one:
        yield one


async def shows(tab: Tab, screen: str) -> None:
    await tab.comes(f"{SCREEN} === '{screen}'")


async def reads_about_help(tab: Tab, chat: WebChat) -> str:
    await tab.go(chat.url)
    await shows(tab, "start")
    assert "Chrome/80." in await tab.look("navigator.userAgent")
    for choice, screen in (("go", "menu"), ("helplines", "helplines")):
        await tab.click(f"button[value={choice}]")
        await shows(tab, screen)
    return str(await tab.look("document.querySelector('main p').innerText"))


async def test_a_journey_through_the_chat(tab: Tab, chat: WebChat) -> None:
    assert len(await reads_about_help(tab, chat)) > 20
    for choice, screen in (("danger", "danger"), ("back", "helplines"), ("human", "human"), ("back", "helplines")):
        await tab.click(f"button[value={choice}]")
        await shows(tab, screen)
        assert await tab.look(SIDE_BY_SIDE) == []
    await tab.click("button[value='language.ru']")
    await tab.comes("document.documentElement.lang === 'ru'")
    await tab.click("button[value=back]")
    await shows(tab, "menu")
    await tab.type("#text", "негде ночевать")
    await tab.click(".find button")
    await tab.comes("!!document.querySelector('.notice')")
    assert await tab.look("location.pathname + location.search + location.hash") == "/"


async def test_without_a_line_help_is_named_at_the_foot_of_the_page_and_the_next_press_counts(
    tab: Tab, chat: WebChat
) -> None:
    await reads_about_help(tab, chat)
    await tab.offline(True)
    await tab.click("button[value=human]")
    await tab.comes("!document.querySelector('#lost').hidden")
    low = "Math.round(document.querySelector('#lost').getBoundingClientRect().bottom) === innerHeight"
    assert await tab.look(low)
    await tab.offline(False)
    await tab.click("button[value=human]")
    await shows(tab, "human")


async def test_hiding_blanks_the_page_ends_the_conversation_and_nothing_comes_back(tab: Tab, chat: WebChat) -> None:
    await tab.go(chat.elsewhere)
    await tab.comes(f"location.href === '{chat.elsewhere}' && {WHOLE}")
    secret = await reads_about_help(tab, chat)
    token = str(await tab.look("document.querySelector('.leave [name=token]').value"))
    assert await chat.remembers(token)
    await tab.click("#leave")
    await tab.comes(f"location.href === '{chat.elsewhere}' && {WHOLE}")
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)
    await tab.reload()
    await tab.comes(WHOLE)
    assert secret not in await tab.look("document.body.innerText")
    await tab.step(-1)
    await tab.comes(WHOLE)
    assert secret not in await tab.look("document.body.innerText")
    assert await tab.look(SCREEN) in (None, "start")


async def test_the_form_is_filled_in_sent_and_left(tab: Tab, site: Visitor, runtime: Runtime) -> None:
    token = form_token(runtime, {"place": ("balvu-novads",), "age_band": ("adult",)}, "lv")
    await tab.go(f"{site.url}/form#{token}")
    await shows(tab, "form.fill")
    assert await tab.look("location.hash") == ""
    answers = json.dumps({**CALL, "conflict_known": "skip", "children": "skip"})
    await tab.click(await tab.look(f"({ONWARD})({answers})"))
    await tab.comes("!!document.querySelector('.problems')")
    while await tab.look(SCREEN) == "form.fill":
        await tab.look(f"({FILL})({answers})")
        was = await tab.look("document.querySelector('main [name=at]').value")
        await tab.click(await tab.look(f"({ONWARD})({answers})"))
        await tab.comes(
            f"{SCREEN} !== 'form.fill' || document.querySelector('main [name=at]').value !== {json.dumps(was)}"
        )
    await shows(tab, "form.review")
    assert await tab.look(SIDE_BY_SIDE) == []
    await tab.look("document.querySelectorAll('main [type=checkbox]').forEach((one) => { one.checked = true; })")
    await tab.click("button.done")
    await shows(tab, "form.receipt")
    await tab.click("#leave")
    await tab.comes(f"!location.href.startsWith('{site.url}')")
