"""What happens to an open page at midnight: a window that ends closes, one that begins opens, without a touch."""

from dataclasses import dataclass
from datetime import datetime

from playwright.async_api import expect

from bot.runtime import RIGA
from tests.desk.browsing import Desk
from tests.faces import Clock
from tests.pages import StillClock
from tests.people import PASSPHRASE, PASSWORD, a_colleague, a_key, a_request, a_service, acting, the_request

NUMBER = "+447700900123"
EVENING = {"windows1.day": "mon", "windows1.from": "20:00", "windows1.to": "24:00"}
NIGHT = {"windows1.day": "tue", "windows1.from": "00:00", "windows1.to": "02:00"}
AROUND = EVENING | {"windows2.day": "tue", "windows2.from": "00:00", "windows2.to": "02:00"}
PERMITS = """async ([answers, moment]) => {
    const { permission } = await import("/static/call_permission.js");
    const { allowed, until, opens, day } = permission(answers, new Date(moment));
    return [allowed, until ?? opens ?? "", day ?? ""];
}"""


@dataclass
class Evening:
    """Ilze at her desk, ten seconds before midnight on a Monday, with one request open and taken."""

    desk: Desk
    clock: Clock
    browser: StillClock

    async def pass_midnight(self) -> None:
        """On the server's clock and in the browser, which is not touched."""
        self.clock.move(seconds=11)
        await self.browser.move(seconds=11)

    async def first_line(self) -> str:
        return await self.desk.page.inner_text("#header-line strong")


async def on_duty_at_night(desk: Desk) -> None:
    """In other services nobody can call at this hour, and the page says that first."""
    async with desk.runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.hours = {day: ["00:00", "23:59"] for day in ("mon", "tue")}


async def opened(desk: Desk, clock: Clock, **safe: str) -> Evening:
    await a_service(desk.runtime)
    await on_duty_at_night(desk)
    ilze = await a_colleague(desk.runtime, clock, "ilze", "worker", "balvi")
    await a_key(desk.runtime, await acting(desk.runtime, clock, ilze))
    await a_request(desk.runtime, **safe)
    clock.now = datetime(2026, 11, 23, 23, 59, 20, tzinfo=RIGA)
    browser = await StillClock(desk.page).stop()
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))  # its clock moves half a minute
    await desk.go(f"/requests/{await the_request(desk.runtime)}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    await desk.page.click("#take button")
    await expect(desk.page.locator("#close")).to_be_visible()
    return Evening(desk, clock, browser)


async def test_a_window_that_ends_at_midnight_takes_the_number_off_the_page(desk: Desk, clock: Clock) -> None:
    evening = await opened(desk, clock, **EVENING)
    assert await evening.first_line() == "Vai zvanīt tagad? JĀ – drošais laiks beidzas 24:00."
    await desk.page.click("#reveal")
    await expect(desk.page.locator("#phone a")).to_have_text(NUMBER)
    await evening.pass_midnight()
    await expect(desk.page.locator("#phone a")).to_have_count(0)
    assert await evening.first_line() == "Vai zvanīt tagad? NĒ – drošais laiks sākas pirmdien 20:00."
    await expect(desk.page.locator("#reveal")).to_be_disabled()
    assert NUMBER not in await desk.page.content()


async def test_a_window_that_begins_at_midnight_opens_on_the_page(desk: Desk, clock: Clock) -> None:
    evening = await opened(desk, clock, **NIGHT)
    assert await evening.first_line() == "Vai zvanīt tagad? NĒ – drošais laiks sākas otrdien 00:00."
    await expect(desk.page.locator("#reveal")).to_be_disabled()
    await evening.pass_midnight()
    await expect(desk.page.locator("#reveal")).to_be_enabled()
    assert await evening.first_line() == "Vai zvanīt tagad? JĀ – drošais laiks beidzas 02:00."
    await desk.page.click("#reveal")
    await expect(desk.page.locator("#phone a")).to_have_text(NUMBER)


async def test_a_permission_that_ends_with_the_day_ends_at_midnight(desk: Desk, clock: Clock) -> None:
    evening = await opened(desk, clock, **AROUND, valid_until="2026-11-23")
    await desk.page.click("#reveal")
    await expect(desk.page.locator("#phone a")).to_have_text(NUMBER)
    await evening.pass_midnight()
    await expect(desk.page.locator("#phone a")).to_have_count(0)
    assert await evening.first_line() == "Vai zvanīt tagad? NĒ – atļaujas termiņš ir beidzies."
    await expect(desk.page.locator("#script")).to_be_hidden()


NIGHTS: list[tuple[tuple[str, str, str], str, list[bool | str]]] = [
    # The last Sunday of October: at four o'clock it is three again.
    (("sat", "22:00", "24:00"), "2026-10-24T20:59:59Z", [True, "24:00", ""]),
    (("sat", "22:00", "24:00"), "2026-10-24T21:00:00Z", [False, "22:00", "sat"]),
    (("sun", "00:00", "02:00"), "2026-10-24T21:00:00Z", [True, "02:00", ""]),
    (("sun", "03:00", "04:00"), "2026-10-25T00:30:00Z", [True, "04:00", ""]),
    (("sun", "03:00", "04:00"), "2026-10-25T01:30:00Z", [True, "04:00", ""]),  # the hour that comes twice
    (("sun", "03:00", "04:00"), "2026-10-25T02:00:00Z", [False, "03:00", "sun"]),
    (("sun", "22:00", "24:00"), "2026-10-25T21:59:59Z", [True, "24:00", ""]),
    (("sun", "22:00", "24:00"), "2026-10-25T22:00:00Z", [False, "22:00", "sun"]),
    # The last Sunday of March: there is no hour between three and four.
    (("sun", "03:00", "04:00"), "2027-03-28T00:59:59Z", [False, "03:00", ""]),
    (("sun", "03:00", "04:00"), "2027-03-28T01:00:00Z", [False, "03:00", "sun"]),
    (("sun", "02:00", "05:00"), "2027-03-28T01:30:00Z", [True, "05:00", ""]),
    (("sun", "22:00", "24:00"), "2027-03-28T20:59:59Z", [True, "24:00", ""]),
    (("sun", "22:00", "24:00"), "2027-03-28T21:00:00Z", [False, "22:00", "sun"]),
]


async def test_windows_follow_the_wall_clock_in_the_nights_when_clocks_change(desk: Desk) -> None:
    await desk.go("/sign-in")
    for (day, begins, ends), moment, expected in NIGHTS:
        window = {"day": day, "begins": begins, "ends": ends}
        answers = {"contact_mode": "call", "windows": [window], "valid_until": "2027-12-31"}
        assert await desk.page.evaluate(PERMITS, [answers, moment]) == expected, (window, moment)
