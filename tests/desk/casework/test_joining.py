"""A report and the person's own request in a real browser: the contact in the report is never shown beside hers."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import expect
from pyrage import encrypt
from pyrage.x25519 import Identity

from bot.engine.request import Values, Window
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, joining
from bot.usecases.casework.key_change import RESEALED_SIZE
from bot.usecases.person import additions, contact
from tests.conftest import OpenPage
from tests.desk.browsing import Desk, accessible, says_yes
from tests.desk.casework.test_find import asked
from tests.faces import Clock
from tests.people import PASSPHRASE, PASSWORD, a_colleague, a_key, a_report, a_request, a_service, acting, the_request

HERS, REPORTED = "+447700900123", "+447700900777"
NOTE = "Ziņots piektdienas vakarā"
MERGED = """async ({ payload, added, standings }) => {
    const { merged } = await import("/static/additions.js");
    const { permission } = await import("/static/call_permission.js");
    const found = [];
    for (const standing of standings) {
        const letter = merged(payload, added, standing);
        for (let hour = 0; hour < 24 * 7; hour += 1) {
            const moment = new Date(Date.UTC(2026, 10, 23, hour));
            found.push(permission(letter.answers, moment).allowed);
        }
        found.push(Object.keys(letter.answers).sort());
    }
    return found;
}"""


def a_reported_letter(report: str, word: str = "Ziņotais") -> dict[str, object]:
    """Reported as callable at any time; the number and the note are invented."""
    return {
        "request": report,
        "service": "balvi",
        "language": "lv",
        "answers": {
            "contact_mode": "call",
            "phone": REPORTED,
            "phone_is": "mine_private",
            "device_watched": "no",
            "voicemail_ok": "yes_neutral",
            "sms_ok": "yes_neutral_text",
            "max_attempts": "3",
            "code_word": word,
            "windows": [{"day": day, "begins": "00:00", "ends": "24:00"} for day in ("mon", "tue", "wed")],
            "valid_until": "2026-12-20",
            "language": "ru",
            "note": NOTE,
        },
        "referral": {
            "sender": "state_police", "basis": "agreed", "asked_alone": "yes", "told_reader": "yes",
            "wish": "contact", "whose": "one_adult", "neck": "seen",
        },
    }  # fmt: skip


@dataclass
class Both:
    """Ilze is signed in; a person wrote, callable on Monday mornings, and was reported as callable at any time."""

    desk: Desk
    own: str
    report: str
    code: str
    """Of her own request."""
    worker: SignedIn
    identity: Identity
    reported_code: str

    async def opens(self, reference: str) -> str:
        await self.desk.go(f"/requests/{reference}")
        async with self.desk.page.expect_response(f"**/requests/{reference}/read"):
            await self.desk.unlock(PASSPHRASE)
        return await self.desk.opened()

    async def joins(self) -> None:
        await self.opens(self.own)
        await self.opens(self.report)
        await self.desk.page.click("#join summary")
        await self.desk.page.check(f"#join [value='{self.own}']")
        await self.desk.page.click("#join button")
        await says_yes(self.desk.page)
        await expect(self.desk.page.locator("#joined")).to_be_visible()

    async def nothing_leads_to_the_reported_number(self) -> None:
        page = self.desk.page
        content = await page.content()
        for told in (REPORTED, "Ziņotais", "00:00"):
            assert told not in content, told
        for way in ("#reveal", "#outside", "#script"):
            await expect(page.locator(way).filter(visible=True)).to_have_count(0)
        await expect(page.locator("#note p")).to_have_text(NOTE)


async def seals(runtime: Runtime, identity: Identity, report: str, word: str = "Ziņotais") -> None:
    """What a browser would have sealed: the server could not tell it from noise."""
    plain = json.dumps(a_reported_letter(report, word))
    plain += " " * (RESEALED_SIZE - len(encrypt(plain.encode(), [identity.to_public()])))
    async with runtime.database.store() as store:
        row = await store.requests.by_id(report)
        assert row
        row.sealed = encrypt(plain.encode(), [identity.to_public()])


@pytest.fixture
async def both(desk: Desk, clock: Clock) -> Both:
    await a_service(desk.runtime)
    ilze = await a_colleague(desk.runtime, clock, "ilze", "worker", "balvi")
    worker: SignedIn = await acting(desk.runtime, clock, ilze)
    identity = await a_key(desk.runtime, worker)
    code = await a_request(desk.runtime)
    own = await the_request(desk.runtime)
    report = await a_report(desk.runtime, worker, basis="agreed")
    await seals(desk.runtime, identity, report.reference)
    await desk.sign_in_unseen("ilze", PASSWORD, ilze.code(clock))
    return Both(desk, own, report.reference, code, worker, identity, report.code)


async def test_before_they_are_joined_the_report_says_when_to_call(both: Both) -> None:
    """So that what the next tests look for would be there."""
    assert "JĀ" in await both.opens(both.report)
    await both.desk.page.click("#take button")
    await both.desk.page.click("#reveal")
    await expect(both.desk.page.locator("#phone a")).to_have_text(REPORTED)


async def test_a_worker_joins_what_she_has_read_and_only_the_persons_own_request_leads_to_a_call(both: Both) -> None:
    page = both.desk.page
    await both.joins()
    await expect(page.locator("#may-call")).to_contain_text("tikai tas pasaka, vai un kā sazināties")
    await both.nothing_leads_to_the_reported_number()
    await accessible(page)
    await page.click("#joined a")
    await both.desk.unlock(PASSPHRASE)
    assert "JĀ" in await both.desk.opened()
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(HERS)
    await expect(page.locator("#joined a")).to_have_text(f"Ziņojums {both.report[:6]}")
    await both.desk.go("/requests")
    await expect(page.locator(".queue h2")).to_have_count(1)
    await expect(page.locator(".queue .tag")).to_have_text("ar ziņojumu")


async def test_the_contact_leaves_a_page_that_was_open_when_a_colleague_joins_the_report(both: Both) -> None:
    page = both.desk.page
    await both.joins()
    await page.click("#undo button")
    await says_yes(page)
    await expect(page.locator("#may-call")).to_contain_text("JĀ")
    async with both.desk.runtime.database.store() as store:
        row = await store.requests.by_id(both.report)
        assert row
        row.joined_to = both.own
    await page.click("#reveal")
    await expect(page.locator("#may-call")).to_contain_text("tikai tas pasaka, vai un kā sazināties")
    await both.nothing_leads_to_the_reported_number()


async def test_after_the_person_withdrew_the_first_line_of_the_report_is_no_contact(both: Both) -> None:
    await both.joins()
    await contact.withdraw(both.desk.runtime, both.code)
    line = await both.opens(both.report)
    assert line.startswith("Vai zvanīt tagad? NĒ – šī ziņojuma dēļ nesazināties.")
    await both.nothing_leads_to_the_reported_number()
    await expect(both.desk.page.locator("#duty")).to_have_text(
        "Šī ziņojuma dēļ ar cilvēku nesazināties. Paliek tikai pienākums pret bērniem."
    )
    await expect(both.desk.page.locator("#close")).to_be_visible()
    await accessible(both.desk.page)
    await both.desk.go("/calls")
    await expect(both.desk.page.locator("#nobody")).to_be_visible()
    assert both.report[:6] not in await both.desk.page.content()


async def test_what_is_printed_and_copied_of_a_joined_report_names_no_contact(both: Both) -> None:
    page = both.desk.page
    await page.add_init_script("globalThis.print = () => {}")
    await both.joins()
    await page.click("#print")
    await expect(page.locator("#paper")).to_be_attached()
    await both.nothing_leads_to_the_reported_number()
    await page.click("#copy")
    await expect(page.locator("#block")).to_have_value(re.compile("kā teikts paša cilvēka pieprasījumā"))
    block = await page.input_value("#block")
    assert REPORTED not in block
    assert "00:00" not in block


async def test_no_hour_of_any_week_is_open_to_call_because_of_a_joined_report(both: Both) -> None:
    """Whatever was added with its code, and whatever else the envelope says."""
    await both.desk.go("/requests")
    letter = a_reported_letter(both.report)
    wide = {"windows": [{"day": "sun", "begins": "00:00", "ends": "24:00"}], "valid_until": "2026-12-20"}
    added = [
        {"number": 1, "said": {
            "request": both.report, "service": "balvi", "kind": "times", "answers": wide, "word": "Ziņotais"}},
    ]  # fmt: skip
    standings = [
        {"withheld": withheld, "call_until": until}
        for withheld in ("joined", "own_gone")
        for until in ("", "2026-12-20")
    ]
    given = {"payload": letter, "added": added, "standings": standings}
    found = await both.desk.page.evaluate(MERGED, given)
    hours = [answer for answer in found if isinstance(answer, bool)]
    assert (len(hours), any(hours)) == (len(standings) * 168, False)
    kept = ["awaited", "call_blocked", "contact_mode", "language", "lock", "note", "unanswerable", "unread"]
    assert [answer for answer in found if not isinstance(answer, bool)] == [kept] * len(standings)
    given["standings"] = [{"withheld": ""}]
    assert any(answer is True for answer in await both.desk.page.evaluate(MERGED, given)), "alone it would be called"


async def test_joining_needs_no_script_and_no_mouse_and_fits_a_phone(both: Both, browser_page: OpenPage) -> None:
    for reference in (both.own, both.report):
        await both.opens(reference)
    page = await browser_page(java_script_enabled=False, viewport=(320, 640))
    await page.context.add_cookies(await both.desk.page.context.cookies())  # type: ignore[arg-type]
    await page.goto(f"{both.desk.url}/requests/{both.report}")
    await page.focus("#join summary")
    for key in ("Enter", "Tab", "Space", "Tab", "Enter"):
        await page.keyboard.press(key)
    await page.click("main form button:not(.other)")
    await expect(page.locator("#joined")).to_be_visible()


async def test_hours_given_with_the_code_of_the_report_stand_beside_her_letter_and_nowhere_else(both: Both) -> None:
    page = both.desk.page
    await both.joins()
    until = both.desk.runtime.today() + timedelta(days=2)
    hours: Values = {"windows": (Window("mon", "08:10", "08:40"),), "valid_until": until.isoformat()}
    assert await additions.change_times(both.desk.runtime, both.reported_code, hours, "lv", knowing=True) is not None
    await both.opens(both.own)
    await expect(page.locator("#added")).to_contain_text("Šie laiki saņemti ar tā ziņojuma kodu")
    await expect(page.locator("#added dd")).to_contain_text("08:10–08:40")
    await accessible(page)
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(HERS)
    await both.opens(both.report)
    await expect(page.locator("#added")).to_have_count(0)
    await both.nothing_leads_to_the_reported_number()


async def test_hours_that_cannot_be_read_forbid_the_call(both: Both) -> None:
    await both.desk.go("/requests")
    letter = {**a_reported_letter(both.own), "referral": None}
    merged = """async ([payload, reported]) => {
        const { merged } = await import("/static/additions.js");
        return merged(payload, [], {}, reported).answers.unread;
    }"""
    told = {"request": both.report, "service": "balvi", "kind": "times", "answers": {}}
    for said, unread in ((told, False), (None, True), ({**told, "request": "another"}, True)):
        reported = [{"report": both.report, "said": said}]
        assert await both.desk.page.evaluate(merged, [letter, reported]) is unread


async def test_whoever_says_a_word_that_fits_both_letters_is_found_as_one_person(both: Both) -> None:
    await seals(both.desk.runtime, both.identity, both.report, word="zaļkods")
    await both.joins()
    await both.desk.go("/requests")
    await asked(both.desk.page, "zaļkods", way="call")
    await expect(both.desk.page).to_have_url(re.compile(f"/requests/{both.own}$"))


async def test_a_plan_that_is_saved_after_the_joining_says_where_it_belongs(both: Both) -> None:
    page, runtime = both.desk.page, both.desk.runtime
    await handling.note_arrival(runtime, both.worker, both.report)
    await both.opens(both.own)
    await both.opens(both.report)
    await page.click("#paper-plan > summary")
    await joining.join(runtime, both.worker, both.report, both.own)
    await page.click("#paper-plan form > button:last-child")
    await expect(page.locator("#paper-plan [role=status]")).to_contain_text("šis ziņojums pa to laiku ir savienots")
