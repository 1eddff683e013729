"""Two people at one desk, each at a real browser: whose screen shows the number, and what each is told."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Page, expect

from storage.contact_requests import ContactRequest
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, Desk, accessible, leads_on, says_yes
from tests.faces import Clock
from tests.pages import StillClock
from tests.people import (
    PASSPHRASE,
    PASSWORD,
    a_colleague,
    a_key,
    a_request,
    a_service,
    acting,
    an_own_key,
    gives_the_key,
    the_request,
)

NUMBER = "+447700900123"
REASON = "the hospital asked us to ring now"
POST = """async ([path, body]) => (await fetch(path, {
    method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(body),
})).json()"""
ASK = """async (path) => (await fetch(path, { headers: { Accept: "application/json" } })).json()"""


@dataclass
class Screens:
    """Ilze and the head of her service, each with the request open before her."""

    ilze: Desk
    head: Desk
    reference: str

    async def row(self) -> ContactRequest:
        async with self.ilze.runtime.database.store() as store:
            row = await store.requests.by_id(self.reference)
        assert row
        return row

    async def outcomes(self) -> list[str]:
        return [attempt["outcome"] for attempt in (await self.row()).attempts]

    async def standing(self, desk: Desk) -> dict[str, Any]:
        found: dict[str, Any] = await desk.page.evaluate(ASK, f"/requests/{self.reference}/standing")
        return found


@pytest.fixture
async def screens(desk: Desk, clock: Clock, browser_page: OpenPage) -> Screens:
    runtime = desk.runtime
    await a_service(runtime)
    ilze = await a_colleague(runtime, clock, "ilze", "worker", "balvi")
    haralds = await a_colleague(runtime, clock, "haralds", "head", "balvi")
    worker, leader = await acting(runtime, clock, ilze), await acting(runtime, clock, haralds)
    identity = await a_key(runtime, worker)
    await an_own_key(runtime, leader)
    await gives_the_key(runtime, worker, leader, identity)
    await a_request(runtime, **{"windows1.to": "12:30", "max_attempts": "3"})
    other = Desk(runtime, clock, desk.url, await browser_page(viewport=LAPTOP))
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    await other.sign_in("haralds", PASSWORD, haralds.code(clock))
    made = Screens(desk, other, await the_request(runtime))
    for screen in (made.ilze, made.head):
        await screen.go(f"/requests/{made.reference}")
        await screen.unlock(PASSPHRASE)
        await screen.opened()
    return made


async def takes(page: Page) -> None:
    await page.click("#take button")
    await expect(page.locator("#take")).to_be_hidden()


async def shows(page: Page) -> None:
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(NUMBER)


async def nobody_answers(page: Page) -> None:
    await page.check("#attempt [value=no_answer]")
    await page.click("#attempt button")


async def test_a_stale_take_of_the_head_shows_no_number_and_takes_nothing(screens: Screens) -> None:
    ilze, head = screens.ilze.page, screens.head.page
    await takes(ilze)
    await shows(ilze)
    await head.click("#take button")
    await expect(head.locator("#told")).to_contain_text("Par šo pieprasījumu rūpējas Ilze, kopš:")
    assert await head.locator("#reveal").is_disabled()
    assert NUMBER not in await head.content()
    assert await head.locator("form[action$='/takeover'] button").is_visible()
    row = await screens.row()
    async with screens.ilze.runtime.database.store() as store:
        holder = await store.workers.by_id(row.worker_id or "")
    assert holder
    assert holder.login == "ilze"


async def test_of_two_numbers_on_two_screens_both_know_and_the_call_that_was_made_counts(screens: Screens) -> None:
    ilze, head = screens.ilze.page, screens.head.page
    await takes(ilze)
    await shows(ilze)
    await head.reload()
    await screens.head.unlock(PASSPHRASE)
    await screens.head.opened()
    await head.click("form[action$='/takeover'] button")
    await expect(head.locator("#ask")).to_contain_text("Numurs ir parādīts: Ilze")
    await accessible(head)
    await says_yes(head)
    await expect(head.locator("#state")).to_have_text("uzņēmās: Haralds")
    gone = await screens.standing(screens.ilze)
    assert (gone["may_show"], gone["owes"], gone["holder"]) == (False, True, "Haralds")
    await head.click("#reveal")
    await expect(head.locator("#ask")).to_contain_text("Pirms zvanīšanas pajautājiet: Ilze.")
    assert NUMBER not in await head.content()
    await says_yes(head)
    await expect(head.locator("#phone a")).to_have_text(NUMBER)
    await nobody_answers(ilze)
    await expect(ilze.locator("#opened")).to_be_hidden()
    assert NUMBER not in await ilze.content()
    assert await screens.outcomes() == ["no_answer"]


async def test_the_head_closes_while_her_colleague_calls_and_the_call_counts(screens: Screens) -> None:
    ilze, head = screens.ilze.page, screens.head.page
    await takes(ilze)
    await shows(ilze)
    await head.reload()
    await head.select_option("#close select", "could_not_reach_safely")
    await head.click("#close button")
    await expect(head.locator("#ask")).to_contain_text("nevarēja droši sazināties")
    await leads_on(head, "#ask button:not(.other)")
    assert "noslēgts" in (await screens.standing(screens.ilze))["said"]
    await nobody_answers(ilze)
    await expect(ilze.locator("#told")).not_to_be_empty()
    row = await screens.row()
    assert (row.status, [attempt["outcome"] for attempt in row.attempts]) == ("closed", ["no_answer"])


async def calls_before_a_still_clock(screens: Screens) -> StillClock:
    """Ilze has the number before her, and the outcome half noted, in a browser whose clock the test moves."""
    page = screens.ilze.page
    browser = await StillClock(page, screens.ilze.clock()).stop()
    await page.reload()
    await screens.ilze.unlock(PASSPHRASE)
    await screens.ilze.opened()
    await takes(page)
    await shows(page)
    await page.check("#attempt [value=no_answer]")
    return browser


async def asks_the_desk(page: Page, browser: StillClock) -> None:
    async with page.expect_response("**/standing"):
        await browser.move(seconds=16)


async def test_when_the_head_takes_over_the_number_goes_from_the_first_screen_and_the_call_is_still_noted(
    screens: Screens,
) -> None:
    ilze, head = screens.ilze.page, screens.head.page
    browser = await calls_before_a_still_clock(screens)
    await asks_the_desk(ilze, browser)
    await expect(ilze.locator("#phone a")).to_have_text(NUMBER)
    await head.reload()
    await head.click("form[action$='/takeover'] button")
    await says_yes(head)
    await expect(head.locator("#state")).to_have_text("uzņēmās: Haralds")
    await asks_the_desk(ilze, browser)
    await expect(ilze.locator("#told")).to_contain_text("Haralds")
    assert NUMBER not in await ilze.content()
    await expect(ilze.locator("#attempt [value=no_answer]")).to_be_checked()
    asked: list[str] = []
    ilze.on("request", lambda request: asked.append(request.url))
    await browser.move(seconds=61)
    assert not [url for url in asked if url.endswith("/standing")], "nothing is asked while no number is shown"
    await ilze.click("#attempt button")
    await expect(ilze.locator("#told")).to_have_text("Mēģinājums ir atzīmēts.")
    assert await screens.outcomes() == ["no_answer"]
    assert (await screens.row()).most_attempts == 3, "she allowed three, also where the letter is not open any more"


async def test_that_somebody_else_was_shown_the_number_is_said_while_it_stays(screens: Screens) -> None:
    ilze, head = screens.ilze.page, screens.head.page
    browser = await calls_before_a_still_clock(screens)
    path = f"/requests/{screens.reference}/outside"
    first = await head.evaluate(POST, [path, {"reason": REASON}])
    assert "Ilze" in first["ask"]["question"]
    await head.evaluate(POST, [path, {"reason": REASON, **first["ask"]["fields"]}])
    await asks_the_desk(ilze, browser)
    await expect(ilze.locator("#told")).to_contain_text("Haralds")
    await expect(ilze.locator("#phone a")).to_have_text(NUMBER)


async def test_cancel_changes_nothing_and_the_keyboard_comes_back_to_the_button(screens: Screens) -> None:
    page = screens.ilze.page
    await takes(page)
    await page.select_option("#close select", "met")
    for leave in ("Escape", "Enter"):  # Enter is Cancel, where the focus begins
        await page.focus("#close button")
        await page.keyboard.press("Enter")
        await expect(page.locator("#ask .other")).to_be_focused()
        await page.keyboard.press(leave)
        await expect(page.locator("#ask")).to_have_count(0)
        await expect(page.locator("#close button")).to_be_focused()
    assert await page.input_value("#close select") == "met"
    assert (await screens.row()).status == "taken"
    assert await page.locator("#header-line").is_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("#ask .other")).to_be_focused()
    await page.keyboard.press("Tab")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    assert (await screens.row()).status == "closed"


async def test_what_was_closed_by_mistake_is_opened_again_from_the_list(screens: Screens) -> None:
    page = screens.ilze.page
    await takes(page)
    await page.select_option("#close select", "met")
    await page.click("#close button")
    await leads_on(page, "#ask button:not(.other)")
    await screens.ilze.go("/requests?state=ended")
    await leads_on(page, "main td a")
    await page.click("form[action$='/reopen'] button")
    await expect(page.locator("#state")).to_have_text("uzņēmās: Ilze")
    row = await screens.row()
    assert (row.status, row.closed_as) == ("taken", None)
