"""A report of another institution, entered in a real browser: sealed there, and then a request like any other."""

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from playwright.async_api import Dialog, expect
from pyrage.x25519 import Identity

from bot.desk.roles import CASEWORK
from bot.desk.routes import ROUTES
from bot.engine.referral import SIGNS
from bot.usecases.accounts.workers import Role
from bot.usecases.casework import referrals
from bot.usecases.casework.key_change import RESEALED_SIZE
from bot.usecases.person import contact
from storage.contact_requests import ContactRequest
from tests.desk.browsing import Desk, accessible
from tests.desk.casework.entering import REPORTED, SAFE, TIMES, Entering
from tests.faces import Clock
from tests.people import PASSPHRASE, PASSWORD, a_colleague, a_key, a_service, acting

REPORT = "KAN-112/26"
NUMBER = "+447700900777"
NOTE = "Kanārijziņa"
CANARIES = (REPORT, NUMBER, NUMBER[1:], NOTE)
URGENCIES = """async (answers) => {
    const { priorityOf } = await import("/static/referral_letter.js");
    const { table } = JSON.parse(document.getElementById("referral-data").textContent);
    const signs = Object.keys(table.fields).filter((name) => table.fields[name].group === "signs");
    const order = ["in_order", "next_working_day", "today"];
    const of = (given) => order.indexOf(priorityOf({ basis: "agreed", ...given }, table));
    const lowered = [];
    for (const one of signs) for (const other of signs) for (const first of answers) for (const second of answers) {
        if (one === other) continue;
        const both = of({ [one]: first, [other]: second });
        if (both < Math.max(of({ [one]: first }), of({ [other]: second }))) lowered.push([one, other, first, second]);
    }
    const alone = (sign) => answers.map((answer) => order[of({ [sign]: answer })]);
    return {
        lowered,
        alone: Object.fromEntries(signs.map((sign) => [sign, alone(sign)])),
        duty: priorityOf({ basis: "police_duty" }, table),
    };
}"""


@pytest.fixture
async def at_the_form(desk: Desk, clock: Clock) -> Entering:
    form, _ = await prepared(desk, clock)
    return form


async def prepared(desk: Desk, clock: Clock) -> tuple[Entering, Identity]:
    """ilze holds the key of her service and has opened the form, with her passphrase typed; the form, and that key."""
    await a_service(desk.runtime)
    ilze = await a_colleague(desk.runtime, clock, "ilze", "worker", "balvi")
    identity = await a_key(desk.runtime, await acting(desk.runtime, clock, ilze))
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    await desk.go("/requests")
    await desk.page.click("#to-referral")
    await expect(desk.page.locator("#referral")).to_be_visible()
    await desk.page.fill("#passphrase", PASSPHRASE)
    return Entering(desk.page), identity


async def entered(desk: Desk) -> ContactRequest:
    await expect(desk.page.locator("#entered")).to_be_visible()
    async with desk.runtime.database.store() as store:
        (waiting,) = await store.requests.waiting("balvi")
        row = await store.requests.by_id(waiting.id)
    assert row
    return row


async def opened(desk: Desk) -> str:
    await desk.page.click("#entered a")
    await desk.unlock(PASSPHRASE)
    return await desk.opened()


