"""No press is dropped, on a line that is slow, cut, or answers for us; and whoever waits is told so."""

import random

import pytest
from playwright.async_api import Page, expect

from tests.channels.browser_chat import go_on_with
from tests.channels.slow_line import HELD, LIES, SILENT, PausedClock, SlowLine
from tests.channels.web import WebChat
from tests.conftest import OpenPage
from tests.ticks import TICKED, with_ticks


async def at(chat: WebChat, page: Page, screen: str) -> SlowLine:
    """A page that stands on a screen, on a line that is good until the test says otherwise."""
    token = await chat.stand(screen)
    await page.goto(chat.url)
    await go_on_with(page, token)
    await stands(page, screen)
    return await SlowLine.of(page, f"{chat.url}/")


async def stands(page: Page, screen: str) -> None:
    await expect(page.locator("main")).to_have_attribute("data-screen", screen)
    await expect(page.locator(".notice")).to_have_count(0)


async def press(page: Page, choice: str) -> None:
    await page.locator(f'button[value="{choice}"]').click()


# --- Whoever waits is told so -----------------------------------------------------------------------------------------


async def test_after_a_second_the_page_says_that_it_waits_and_after_ten_what_to_do(
    chat: WebChat, browser_page: OpenPage
) -> None:
    page = await browser_page()
    clock = await PausedClock.of(page)
    line = await at(chat, page, "menu")
    await clock.pause()
    line.next = [HELD]
    await press(page, "helplines")
    await line.presses(1)
    await expect(page.locator("#busy")).to_be_hidden()
    await clock.run(seconds=1)
    await expect(page.locator("#busy")).to_be_visible()
    await expect(page.locator("#busy")).to_have_text("…")
    await expect(page.locator("#lost")).to_be_hidden()
    await clock.run(seconds=9)
    await expect(page.locator("#lost a")).to_have_text(["112", "116006"])
    await expect(page.locator("#lost")).to_be_in_viewport()
    await expect(page.locator("#said")).to_contain_text("116006")
    await line.lets_through()  # it comes at last
    await stands(page, "helplines")
    await expect(page.locator("#lost")).to_be_hidden()
    await expect(page.locator("#busy")).to_be_hidden()


