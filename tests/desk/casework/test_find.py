"""Somebody calls or stands at the desk: her request is found by the code, or by the word and one thing more."""

from playwright.async_api import Page, expect

from bot.usecases.casework import requests
from bot.usecases.person import contact
from tests.desk.browsing import Waiting, accessible, leads_on
from tests.faces import Clock
from tests.people import CANARIES, PASSPHRASE, a_colleague, a_request, acting

LOOKED_THROUGH = """async (passphrase) => {
    const { post, unlock } = await import("/static/keyring.js");
    const { letters } = await import("/static/find.js");
    return letters(await post("/requests/letters", { purpose: "find" }), await unlock(passphrase));
}"""
NOTHING_FITS = "Neviens pieprasījums viennozīmīgi neatbilst"


async def asked(page: Page, word: str, **more: str) -> None:
    """Fill in the form on the queue's page and press, once for the day with the passphrase."""
    if not await page.locator("#find-by-word").is_visible():
        await page.click("#find summary")
    for name in ("day", "way", "language"):
        field = page.locator(f"#find [name={name}]")
        await (field.fill(more.get(name, "")) if name == "day" else field.select_option(more.get(name, "")))
    await page.fill("#find [name=word]", word)
    if await page.locator("#find [name=passphrase]").is_visible():
        await page.fill("#find [name=passphrase]", PASSPHRASE)
    await page.click("#find-by-word button")


async def test_a_code_leads_to_its_request_and_every_other_text_to_one_answer(waiting: Waiting, clock: Clock) -> None:
    desk, page = waiting.desk, waiting.desk.page
    gone = await a_request(desk.runtime, called="Cits")
    await contact.withdraw(desk.runtime, gone)
    answers = set()
    for code in ("1234 5678 9012 3456", "no code", gone):
        await desk.go("/requests")
        await page.click("#find summary")
        await page.fill("#find [name=code]", code)
        await leads_on(page, "#find-by-code button")
        answers.add((page.url.removeprefix(desk.url), await page.inner_text("[role=status]")))
    ((path, said),) = answers
    assert path == "/requests?done=not_found"
    assert said.startswith(NOTHING_FITS)
    await page.fill("#find [name=code]", f"{waiting.code[:4]} {waiting.code[4:]}")
    await leads_on(page, "#find-by-code button")
    assert page.url.endswith(waiting.reference)
    assert "request_found_by_code" in await waiting.events()
    await accessible(page)


async def test_the_word_and_one_thing_more_lead_to_her_and_either_alone_says_nothing(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    other = await a_request(desk.runtime, code_word="lantern", code_word_own="", called="Cits", language="lv")
    assert other
    await desk.go("/requests")
    await asked(page, "zaļkods")
    await expect(page.locator("#find-told")).to_contain_text("Ar paroli vien nepietiek")
    assert "/requests/letters" not in "".join(desk.sent)
    for word, more in (
        ("zaļkods", {"language": "lv"}),  # of another request
        ("zaļkods", {"day": "2026-11-22"}),
        ("zaļkods", {"language": "ru", "way": "i_will_come"}),
        ("bērzs", {"language": "ru"}),
    ):
        await asked(page, word, **more)
        await expect(page.locator("#find-told")).to_contain_text(NOTHING_FITS)
        assert page.url.endswith("/requests")
    await accessible(page)
    async with page.expect_navigation():
        await asked(page, "Zaļkods.", language="ru")
    assert page.url.endswith(waiting.reference)
    assert not [canary for canary in CANARIES if canary in await page.content()]
    row = await waiting.row()
    assert (row.opened_count, row.opened_in_time, row.status) == (1, None, "new")
    assert {"letter_looked_through_find"} == {event for event in await waiting.events() if event.startswith("letter_")}
    assert not [canary for canary in (*CANARIES, "zaļkods", "Zaļkods") if canary in "".join(desk.sent)]


async def test_two_that_fit_open_neither(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    await a_request(desk.runtime, called="Cits")
    await desk.go("/requests")
    await asked(page, "zaļkods", language="ru", day="2026-11-23")
    await expect(page.locator("#find-told")).to_contain_text(NOTHING_FITS)
    assert page.url.endswith("/requests")


async def test_what_a_colleague_took_is_not_looked_through(waiting: Waiting, clock: Clock) -> None:
    desk, page = waiting.desk, waiting.desk.page
    zane = await acting(desk.runtime, clock, await a_colleague(desk.runtime, clock, "zane", "worker", "balvi"))
    await requests.take(desk.runtime, zane, waiting.reference)
    await desk.go("/requests")
    await asked(page, "zaļkods", language="ru")
    await expect(page.locator("#find-told")).to_contain_text(NOTHING_FITS)
    assert (await waiting.row()).opened_count == 0


async def test_a_wrong_passphrase_looks_through_nothing(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    await desk.go("/requests")
    await page.click("#find summary")
    await page.fill("#find [name=word]", "zaļkods")
    await page.select_option("#find [name=language]", "ru")
    await page.fill("#find [name=passphrase]", "not the passphrase")
    await page.click("#find-by-word button")
    await expect(page.locator("#find-told")).to_contain_text("frāze atslēgu neatver")
    assert (await waiting.row()).opened_count == 0


async def test_of_each_letter_that_is_looked_through_only_what_is_compared_is_kept(waiting: Waiting) -> None:
    desk = waiting.desk
    await a_request(desk.runtime, called="Cits")
    await desk.go("/requests")
    found = await desk.page.evaluate(LOOKED_THROUGH, PASSPHRASE)
    assert [letter["language"] for letter in found] == ["ru", "ru"], "both were opened"
    assert {name for letter in found for name in letter} == {
        "reference",
        "case",
        "day",
        "code_word",
        "contact_mode",
        "language",
    }
    word = "Zaļkods"
    assert not [canary for canary in CANARIES if canary != word and canary in str(found)]
