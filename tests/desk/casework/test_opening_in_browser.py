"""A worker's desk in a real browser: what is opened there is read there, and leaves no trace anywhere else."""

from datetime import timedelta
from typing import Any

import pyotp
from playwright.async_api import expect

from bot import demo
from bot.runtime import Runtime
from bot.samples import SAMPLE_PHONES
from bot.usecases.accounts.workers import DEMO_PASSWORD
from bot.usecases.casework import requests
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, Desk, Waiting, choose_language, leads_on, open_and_take, says_yes
from tests.faces import Clock
from tests.people import CANARIES, PASSPHRASE, PASSWORD, a_colleague, a_request, acting


async def test_a_worker_opens_takes_reveals_and_closes_a_request(desk: Desk) -> None:
    await demo.seed(desk.runtime)
    await desk.sign_in_to_the_demonstration("ilze")
    page = desk.page
    assert await page.locator(".queue .priority").all_inner_texts() == [
        "ŠODIEN",
        *["NĀKAMAJĀ DARBDIENĀ"] * 3,
        "RINDAS KĀRTĪBĀ",
    ]
    assert (await page.locator(".queue .tag").all_inner_texts()).count("paraugs") == 5

    await page.click(".queue li:nth-child(2) a")
    await desk.unlock(DEMO_PASSWORD)
    line = await desk.opened()
    assert line.startswith("Vai zvanīt tagad? JĀ – drošais laiks beidzas 21:00. Tālrunis ir paša cilvēka.")
    assert "Ziņas neatstāt. Ja atbild cits: teikt, ka sajaukts numurs. Sarunas parole: lietussargs." in line
    order = await page.locator("#opened > * > [id]").evaluate_all("all => all.map(one => one.id)")
    assert order == [
        "header-line", "script", "attempt", "guidance",
        "group-contact", "group-urgency", "group-access", "group-wishes", "note", "agreement",
        "to-paper", "to-copy", "notes",
    ]  # fmt: skip
    assert not await page.locator("#note .story").is_visible()  # facts first; the person's words when she is ready
    assert SAMPLE_PHONES[0] not in await page.content()
    assert await page.locator("#reveal").is_disabled()  # nobody has taken it yet

    await page.click("#take button")
    await expect(page.locator("#reveal")).to_be_enabled()
    assert SAMPLE_PHONES[0] not in await page.content()
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(SAMPLE_PHONES[0])
    await page.click("#reveal")
    assert SAMPLE_PHONES[0] not in await page.content()

    await page.check("#attempt [value=reached_verified]")
    await page.click("#attempt button")
    await expect(page.locator("#state")).to_have_text("ar cilvēku sazinājās Ilze (paraugs)")
    await expect(page.locator("#duty")).to_have_text("Vienojieties par tikšanos vai nosūtiet tālāk.")
    await expect(page.locator("#attempts li")).to_contain_text("sazvanīts, un tas ir pats cilvēks")
    await page.click("form[action$='/meet'] button")
    await says_yes(page)
    await expect(page.locator("#state")).to_have_text("notika tikšanās vai nosūtīts tālāk")
    await page.select_option("#close select", "met")
    await page.click("#close button")
    await says_yes(page)
    await expect(page.locator(".queue li")).to_have_count(4)
    assert await audited(desk.runtime) == [
        "letter_fetched", "letter_read", "request_taken", "phone_revealed", "request_met", "request_closed",
    ]  # fmt: skip
    await page.select_option("[name=state]", "ended")
    await page.click(".filter button")
    await expect(page.locator("main table td").nth(1)).to_have_text("tikšanās notika")


async def test_the_queue_is_walked_by_keyboard_and_filtered(desk: Desk) -> None:
    await demo.seed(desk.runtime)
    await desk.sign_in_to_the_demonstration("ilze")
    page = desk.page
    await page.wait_for_url("**/requests")
    await page.wait_for_load_state()
    for key, place in (*(("j", place) for place in range(5)), ("j", 4), ("k", 3)):
        await page.keyboard.press(key)
        await expect(page.locator(".queue h2 a").nth(place)).to_be_focused()
    last_but_one = await page.locator(".queue h2 a").nth(3).get_attribute("href")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{last_but_one}")
    await desk.go("/requests")
    await page.select_option("[name=priority]", "today")
    await page.click(".filter button")
    await expect(page.locator(".queue .priority")).to_have_text("ŠODIEN")
    await page.select_option("[name=state]", "met")
    await page.click(".filter button")
    await expect(page.get_by_role("heading", name="Izvēlei nekas neatbilst")).to_be_visible()


