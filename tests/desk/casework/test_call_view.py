"""During a call: number, words and outcome in one view; that it goes when it is not hers is in test_two_screens."""

import pytest
from playwright.async_api import expect

from bot import demo
from bot.usecases.accounts.workers import DEMO_PASSWORD
from tests.desk.browsing import Desk, Waiting, open_and_take
from tests.desk.casework.sights import DESK, PHONE, in_sight
from tests.faces import Clock
from tests.pages import StillClock

NUMBER = "+447700900123"
REASON = "the hospital asked us to ring now"


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_number_words_and_outcome_are_one_view_and_the_rest_is_folded(desk: Desk, size: tuple[int, int]) -> None:
    page = desk.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await demo.seed(desk.runtime)  # with everything that a script may hold
    await desk.sign_in_to_the_demonstration("ilze")
    await page.click(".queue li:nth-child(2) a")
    await desk.unlock(DEMO_PASSWORD)
    await desk.opened()
    await page.click("#take button")
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_be_visible()
    assert await page.evaluate("scrollY") == 0
    one_view = ["#phone a", "#may-call", "#attempt legend", "#attempt label >> nth=4", "#attempt button"]
    assert await in_sight(page, *one_view) == one_view
    reads = "(script) => script.clientHeight"
    assert await page.locator("#script").evaluate(reads) >= 200, "enough of the script to read from"
    await expect(page.locator("#rest")).not_to_have_attribute("open", "")
    await expect(page.locator("#group-contact")).to_be_hidden()
    await page.click("#rest > summary")
    await expect(page.locator("#group-contact")).to_be_visible()
    await page.fill("#notes textarea", "Vēl nav saglabāts")
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_count(0)
    await expect(page.locator("#group-contact")).to_be_visible()
    await expect(page.locator("#script ol")).to_be_hidden()
    assert await page.input_value("#notes textarea") == "Vēl nav saglabāts"
    await page.fill("#notes textarea", "")


async def test_a_choice_of_the_outcome_outlives_what_is_noted_meanwhile(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await page.click("#reveal")
    await page.check("#attempt [value=no_answer]")
    await page.click("#more summary")
    await page.fill("form[action$='/extend'] input", REASON)
    await page.click("form[action$='/extend'] button")
    await expect(page.locator("#told")).to_have_text("Pieprasījums tiks glabāts ilgāk. Pamatojums ir darbību žurnālā.")
    await expect(page.locator("#attempt [value=no_answer]")).to_be_checked()
    await expect(page.locator("#phone a")).to_have_text(NUMBER)
    await expect(page.locator("body")).to_have_class("in-call")


async def test_the_head_who_overrules_reads_one_truth(waiting: Waiting, clock: Clock) -> None:
    page = waiting.desk.page
    clock.move(minutes=29)
    async with waiting.desk.runtime.database.store() as store:
        ilze = await store.workers.by_login("ilze")
        assert ilze
        ilze.role = "head"
    await open_and_take(waiting)
    await page.click("#to-outside")
    await expect(page.locator("#outside input")).to_be_focused()
    await page.keyboard.type(REASON)
    await page.keyboard.press("Enter")
    await expect(page.locator("#phone a")).to_have_text(NUMBER)
    said = "Numurs ārpus drošā laika ir parādīts vienu reizi, ar jūsu pamatojumu."
    await expect(page.locator("#may-call")).to_have_text(said)
    assert "NĒ" not in await page.inner_text("main")
    assert "paslēpts" not in await page.inner_text("#workbar")
    for part in ("#outside", "#to-outside"):
        await expect(page.locator(part)).to_be_hidden()
    assert await page.locator("#script ol").is_visible()
    await page.click("#reveal")
    await expect(page.locator("#may-call")).to_contain_text("Vai zvanīt tagad? NĒ")
    assert NUMBER not in await page.content()


async def test_a_desk_that_does_not_answer_takes_no_number_away(waiting: Waiting) -> None:
    page = waiting.desk.page
    browser = await StillClock(page, waiting.desk.clock()).stop()
    await open_and_take(waiting)
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(NUMBER)
    await page.route("**/standing", lambda route: route.abort())
    async with page.expect_event("requestfailed"):
        await browser.move(seconds=16)
    await expect(page.locator("#phone a")).to_have_text(NUMBER)
    waiting.desk.troubles.clear()  # the browser's own word about it
