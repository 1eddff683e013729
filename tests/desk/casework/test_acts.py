"""What a worker notes leaves the letter open that she is reading, and nothing that she has typed is lost."""

import re

from playwright.async_api import expect

from bot.runtime import Runtime
from bot.usecases.casework import handling, requests, slips
from bot.usecases.person import contact
from tests.begun import begun
from tests.desk.browsing import LAPTOP, Waiting, leads_on, open_and_take, says_yes
from tests.faces import Clock
from tests.patience import profile
from tests.people import a_colleague, a_key_holder, a_request, acting, browser_of, serving, sign_in, the_request

REASON = "the person wrote that there is time"


async def test_an_opened_letter_stays_open_over_everything_that_is_noted(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await page.click("#note summary")
    await page.fill("#notes textarea", "Vēl nav saglabāts")
    await page.click("#more summary")
    await page.fill("form[action$='/extend'] input", "kept for the answer of the court")
    await page.fill("form[action$='/lower'] input", REASON)
    await page.click("form[action$='/lower'] button")
    await expect(page.locator("#header-line p")).to_contain_text("NĀKAMAJĀ DARBDIENĀ")
    await expect(page.locator("#told")).to_have_text(
        "Pieprasījums tagad ir mazāk steidzams. Pamatojums ir darbību žurnālā."
    )
    await expect(page.locator("#told")).to_be_focused()
    assert await page.input_value("form[action$='/extend'] input") == "kept for the answer of the court"
    await page.click("form[action$='/extend'] button")
    await expect(page.locator("#agreement")).to_contain_text("22. janvāris")
    await page.click("form[action$='/raise'] button")
    await expect(page.locator("#header-line p")).to_contain_text("ŠODIEN")
    await page.check("#attempt [value=reached_verified]")
    await page.click("#attempt button")
    await expect(page.locator("#state")).to_contain_text("ar cilvēku sazinājās")
    await page.click("form[action$='/meet'] button")
    await says_yes(page)
    await expect(page.locator("#state")).to_contain_text("notika tikšanās")
    assert await page.locator("#note .story").is_visible()
    assert await page.input_value("#notes textarea") == "Vēl nav saglabāts"
    assert (await waiting.row()).opened_count == 1
    assert (await waiting.events()).count("letter_fetched") == 1
    await page.fill("#notes textarea", "")


async def test_after_taking_the_page_says_what_a_reload_would(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await expect(page.locator("#told")).to_contain_text("Solījuma termiņš: 23. novembris, 16:15")
    shown = await page.inner_text("#standing")
    assert "23. novembris, 16:15" in shown
    assert await page.locator("form[action$='/back']").is_visible()
    await page.reload()
    assert await page.inner_text("#standing section") in shown


async def test_a_reason_that_is_refused_stays_in_its_field_and_the_letter_open(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await page.click("#more summary")
    await page.fill("form[action$='/lower'] input", "call me on 26123456")
    await page.click("form[action$='/lower'] button")
    await expect(page.locator("form[action$='/lower'] .wrong")).to_contain_text("bez vārdiem un numuriem")
    assert await page.input_value("form[action$='/lower'] input") == "call me on 26123456"
    assert await page.locator("#header-line").is_visible()
    await page.fill("form[action$='/lower'] input", REASON)
    await page.click("form[action$='/lower'] button")
    await expect(page.locator("#told")).to_contain_text("mazāk steidzams")
    await expect(page.locator(".wrong")).to_have_count(0)


async def test_what_was_withdrawn_meanwhile_leaves_the_page_with_the_next_press(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await contact.withdraw(waiting.desk.runtime, waiting.code)
    await page.check("#attempt [value=no_answer]")
    await page.click("#attempt button")
    await expect(page.locator("#told")).to_contain_text("vairs nav pieejams")
    await expect(page.locator("#opened")).to_be_hidden()
    await expect(page.locator("#standing .notice")).to_contain_text("Cilvēks pieprasījumu atsauca")


async def test_what_a_colleague_noted_meanwhile_is_said_and_the_page_is_renewed(waiting: Waiting, clock: Clock) -> None:
    page, runtime = waiting.desk.page, waiting.desk.runtime
    await open_and_take(waiting)
    head = await acting(runtime, clock, await a_colleague(runtime, clock, "haralds", "head", "balvi"))
    await handling.note_attempt(runtime, head, waiting.reference, "reached_verified", 3)
    await page.click("#more summary")
    await page.click("form[action$='/back'] button")
    await expect(page.locator("#told")).to_contain_text("Jūsu loma vai pieprasījuma stāvoklis to neļauj")
    await expect(page.locator("#state")).to_contain_text("ar cilvēku sazinājās")
    assert await page.locator("#header-line").is_visible()


async def test_giving_back_leads_to_the_queue(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await leads_on(page, "form[action$='/back'] button")
    assert page.url.endswith(f"/requests?done=back.{waiting.reference[:6]}")
    assert (await waiting.row()).status == "new"


async def test_the_head_who_shows_the_number_outside_the_safe_time_reads_no_contradiction(
    waiting: Waiting, clock: Clock
) -> None:
    page, runtime = waiting.desk.page, waiting.desk.runtime
    clock.move(minutes=29)
    async with runtime.database.store() as store:
        ilze = await store.workers.by_login("ilze")
        assert ilze
        ilze.role = "head"
    await open_and_take(waiting)
    await page.fill("#outside input", "the hospital asked us to ring now")
    await page.click("#outside button")
    await expect(page.locator("#phone a")).to_have_text("+447700900123")
    await expect(page.locator("#why-not")).to_have_text("")
    assert await page.locator("#script ol").is_visible()


async def test_without_a_script_every_form_works(waiting: Waiting) -> None:
    browser = waiting.desk.page.context.browser
    assert browser
    context = await profile(browser, java_script_enabled=False, viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
    await context.add_cookies(await waiting.desk.page.context.cookies())  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{waiting.desk.url}/requests/{waiting.reference}")
    await leads_on(page, "#take button")
    await page.click("#herself summary")
    await page.fill("#herself [name=day]", "2026-11-30")
    await leads_on(page, "form[action$='/wait'] button")
    assert await page.inner_text("#state") == "gaida cilvēku līdz: 30. novembris (Ilze)"
    await page.click("#herself summary")
    await leads_on(page, "form[action$='/came'] button")
    assert (await waiting.row()).status == "awaited", "it asks once more"
    await leads_on(page, "#question button")
    assert (await waiting.row()).status == "contacted"
    await page.click("#erase summary")
    await leads_on(page, "form[action$='/erase'] button")
    assert (await waiting.row()).status == "contacted", "it asks once more"
    await leads_on(page, "#question button")
    assert (await waiting.row()).status == "withdrawn"
    await context.close()


async def test_without_a_script_the_question_before_closing_keeps_every_tick_of_the_slip(
    runtime: Runtime, clock: Clock
) -> None:
    ilze, signed_in = await begun(runtime, clock, a_key_holder)
    await a_request(runtime)
    one = await the_request(runtime)
    await requests.take(runtime, signed_in, one)
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, ilze) == 303
        ticked = [("reason", "met"), ("slip", "children"), ("slip", "new_family")]
        async with browser.post(f"/requests/{one}/close", data=ticked) as asked:
            fields = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', await asked.text())
        async with browser.post(f"/requests/{one}/close", data=fields) as closed:
            assert closed.status == 200
    async with runtime.database.store() as store:
        sums = (await store.slips.sums("9999Q4"))["balvi", slips.quarter_of(clock())]
    assert (sums.get("children"), sums.get("new_family")) == (1, 1)