async def audited(runtime: Runtime) -> list[str]:
    async with runtime.database.store() as store:
        entries = await store.audit.entries()
    return [entry.event for entry in reversed(entries) if entry.event.startswith(("request_", "phone_", "letter_"))]


async def test_outside_the_window_the_number_stays_hidden(waiting: Waiting, clock: Clock) -> None:
    clock.move(minutes=29)  # a minute after half past twelve in Riga, when the window closed
    line = await open_and_take(waiting)
    assert line.startswith("Vai zvanīt tagad? NĒ – drošais laiks sākas pirmdien 09:00.")
    assert await waiting.desk.page.locator("#reveal").is_disabled()
    assert "phone_revealed" not in await audited(waiting.desk.runtime)


async def test_a_window_that_closes_while_the_page_is_open_is_closed(waiting: Waiting, clock: Clock) -> None:
    await open_and_take(waiting)
    clock.move(minutes=29)
    page = waiting.desk.page
    await page.click("#reveal")  # the page still believes it is open; the server's clock says otherwise
    await expect(page.locator("#header-line strong")).to_contain_text("NĒ")
    assert "+447700900123" not in await page.content()


async def test_after_its_expiry_the_permission_is_gone(waiting: Waiting, clock: Clock) -> None:
    clock.now += timedelta(days=14)  # a Monday noon again, but the safe times held for seven days
    runtime = waiting.desk.runtime
    await waiting.desk.sign_in("ilze", PASSWORD, await fresh_code(runtime, clock))
    line = await open_and_take(waiting)
    assert line.startswith("Vai zvanīt tagad? NĒ – atļaujas termiņš ir beidzies.")
    assert await waiting.desk.page.locator("#reveal").is_disabled()


async def fresh_code(runtime: Runtime, clock: Clock) -> str:
    clock.move(seconds=30)
    async with runtime.database.store() as store:
        worker = await store.workers.by_login("ilze")
        assert worker
        secret = store.workers.totp(worker)
    assert secret
    return pyotp.TOTP(secret.decode()).at(int(clock().timestamp()))


async def test_a_letter_put_into_another_envelope_is_not_shown(waiting: Waiting) -> None:
    runtime = waiting.desk.runtime
    await a_request(runtime, called="Svešais")
    async with runtime.database.store() as store:
        first, second = await store.requests.waiting("balvi")
        one, other = await store.requests.by_id(first.id), await store.requests.by_id(second.id)
        assert one
        assert other
        one.sealed, other.sealed = other.sealed, one.sealed
    await waiting.desk.go(f"/requests/{waiting.reference}")
    await waiting.desk.unlock(PASSPHRASE)
    await expect(waiting.desk.page.locator("#told")).to_contain_text("pieder citam pieprasījumam")
    assert "Svešais" not in await waiting.desk.page.content()


