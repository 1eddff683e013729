"""A journey through the chat stores nothing in the browser, and a printed page is blank."""

from playwright.async_api import expect

from tests.channels.browser_chat import act, answer, journey, shows, visit
from tests.channels.browser_storage import NOTHING, STORED
from tests.channels.web import WebChat
from tests.conftest import OpenPage


async def test_nothing_is_stored_in_the_browser(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    expected = await chat.get("/", **{"Accept-Language": "lv-LV"})
    for action in journey(chat):
        await act(page, action)
        expected = await answer(chat, expected, action)
        await shows(page, expected)
    assert await page.evaluate(STORED) == NOTHING
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    await page.goto(f"{chat.url}/static/favicon.svg")
    assert await page.evaluate(STORED) == NOTHING
    assert await page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}


async def test_a_printed_page_is_blank(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await expect(page.locator("h1")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.locator("h1")).to_be_hidden()
    await expect(page.locator("#leave")).to_be_hidden()
