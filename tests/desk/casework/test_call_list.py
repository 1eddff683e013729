"""The call list: who can be called now, and who later today, on a page that holds no number, name, word or note."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from playwright.async_api import Page, expect

from bot.engine.request import Values, Window
from bot.usecases.casework.requests import OPEN
from bot.usecases.person import additions
from storage.contact_requests import ContactRequest
from tests.begun import begun
from tests.desk.browsing import LAPTOP, Desk, leads_on
from tests.faces import NOON, Clock
from tests.pages import StillClock
from tests.patience import profile
from tests.people import CANARIES, PASSPHRASE, PASSWORD, a_desk_mate, a_key_holder, a_request

NO_PHONE = dict.fromkeys(("phone", "phone_is", "windows1.day", "windows1.from", "windows1.to"), "")
BY_MESSAGE = {"contact_mode": "sms", "phone_is": "mine_private", "neutral_message": "good_time"}
LONG = {"windows1.from": "09:00", "windows1.to": "14:00"}
EARLIER = NOON - timedelta(minutes=30)


@dataclass
class Calls:
    """Ilze, signed in at a desk whose clock stands still at noon, and what waits at her service."""

    desk: Desk
    clock: Clock
    browser: StillClock
    ilze: str
    zane: str
    waiting: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def page(self) -> Page:
        return self.desk.page

    async def wait(self, name: str, /, change: "Change | None" = None, **differs: str) -> None:
        """One more request, and how it stands."""
        self.codes[name] = await a_request(self.desk.runtime, **differs)
        async with self.desk.runtime.database.store() as store:
            found = await store.requests.of_service("balvi", set(OPEN))
            (row,) = [request for request in found if request.id not in self.waiting.values()]
            self.waiting[name] = row.id
            if change:
                change(row, self)

    async def look(self) -> None:
        await self.desk.go("/calls")
        if await self.asks():
            await self.page.fill("#passphrase", PASSPHRASE)
            await self.page.click("#unlock button")
        await expect(self.page.locator("#calls")).to_be_visible()

    async def asks(self) -> bool:
        """Whether the page asks for the passphrase: it is unlocked once for each sign-in."""
        await expect(self.page.locator("#unlock, #calls").filter(visible=True).first).to_be_visible()
        return await self.page.locator("#passphrase").is_visible()

    async def listed(self) -> dict[str, tuple[str, str, str]]:
        """By name: on which list it stands, the time that is said, and whose it is."""
        found = {}
        for which in ("now", "later"):
            for row in await self.page.locator(f"#{which} li").all():
                link = await row.locator("a").get_attribute("href")
                said = await row.locator("dd").all_inner_texts()
                found[self.named(link or "")] = (which, said[0], said[-1])
        return found

    def named(self, link: str) -> str:
        return next(name for name, reference in self.waiting.items() if link == f"/requests/{reference}")


Change = Callable[[ContactRequest, Calls], None]


def stands(state: str = "taken", *outcomes: str, **columns: object) -> Change:
    """In a state, by default her own, after calls half an hour ago."""

    def change(row: ContactRequest, calls: Calls) -> None:
        row.status, row.worker_id = state, calls.ilze  # type: ignore[assignment]
        row.attempts = [{"at": EARLIER.isoformat(), "outcome": outcome, "additions": "0"} for outcome in outcomes]
        for name, value in columns.items():
            setattr(row, name, value)

    return change


def a_colleagues(row: ContactRequest, calls: Calls) -> None:
    row.status, row.worker_id = "taken", calls.zane


def left_by_a_colleague(row: ContactRequest, calls: Calls) -> None:
    row.status, row.worker_id = "contacted", None


YOURS, NOBODYS = "jūsu", "neviens nav uzņēmies: vispirms uzņemieties"
TABLE: Mapping[str, tuple[Change | None, Mapping[str, str], tuple[str, str, str] | None]] = {
    "new, open now": (None, LONG, ("now", "14:00", NOBODYS)),
    "taken, open for a short while": (stands(), {"windows1.to": "12:30"}, ("now", "12:30", YOURS)),
    "in contact": (stands("contacted"), LONG, ("now", "14:00", YOURS)),
    "left by a colleague who is gone": (left_by_a_colleague, LONG, ("now", "14:00", NOBODYS)),
    "by text message": (stands(), BY_MESSAGE | LONG, ("now", "14:00", YOURS)),
    "opens later": (stands(), {"windows1.from": "15:00", "windows1.to": "16:30"}, ("later", "15:00", YOURS)),
    "called half an hour ago": (stands("taken", "no_answer", most_attempts=3), LONG, ("later", "12:30", YOURS)),
    "called half an hour ago, and the time ends with the pause": (
        stands("taken", "no_answer", most_attempts=3), {"windows1.to": "12:30"}, None,
    ),
    "was open this morning": (stands(), {"windows1.to": "11:00"}, None),
    "opens tomorrow": (stands(), {"windows1.day": "tue"}, None),
    "called as often as she allowed": (stands("taken", "no_answer", most_attempts=1), LONG, None),
    "somebody else answered": (stands("taken", "other_person", most_attempts=3), LONG, None),
    "a wrong number": (stands("taken", "wrong_number", most_attempts=3), LONG, None),
    "a number that is no longer safe": (stands(call_blocked=True), LONG, None),
    "the permission ended": (stands(call_until=date(2026, 11, 22)), LONG, None),
    "awaited": (stands("awaited", due_at=NOON + timedelta(days=3)), LONG, None),
    "will come herself": (stands(), {"contact_mode": "i_will_come", **NO_PHONE}, None),
    "in times in which nobody works": (stands(), {"windows1.from": "20:00", "windows1.to": "22:00"}, None),
}  # fmt: skip
NOT_OFFERED: Mapping[str, tuple[Change | None, Mapping[str, str]]] = {
    "a colleague's": (a_colleagues, LONG),
    "for the head alone": (stands("new", worker_id=None, head_only=True), LONG),
    "closed": (stands("closed"), LONG),
}


@pytest.fixture
async def calls(desk: Desk, clock: Clock) -> Calls:
    ilze, signed = await begun(desk.runtime, clock, a_key_holder)
    zane = await a_desk_mate(desk.runtime, "zane", "worker", "balvi")
    browser = await StillClock(desk.page).stop()
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    clock.now = NOON
    return Calls(desk, clock, browser, signed.id, zane.id)


async def the_row(calls: Calls, name: str) -> ContactRequest:
    async with calls.desk.runtime.database.store() as store:
        row = await store.requests.by_id(calls.waiting[name])
    assert row
    return row


async def events(calls: Calls, name: str) -> list[str]:
    async with calls.desk.runtime.database.store() as store:
        return [entry.event for entry in await store.audit.entries(calls.waiting[name]) if entry.actor == calls.ilze]


async def test_every_window_and_state_stands_where_it_belongs(calls: Calls) -> None:
    for name, (change, differs, _) in TABLE.items():
        await calls.wait(name, change, **differs)
    for name, (change, differs) in NOT_OFFERED.items():
        await calls.wait(name, change, **differs)
    await calls.look()
    expected = {name: where for name, (*_, where) in TABLE.items() if where}
    assert await calls.listed() == expected
    rest = len(TABLE) - len(expected)
    await expect(calls.page.locator("#rest")).to_contain_text(f"Sarakstā nav: {rest}.")
    first = calls.page.locator(
        "#now li", has=calls.page.locator(f"[href='/requests/{calls.waiting['by text message']}']")
    )
    assert [row.strip() for row in await first.locator("dd").all_inner_texts()] == ["14:00", "īsziņa", "krievu", YOURS]
    assert await first.locator(".priority").inner_text() == "ŠODIEN"


async def test_what_can_be_called_by_the_list_can_be_called_by_its_page(calls: Calls) -> None:
    for name, (change, differs, _) in TABLE.items():
        await calls.wait(name, change, **differs)
    await calls.look()
    now = {name for name, (which, *_) in (await calls.listed()).items() if which == "now"}
    for name, reference in calls.waiting.items():
        await calls.desk.go(f"/requests/{reference}")
        await calls.desk.unlock(PASSPHRASE)
        assert ("? JĀ" in await calls.desk.opened()) == (name in now), name


async def test_the_page_holds_no_number_name_word_or_note_and_neither_does_what_was_sent(calls: Calls) -> None:
    await calls.wait("one", None, **LONG)
    await calls.wait("two", stands(), **LONG)
    await calls.look()
    assert len(await calls.listed()) == 2
    everything = await calls.page.content() + "".join(calls.desk.sent)
    assert not [secret for secret in (*CANARIES, "zaļkods", "7700 900123") if secret in everything]
    kept = await calls.page.evaluate(KEPT, PASSPHRASE)
    assert len(kept) == 2
    assert not [canary for canary in CANARIES if canary in str(kept)]


KEPT = """async (passphrase) => {
    const { post, unlock } = await import("/static/keyring.js");
    const { unsealed } = await import("/static/letter.js");
    const { entry } = await import("/static/call_order.js");
    const own = await unlock(passphrase);
    const { copies, letters } = await post("/requests/letters", { purpose: "calls" });
    return Promise.all(letters.map(async ({ ciphertext, added, envelope }) =>
        entry(await unsealed(
            { ciphertext, copies, additions: added, notes: [], papers: [] }, own, envelope), envelope)));
}"""


async def test_looking_counts_as_finding_does_stands_in_the_audit_and_reads_nothing(calls: Calls) -> None:
    await calls.wait("one", None, **LONG)
    await calls.wait("a colleague's", a_colleagues, **LONG)
    await calls.look()
    await calls.look()
    row = await the_row(calls, "one")
    assert (row.opened_count, row.opened_in_time, row.status) == (1, None, "new")
    assert set(await events(calls, "one")) == {"letter_looked_through_calls"}
    assert (await the_row(calls, "a colleague's")).opened_count == 0
    assert await events(calls, "a colleague's") == []


async def test_a_head_is_not_offered_what_a_colleague_has_taken(calls: Calls) -> None:
    async with calls.desk.runtime.database.store() as store:
        ilze = await store.workers.by_login("ilze")
        assert ilze
        ilze.role = "head"
    await calls.wait("a colleague's", a_colleagues, **LONG)
    await calls.wait("own", stands(), **LONG)
    await calls.look()
    assert [*await calls.listed()] == ["own"]
    assert (await the_row(calls, "a colleague's")).opened_count == 0


async def test_a_window_goes_off_on_the_stroke_of_the_clock_and_another_comes(calls: Calls) -> None:
    await calls.wait("ends", stands(), **{"windows1.to": "12:30"})
    await calls.wait("begins", stands(), **{"windows1.from": "12:30", "windows1.to": "14:00"})
    await calls.wait("paused", stands("taken", "no_answer", most_attempts=3), **LONG)
    await calls.look()
    assert await calls.listed() == {
        "ends": ("now", "12:30", YOURS), "begins": ("later", "12:30", YOURS), "paused": ("later", "12:30", YOURS),
    }  # fmt: skip
    await calls.browser.move(minutes=29, seconds=50)
    await calls.page.keyboard.press("Shift")  # she is here
    assert next(iter(await calls.listed())) == "ends"
    await calls.browser.move(seconds=10)
    await expect(calls.page.locator(f"#now [href$='{calls.waiting['begins']}']")).to_be_visible()
    assert await calls.listed() == {"begins": ("now", "14:00", YOURS), "paused": ("now", "14:00", YOURS)}


async def test_with_nobody_to_call_it_says_when_the_next_window_opens(calls: Calls) -> None:
    await calls.wait("tomorrow", stands(), **{"windows1.day": "tue", "windows1.from": "10:00"})
    await calls.look()
    said = calls.page.locator("#nobody")
    await expect(said).to_have_text("Tagad ne ar vienu nevar sazināties. Nākamais drošais laiks sākas: otrdien 10:00.")
    await calls.wait("today", stands(), **{"windows1.from": "15:00", "windows1.to": "16:00"})
    await calls.look()
    await expect(said).to_contain_text("sākas: 15:00.")


async def test_with_no_letter_at_all_it_says_so(calls: Calls) -> None:
    await calls.look()
    await expect(calls.page.locator("#nobody")).to_have_text("Tagad ne ar vienu nevar sazināties.")


async def test_a_letter_that_cannot_be_opened_is_said_and_hides_nothing_else(calls: Calls) -> None:
    await calls.wait("whole", stands(), **LONG)
    await calls.wait("broken", stands(sealed=b"not a letter"), **LONG)
    await calls.wait("of another", stands(), **LONG)
    async with calls.desk.runtime.database.store() as store:
        rows = {name: await store.requests.by_id(reference) for name, reference in calls.waiting.items()}
        assert rows["of another"]
        assert rows["whole"]
        rows["of another"].sealed = rows["whole"].sealed
    await calls.look()
    assert [*await calls.listed()] == ["whole"]
    links = await calls.page.locator("#unread a").all()
    named = {calls.named(await link.get_attribute("href") or "") for link in links}
    assert named == {"broken", "of another"}


async def test_new_times_without_the_word_narrow_the_list_too(calls: Calls) -> None:
    await calls.wait("narrowed", stands(), **LONG)
    times: Values = {"windows": (Window("mon", "13:00", "16:00"),), "valid_until": "2026-11-30"}
    await additions.change_times(calls.desk.runtime, calls.codes["narrowed"], times, "lv", "")
    await calls.look()
    assert await calls.listed() == {"narrowed": ("later", "13:00", YOURS)}


@pytest.mark.parametrize("leaves", ["pagehide", "idle"])
async def test_it_is_gone_with_the_page(calls: Calls, leaves: str) -> None:
    await calls.wait("one", stands(), **LONG)
    await calls.look()
    if leaves == "pagehide":
        await calls.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        await expect(calls.page.locator("#calls")).to_be_hidden()
        await calls.browser.move(seconds=5)
    else:
        await calls.browser.move(minutes=31)
        await expect(calls.page.locator("[name=login]")).to_be_visible()
    assert calls.waiting["one"][:6] not in await calls.page.content()
    assert "14:00" not in await calls.page.content()


async def test_a_page_out_of_the_browsers_cache_is_made_anew(calls: Calls) -> None:
    await calls.wait("one", stands(), **LONG)
    await calls.look()
    async with calls.page.expect_navigation():
        await calls.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    await expect(calls.page.locator("#now li")).to_have_count(1)


async def test_nothing_of_it_is_printed(calls: Calls) -> None:
    await calls.wait("one", stands(), **LONG)
    await calls.look()
    await calls.page.emulate_media(media="print")
    printed = await calls.page.inner_text("body")
    assert printed.strip() == "Zvanu sarakstu nedrukā: tas der dažas minūtes, bet papīrs paliek."
    await calls.page.emulate_media(media="null")


async def test_from_the_queue_it_is_one_key_and_each_line_leads_to_its_request(calls: Calls) -> None:
    await calls.wait("one", stands(), **LONG)
    await calls.desk.go("/requests")
    async with calls.page.expect_navigation():
        await calls.page.keyboard.press("c")
    await calls.page.fill("#passphrase", PASSPHRASE)
    await calls.page.click("#unlock button")
    await expect(calls.page.locator("#now li")).to_have_count(1)
    await calls.page.keyboard.press("j")
    async with calls.page.expect_navigation():
        await calls.page.keyboard.press("Enter")
    assert calls.page.url.endswith(calls.waiting["one"])


async def test_a_wrong_passphrase_makes_no_list(calls: Calls) -> None:
    await calls.wait("one", None, **LONG)
    await calls.desk.go("/calls")
    await calls.page.fill("#passphrase", "not the passphrase")
    await calls.page.click("#unlock button")
    await expect(calls.page.locator("#told")).to_contain_text("frāze atslēgu neatver")
    assert (await the_row(calls, "one")).opened_count == 0


async def test_without_a_script_it_says_that_it_needs_one(calls: Calls) -> None:
    browser = calls.page.context.browser
    assert browser
    context = await profile(browser, java_script_enabled=False, viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
    await context.add_cookies(await calls.page.context.cookies())  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{calls.desk.url}/requests")
    await leads_on(page, "#to-calls")
    assert "Tam vajag JavaScript" in await page.inner_text("main")
    await context.close()
