"""What the person added while a letter is open: it is read before anybody calls, an unsafe number never shown."""

from playwright.async_api import expect

from bot.engine.request import DAYS, Values, Window
from bot.engine.risk import read_screen
from bot.usecases.person import additions
from tests.desk.browsing import Waiting, open_and_take, says_yes

NUMBER = "+447700900123"
ELSEWHEN: Values = {"windows": (Window("tue", "09:00", "14:00"),), "valid_until": "2026-11-30"}
ALWAYS: Values = {"windows": tuple(Window(day, "00:00", "24:00") for day in DAYS), "valid_until": "2026-11-30"}


async def test_answers_that_were_given_later_are_shown_and_a_blocked_number_never(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    screen = read_screen({"neck": "yes", "fear": "no"})
    await additions.answer_questions(desk.runtime, waiting.code, screen, "lv", "web")
    line = await open_and_take(waiting)
    assert line.startswith("Vai zvanīt tagad? JĀ")
    assert "ŠODIEN" in line
    answers = await page.locator("#screen dd").all_inner_texts()
    assert answers == ["nē", "nav atbildēts", "jā", *["nav atbildēts"] * 4]

    await expect(page.locator("#reveal")).to_be_enabled()
    await additions.block_calls(desk.runtime, waiting.code)
    await page.click("#reveal")
    await expect(page.locator("#header-line strong")).to_contain_text("šis numurs vairs nav drošs")
    await expect(page.locator("#told")).to_contain_text("Numuru nerāda nevienam")
    assert await page.locator("#phone").count() == 0
    assert NUMBER not in await page.content()
    assert "phone_revealed" not in await waiting.events()


async def test_times_that_were_changed_while_the_letter_was_open_are_read_before_anyone_calls(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    await open_and_take(waiting)
    await page.fill("#notes textarea", "Vēl nav saglabāts")
    await expect(page.locator("#reveal")).to_be_enabled()
    await additions.change_times(desk.runtime, waiting.code, ELSEWHEN, "lv", "zaļkods")
    await page.click("#reveal")
    await expect(page.locator("#header-line strong")).to_contain_text("NĒ – drošais laiks sākas otrdien 09:00")
    await expect(page.locator("#added")).to_contain_text("pareiza: spēkā ir jaunie laiki")
    await expect(page.locator("#told")).to_contain_text("Cilvēks kaut ko papildināja")
    assert NUMBER not in await page.content()
    assert await page.input_value("#notes textarea") == "Vēl nav saglabāts"
    assert await page.locator("#reveal").is_disabled()
    await page.fill("#notes textarea", "")


async def test_what_was_added_shows_after_whatever_is_noted_next(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    await open_and_take(waiting)
    await additions.change_times(desk.runtime, waiting.code, ALWAYS, "lv")
    await page.click("#herself summary")
    await page.click("form[action$='/came'] button")
    await says_yes(page)
    await expect(page.locator("#added")).to_contain_text("bez sarunas paroles")
    await expect(page.locator("#told")).to_contain_text("Cilvēks kaut ko papildināja")
    await expect(page.locator("#state")).to_contain_text("ar cilvēku sazinājās")
