"""After any action an opened request shows what a reload would show, without a reload."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from bot.usecases.casework import handling
from tests.desk.browsing import Waiting, open_and_take
from tests.faces import Clock
from tests.people import PASSPHRASE, a_colleague, acting

MOMENT = re.compile(r"\d+\. \w+, \d\d:\d\d")
SHOWN = """() => ["workbar-actions", "opened", "standing"].map((id) => {
    const copy = document.getElementById(id).cloneNode(true);
    for (const one of copy.querySelectorAll("details")) { one.open = false; one.removeAttribute("data-ready"); }
    return copy.outerHTML.replace(/\\s+/g, " ");
})"""
"""How the request stands, apart from what is folded and typed."""


async def as_reloaded(waiting: Waiting) -> None:
    """The page, beside the same in another tab that was loaded just now."""
    page = waiting.desk.page
    fresh = await page.context.new_page()
    await fresh.goto(page.url)
    await expect(fresh.locator("#unlock button")).to_be_visible()
    if await fresh.locator("#passphrase").is_visible():
        await fresh.fill("#passphrase", PASSPHRASE)
    await fresh.click("#unlock button")
    await expect(fresh.locator("#header-line")).to_be_visible()
    assert await page.evaluate(SHOWN) == await fresh.evaluate(SHOWN)
    await fresh.close()


async def says_yes(page: Page) -> None:
    """Where the desk asks before an action."""
    question = page.locator("dialog[open]")
    await page.add_locator_handler(question, question.locator("button").last.click)


async def presses(page: Page, what: str) -> None:
    await page.click(what)
    await expect(page.locator("#told")).to_be_focused()


async def gives_a_reason(page: Page, action: str) -> None:
    await page.fill(f"form[action$='/{action}'] input", "the person wrote that there is time")
    await presses(page, f"form[action$='/{action}'] button")


async def waits(page: Page) -> None:
    await page.fill("#herself [name=day]", "2026-11-25")
    await presses(page, "form[action$='/wait'] button")


async def calls(page: Page) -> None:
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_be_visible()
    await page.check("#attempt [value=no_answer]")
    await presses(page, "#attempt button")


async def hears_from_her(page: Page) -> None:
    await presses(page, "form[action$='/came'] button")


async def meets(page: Page) -> None:
    await presses(page, "form[action$='/meet'] button")


Action = Callable[[Page], Awaitable[None]]
ACTIONS: list[list[Action]] = [
    [
        lambda page: gives_a_reason(page, "lower"),
        lambda page: presses(page, "form[action$='/raise'] button"),
        lambda page: gives_a_reason(page, "extend"),
        calls, hears_from_her, meets,
    ],
    [waits, hears_from_her, meets],
]  # fmt: skip


@pytest.mark.parametrize("actions", ACTIONS)
async def test_after_every_action_the_page_shows_what_a_reload_would(waiting: Waiting, actions: list[Action]) -> None:
    page = waiting.desk.page
    await says_yes(page)
    await open_and_take(waiting)
    await as_reloaded(waiting)
    for action in actions:
        await page.evaluate("document.querySelectorAll('#more, #herself').forEach((one) => { one.open = true; })")
        await action(page)
        await as_reloaded(waiting)


async def test_when_an_action_is_refused_the_page_shows_what_a_reload_would(waiting: Waiting, clock: Clock) -> None:
    page, runtime = waiting.desk.page, waiting.desk.runtime
    await open_and_take(waiting)
    head = await acting(runtime, clock, await a_colleague(runtime, clock, "haralds", "head", "balvi"))
    await handling.note_attempt(runtime, head, waiting.reference, "reached_verified", 3)
    await presses(page, "form[action$='/back'] button")
    await expect(page.locator("#state")).to_contain_text("ar cilvēku sazinājās")
    await as_reloaded(waiting)


async def test_there_is_one_deadline_after_taking_and_it_is_the_present_one(waiting: Waiting, clock: Clock) -> None:
    page = waiting.desk.page
    await waiting.open()
    before = set(MOMENT.findall(await page.inner_text("main")))
    clock.move(minutes=20)
    await page.click("#take button")
    await expect(page.locator("#take")).to_have_count(0)
    after = set(MOMENT.findall(await page.inner_text("main")))
    assert (len(before), len(after)) == (1, 1)
    assert before != after
    (held,) = after
    assert held in await page.inner_text("#told")
    assert held in await page.inner_text("#standing")
