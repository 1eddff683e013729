"""A flood of invented requests at the desk: marked, folded, read like any other, and closed together once read."""

import re
from html import unescape

import pytest
from playwright.async_api import Page, expect

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import letters
from tests.begun import begun
from tests.desk.browsing import Desk, accessible, leads_on
from tests.faces import Clock
from tests.people import (
    PASSPHRASE,
    PASSWORD,
    a_colleague,
    a_key_holder,
    a_marked_request,
    a_request,
    a_service,
    browser_of,
    serving,
    sign_in,
)
from tests.storage.rows import DAY
from tests.storage.rows import a_request as a_row
from tests.storage.rows import a_service as a_service_row

MANY = 300
PLACE = re.compile(r'href="/requests/((?:many|real)\d+)"')
FOLD = ".fold summary"


async def references(runtime: Runtime, *, flood: bool) -> list[str]:
    async with runtime.database.store() as store:
        return [request.id for request in await store.requests.waiting("balvi") if request.flood is flood]


@pytest.fixture
async def flooded(desk: Desk, clock: Clock) -> SignedIn:
    """Three of a flood and one that is none, at the desk that ilze, who holds the key, has signed in to."""
    ilze, worker = await begun(desk.runtime, clock, a_key_holder)
    for _ in range(3):
        await a_marked_request(desk.runtime)
    await a_request(desk.runtime)
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    return worker


async def focused(page: Page) -> str:
    found: str = await page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')")
    return found


async def test_by_keyboard_the_fold_is_one_stop_below_the_rest_and_opens_like_any_other(
    desk: Desk, flooded: SignedIn
) -> None:
    page = desk.page
    (plain,), marked = await references(desk.runtime, flood=False), await references(desk.runtime, flood=True)
    await desk.go("/requests")
    await expect(page.locator(FOLD)).to_have_text("ŠODIEN: pienāca gūzmā: 3, vēl neviens nav izlasījis: 3")
    await accessible(page)
    await page.keyboard.press("j")
    assert await focused(page) == f"Pieprasījums {plain[:6]}"
    await page.keyboard.press("j")
    assert (await focused(page)).startswith("ŠODIEN: pienāca gūzmā")
    await page.keyboard.press("j")
    assert (await focused(page)).startswith("ŠODIEN: pienāca gūzmā"), "what lies in a closed fold is passed over"
    await page.keyboard.press("Enter")
    await page.keyboard.press("j")
    assert await focused(page) == f"Pieprasījums {marked[0][:6]}"
    await accessible(page)
    await expect(page.locator(".fold .tag")).to_have_text(["pienāca gūzmā"] * 3)
    await page.keyboard.press("k")
    await page.keyboard.press("Tab")
    assert await focused(page) == "Atvērt nākamo, ko neviens nav lasījis"
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await expect(page.locator("h1 .tag")).to_have_text("pienāca gūzmā")
    await accessible(page)


async def test_one_press_opens_the_next_and_what_was_read_is_closed_together_after_one_question(
    desk: Desk, flooded: SignedIn
) -> None:
    page, runtime = desk.page, desk.runtime
    marked = await references(runtime, flood=True)
    await desk.go("/requests/next?priority=today")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    await leads_on(page, "#flood a")
    await desk.opened()  # the key is unlocked, so that was the one press
    assert page.url == f"{desk.url}/requests/{marked[1]}"
    await a_marked_request(runtime)  # while the page is open
    await desk.go("/requests")
    await page.click(FOLD)
    await a_marked_request(runtime)
    button = page.locator("form[action='/requests/together'] button")
    await expect(button).to_have_text("Pabeigt kopā izlasītos: 2")
    await leads_on(page, button)
    await expect(page.locator("h1")).to_have_text("Pabeigt kopā: 2?")
    assert await page.locator("[name=request]").count() == 2
    await accessible(page)
    assert len(await references(runtime, flood=True)) == 5, "it has only asked"
    await leads_on(page, "main form button")
    await expect(page.locator("#done")).to_have_text("Pabeigti kopā: 2. Neviens neizlasīts pieprasījums nav pabeigts.")
    assert not {*marked[:2]} & {*await references(runtime, flood=True)}
    assert len(await references(runtime, flood=True)) == 3


async def test_everything_read_is_said_and_the_words_are_there_in_english(desk: Desk, flooded: SignedIn) -> None:
    page = desk.page
    for reference in await references(desk.runtime, flood=True):
        await letters.fetch(desk.runtime, flooded, reference)
        await letters.confirm(desk.runtime, flooded, reference)
    await page.context.add_cookies([{"name": "language", "value": "en", "url": desk.url}])
    await desk.go("/requests/next?priority=today")
    await expect(page.locator("#done")).to_have_text("Everything that came in a flood has been read.")
    await expect(page.locator(FOLD)).to_have_text("TODAY: came in a flood: 3, read by nobody yet: 0")
    await page.click(FOLD)
    await expect(page.locator(".fold p").first).to_contain_text("A real one may be among them")
    assert await page.locator(".fold .actions a").count() == 0


async def test_beside_several_hundred_the_others_are_first_on_page_one_and_all_can_be_reached(
    runtime: Runtime, clock: Clock
) -> None:
    await a_service(runtime)
    zane = await a_colleague(runtime, clock, "zane", "worker", "balvi")
    async with runtime.database.store() as store:
        await store.services.put(a_service_row(id="riga", places=["riga"]))
        for number in range(MANY):
            await store.requests.add(a_row(f"many{number:04}", priority="today", purge_at=clock() + DAY, flood=True))
        for number, urgency in enumerate(("today", "today", "in_order", "in_order")):
            await store.requests.add(a_row(f"real{number:04}", priority=urgency, purge_at=clock() + DAY))
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, zane)

        async def seen(query: str) -> tuple[list[str], str]:
            async with browser.get(f"/requests?{query}") as answer:
                text = unescape(await answer.text())
            return PLACE.findall(text), text

        found, text = await seen("")
        assert found[:2] == ["real0000", "real0001"], "before the fold of its urgency"
        assert found[-2:] == ["real0002", "real0003"], "and what is less urgent is not pushed off the page"
        assert len(found) == 104
        assert f"pienāca gūzmā: {MANY}, vēl neviens nav izlasījis: {MANY}" in " ".join(text.split())
        assert "1.–100." not in text
        pages = [(await seen(f"flood=yes&priority=today&from={first}"))[0] for first in range(0, MANY, 100)]
        assert [len(page) for page in pages] == [100] * 3
        assert {*pages[0], *pages[1], *pages[2]} == {f"many{number:04}" for number in range(MANY)}
        assert (await seen("state=taken"))[0] == []
        assert len((await seen("state=new&priority=in_order"))[0]) == 2


async def test_what_is_about_to_be_erased_unread_opens_the_fold_and_says_so(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    zane = await a_colleague(runtime, clock, "zane", "worker", "balvi")
    async with runtime.database.store() as store:
        for name, called in (("many0001", True), ("many0002", False)):
            await store.requests.add(a_row(name, purge_at=clock() + DAY, flood=True, last_called=called))
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, zane)
        async with browser.get("/requests") as answer:
            text = await answer.text()
    assert '<details id="fold-in_order" open>' in text
    assert "Drīz tiks dzēsti, un neviens tos nav izlasījis: 1." in text
    assert PLACE.findall(text) == ["many0001", "many0002"]
