"""The bar of a request: what is to be done stays in view, and only what can be done is in it."""

import pytest
from playwright.async_api import expect

from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, requests
from tests.desk.browsing import Waiting, choose_language, open_and_take
from tests.desk.casework.sights import PHONE, in_sight
from tests.desk.states.walking import COMING
from tests.faces import Clock
from tests.people import a_request

ACTIONS = ("#take button", "#reveal", "#how", "#to-close")
SMALL = (320, 640)
SHARE = "(bar) => bar.getBoundingClientRect().height / innerHeight"
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter((part) => !part.childElementCount && part.checkVisibility())
    .filter((part) => part.getBoundingClientRect().right > innerWidth)
    .map((part) => `${part.localName}.${part.parentElement.id || part.parentElement.className}: ${part.textContent}`)"""
REACHED = """() => [...document.querySelectorAll("main :is(a, button, input, select, textarea, summary)")]
    .filter((one) => one.checkVisibility() && !one.disabled).map((one) => one.id || one.closest("[id]").id)"""


async def signed_in(waiting: Waiting) -> SignedIn:
    """Ilze, past her browser."""
    async with waiting.desk.runtime.database.store() as store:
        one = await store.workers.by_login("ilze")
        assert one
        return SignedIn(one.id, one.name, one.login, one.role, one.service_id)


async def offered(waiting: Waiting) -> list[str]:
    """The actions in the bar that can be done."""
    bar = waiting.desk.page.locator("#workbar")
    return [action for action in ACTIONS if await bar.locator(f"{action}:not([disabled])").is_visible()]


async def test_each_action_is_in_the_bar_when_it_can_be_done(waiting: Waiting) -> None:
    page, runtime = waiting.desk.page, waiting.desk.runtime
    await waiting.open()
    assert await offered(waiting) == ["#take button"]
    await page.click("#take button")
    await expect(page.locator("#take")).to_have_count(0)
    assert await offered(waiting) == ["#reveal", "#how", "#to-close"]
    await page.check("#attempt [value=reached_verified]")
    await page.click("#attempt button")
    await expect(page.locator("#told")).to_be_focused()
    assert await offered(waiting) == ["#reveal", "#how", "#to-close"]
    await requests.close(runtime, await signed_in(waiting), waiting.reference, "met")
    await page.reload()
    await expect(page.locator("#unlock")).to_be_visible()
    assert await offered(waiting) == []


async def test_a_call_that_is_not_to_be_made_says_why(waiting: Waiting, clock: Clock) -> None:
    page = waiting.desk.page
    await waiting.open()
    button = page.locator("#reveal")
    await expect(button).to_be_disabled()
    await expect(button).to_have_accessible_description("Vispirms uzņemieties pieprasījumu, lai nezvanītu divi.")
    await page.click("#take button")
    await expect(button).to_have_accessible_description("Vai zvanīt tagad? JĀ – drošais laiks beidzas 12:30.")
    clock.move(minutes=29)  # half past twelve is over
    await page.click("#reveal")
    await expect(button).to_be_disabled()
    await expect(button).to_have_accessible_description("Vai zvanīt tagad? NĒ – drošais laiks sākas pirmdien 09:00.")


async def test_the_bar_leads_into_the_first_field_of_what_it_names(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    for action, field in (("#how", "#attempt [name=outcome] >> nth=0"), ("#to-close", "#close select")):
        await page.click(action)
        await expect(page.locator(field)).to_be_focused()
        assert await in_sight(page, field, "#workbar") == [field, "#workbar"]


@pytest.mark.parametrize("size", [PHONE, (1280, 800)])
async def test_the_number_is_announced_when_it_is_shown(waiting: Waiting, size: tuple[int, int]) -> None:
    """A screen reader says what comes into a place that was there before, rendered, and is marked as live."""
    page = waiting.desk.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await open_and_take(waiting)
    assert await page.evaluate("() => (window.place = document.getElementById('phone')).checkVisibility()")
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_be_visible()
    live = "() => [place.isConnected, place.getAttribute('aria-live'), /\\d{8}/.test(place.textContent)]"
    assert await page.evaluate(live) == [True, "polite", True]
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_count(0)
    assert await page.evaluate(live) == [True, "polite", False]


async def test_where_the_person_makes_the_contact_the_bar_offers_no_call(waiting: Waiting) -> None:
    page, runtime = waiting.desk.page, waiting.desk.runtime
    await a_request(runtime, **COMING)
    async with runtime.database.store() as store:
        coming = next(row.id for row in await store.requests.waiting("balvi") if row.id != waiting.reference)
    here = Waiting(waiting.desk, coming, "")
    await open_and_take(here)
    assert await offered(here) == ["#how", "#to-close"]
    await page.click("#herself summary")
    await page.click("#how")
    await expect(page.locator("#herself button").first).to_be_focused()


async def test_the_bar_comes_first_after_the_heading(waiting: Waiting) -> None:
    await waiting.open()
    assert (await waiting.desk.page.evaluate(REACHED))[0] == "take"
    await waiting.desk.page.click("#take button")
    await expect(waiting.desk.page.locator("#take")).to_have_count(0)
    assert (await waiting.desk.page.evaluate(REACHED))[:3] == ["reveal", "how", "to-close"]


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
async def test_the_bar_leaves_the_screen_to_the_letter(waiting: Waiting, language: str) -> None:
    page, bar = waiting.desk.page, waiting.desk.page.locator("#workbar")
    await waiting.desk.go("/requests")
    await choose_language(page, language)
    for size, share, scale in ((PHONE, 1 / 5, "100%"), (SMALL, 1 / 4, "200%")):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await waiting.open()
        await page.evaluate("(scale) => { document.documentElement.style.fontSize = scale; }", scale)
        assert 0 < await bar.evaluate(SHARE) <= share
        if await page.locator("#take").count():
            await page.click("#take button")
        await expect(page.locator("#how")).to_be_visible()
        assert 0 < await bar.evaluate(SHARE) <= share
        if size == PHONE:
            assert await in_sight(page, *ACTIONS[1:]) == [*ACTIONS[1:]], "nothing in it has to be scrolled to"
        await page.click("#reveal")
        await expect(page.locator("#phone a")).to_be_visible()
        assert 0 < await bar.evaluate(SHARE) <= share
        await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert await page.evaluate(TOO_WIDE) == []


async def test_taking_is_the_heaviest_button_and_more_urgent_is_not(waiting: Waiting) -> None:
    page = waiting.desk.page
    await handling.lower_priority(
        waiting.desk.runtime, await signed_in(waiting), waiting.reference, "the person wrote that there is time"
    )
    await waiting.open()
    fill = "(button) => getComputedStyle(button).backgroundColor"
    take, urgent = "#take button", "form[action$='/raise'] button"
    assert await page.locator(urgent).evaluate(fill) != await page.locator(take).evaluate(fill)
