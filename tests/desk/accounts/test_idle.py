"""Half an hour without a press signs out: the page says so a minute before, and the sign-in page says why."""

from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from tests.begun import begun
from tests.desk.browsing import LEFT_BEHIND, NOTHING, Desk, Waiting, open_and_take
from tests.faces import Clock
from tests.pages import StillClock
from tests.people import PASSWORD, a_key_holder, a_request, the_request

SOON = "Pēc minūtes darbs tiks pabeigts, jo pusstundu nekas nav nospiests."
LOST = "Šeit ierakstītais un nesaglabātais zustu."
NOTE = "Zvanīt caur māsu"


@dataclass
class Idling:
    """Ilze with a request open, in a browser whose clock moves with the server's, and only then."""

    waiting: Waiting
    clock: Clock
    browser: StillClock

    @property
    def page(self) -> Page:
        return self.waiting.desk.page

    async def move(self, **by: int) -> None:
        self.clock.move(**by)
        await self.browser.move(**by)


@pytest.fixture
async def idling(desk: Desk, clock: Clock) -> Idling:
    ilze, _ = await begun(desk.runtime, clock, a_key_holder)
    code = await a_request(desk.runtime, **{"windows1.to": "16:00"})
    browser = await StillClock(desk.page, clock.now).stop()
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    return Idling(Waiting(desk, await the_request(desk.runtime), code), clock, browser)


async def test_the_sign_in_page_says_why(idling: Idling) -> None:
    await idling.waiting.open()
    await idling.move(minutes=30, seconds=5)
    await expect(idling.page.locator("[name=login]")).to_be_visible()
    await expect(idling.page.locator("#done")).to_have_text(
        "Sesija beidzās, jo 30 minūtes nekas netika nospiests. Jūsu atslēga ir aizslēgta."
    )
    assert await idling.page.evaluate(LEFT_BEHIND) == NOTHING


async def test_who_signs_out_herself_is_told_nothing(idling: Idling) -> None:
    await idling.waiting.desk.go("/requests")
    await idling.waiting.desk.sign_out()
    await expect(idling.page.locator("#done")).to_have_count(0)


async def test_a_session_that_ended_meanwhile_is_said_at_the_next_step(idling: Idling) -> None:
    await idling.waiting.desk.go("/requests")
    idling.clock.move(minutes=31)
    await idling.waiting.desk.go("/requests")
    await expect(idling.page.locator("#done")).to_contain_text("pēc 30 minūtēm bez pieskāriena, pēc 12 stundām")
    await idling.waiting.desk.go("/requests")
    await expect(idling.page.locator("#done")).to_have_count(0)


async def test_a_minute_before_the_page_says_so_and_not_sooner(idling: Idling) -> None:
    await idling.waiting.open()
    await idling.move(minutes=28, seconds=50)
    await expect(idling.page.locator("#idle-soon")).to_have_count(0)
    await idling.move(seconds=10)
    await expect(idling.page.locator("#idle-soon")).to_contain_text(SOON)
    assert LOST not in await idling.page.inner_text("#idle-soon"), "nothing is typed"
    assert await idling.page.locator("#idle-soon").is_visible()


@pytest.mark.parametrize("press", ["key", "touch"])
async def test_one_press_stays_for_another_half_hour(idling: Idling, press: str) -> None:
    await idling.waiting.open()
    await idling.move(minutes=29)
    await expect(idling.page.locator("#idle-soon")).to_be_visible()
    async with idling.page.expect_response("**/here") as answering:
        await (idling.page.keyboard.press("Shift") if press == "key" else idling.page.click("h1"))
    assert (await answering.value).status == 204
    await expect(idling.page.locator("#idle-soon")).to_have_count(0)
    await idling.move(minutes=29)
    await idling.waiting.desk.go("/requests")
    await expect(idling.page.locator("h1")).to_contain_text("Pieprasījumi")


async def test_half_a_note_is_named_before_it_is_lost(idling: Idling) -> None:
    await open_and_take(idling.waiting)
    await idling.page.fill("#notes textarea", NOTE)
    await idling.move(minutes=29)
    await expect(idling.page.locator("#idle-soon")).to_contain_text(LOST)
    await idling.page.keyboard.press("Shift")
    await idling.page.fill("#notes textarea", "")
    await idling.page.click("#more summary")
    await idling.page.fill("form[action$='/extend'] input", "kept for the court")
    await idling.move(minutes=29)
    await expect(idling.page.locator("#idle-soon")).to_contain_text(LOST)


async def test_a_passphrase_and_a_search_are_no_half_note(idling: Idling) -> None:
    await idling.waiting.desk.go(f"/requests/{idling.waiting.reference}")
    await idling.page.fill("#passphrase", "four words that are mine")
    await idling.move(minutes=29)
    await expect(idling.page.locator("#idle-soon")).to_contain_text(SOON)
    assert LOST not in await idling.page.inner_text("#idle-soon")


async def test_who_types_for_longer_than_half_an_hour_is_still_here(idling: Idling) -> None:
    """She asks the desk for nothing meanwhile, and her note is kept when it is done."""
    await open_and_take(idling.waiting)
    for word in range(8):
        await idling.page.locator("#notes textarea").press_sequentially(f"w{word} ")
        async with idling.page.expect_response("**/here"):
            await idling.move(minutes=5)
    await idling.page.click("#notes form button")
    await expect(idling.page.locator("#notes .story")).to_contain_text("w0 w1 w2 w3 w4 w5 w6 w7")


async def test_a_press_after_the_half_hour_comes_too_late(idling: Idling) -> None:
    """A laptop that slept: whoever wakes it finds no open letter."""
    await idling.waiting.open()
    idling.clock.move(minutes=45)
    idling.browser.at = idling.clock.now
    await idling.page.clock.set_fixed_time(idling.clock.now)  # nothing that waits has run yet
    await idling.page.keyboard.press("Shift")
    await expect(idling.page.locator("[name=login]")).to_be_visible()
    await expect(idling.page.locator("#done")).to_contain_text("30 minūtes nekas netika nospiests")


async def test_a_press_in_another_tab_keeps_the_letter_and_the_note_open(idling: Idling) -> None:
    await open_and_take(idling.waiting)
    await idling.page.fill("#notes textarea", NOTE)
    await idling.move(minutes=29)
    await expect(idling.page.locator("#idle-soon")).to_be_visible()
    other = await idling.page.context.new_page()
    await other.goto(f"{idling.waiting.desk.url}/requests")
    await other.keyboard.press("Shift")
    await expect(idling.page.locator("#idle-soon")).to_have_count(0)
    await idling.move(minutes=2)
    assert await idling.page.input_value("#notes textarea") == NOTE
    assert await idling.page.locator("#header-line").is_visible()
    await other.close()
    await idling.page.fill("#notes textarea", "")
