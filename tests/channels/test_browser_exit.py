"""The exit, three presses of Shift, closing a page or leaving it alone: it is blank, and its conversation ends."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.channels.browser_chat import act, come_to, visit
from tests.channels.web import WebChat, place_screen
from tests.conftest import OpenPage
from tests.pages import StillClock


async def test_leaving_blanks_the_page_before_anything_else(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.fulfill(content_type="text/html", body="<h1>Sunny</h1>")

    await page.context.route("**/leave", lambda route: route.abort())
    await page.context.route(chat.elsewhere, hold)
    at_once = """() => {
        document.querySelector("#leave").click();
        return document.body.innerHTML;  // before anything else can happen on the page
    }"""
    assert await page.evaluate(at_once) == ""
    held.set()
    await page.wait_for_url(chat.elsewhere)


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_leaving_ends_the_conversation_and_tells_the_next_page_nothing(
    chat: WebChat, browser_page: OpenPage, script: bool
) -> None:
    page = await visit(chat, browser_page, java_script_enabled=script)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    token = await page.locator(".leave [name=token]").input_value()
    assert await chat.remembers(token)
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)
    await expect(page.locator("h1")).to_have_text("Sunny")
    (told,) = chat.visits
    assert not {"Referer", "Cookie"} & set(told)
    assert told.get("Origin", "null") == "null"


async def test_a_page_that_lost_its_script_for_leaving_still_gives_its_place_in_the_history_away(
    chat: WebChat, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await page.route("**/static/leaving.js", lambda route: route.abort())
    await page.goto(chat.url)
    entries = await page.evaluate("history.length")
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    assert await page.evaluate("history.length") == entries


async def test_shift_three_times_leaves(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    await StillClock(page).stop()
    await page.goto(chat.url)
    for _ in range(3):
        await page.keyboard.press("Shift")
    await page.wait_for_url(chat.elsewhere)


async def test_typing_capital_letters_does_not_leave(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await come_to(chat, page, place_screen(chat))
    await page.locator("#text").focus()
    for letter in "VILAKA":
        await page.keyboard.down("Shift")
        await page.keyboard.press(f"Key{letter}")
        await page.keyboard.up("Shift")
    await page.keyboard.press("Shift")
    await page.keyboard.press("Shift")
    await page.keyboard.press("a")
    await page.keyboard.press("Shift")
    await expect(page.locator("#text")).to_have_value("VILAKAa")


async def test_three_slow_presses_of_shift_do_not_leave(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    clock = await StillClock(page).stop()
    await page.goto(chat.url)
    for _ in range(4):
        await page.keyboard.press("Shift")
        await clock.move(seconds=3)
    await expect(page.locator("main")).to_be_visible()


async def test_a_page_left_alone_leaves_by_itself(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    clock = await StillClock(page).stop()
    await page.goto(chat.url)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    token = await page.locator(".leave [name=token]").input_value()
    await clock.move(minutes=29, seconds=59)
    await expect(page.locator("main")).to_be_visible()
    await clock.move(seconds=6)
    await page.wait_for_url(chat.elsewhere)
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)


async def test_closing_the_page_ends_the_conversation(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    token = await page.locator(".leave [name=token]").input_value()
    await page.goto("about:blank")
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)
