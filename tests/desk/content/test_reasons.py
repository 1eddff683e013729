"""A value that changes without a new source or day: the desk asks why before anybody may approve it."""

from playwright.async_api import expect

from bot import demo
from tests.desk.browsing import Desk, leads_on
from tests.desk.content.drafting import proposes


async def test_a_value_that_changes_while_its_source_and_day_stay_is_asked_why(desk: Desk) -> None:
    await demo.seed(desk.runtime)
    page = desk.page
    await desk.sign_in_to_the_demonstration("eva")
    await desk.go("/content/drafts")
    await page.fill("[name=title]", "Jauns numurs")
    await leads_on(page, "main form button")
    draft = page.url
    await page.goto(f"{draft}/facts/ta_80001801_phone")
    await page.fill("[name=value]", "80001802")
    await page.click("form.row button")
    await expect(page.locator("[role=status]")).to_be_visible()
    await page.goto(f"{draft}/changes")
    asked = page.locator("#problems li", has_text="mainījās „ta_80001801_phone” vērtība, bet avots un diena palika")
    await expect(asked).to_be_visible()
    await leads_on(page, "#problems a")
    await page.fill("[name=note]", "Numurs bija uzrakstīts kļūdaini; avotā tas ir šāds.")
    await page.click("form.row button")
    await expect(page.locator("[role=status]")).to_be_visible()
    await page.goto(f"{draft}/changes")
    await expect(page.locator("#problems li")).to_have_count(0)
    await proposes(page, draft, "Labots numurs.")
