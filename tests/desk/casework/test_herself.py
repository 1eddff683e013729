"""The person calls or comes, or the service waits for that; and what somebody else's answer forbids to everybody."""

import pytest
from playwright.async_api import expect

from bot.engine.request import Values, Window
from bot.usecases.casework import handling
from bot.usecases.person import additions
from tests.desk.browsing import Waiting, open_and_take, says_yes
from tests.faces import Clock
from tests.people import a_colleague, a_request, acting

NUMBER = "+447700900123"
YES = "Vai zvanīt tagad? JĀ – drošais laiks beidzas 24:00."
NO_TIMES = dict.fromkeys(("phone", "phone_is", "windows1.day", "windows1.from", "windows1.to"), "")


@pytest.fixture
async def coming(waiting: Waiting) -> Waiting:
    """A request of somebody who will come, on the same desk."""
    code = await a_request(waiting.desk.runtime, contact_mode="i_will_come", **NO_TIMES)
    async with waiting.desk.runtime.database.store() as store:
        (reference,) = [row.id for row in await store.requests.waiting("balvi") if row.id != waiting.reference]
    return Waiting(waiting.desk, reference, code)


async def test_a_person_who_comes_is_noted_in_one_press_before_anybody_took_it(coming: Waiting) -> None:
    page = coming.desk.page
    await coming.open()
    assert await coming.first_line() == "Vai zvanīt tagad? NĒ – cilvēks atnāks."
    assert await page.locator("#herself").get_attribute("open") is not None
    assert not await page.locator("#attempt").is_visible()
    await page.click("form[action$='/came'] button")
    await says_yes(page)
    await expect(page.locator("#state")).to_have_text("ar cilvēku sazinājās Ilze")
    await expect(page.locator("#attempts li")).to_contain_text("cilvēks zvanīja vai atnāca, un parole bija pareiza")
    assert await page.locator("#header-line").is_visible()
    assert [event for event in await coming.events() if event.startswith(("request_t", "person"))] == [
        "request_taken",
        "person_came",
    ]


async def test_the_service_waits_for_the_person_until_her_day(coming: Waiting) -> None:
    page = coming.desk.page
    await open_and_take(coming)
    await page.fill("#herself [name=day]", "2026-11-27")
    await page.click("form[action$='/wait'] button")
    await expect(page.locator("#state")).to_have_text("gaida cilvēku līdz: 27. novembris (Ilze)")
    assert await coming.first_line() == "Vai zvanīt tagad? NĒ – cilvēks atnāks. Gaidām līdz: 27. novembris."
    await expect(page.locator("#duty")).to_contain_text("Nezvaniet")
    await coming.desk.go("/requests?state=awaited")
    assert await page.locator(".queue h2 a").count() == 1
    await expect(page.locator(".queue dl")).to_contain_text("gaida cilvēku līdz: 27. novembris (Ilze)")
    await coming.desk.go(f"/requests/{coming.reference}")
    await page.click("#herself summary")
    await page.click("form[action$='/came'] button")
    await says_yes(page)
    await expect(page.locator("#state")).to_contain_text("ar cilvēku sazinājās")


async def test_the_script_of_who_comes_names_only_what_can_be_noted(coming: Waiting) -> None:
    page = coming.desk.page
    await open_and_take(coming)
    await page.click("#script summary")
    assert "sazvanīts, bet droši runāt nevarēja" not in await page.inner_text("#script")
    await expect(page.locator("#step-end")).to_contain_text("Cilvēks zvanīja vai atnāca, parole bija pareiza")
    assert "nesakiet neko par pieprasījumiem" in await page.inner_text("#step-check")


async def test_who_is_to_be_called_may_call_too_and_that_is_folded_away(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    assert not await page.locator("form[action$='/came'] button").is_visible()
    await page.click("#herself summary")
    await page.click("form[action$='/came'] button")
    await says_yes(page)
    await expect(page.locator("#state")).to_have_text("ar cilvēku sazinājās Ilze")


async def test_after_somebody_else_answered_nobody_calls_until_the_right_word_comes(waiting: Waiting) -> None:
    page, runtime = waiting.desk.page, waiting.desk.runtime
    await open_and_take(waiting)
    await page.check("#attempt [value=other_person]")
    await page.click("#attempt button")
    await expect(page.locator("#header-line strong")).to_contain_text("NĒ – atbildēja kāds cits")
    await expect(page.locator("#lock")).to_contain_text("arī ne dienesta vadība")
    assert await page.locator("#reveal").is_disabled()
    assert await page.locator("#script").is_hidden()
    async with runtime.database.store() as store:
        ilze = await store.workers.by_login("ilze")
        assert ilze
        ilze.role = "head"
    await waiting.open()
    await expect(page.locator("#header-line strong")).to_contain_text("NĒ – atbildēja kāds cits")
    assert await page.locator("#outside").is_hidden()
    assert await page.locator("#reveal").is_disabled()

    noon: Values = {"windows": (Window("mon", "09:00", "24:00"),), "valid_until": "2026-11-30"}
    await additions.change_times(runtime, waiting.code, noon, "lv", "cits vārds")
    await waiting.open()
    await expect(page.locator("#header-line strong")).to_contain_text("NĒ – atbildēja kāds cits")
    await additions.change_times(runtime, waiting.code, noon, "lv", " ZAĻKODS! ")
    await waiting.open()
    await expect(page.locator("#header-line strong")).to_have_text(
        "Vai zvanīt tagad? JĀ – drošais laiks beidzas 24:00."
    )
    assert "word_found_right" in await waiting.events()
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(NUMBER)


async def test_after_somebody_else_answered_a_visit_with_the_right_word_lifts_it(
    waiting: Waiting, clock: Clock
) -> None:
    page, runtime = waiting.desk.page, waiting.desk.runtime
    await open_and_take(waiting)
    head = await acting(runtime, clock, await a_colleague(runtime, clock, "haralds", "head", "balvi"))
    await handling.note_attempt(runtime, head, waiting.reference, "other_person", 3)
    await waiting.open()
    assert "NĒ – atbildēja kāds cits" in await waiting.first_line()
    await page.click("#herself summary")
    await page.click("form[action$='/came'] button")
    await says_yes(page)
    await expect(page.locator("#header-line strong")).to_contain_text("JĀ")
