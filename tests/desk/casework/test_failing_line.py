"""Between the desk and its pages something fails: nothing that was typed goes, and nothing untrue is said."""

import pytest
from playwright.async_api import Route, expect

from bot.usecases.casework import requests
from tests.desk.browsing import Waiting, open_and_take
from tests.faces import Clock
from tests.people import a_colleague, acting

WORDS = "Vēl nav saglabāts"
REFUSED = "window.BroadcastChannel = class { constructor() { throw new DOMException('', 'SecurityError'); } }"
"""As in Firefox where cookies are blocked."""


async def writes(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await page.click("#note summary")
    await page.fill("#notes textarea", WORDS)


async def keeps_longer(waiting: Waiting) -> None:
    page = waiting.desk.page
    await page.click("#more summary")
    await page.fill("form[action$='/extend'] input", "kept for the answer of the court")
    await page.click("form[action$='/extend'] button")


@pytest.mark.parametrize("fails", ["a proxy answers", "nobody answers"])
async def test_when_the_page_cannot_be_drawn_anew_the_letter_stays_and_what_was_done_is_said(
    waiting: Waiting, fails: str
) -> None:
    page = waiting.desk.page
    await writes(waiting)

    async def meet(route: Route) -> None:
        if route.request.method != "GET":
            await route.continue_()
        elif fails == "a proxy answers":
            await route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")
        else:
            await route.abort()

    await page.route(f"**/requests/{waiting.reference}", meet)
    await keeps_longer(waiting)
    done = "Pieprasījums tiks glabāts ilgāk. Pamatojums ir darbību žurnālā."
    told = f"{done} Pieprasījuma pašreizējo stāvokli parādīt neizdevās"
    await expect(page.locator("#told")).to_contain_text(told)
    assert await page.locator("#header-line").is_visible()
    assert await page.input_value("#notes textarea") == WORDS
    assert (await waiting.events()).count("request_extended") == 1
    await page.fill("#notes textarea", "")
    waiting.desk.troubles.clear()  # the browser's own words about the line


async def test_of_an_action_whose_answer_is_lost_nobody_says_that_nothing_was_changed(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await page.route("**/extend", lambda route: route.abort())
    await keeps_longer(waiting)
    await expect(page.locator("form[action$='/extend'] .wrong")).to_contain_text("Nav zināms, vai tas ir izdarīts")
    waiting.desk.troubles.clear()


async def test_a_note_that_comes_after_a_colleague_closed_stays_in_its_field(waiting: Waiting, clock: Clock) -> None:
    page, runtime = waiting.desk.page, waiting.desk.runtime
    await writes(waiting)
    head = await acting(runtime, clock, await a_colleague(runtime, clock, "haralds", "head", "balvi"))
    await requests.close(runtime, head, waiting.reference, "met")
    await page.click("#notes form button")
    await expect(page.locator("#state")).to_contain_text("pabeigts")
    assert await page.input_value("#notes textarea") == WORDS
    assert await page.locator("#header-line").is_visible()
    await page.fill("#notes textarea", "")
    waiting.desk.troubles.clear()


async def test_a_browser_that_refuses_its_tabs_a_channel_opens_letters_and_signs_out(waiting: Waiting) -> None:
    page = waiting.desk.page
    await page.add_init_script(REFUSED)
    await open_and_take(waiting)
    assert await page.locator("#header-line").is_visible()
    await waiting.desk.sign_out()
