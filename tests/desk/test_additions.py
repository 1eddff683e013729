"""What the person added later, on the worker's screen: the newest times count, and an unsafe number is never shown."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from bot import demo
from bot.engine.request import DAYS, Window, read
from bot.engine.risk import read_screen
from bot.runtime import Runtime
from bot.usecases import additions, contact, receipts
from bot.usecases.workers import DEMO_PASSWORD
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, Desk
from tests.desk.people import serving
from tests.faces import Clock
from tests.usecases.test_contact import BOTH, CALL, ONCE

NUMBER = "+37126123456"
ALWAYS = tuple(Window(day, "00:00", "24:00") for day in DAYS)


@pytest.fixture
async def desk(runtime: Runtime, clock: Clock, browser_page: OpenPage) -> AsyncIterator[Desk]:
    await demo.seed(runtime)
    page = await browser_page(viewport=LAPTOP)
    async with serving(runtime) as url:
        yield Desk(runtime, clock, url, page)
        await page.close()


async def sent(runtime: Runtime) -> tuple[str, str]:
    """The code, and the reference under which the desk knows the request."""
    form, places = runtime.content.request, runtime.content.dialogue.municipalities
    filled = read(form, CALL, runtime.now().date(), places)
    code = (await contact.send(runtime, filled, BOTH, ONCE, "lv", "web")).code
    async with runtime.database.store() as store:
        request = await store.requests.by_receipt(await receipts.hashed(runtime, code))
    assert request
    return code, request.id


async def test_the_newest_times_and_the_answers_are_shown_and_a_blocked_number_never(desk: Desk) -> None:
    runtime, page = desk.runtime, desk.page
    code, reference = await sent(runtime)
    today = runtime.now().date().isoformat()
    await additions.change_times(runtime, code, {"windows": ALWAYS[:1], "valid_until": today}, "lv")
    await additions.change_times(runtime, code, {"windows": ALWAYS, "valid_until": today}, "lv")
    screen = read_screen({"neck": "yes", "fear": "no"})
    await additions.answer_questions(runtime, code, screen, "lv", "web")

    await desk.sign_in_to_the_demonstration("ilze")
    await desk.go(f"/requests/{reference}")
    await desk.unlock(DEMO_PASSWORD)
    assert (await desk.opened()).startswith("Vai zvanīt tagad? JĀ")
    assert "ŠODIEN" in await desk.opened()
    await expect(page.locator("#added")).to_contain_text("cilvēks mainīja drošos laikus")
    answers = await page.locator("#screen dd").all_inner_texts()
    assert answers == ["nē", "nav atbildēts", "jā", *["nav atbildēts"] * 4]

    await page.click("#take button")
    await expect(page.locator("#reveal")).to_be_enabled()
    await additions.block_calls(runtime, code)
    await page.click("#reveal")
    await expect(page.locator("#unlock")).to_be_visible()
    assert NUMBER not in await page.content()
    await desk.unlock(DEMO_PASSWORD)
    assert "šis numurs vairs nav drošs" in await desk.opened()
    assert await page.locator("#phone").count() == 0
    assert NUMBER not in await page.content()
    async with runtime.database.store() as store:
        assert "phone_revealed" not in {one.event for one in await store.audit.entries()}


async def test_times_that_were_changed_while_the_letter_was_open_are_read_before_anyone_calls(desk: Desk) -> None:
    runtime, page = desk.runtime, desk.page
    code, reference = await sent(runtime)
    today = runtime.now().date().isoformat()
    await additions.change_times(runtime, code, {"windows": ALWAYS, "valid_until": today}, "lv")
    await desk.sign_in_to_the_demonstration("ilze")
    await desk.go(f"/requests/{reference}")
    await page.click("#take button")
    await desk.unlock(DEMO_PASSWORD)
    await desk.opened()
    other = [one for one in ALWAYS if one.day != DAYS[runtime.now().weekday()]]
    await additions.change_times(runtime, code, {"windows": tuple(other), "valid_until": today}, "lv", knowing=True)
    await page.click("#reveal")
    await expect(page.locator("#unlock button")).to_be_visible()
    assert NUMBER not in await page.content()
    await desk.unlock(DEMO_PASSWORD)
    assert (await desk.opened()).startswith("Vai zvanīt tagad? NĒ")
