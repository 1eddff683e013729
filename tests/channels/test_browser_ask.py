"""Before a button of ours drops what was typed, a page of ours asks. The browser never does, and “Hide” never asks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Dialog, Page, expect

from tests.channels.form_walks import Walk
from tests.channels.forms import furnish, in_pages
from tests.channels.tabs import ChromiumTab
from tests.channels.test_browser_back import opened, shows, walked
from tests.channels.web import WebChat, web_chat
from tests.conftest import OpenPage
from tests.pages import unusable


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as started:
        await furnish(started.runtime)
        yield started


async def typed(chat: WebChat, page: Page) -> None:
    await page.goto(chat.url)
    await walked(page, "go", "menu")
    await page.fill("#text", "kur gulēt")


async def test_words_in_the_field_are_asked_about_before_they_go(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    await typed(chat, page)
    await page.click('nav [value="back"]')
    await expect(page.locator("#ask")).to_be_visible()
    await expect(page.locator("#ask-stay")).to_be_focused()
    assert await unusable(page) == []
    await page.click("#ask-stay")
    await expect(page.locator("#ask")).to_be_hidden()
    await expect(page.locator("#text")).to_be_focused()
    await expect(page.locator("#text")).to_have_value("kur gulēt")
    await page.click('[value="helplines"]')
    await page.keyboard.press("Escape")
    await expect(page.locator("#ask")).to_be_hidden()
    await page.click('[value="helplines"]')
    await page.click("#ask-go")
    await shows(page, "helplines")


@pytest.mark.parametrize("press", ["danger", "human"])
async def test_danger_and_a_human_are_never_asked_about(chat: WebChat, browser_page: OpenPage, press: str) -> None:
    page = await browser_page()
    await typed(chat, page)
    await page.locator(f'button[value="{press}"]').first.click()
    await shows(page, press)


async def test_words_stay_where_the_page_is_brought_in_another_language(chat: WebChat, browser_page: OpenPage) -> None:
    """Whoever presses it may not read the question."""
    page = await browser_page()
    await typed(chat, page)
    await page.click('[value="language.ru"]')
    await shows(page, "menu", "ru")
    await expect(page.locator("#text")).to_have_value("kur gulēt")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_a_half_filled_form_is_asked_about_and_still_there(
    chat: WebChat, browser_page: OpenPage, script: bool
) -> None:
    in_pages(chat.runtime, ("contact_mode", "phone"))
    page = await browser_page(java_script_enabled=script)
    await page.goto(chat.url)
    await opened(page)
    await page.check('[value="call"]')
    await page.fill('[name="a.phone"]', "26 1")
    away = page.locator('nav [value^="away."]')
    await away.click()
    await shows(page, "form.away")
    await page.locator("main .done").click()
    await shows(page, "form.fill")
    await expect(page.locator('[name="a.phone"]')).to_have_value("26 1")
    await away.click()
    await page.locator("main form.choices button").click()
    await shows(page, "start")


async def test_an_untouched_form_is_not_asked_about(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    await page.goto(chat.url)
    await walked(page, "go", "menu")
    await opened(page)
    await page.click('nav [value^="away."]')
    await shows(page, "menu")


async def test_new_times_are_asked_about(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    walk = Walk(chat, await ChromiumTab.of(page), 1)
    await walk.to("form.times")
    await page.check('[name="a.windows1.day"][value="sun"]')
    await page.click('main [value="look"]:not(.first)')
    await page.click("#ask-stay")
    await page.click('main [value="look"]:not(.first)')
    await page.click("#ask-go")
    await shows(page, "form.standing")


async def test_hide_and_closing_are_never_asked_about(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.message)

    page.on("dialog", note)
    await typed(chat, page)
    await page.click("#leave")
    await page.wait_for_url(chat.elsewhere)
    await typed(chat, page)
    await page.close(run_before_unload=True)
    await chat.answer("POST /leave")
    assert asked == []


async def test_the_same_button_pressed_again_closes_the_question_and_drops_nothing(
    chat: WebChat, browser_page: OpenPage
) -> None:
    """On a phone, Back is how a question is closed."""
    page = await browser_page()
    await typed(chat, page)
    for asks in (True, False):
        await page.click('nav [value="back"]')
        await expect(page.locator("#ask")).to_be_visible(visible=asks)
    await expect(page.locator("#text")).to_be_focused()
    await expect(page.locator("#text")).to_have_value("kur gulēt")
    await shows(page, "menu")


async def test_help_takes_the_question_away(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    await typed(chat, page)
    await page.click('nav [value="back"]')
    await page.locator('button[value="danger"]').first.click()
    await expect(page.locator("#ask")).to_be_hidden()
    await shows(page, "danger")
