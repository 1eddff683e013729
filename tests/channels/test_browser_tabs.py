"""“Hide” in one tab empties the others of the same browser, and nothing is kept there for it."""

import pytest
from playwright.async_api import Page

from tests.channels.browser_storage import NOTHING, STORED
from tests.channels.test_browser_back import shows, walked
from tests.channels.web import OF_TODAY, WebChat
from tests.conftest import OpenPage

WITHOUT = "delete window.BroadcastChannel"
REFUSED = "window.BroadcastChannel = class { constructor() { throw new DOMException('', 'SecurityError'); } }"
"""As in Firefox where cookies are blocked."""


async def token_of(page: Page) -> str:
    return await page.locator(".leave [name=token]").input_value()


async def test_hiding_one_tab_empties_the_others_and_stores_nothing(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    other = await page.context.new_page()
    for tab in (page, other):
        await tab.goto(chat.url)
        await walked(tab, "go", "menu")
    token = await token_of(other)
    await page.click("#leave")
    await page.wait_for_url(chat.elsewhere)
    await other.wait_for_url(chat.elsewhere)
    for _ in range(2):
        await chat.answer("POST /leave")
    assert not await chat.remembers(token)
    await page.goto(f"{chat.url}/static/favicon.svg")
    assert await page.evaluate(STORED) == NOTHING


async def test_closing_one_tab_leaves_the_others(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    other = await page.context.new_page()
    for tab in (page, other):
        await tab.goto(chat.url)
        await walked(tab, "go", "menu")
    await page.close(run_before_unload=True)
    await chat.answer("POST /leave")
    await walked(other, "helplines", "helplines")


@pytest.mark.parametrize("channel", [WITHOUT, REFUSED], ids=["there is none", "it is refused"])
async def test_without_a_channel_a_tab_that_comes_into_view_asks_whether_it_was_left(
    chat: WebChat, browser_page: OpenPage, channel: str
) -> None:
    page = await browser_page()
    await page.add_init_script(channel)
    await page.goto(chat.url)
    await walked(page, "go", "menu")
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await chat.answer("POST /here")
    await shows(page, "menu")
    await chat.post({"token": await token_of(page)}, "/leave", **OF_TODAY)
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await page.wait_for_url(chat.elsewhere)


async def test_only_a_page_that_was_not_left_is_said_to_be_alive(chat: WebChat) -> None:
    token = (await chat.get("/")).token
    assert (await chat.post({"token": token}, "/here", **OF_TODAY)).status == 204
    await chat.post({"token": token}, "/leave", **OF_TODAY)
    assert (await chat.post({"token": token}, "/here", **OF_TODAY)).status == 410
    assert (await chat.post({"token": "x"}, "/here", **OF_TODAY)).status == 410


async def test_without_a_script_the_page_says_at_what_hour_it_goes(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page(java_script_enabled=False)
    await page.goto(chat.url)
    said = chat.runtime.content.text("page.goes", "lv").replace("{setting:until}", "12.30")
    notes = page.locator("#notes")
    assert "12.30" not in await notes.inner_text()
    await walked(page, "go", "menu")
    assert said in await notes.inner_text()
