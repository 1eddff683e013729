"""System Back inside the conversation, and no way back into it after leaving."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.channels.form_walks import Walk
from tests.channels.forms import furnish
from tests.channels.history import History
from tests.channels.tabs import ChromiumTab
from tests.channels.web import WebChat, web_chat
from tests.conftest import OpenPage
from tests.patience import profile


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as started:
        await furnish(started.runtime)
        yield started


async def shows(page: Page, screen: str, language: str = "") -> None:
    await expect(page.locator("main")).to_have_attribute("data-screen", screen)
    if language:
        await expect(page.locator("html")).to_have_attribute("lang", language)


async def walked(page: Page, *presses: str) -> None:
    for press, screen in zip(presses[::2], presses[1::2], strict=True):
        await page.locator(f'button[value="{press}"]').first.click()
        await shows(page, screen)


async def opened(page: Page) -> None:
    """The form, from the chat."""
    await page.locator("form.choices").first.evaluate(
        "(one) => one.insertAdjacentHTML('beforeend', '<button name=form value=request>')"
    )
    await page.click('[name="form"]')
    await shows(page, "form.fill")


async def ours(chat: WebChat, history: History) -> list[tuple[str, str]]:
    return [entry for entry in await history.entries() if entry[0].startswith(chat.url)]


async def test_system_back_goes_one_screen_back_and_keeps_the_language(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    history = await History.of(page)
    await page.goto(chat.elsewhere.replace("today", "kept"))
    await page.goto(chat.url)
    assert len(await ours(chat, history)) == 1, "loading a page adds nothing"
    await walked(page, "language.ru", "start", "go", "menu", "helplines", "helplines")
    assert await ours(chat, history) == [(f"{chat.url}/", "Blakus")] * 2
    await page.evaluate("window.same = true")
    for screen in ("menu", "start"):
        await history.back()
        await shows(page, screen, "ru")
        assert await page.evaluate("window.same")
    await walked(page, "go", "menu")
    assert await ours(chat, history) == [(f"{chat.url}/", "Blakus")] * 2
    await history.back()
    await shows(page, "start", "ru")
    await history.back()
    await expect(page).to_have_title("fresh")


async def test_system_back_in_the_form_keeps_the_answers(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    tab = await ChromiumTab.of(page)
    history, walk = tab.history, Walk(chat, tab, 1)
    await walk.review()
    await history.back()
    await shows(page, "form.fill")
    await expect(page.locator('[name="a.phone"]')).to_have_value(f"+371{walk.secrets[1]}")


@pytest.mark.parametrize("presses", [(), ("go", "menu"), ("go", "menu", "helplines", "helplines")])
async def test_after_leaving_neither_back_nor_forward_leads_to_a_page_of_ours(
    chat: WebChat, remembering: Browser, presses: tuple[str, ...]
) -> None:
    page = await (await profile(remembering, locale="lv-LV")).new_page()
    history = await History.of(page)
    await page.goto(chat.elsewhere.replace("today", "kept"))
    await page.goto(chat.url)
    await walked(page, *presses)
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    behind = (await history.entries())[: await history.at() + 1]
    assert [url for url, _ in behind if url.startswith(chat.url)] == [], "no way back"
    while await history.at() + 1 < len(await history.entries()):
        await history.go(+1)
        await page.wait_for_url(chat.elsewhere)
    assert await ours(chat, history) == []


async def test_hiding_blanks_the_page_at_once_and_goes_even_where_the_history_never_answers(
    chat: WebChat, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await page.add_init_script("History.prototype.go = History.prototype.back = () => {}")
    await page.goto(chat.url)
    await walked(page, "go", "menu")
    assert await page.evaluate("[document.querySelector('#leave').click(), document.body.innerHTML][1]") == ""
    await page.wait_for_url(chat.elsewhere)
    await page.go_back()
    await page.wait_for_url(lambda url: not url.startswith(chat.url))


async def test_who_presses_hide_again_on_the_blank_page_is_away_at_once(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    history = await History.of(page)
    await page.add_init_script("History.prototype.go = () => {}; window.setTimeout = () => 0")
    await page.goto(chat.url)
    await walked(page, "go", "menu")
    await page.evaluate("document.querySelector('#leave').click()")
    for _ in range(3):
        await page.keyboard.press("Shift")
    await page.wait_for_url(chat.elsewhere)
    assert (await history.entries())[await history.at()][0] == chat.elsewhere


async def test_a_pull_at_the_top_does_not_load_the_page_anew(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    await page.goto(chat.url)
    assert await page.evaluate("getComputedStyle(document.documentElement).overscrollBehaviorY") == "contain"
    await opened(page)
    assert await page.evaluate("getComputedStyle(document.documentElement).overscrollBehaviorY") == "contain"


async def test_the_history_holds_a_number_and_no_word(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    await page.goto(chat.url)
    assert await page.evaluate("history.state") is None
    await walked(page, "go", "menu")
    assert await page.evaluate("history.state") == 2


async def test_from_the_form_the_conversation_goes_on_in_the_language_of_the_form(
    chat: WebChat, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await page.goto(chat.url)
    await walked(page, "go", "menu")
    await opened(page)
    await page.locator('main .tongues [lang="ru"]').click()
    await shows(page, "form.fill", "ru")
    await page.locator("nav [data-back]").click()
    await shows(page, "menu", "ru")
