"""Through the requests by keyboard: j and k lead from one opened request to the next, as the queue has them."""

from playwright.async_api import expect

from bot import demo
from bot.usecases.accounts.workers import DEMO_PASSWORD
from tests.desk.browsing import Desk, leads_on

TODAY, NEXT, AFTER = range(3)
LAST_BUT_ONE, LAST = -2, -1
PRESSED = "(key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"


async def opened_second(desk: Desk) -> list[str]:
    """The second request of the queue is open; the addresses of all."""
    await demo.seed(desk.runtime)
    await desk.sign_in_to_the_demonstration("ilze")
    page = desk.page
    links = page.locator(".queue h2 a")
    await expect(links).to_have_count(5)
    addresses = [f"{desk.url}{await link.get_attribute('href')}" for link in await links.all()]
    await leads_on(page, links.nth(NEXT))
    await desk.unlock(DEMO_PASSWORD)
    await desk.opened()
    return addresses


async def test_j_and_k_lead_to_the_next_and_the_previous_request_and_enter_opens(desk: Desk) -> None:
    page, addresses = desk.page, await opened_second(desk)
    await page.click("#take button")
    await expect(page.locator("#take")).to_have_count(0)
    await page.keyboard.press("j")
    await page.wait_for_url(f"{addresses[AFTER]}*")
    await expect(page.locator("#unlock button")).to_be_focused()
    await expect(page.locator("#opened")).to_be_hidden()  # walking past opens nothing
    await page.keyboard.press("Enter")
    await desk.opened()
    await page.keyboard.press("k")
    await page.wait_for_url(f"{addresses[NEXT]}*")
    await expect(page.locator("#unlock button")).to_be_focused()
    await page.evaluate(PRESSED, "л")  # k on a Russian keyboard
    await page.wait_for_url(f"{addresses[TODAY]}*")


async def test_at_the_end_of_the_queue_a_key_leads_nowhere(desk: Desk) -> None:
    page, addresses = desk.page, await opened_second(desk)
    await desk.go(addresses[LAST].removeprefix(desk.url))
    await expect(page.locator("#unlock button")).to_be_visible()
    async with page.expect_response("**/requests"):
        await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.wait_for_url(f"{addresses[LAST_BUT_ONE]}*")


async def test_a_reason_that_is_half_typed_keeps_the_page(desk: Desk) -> None:
    page, addresses = desk.page, await opened_second(desk)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.click("#more summary")
    reason = page.locator("#more [name=reason]").first
    await reason.fill("The person wrote that")
    for key in "jk":
        await reason.blur()
        await page.keyboard.press(key)
        await expect(reason).to_be_focused()
        await expect(page.locator("#told")).to_contain_text("nav nosūtīts")
    assert await reason.input_value() == "The person wrote that"
    assert f"{desk.url}/requests" not in asked
    await reason.fill("")
    await reason.blur()
    await page.keyboard.press("j")
    await page.wait_for_url(f"{addresses[AFTER]}*")


async def test_no_key_leads_away_while_somebody_types_or_calls(desk: Desk) -> None:
    page, addresses = desk.page, await opened_second(desk)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.locator("#notes textarea").press_sequentially("jkjk")
    assert await page.input_value("#notes textarea") == "jkjk"
    await page.fill("#notes textarea", "")
    await page.click("#take button")
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_be_visible()
    for key in "jk":
        await page.keyboard.press(key)
    await page.keyboard.press("Control+j")
    assert f"{desk.url}/requests" not in asked
    assert page.url == addresses[NEXT]


async def test_the_page_says_which_keys_there_are(desk: Desk) -> None:
    await opened_second(desk)
    await expect(desk.page.locator("main > .keys")).to_contain_text("j un k ved uz nākamo un iepriekšējo pieprasījumu")
