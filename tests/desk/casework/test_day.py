"""A worker's whole day, from sign-in to sign-out, in Latvian. Its pages are in the pictures of docs/desk.md."""

import pytest
from playwright.async_api import expect

from bot import demo
from bot.samples import SAMPLE_PHONES
from bot.usecases.accounts.workers import DEMO_PASSWORD
from tests.desk.browsing import LAPTOP, LEFT_BEHIND, NOTHING, PHONE, Desk, says_yes
from tests.pictures import picture, rehearsed

NUMBER = SAMPLE_PHONES[0]
NOTED = "Runāts par drošības plānu. Nākamreiz zvanīt tikai rītā."


async def seen(desk: Desk, name: str) -> None:
    """The window as the worker sees it, from its top."""
    await desk.page.evaluate("scrollTo(0, 0)")
    await picture(desk.page, name)


@pytest.mark.pictures
async def test_a_workers_whole_day(desk: Desk) -> None:
    page = desk.page
    await demo.seed(desk.runtime)

    # Morning: sign in, look at what waits.
    await desk.go("/sign-in")
    await picture(page.locator("main form"), "desk-sign-in")
    await desk.sign_in_to_the_demonstration("ilze")
    await expect(page.locator(".queue .priority")).to_have_text(
        ["ŠODIEN", *["NĀKAMAJĀ DARBDIENĀ"] * 3, "RINDAS KĀRTĪBĀ"]
    )
    await seen(desk, "desk-queue")

    # Open one: the key is unlocked here, once for the day.
    await page.click(".queue li:nth-child(2) a")
    await desk.unlock(DEMO_PASSWORD)
    assert (await desk.opened()).startswith("Vai zvanīt tagad? JĀ")
    assert NUMBER not in await page.content()
    rehearsed("operating-first-request")
    await page.click("#take button")
    await expect(page.locator("#reveal")).to_be_enabled()
    await seen(desk, "desk-request")

    # Call: the number, what to say and the outcome are one view.
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(NUMBER)
    await expect(page.locator("#step-check")).to_contain_text("Sarunas parole, kas jādzird atbildē: lietussargs")
    await seen(desk, "desk-call")
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await seen(desk, "desk-call-phone")
    await page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    await page.click("#reveal")
    assert NUMBER not in await page.content()

    # A note for colleagues, and the page for the file; the number is not on it.
    await page.fill("#notes textarea", NOTED)
    await page.click("#notes form button")
    await expect(page.locator("#notes li .story")).to_have_text(NOTED)
    await picture(page.locator("#notes"), "desk-note")
    await page.evaluate("window.print = () => {}")
    await page.click("#print")
    await page.emulate_media(media="print")
    await picture(page.locator("#paper"), "desk-paper")
    await page.emulate_media(media="null")
    assert NUMBER not in await page.content()

    # How it went, by its code; then the meeting, then the end.
    await page.check("#attempt [value=reached_verified]")
    await picture(page.locator("#attempt"), "desk-attempt")
    await page.click("#attempt button")
    await expect(page.locator("#state")).to_have_text("ar cilvēku sazinājās Ilze (paraugs)")
    await expect(page.locator("#notes li .story")).to_have_text(NOTED)
    await page.click("form[action$='/meet'] button")
    await says_yes(page)
    await expect(page.locator("#state")).to_have_text("notika tikšanās vai nosūtīts tālāk")
    await page.select_option("#close select", "met")
    await picture(page.locator("#close"), "desk-close")
    await page.click("#close button")
    await says_yes(page)
    await expect(page.locator(".queue li")).to_have_count(4)
    await expect(page.locator("main > .notice[role=status]")).to_contain_text("ir pabeigts")

    # Evening: nothing of it stays in this browser.
    await desk.sign_out()
    assert await page.evaluate(LEFT_BEHIND) == NOTHING
    await page.go_back()
    assert NOTED not in await page.content()

    async with desk.runtime.database.store() as store:
        events = [entry.event for entry in reversed(await store.audit.entries())]
    day = [
        "letter_fetched", "letter_read", "request_taken", "phone_revealed", "note_written", "request_printed",
        "attempt_noted", "request_met", "request_closed",
    ]  # fmt: skip
    assert [event for event in events if event in day] == day
