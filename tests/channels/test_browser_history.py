"""Back, Forward and Reload bring nothing of a conversation back, also in a browser that keeps whole pages in memory."""

import pytest
from playwright.async_api import Browser, expect

from tests.channels.browser_chat import act, visit
from tests.channels.history import History
from tests.channels.web import WebChat
from tests.conftest import OpenPage
from tests.patience import profile


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_back_forward_and_reload_bring_nothing_back(chat: WebChat, remembering: Browser, script: bool) -> None:
    context = await profile(remembering, java_script_enabled=script, locale="lv-LV")
    page = await context.new_page()
    history = await History.of(page)
    await page.goto(chat.elsewhere.replace("today", "kept"))
    await page.goto(chat.url)
    if script:  # this browser really brings pages back from memory
        await history.go(-1)
        await expect(page).to_have_title("kept")
        await history.go(+1)
        await history.reload()  # ours may have come back from memory, too: blank, as it must be
    for action, arrived in (("go", "menu"), ("helplines", "helplines")):
        await act(page, action)
        await expect(page.locator("main")).to_have_attribute("data-screen", arrived)
    secret = await page.locator("main p").first.inner_text()
    assert {title for url, title in await history.entries() if url == f"{chat.url}/"} == {"Blakus"}
    if script:
        await page.reload()
        await expect(page.locator("main")).to_have_attribute("data-screen", "start")
        await act(page, "go")
        await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    ahead = len(await history.entries()) - 1 - await history.at()
    steps = min(len(await history.entries()) - 1, 3)
    for direction in [+1] * ahead + [-1] * steps + [+1] * steps:
        await history.go(direction)
        if script:
            await page.wait_for_url(lambda url: not url.startswith(chat.url), wait_until="commit")
        assert secret not in await page.content()
        assert await page.locator("main[data-screen]:not([data-screen=start])").count() == 0
    assert (f"{chat.url}/" in [url for url, _ in await history.entries()]) is not script


async def test_another_address_and_back_again_shows_nothing_of_before(chat: WebChat, remembering: Browser) -> None:
    page = await (await profile(remembering, locale="lv-LV")).new_page()
    history = await History.of(page)
    await page.goto(chat.url)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    token = await page.locator(".leave [name=token]").input_value()
    await page.goto(chat.elsewhere)
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)
    await history.go(-1)
    await expect(page.locator("main:not([data-screen=start])")).to_have_count(0)


@pytest.mark.parametrize("event", ["pagehide", "pageshow"])
async def test_a_page_kept_in_memory_is_blank(chat: WebChat, browser_page: OpenPage, event: str) -> None:
    """Chromium keeps none of our pages today; other browsers may."""
    page = await visit(chat, browser_page)
    await page.evaluate("(event) => dispatchEvent(new PageTransitionEvent(event, {persisted: true}))", event)
    assert await page.evaluate("document.body.innerHTML") == ""