async def test_leaving_the_page_leaves_nothing_on_it(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")  # before a browser could keep it
    assert not [canary for canary in CANARIES if canary in await page.content()]
    await waiting.desk.go("/requests")
    await page.go_back()
    await expect(waiting.desk.page.locator("#unlock")).to_be_visible()
    assert not [canary for canary in CANARIES if canary in await waiting.desk.page.content()]


async def test_two_take_at_once_and_the_second_is_told(waiting: Waiting, clock: Clock) -> None:
    runtime, page = waiting.desk.runtime, waiting.desk.page
    zane = await acting(runtime, clock, await a_colleague(runtime, clock, "zane", "worker", "balvi"))
    await waiting.desk.go(f"/requests/{waiting.reference}")
    await waiting.desk.unlock(PASSPHRASE)
    await waiting.desk.opened()
    await requests.take(runtime, zane, waiting.reference)
    await page.click("#take button")
    await expect(page.locator("#told")).to_contain_text("vairs nav pieejams")
    await expect(page.locator("#opened")).to_be_hidden()
    await page.reload()
    await expect(page.locator("main div.notice")).to_contain_text("uzņēmās kolēģis")


async def test_without_javascript_the_envelope_is_all_there_is(waiting: Waiting, browser_page: OpenPage) -> None:
    page = await browser_page(java_script_enabled=False, viewport=LAPTOP)
    await page.context.add_cookies(await waiting.desk.page.context.cookies())  # type: ignore[arg-type]
    await page.goto(f"{waiting.desk.url}/requests/{waiting.reference}")
    assert "JavaScript" in await page.inner_text("main")
    assert "ŠODIEN" in await page.inner_text("main")
    assert not await page.locator("#unlock").is_visible()
    await leads_on(page, "#take button")
    assert await page.locator("#close").is_visible()
    await page.goto(f"{waiting.desk.url}/key")
    assert "Ilze" in await page.inner_text("main")


async def test_at_the_limit_of_the_letter_the_person_is_awaited(waiting: Waiting) -> None:
    page = waiting.desk.page
    code = await a_request(waiting.desk.runtime, max_attempts="1", called="Cits", **{"windows1.to": "23:30"})
    async with waiting.desk.runtime.database.store() as store:
        reference = next(row.id for row in await store.requests.waiting("balvi") if row.id != waiting.reference)
    one_try = Waiting(waiting.desk, reference, code)
    await open_and_take(one_try)
    await page.check("#attempt [value=no_answer]")
    await page.click("#attempt button")
    await expect(page.locator("#state")).to_have_text("gaida cilvēku līdz: 30. novembris (Ilze)")
    first = "Vai zvanīt tagad? NĒ – gaidām pašu cilvēku līdz: 30. novembris."
    await expect(page.locator("#header-line strong")).to_have_text(first)
    assert await page.locator("#reveal").is_disabled()
    async with waiting.desk.runtime.database.store() as store:
        noted = await store.requests.by_id(reference)
    assert noted
    assert noted.most_attempts == 1  # the limit is all that left the letter


async def test_after_somebody_else_answered_the_page_offers_no_cover_again(waiting: Waiting) -> None:
    page = waiting.desk.page
    assert "Ja atbild cits: teikt, ka sajaukts numurs." in await open_and_take(waiting)
    await expect(page.locator("#step-other .say")).not_to_have_count(0)
    await page.check("#attempt [value=other_person]")
    await page.click("#attempt button")
    await expect(page.locator("#attempts")).to_contain_text("atbildēja kāds cits")
    await expect(page.locator("#header-line p")).to_contain_text("Ja atbild cits: nolikt klausuli.")
    await expect(page.locator("#step-other .say")).to_have_count(0)
    assert "teikt, ka sajaukts numurs" not in await page.inner_text("#opened")


DAYS_SAID = [
    (["mon"], "Monday"),
    (["mon", "tue"], "Monday, Tuesday"),
    (["mon", "tue", "wed", "fri"], "Monday–Wednesday, Friday"),
    (["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "Monday–Sunday"),
    (["mon", "wed", "sun"], "Monday, Wednesday, Sunday"),
]


async def test_days_that_follow_each_other_are_said_as_a_span(waiting: Waiting) -> None:
    await waiting.desk.go("/requests")
    await choose_language(waiting.desk.page, "en")
    await waiting.desk.go(f"/requests/{waiting.reference}")
    said = await waiting.desk.page.evaluate(
        """async (lists) => {
            const { saidDays } = await import("/static/sentences.js");
            const words = JSON.parse(document.getElementById("words").textContent);
            return lists.map((days) => saidDays(days, words));
        }""",
        [days for days, _ in DAYS_SAID],
    )
    assert said == [words for _, words in DAYS_SAID]


async def test_the_head_alone_shows_the_number_outside_the_window_and_says_why(waiting: Waiting, clock: Clock) -> None:
    desk, page = waiting.desk, waiting.desk.page
    clock.move(minutes=29)
    line = await open_and_take(waiting)
    assert "NĒ" in line
    assert await page.locator("#outside").count() == 0
    async with desk.runtime.database.store() as store:
        ilze = await store.workers.by_login("ilze")
        assert ilze
        ilze.role = "head"
    await page.reload()
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    await page.fill("#outside input", "the hospital asked us to ring now")
    await page.click("#outside button")
    await expect(page.locator("#phone a")).to_have_text("+447700900123")
    assert (await audited(desk.runtime))[-1] == "phone_revealed_outside"
    clock.now += timedelta(days=14)  # after the permission has expired there is no such form
    await desk.sign_in("ilze", PASSWORD, await fresh_code(desk.runtime, clock))
    await desk.go(f"/requests/{waiting.reference}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    assert not await page.locator("#outside").is_visible()
    assert await page.locator("#reveal").is_disabled()


OWN = "About the person's own behaviour: the card for that talk is below."
LINES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "2026-11-23T12:30", "Call now? YES – window closes 14:00."),
    ({}, "2026-11-23T11:59", "Call now? NO – window opens 12:00."),
    ({}, "2026-11-23T14:00", "Call now? NO – window opens Wednesday 09:00."),
    ({}, "2026-11-25T09:00", "Call now? YES – window closes 10:30."),
    ({"valid_until": "2026-11-24"}, "2026-11-23T14:00", "Call now? NO – no window is left."),
    ({}, "2026-11-30T23:59", "Call now? NO – no window is left."),
    ({}, "2026-12-01T00:00", "Call now? NO – the permission has expired."),
    ({"valid_until": None}, "2026-11-23T12:30", "Call now? NO – the permission has expired."),
    ({"windows": []}, "2026-11-23T12:30", "Call now? NO – no window is left."),
    ({"contact_mode": "sms", "phone_is": "mine_private"}, "2026-11-23T12:30",
     "Text message now? YES – window closes 14:00."),
    ({"contact_mode": "sms", "phone_is": "mine_private", "device_watched": "not_sure"}, "2026-11-23T12:30",
     "Text message now? NO – someone may read this phone."),
    ({"contact_mode": "sms", "phone_is": "work", "device_watched": "yes"}, "2026-11-23T12:30",
     "Text message now? NO – someone may read this phone."),
    ({"contact_mode": "sms", "phone_is": None, "device_watched": None}, "2026-11-23T12:30",
     "Text message now? NO – someone may read this phone."),
    ({"contact_mode": "sms"}, "2026-11-23T12:30", "Text message now? NO – others use this phone, too."),
    ({"contact_mode": "sms", "phone_is": "mine_private", "phone": "+37167105048"}, "2026-11-23T12:30",
     "Text message now? NO – this is a landline."),
    ({"contact_mode": "sms", "phone_is": "trusted_person"}, "2026-11-23T12:30",
     "Text message now? NO – the letter does not say that the phone's owner expects a message."),
    ({"contact_mode": "sms", "phone_is": "trusted_person", "expects_message": "yes", "device_watched": "yes"},
     "2026-11-23T12:30", "Text message now? YES – window closes 14:00."),
    ({"contact_mode": "i_will_call_you"}, "2026-11-23T12:30", "Call now? NO – the person will call us."),
    ({"contact_mode": "i_will_come"}, "2026-11-23T12:30", "Call now? NO – the person will come in."),
    ({"contact_mode": "i_will_come", "awaited": "27 November"}, "2026-11-23T12:30",
     "Call now? NO – the person will come in. We wait until 27 November."),
    ({"awaited": "27 November"}, "2026-11-23T12:30", "Call now? NO – we wait for the person until 27 November."),
    ({"unanswerable": True}, "2026-11-23T12:30",
     "Call now? NO – nobody can call in these times; the person was told so."),
    ({"unanswerable": True}, "2026-12-01T00:00", "Call now? NO – the permission has expired."),
    ({"unread": True}, "2026-11-23T12:30", "Call now? NO – something that the person added cannot be read."),
    ({"lock": "other_person"}, "2026-11-23T12:30",
     "Call now? NO – somebody else answered; wait for new times with the agreed word, or for the person."),
    ({"lock": "limit"}, "2026-11-23T12:30", "Call now? NO – the attempts that the person allowed are used up."),
    ({"contact_mode": "unheard-of"}, "2026-11-23T12:30", "Call now? NO – the permission has expired."),
    ({}, "2026-11-23T12:30", "Phone is shared."),
    ({"device_watched": "yes"}, "2026-11-23T12:30", "The phone is watched."),
    ({"device_watched": "yes", "phone_is": "trusted_person"}, "2026-11-23T12:30", "The person's own phone is watched."),
    ({}, "2026-11-23T12:30", "No messages."),
    ({"sms_ok": "yes_neutral_text"}, "2026-11-23T12:30", "No messages."),
    ({"phone_is": "mine_private", "device_watched": "yes", "sms_ok": "yes_neutral_text"}, "2026-11-23T12:30",
     "No messages."),
    ({"phone_is": "mine_private", "sms_ok": "yes_neutral_text"}, "2026-11-23T12:30",
     "A neutral text message is allowed."),
    ({"voicemail_ok": "yes_neutral"}, "2026-11-23T12:30", "A neutral voice message is allowed."),
    ({}, "2026-11-23T12:30", "Other person answers: say wrong number."),
    ({"if_other_answers": "clinic_reception"}, "2026-11-23T12:30", "Other person answers: hang up."),
    ({"if_other_answers": None}, "2026-11-23T12:30", "Other person answers: hang up."),
    ({}, "2026-11-23T12:30", "Agreed word: bērzs."),
    ({"code_word": None}, "2026-11-23T12:30", "No agreed word."),
    ({}, "2026-11-23T12:30", "Urgent: TODAY."),
    ({}, "2026-11-23T12:30", "Speaks Russian."),
    ({"conflict_known": "yes"}, "2026-11-23T12:30", "Knows someone who works here: talk about it with no colleague."),
    ({"age_band": "16_17"}, "2026-11-23T12:30", "Under 18."),
    ({"about": "own_behaviour"}, "2026-11-23T12:30", OWN),
    ({"about": "somebody_else"}, "2026-11-23T12:30", "About somebody else: a helper asks for advice."),
]  # fmt: skip
ANSWERS = {
    "contact_mode": "call", "device_watched": "no", "phone": "+447700900123", "phone_is": "mine_shared",
    "windows": [{"day": "mon", "begins": "12:00", "ends": "14:00"}, {"day": "wed", "begins": "09:00", "ends": "10:30"}],
    "valid_until": "2026-11-30", "voicemail_ok": "no", "sms_ok": "no", "if_other_answers": "say_wrong_number",
    "code_word": "bērzs", "language": "ru", "age_band": "adult",
}  # fmt: skip
SAYS = """async ([answers, local]) => {
    const { headerLine } = await import("/static/header_line.js");
    const words = JSON.parse(document.getElementById("words").textContent);
    return headerLine(answers, "today", new Date(`${local}:00+02:00`), words);
}"""


async def test_the_header_line_says_first_whether_to_call(waiting: Waiting) -> None:
    page = waiting.desk.page
    await waiting.desk.go("/requests")
    await choose_language(page, "en")
    await waiting.desk.go(f"/requests/{waiting.reference}")
    for differs, local, sentence in LINES:
        said = await page.evaluate(SAYS, [ANSWERS | differs, local])
        assert sentence in said, (differs, local, said)
        if "now?" in sentence:
            assert said[0] == sentence
        if "bout" in sentence and "about" in differs:
            assert said[1] == sentence
    hers = [await page.evaluate(SAYS, [ANSWERS | about, "2026-11-23T12:30"]) for about in ({}, {"about": "done_to_me"})]
    assert hers[0] == hers[1]


async def test_the_window_follows_the_clock_of_riga_in_summer_too(waiting: Waiting) -> None:
    await waiting.desk.go(f"/requests/{waiting.reference}")
    summer = ANSWERS | {"valid_until": "2027-07-10"}
    for local, word in (("2027-07-05T11:00", "JĀ"), ("2027-07-05T13:00", "NĒ")):  # an hour later on Riga's clock
        assert word in (await waiting.desk.page.evaluate(SAYS, [summer, local]))[0]
