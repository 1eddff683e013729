"""A page that nobody is at leaves by itself; whoever reads, speaks or listens is at it, and is told a minute before."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.engine.languages import LANGUAGES
from tests.channels.forms import furnish, in_pages
from tests.channels.web import WebChat, web_chat
from tests.conftest import OpenPage
from tests.pages import EVERYTHING, WORDS, StillClock, unusable
from tests.patience import patiently

# What a reader, a braille display, a screen reader and a voice do; none of them presses a key or a button.
SIGNS: dict[str, Callable[[Page, int], Awaitable[object]]] = {
    "scrolling": lambda page, n: page.evaluate("(n) => scrollTo(0, 100 * (n % 2))", n + 1),
    "a wheel": lambda page, _: page.mouse.wheel(0, 40),
    "a pointer": lambda page, n: page.mouse.move(5 + n, 5),
    "the focus": lambda page, n: page.evaluate("(n) => document.querySelectorAll('#leave, a.skip')[n % 2].focus()", n),
    "a selection": lambda page, n: page.evaluate(
        "(n) => getSelection().collapse(document.querySelector('main h1').firstChild, n + 1)", n
    ),
    "words": lambda page, _: page.evaluate(
        "document.querySelector('#text, main input').dispatchEvent(new InputEvent('input', {bubbles: true}))"
    ),
}
HEARD = """() => {
    window.heard = new Promise((heard) => {
        for (const one of ["scroll", "wheel", "pointermove", "focusin", "selectionchange", "input"])
            document.addEventListener(one, () => heard(null), { capture: true, once: true });
    });
}"""


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as started:
        await furnish(started.runtime)
        yield started


async def at(chat: WebChat, page: Page, where: str) -> StillClock:
    """A page of the chat or of the form, on a clock that stands still."""
    clock = await StillClock(page).stop()
    await page.goto(chat.url)
    if where == "chat":
        await page.click('[value="go"]')
        await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    else:
        in_pages(chat.runtime)  # all on one page, so that there is something to scroll
        await page.locator("form.choices").first.evaluate(
            "(one) => one.insertAdjacentHTML('beforeend', '<button name=form value=request>')"
        )
        await page.click('[name="form"]')
        await expect(page.locator("main")).to_have_attribute("data-screen", "form.fill")
    return clock


@pytest.mark.parametrize("where", ["chat", "form"])
async def test_every_sign_of_life_keeps_the_page(chat: WebChat, browser_page: OpenPage, where: str) -> None:
    """One after the other, each for an hour: no other could keep it so long."""
    page = await browser_page()
    clock = await at(chat, page, where)
    for sign, does in SIGNS.items():
        for number in range(3):
            await clock.move(minutes=20)
            await expect(page.locator("main"), sign).to_be_visible()
            await page.evaluate(HEARD)
            await does(page, number)
            async with patiently():
                await page.evaluate("window.heard")
    await clock.move(minutes=20)
    await expect(page.locator("main")).to_be_visible()


@pytest.mark.parametrize("where", ["chat", "form"])
async def test_a_minute_before_it_goes_the_page_says_so_and_any_press_stays(
    chat: WebChat, browser_page: OpenPage, where: str
) -> None:
    page = await browser_page()
    clock = await at(chat, page, where)
    title, soon = await page.title(), page.locator("#soon")
    for language in LANGUAGES:
        if language != "lv":
            await page.click(f'main button[value="language.{language}"]')
            await expect(page.locator("html")).to_have_attribute("lang", language)
        await clock.move(minutes=28)
        await expect(soon).to_be_hidden()
        await clock.move(seconds=58)
        await expect(soon).to_be_visible()
        await expect(soon).to_be_in_viewport()
        await expect(soon).to_contain_text(chat.runtime.content.text("page.soon", language))
        assert await page.title() == title
        assert await page.evaluate("document.querySelectorAll('audio, video').length") == 0
        assert await unusable(page, EVERYTHING if language == "lv" else WORDS) == []
        await page.click("#stay")
        await expect(soon).to_be_hidden()
    await clock.move(minutes=28)
    await expect(page.locator("main")).to_be_visible()
    await clock.move(minutes=1, seconds=58)
    await expect(page.locator("main")).to_be_visible()
    await clock.move(seconds=10)
    await page.wait_for_url(chat.elsewhere)


async def test_a_device_that_slept_past_the_half_hour_leaves_at_the_first_touch(
    chat: WebChat, browser_page: OpenPage
) -> None:
    """Whoever touches it then need not be she: the touch keeps nothing."""
    page = await browser_page()
    clock = await at(chat, page, "chat")
    await page.clock.set_fixed_time(clock.at.replace(hour=clock.at.hour + 1))  # no timer runs while it sleeps
    await page.mouse.move(5, 5)
    await page.wait_for_url(chat.elsewhere)


async def test_a_device_that_wakes_within_the_last_minute_says_how_little_is_left(
    chat: WebChat, browser_page: OpenPage
) -> None:
    page = await browser_page()
    clock = await at(chat, page, "chat")
    await page.clock.set_fixed_time(clock.at + timedelta(minutes=29, seconds=50))  # no timer ran while it slept
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(page.locator("#soon")).to_be_visible()
    await expect(page.locator("#soon")).to_contain_text("0:10")
    await expect(page.locator("#said")).to_contain_text("0:10")
    await page.click("#stay")
    await expect(page.locator("#soon")).to_be_hidden()


async def test_what_was_typed_goes_with_the_page(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    clock = await at(chat, page, "form")
    await page.check('[value="call"]')
    await page.fill('[name="a.phone"]', "26 123 456")
    await clock.move(minutes=30, seconds=6)
    await page.wait_for_url(chat.elsewhere)
    await page.go_back()
    assert "26 123 456" not in await page.content()


async def test_whoever_read_on_past_the_end_of_the_conversation_is_told_so_kindly(
    chat: WebChat, browser_page: OpenPage
) -> None:
    """The server counts presses; the page counts signs of life, and may outlive the conversation behind it."""
    page = await browser_page()
    clock = await at(chat, page, "chat")
    for _ in range(2):
        await clock.move(minutes=20)
        chat.clock.pass_by(timedelta(minutes=20))
        await page.mouse.move(5, 5)
        await page.mouse.move(9, 9)
    await page.click('[value="helplines"]')
    await expect(page.locator("main")).to_have_attribute("data-screen", "start")
    said = chat.runtime.content.text("notice.restarted", "lv").split("{")[0].strip()
    await expect(page.locator(".notice")).to_contain_text(said)


@pytest.mark.parametrize("lost", ["idle.js", "leaving.js", "chat.js", "ask.js", "presses.js"])
async def test_a_page_that_lost_one_of_its_scripts_on_the_way_still_goes_by_itself(
    chat: WebChat, browser_page: OpenPage, lost: str
) -> None:
    page = await browser_page()
    await page.route(f"**/static/{lost}", lambda route: route.abort())
    clock = await at(chat, page, "chat")
    await clock.move(minutes=20)
    await page.keyboard.press("Tab")
    await clock.move(minutes=20)
    await expect(page.locator("main")).to_be_visible()
    await clock.move(minutes=10, seconds=6)
    await page.wait_for_url(chat.elsewhere)
    await page.go_back()
    await expect(page.locator("main[data-screen=menu]")).to_have_count(0)
