"""The form on a slow or lying line: it waits, says so and is pressed again as the chat is, and sends one request."""

import pytest
from playwright.async_api import expect

from bot.runtime import Runtime
from tests.channels.forms import Visitor
from tests.channels.slow_line import HELD, LIES, LOST, SILENT, PausedClock, SlowLine
from tests.channels.test_browser_form import fill_in, go_on, launched, shows
from tests.conftest import OpenPage


async def test_the_form_says_that_it_waits_and_after_ten_seconds_what_to_do(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    clock = await PausedClock.of(page)
    await launched(site, runtime, page)
    await fill_in(page)
    await clock.pause()
    line = await SlowLine.of(page, f"{site.url}/form", [HELD])
    await page.click("button.done")
    await line.presses(1)
    await clock.run(seconds=1)
    await expect(page.locator("#busy")).to_be_visible()
    await clock.run(seconds=9)
    await expect(page.locator("#lost")).to_be_visible()
    await expect(page.locator("#lost a")).to_have_text(["112", "116006"])
    await expect(page.locator('[name="a.phone"]')).to_have_value("26 123 456")
    await line.lets_through()
    await shows(page, "review")
    await expect(page.locator("#lost")).to_be_hidden()


@pytest.mark.parametrize("meets", LIES)
async def test_a_step_of_the_form_that_the_line_loses_is_taken_once_more_by_itself(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, meets: str
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    line = await SlowLine.of(page, f"{site.url}/form", [meets])
    await go_on(page, "review")
    assert len(line.sent) == 2


@pytest.mark.parametrize("meets", [LOST, SILENT])
async def test_what_is_sent_goes_again_only_when_it_is_pressed_again_and_arrives_once(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, meets: str
) -> None:
    page = await browser_page()
    clock = await PausedClock.of(page)
    await launched(site, runtime, page)
    await fill_in(page)
    await go_on(page, "review")
    for box in await page.locator('[type="checkbox"]').all():
        await box.check()
    await clock.pause()
    line = await SlowLine.of(page, f"{site.url}/form", [meets])
    await page.click("button.done")
    await line.presses(1)
    await clock.run(seconds=10)
    await expect(page.locator("#lost")).to_be_visible()
    assert len(line.sent) == 1
    await page.click("button.done")
    await shows(page, "receipt")
    async with runtime.database.store() as store:
        assert len(await store.requests.waiting("balvi")) == 1


async def test_another_button_counts_while_an_earlier_step_hangs(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    line = await SlowLine.of(page, f"{site.url}/form", [SILENT])
    await page.click("button.done")
    await line.presses(1)
    await page.locator('main [value="language.ru"]').click()
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await shows(page, "fill")
    await expect(page.locator('[name="a.phone"]')).to_have_value("26 123 456")


async def test_what_is_being_sent_is_overtaken_by_no_other_page(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    """Else she would see the review again as if nothing had been sent, and have no code."""
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    await go_on(page, "review")
    for box in await page.locator('[type="checkbox"]').all():
        await box.check()
    line = await SlowLine.of(page, f"{site.url}/form", [HELD])
    await page.click("button.done")
    await line.presses(1)
    await page.locator('main [value="language.ru"]').click()
    await line.lets_through()
    await shows(page, "receipt")
    assert len(line.sent) == 1


async def test_a_failure_of_ours_says_where_help_is_and_takes_nothing_that_was_filled_in(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    ours = await site.go("/nowhere")
    assert 'data-screen="start"' in ours.html
    await page.route(
        f"{site.url}/form", lambda route: route.fulfill(status=503, body=ours.html, content_type="text/html")
    )
    await page.click("button.done")
    await expect(page.locator("#lost")).to_be_visible()
    await expect(page.locator("#lost a")).to_have_text(["112", "116006"])
    await page.unroute(f"{site.url}/form")
    await go_on(page, "review")
    assert "26123456" in (await page.inner_text("main")).replace(" ", "")
