"""She has lost her code and said the word: a worker erases everything at her wish, asked once more, and it shows."""

from playwright.async_api import expect

from tests.desk.browsing import Waiting, leads_on, open_and_take
from tests.faces import Clock
from tests.people import a_colleague


async def test_everything_is_erased_at_her_wish_and_the_lists_say_so(waiting: Waiting, clock: Clock) -> None:
    desk, page = waiting.desk, waiting.desk.page
    haralds = await a_colleague(desk.runtime, clock, "haralds", "head", "balvi")
    await open_and_take(waiting)
    assert not await page.locator("form[action$='/erase'] button").is_visible()
    await page.click("#erase summary")
    await page.click("form[action$='/erase'] button")
    await expect(page.locator("#ask")).to_contain_text("Vai dzirdējāt sarunas paroli")
    assert await page.locator("#header-line").is_visible()
    assert (await waiting.row()).sealed is not None
    await leads_on(page, "#ask button:not(.other)")
    await expect(page.locator("#done")).to_contain_text("ir dzēsts")
    row = await waiting.row()
    assert (row.status, row.sealed, row.closed_as) == ("withdrawn", None, "erased_at_desk")
    assert (await waiting.events())[-1] == "request_erased_at_wish"

    await desk.go("/requests?state=ended")
    await expect(page.locator("main td").nth(1)).to_have_text("dzēsts dienestā pēc cilvēka vēlēšanās")
    await expect(page.locator("main td").nth(2)).to_have_text("jā")
    await desk.go(f"/requests/{waiting.reference}")
    await expect(page.locator("#standing .notice")).to_contain_text("Nezvaniet")
    assert "Tiks dzēsts" not in await page.inner_text("#standing"), "it is erased already"
    await desk.sign_out()
    await desk.sign_in("haralds", "four words are plenty", haralds.code(clock))
    await desk.go("/requests?state=ended")
    await expect(page.locator("main td").nth(1)).to_have_text("dzēsts dienestā pēc cilvēka vēlēšanās (Ilze)")