async def test_a_report_of_the_police_is_a_sealed_request_after_few_presses(
    desk: Desk, at_the_form: Entering, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await at_the_form.choose(**REPORTED, **SAFE, neck="seen", worse="told", done="leaflet")
    await at_the_form.pick(**TIMES)
    await at_the_form.write(report_number=REPORT, phone=NUMBER, note=NOTE)
    await accessible(desk.page)
    await at_the_form.send()
    row = await entered(desk)
    assert at_the_form.presses <= Entering.MOST_PRESSES
    assert at_the_form.typed <= Entering.MOST_TYPED

    assert (row.basis, row.priority, row.head_only, len(row.sealed or b"")) == (
        "police_duty",
        "today",
        False,
        RESEALED_SIZE,
    )
    assert row.call_until is not None
    assert not await desk.page.locator("#code").is_visible(), "nobody pretends that she agreed"
    await opened(desk)
    await expect(desk.page.locator("#reported")).to_have_text(
        f"Ziņotājs: Valsts policija, ziņojuma numurs {REPORT}. "
        "Ziņots pēc pienākuma: piekrišana nav prasīta. Ar cilvēku runāts vienatnē. Cilvēks zina, kas to lasa."
    )
    assert await desk.page.inner_text("#may-call") == "Vai zvanīt tagad? JĀ – drošais laiks beidzas 23:30."
    asked = await desk.page.locator("#group-referral dt").all_inner_texts()
    assert asked[:3] == ["Kā tas pienāca", "Kas ziņo", "Ziņojuma numurs"], "in the order of the form"
    await expect(desk.page.locator("#note summary")).to_have_text(f"Ko vēl saka ziņojums (zīmju skaits: {len(NOTE)})")
    answers = await desk.page.locator("#group-referral dd").all_inner_texts()
    assert answers.count("nav jautāts") == 10, "what was not asked is not a no"
    await accessible(desk.page)

    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    sent = "\n".join(desk.sent)
    for canary in CANARIES:
        assert canary not in sent
        assert canary.encode() not in files
        assert canary not in caplog.text


@pytest.mark.parametrize(
    "differs, line, alone",
    [
        ({"asked_alone": "no"}, "droša saziņa nav zināma", "Ar cilvēku nav runāts vienatnē."),
        ({"asked_alone": "not_known"}, "droša saziņa nav zināma", "Nav zināms, vai ar cilvēku runāts vienatnē."),
        ({"wish": "not_asked"}, "droša saziņa nav zināma", "Ar cilvēku runāts vienatnē."),
        ({"wish": "no_contact"}, "cilvēks nevēlas saziņu", "Ar cilvēku runāts vienatnē."),
    ],
)
async def test_whoever_was_not_asked_alone_or_wishes_no_contact_leaves_no_number(
    desk: Desk, at_the_form: Entering, differs: dict[str, str], line: str, alone: str
) -> None:
    """Even one that was typed before the answer was changed."""
    await at_the_form.choose(**REPORTED, **SAFE)
    await at_the_form.pick(**TIMES)
    await at_the_form.write(phone=NUMBER, report_number=REPORT)
    await at_the_form.choose(**differs)
    await at_the_form.send()
    row = await entered(desk)
    assert row.call_until is None
    await opened(desk)
    assert line in await desk.page.inner_text("#may-call")
    assert alone in await desk.page.inner_text("#reported"), "not known is not a no"
    await expect(desk.page.locator("#reveal")).to_be_hidden()
    assert NUMBER not in await desk.page.content()
    await desk.go("/requests")
    await expect(desk.page.locator(".queue .tag")).to_have_text("ziņoja citi")


async def test_who_agreed_gets_a_code_to_look_and_to_withdraw(desk: Desk, at_the_form: Entering) -> None:
    await at_the_form.choose(**{**REPORTED, "basis": "agreed"}, language="ru")
    await at_the_form.write(report_number=REPORT)
    await expect(desk.page.locator("#agreement blockquote:visible")).to_contain_text("Вы соглашаетесь")
    await at_the_form.send()
    await expect(desk.page.locator("#wrong")).to_contain_text("Piekrišana: vēl nav atbildēts")
    await at_the_form.choose(read_aloud="yes")
    await at_the_form.send()
    row = await entered(desk)
    async with desk.runtime.database.store() as store:
        (consent,) = await store.consents.of_request(row.id)
        wording = await store.consents.wording(consent.wording_hash)
    assert (consent.channel, consent.language, consent.wording_id) == ("desk", "ru", referrals.AGREEMENT)
    assert wording
    assert wording.text.startswith("Вы соглашаетесь")

    code = await desk.page.inner_text("#code")
    await desk.page.emulate_media(media="print")
    await expect(desk.page.locator("#code")).to_be_hidden()
    assert await contact.withdraw(desk.runtime, code)
    async with desk.runtime.database.store() as store:
        gone = await store.requests.by_id(row.id)
    assert gone
    assert (gone.status, gone.sealed) == ("withdrawn", None)


async def test_what_is_missing_is_listed_and_nothing_typed_is_lost(desk: Desk, at_the_form: Entering) -> None:
    await at_the_form.choose(**{**REPORTED, **SAFE})
    await at_the_form.write(phone="12", note=NOTE)
    await at_the_form.send()
    wrong = desk.page.locator("#wrong")
    await expect(wrong).to_be_focused()
    assert await wrong.locator("li").all_inner_texts() == [
        "Droši laiki: vēl nav atbildēts",
        "Tālrunis: tas nav tālruņa numurs",
    ]
    await wrong.locator("a", has_text="Tālrunis").click()
    await expect(desk.page.locator("#phone")).to_be_focused()
    assert await desk.page.input_value("#note") == NOTE
    await at_the_form.choose(wish="no_contact")
    await at_the_form.send()
    await expect(wrong.locator("li")).to_have_text(
        ["Ziņojuma numurs: bez ziņojuma numura un bez drošas saziņas cilvēku neviens nevar atrast"]
    )


async def test_no_sum_decides_and_another_sign_never_lowers_the_urgency(at_the_form: Entering) -> None:
    """Each sign alone, and beside every other: the rule is the table's, and what was denied or not asked is nothing."""
    found = await at_the_form.page.evaluate(URGENCIES, list(SIGNS))
    nothing, happened = ["in_order"] * 2, {"today": ["today"] * 2, "soon": ["next_working_day"] * 2}
    expected = dict.fromkeys(("injury", "alcohol", "children_present", "dependent"), nothing)
    expected |= dict.fromkeys(("worse", "control", "leaving", "order_broken"), happened["soon"])
    expected |= dict.fromkeys(("neck", "threat", "weapon", "fear"), happened["today"])
    assert found["alone"] == {name: [*urgency, *nothing] for name, urgency in expected.items()}
    assert found["lowered"] == []
    assert found["duty"] == "next_working_day"


async def test_who_is_close_to_the_family_does_not_read_it(desk: Desk, at_the_form: Entering, clock: Clock) -> None:
    """Without one person who reads alone nothing is stored, and the page says where the report goes instead."""
    await at_the_form.choose(**{**REPORTED, "close_to_family": "yes"})
    await at_the_form.write(report_number=REPORT)
    await at_the_form.send()
    await expect(desk.page.locator("#told")).to_contain_text("kaimiņu dienestam")
    async with desk.runtime.database.store() as store:
        assert await store.requests.waiting("balvi") == []
    assert await desk.page.input_value("#report_number") == REPORT


def test_there_is_no_page_for_partners() -> None:
    """Nobody has agreed to one. A worker of the service enters it, and nobody else asks how it stands."""
    mine = [("GET", "/referrals/new"), ("POST", "/referrals"), ("GET", "/referrals/paper/{language}")]
    about = {(route.method, route.path): route.who for route in ROUTES if route.path.startswith("/refer")}
    assert about == dict.fromkeys(mine, CASEWORK)
    assert set(get_args(Role)) == {"worker", "head", "editor", "approver", "operator", "dpo"}


def test_no_case_goes_to_a_meeting_from_the_desk() -> None:
    """Nobody has settled on what that would rest: there is no page for it, and a meeting stays a line on paper."""
    assert not [route.path for route in ROUTES if re.search("meeting|marac|conference", route.path)]


async def test_a_package_that_asks_more_than_there_are_words_for_shows_what_it_asks(
    desk: Desk, at_the_form: Entering
) -> None:
    content = desk.runtime.content
    asked = content.referral.fields["sender"].model_copy(update={"options": ("neighbour",)})
    fields = {**content.referral.fields, "witness": asked}
    desk.runtime.content = replace(content, referral=content.referral.model_copy(update={"fields": fields}))
    await desk.go("/referrals/new")
    await expect(at_the_form.page.locator("#witness")).to_contain_text("neighbour")


async def test_the_browser_asks_before_what_was_typed_is_left(desk: Desk, at_the_form: Entering) -> None:
    asked = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    await at_the_form.write(note=NOTE)
    desk.page.on("dialog", stay)
    async with desk.page.expect_event("dialog"):
        await desk.page.evaluate("location.href = '/requests'")
    assert asked == ["beforeunload"]
    assert await desk.page.input_value("#note") == NOTE
    assert await desk.page.get_attribute("#valid_until", "min") == desk.runtime.today().isoformat()