async def test_an_answer_within_a_second_shows_no_sign_of_waiting(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    clock = await PausedClock.of(page)
    line = await at(chat, page, "menu")
    await clock.pause()
    await press(page, "helplines")
    await stands(page, "helplines")
    await clock.run(seconds=11)
    await expect(page.locator("#busy")).to_be_hidden()
    await expect(page.locator("#lost")).to_be_hidden()
    assert len(line.sent) == 1


async def test_after_ten_seconds_the_same_press_goes_once_more(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    clock = await PausedClock.of(page)
    line = await at(chat, page, "menu")
    await clock.pause()
    line.next = [SILENT]
    await press(page, "helplines")
    await line.presses(1)
    await press(page, "helplines")
    await clock.run(seconds=10)
    await expect(page.locator("#lost")).to_be_visible()
    assert len(line.sent) == 1, "a second press on the same button waits for the same answer"
    await press(page, "helplines")
    await stands(page, "helplines")
    assert len(line.sent) == 2


async def test_a_browser_that_believes_to_be_offline_is_not_believed(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    await page.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })")
    line = await at(chat, page, "menu")
    await press(page, "helplines")
    await stands(page, "helplines")
    assert len(line.sent) == 1


# --- The newest counts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("meets", [HELD, SILENT], ids=["not heard", "heard and not answered"])
@pytest.mark.parametrize("choice, screen", [("danger", "danger"), ("human", "human"), ("help", "menu.help")])
async def test_the_newest_press_counts_while_an_earlier_one_hangs(
    chat: WebChat, browser_page: OpenPage, meets: str, choice: str, screen: str
) -> None:
    page = await browser_page()
    line = await at(chat, page, "menu")
    line.next = [meets]
    await press(page, "helplines")
    await line.presses(1)
    await press(page, choice)
    await stands(page, screen)
    await line.lets_through()
    await press(page, "back")
    await stands(page, "menu")


async def test_words_count_as_well_while_an_earlier_press_hangs(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    line = await at(chat, page, "request.place")
    line.next = [SILENT]
    await press(page, "skip")
    await line.presses(1)
    await page.fill("#text", "Balv")  # a name that is whole leads on by itself
    await page.keyboard.press("Enter")
    await expect(page.locator('button[value="place.balvu-novads"]')).to_be_visible()


async def test_back_counts_from_where_she_looks_and_not_from_where_she_was_never_shown(
    chat: WebChat, browser_page: OpenPage
) -> None:
    page = await browser_page()
    line = await at(chat, page, "menu")
    await press(page, "help")
    await stands(page, "menu.help")
    line.next = [SILENT]
    await press(page, "rehab")
    await line.presses(2)
    await press(page, "back")
    await stands(page, "menu")


async def test_each_tick_counts_however_slow_the_line_is(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    chat.runtime.content = with_ticks(chat.runtime.content)
    line = await at(chat, page, TICKED)
    boxes = page.locator("button[aria-pressed]")
    chosen = [await boxes.nth(place).get_attribute("value") or "" for place in range(3)]
    line.next = [HELD]
    for choice in (*chosen, "done"):
        await press(page, choice)
    assert len(line.sent) == 1
    await line.lets_through()
    await stands(page, "request.offer")
    await press(page, "back")
    await stands(page, TICKED)
    ticked = page.locator('button[aria-pressed="true"]')
    await expect(ticked).to_have_count(3)


# --- A lost answer is asked for once more -----------------------------------------------------------------------------


NO_PAUSE = """{
    const after = setTimeout;
    window.setTimeout = (then, pause, ...given) => after(then, pause === 1000 ? 0 : pause, ...given);
}"""
"""On such a page a second is over at once: the one before a press is sent once more. Longer pauses stay as they are."""


@pytest.mark.parametrize("meets", LIES)
async def test_what_the_line_loses_is_sent_once_more_by_itself_and_leads_where_it_led(
    chat: WebChat, browser_page: OpenPage, meets: str
) -> None:
    page = await browser_page()
    await page.add_init_script(NO_PAUSE)
    line = await at(chat, page, "menu")
    line.next = [meets]
    await press(page, "helplines")
    await stands(page, "helplines")
    await press(page, "back")
    await stands(page, "menu")


@pytest.mark.parametrize("meets", LIES)
async def test_when_that_is_lost_too_help_is_named_and_the_next_press_counts(
    chat: WebChat, browser_page: OpenPage, meets: str
) -> None:
    page = await browser_page()
    await page.add_init_script(NO_PAUSE)
    line = await at(chat, page, "menu")
    line.next = [meets, meets]
    await press(page, "helplines")
    await expect(page.locator("#lost")).to_be_visible()
    await expect(page.locator("#lost a")).to_have_text(["112", "116006"])
    await expect(page.locator("#busy")).to_be_hidden()
    await expect(page.locator("#leave")).to_be_visible()
    assert len(line.sent) == 2
    await press(page, "court")
    await stands(page, "court-protection")
    await expect(page.locator("#lost")).to_be_hidden()


@pytest.mark.parametrize("seed", range(3))
async def test_on_a_line_that_lies_as_many_presses_are_answered_as_are_made(
    chat: WebChat, browser_page: OpenPage, seed: int
) -> None:
    """Each press is made until it is answered, as people do: by what is said on the page, and by nothing else."""
    page, dice = await browser_page(), random.Random(seed)
    await page.add_init_script(NO_PAUSE)
    line = await at(chat, page, "menu")
    answered = 0
    for choice, screen in 4 * (("help", "menu.help"), ("danger", "danger"), ("back", "menu.help"), ("back", "menu")):
        line.next = dice.choices(LIES, k=dice.randint(0, 3))
        while True:
            await press(page, choice)
            await page.wait_for_function(
                "screen => document.querySelector('main').dataset.screen === screen"
                " || !document.querySelector('#lost').hidden",
                arg=screen,
            )
            if await page.locator("main").get_attribute("data-screen") == screen:
                break
        await stands(page, screen)
        answered += 1
    assert answered == 16
