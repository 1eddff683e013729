"""Every page of the desk in every state that a test can bring it into: one line of the table each.

A new page gets its line here: a function that brings a browser to it, under the route that answers and the login of
who sees it. A test fails when a route has none.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pyotp
from playwright.async_api import Page, expect

from bot.desk.content.round_words import shipped_cards
from bot.engine.request import DAYS, Values, Window
from bot.runtime import Runtime
from bot.usecases.accounts import sign_ins, workers
from bot.usecases.accounts.workers import Role
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, joining, letters
from bot.usecases.casework import requests as casework
from bot.usecases.content import drafts, round_walks, rounds, translations
from bot.usecases.operation import yearly
from bot.usecases.person import additions, contact
from bot.usecases.services import trials
from storage.passkeys import Passkey
from storage.slips import TOTAL, QuarterEdition
from storage.social_services import ServiceKey
from storage.workers import DeskSession, Worker
from tests.people import (
    PASSPHRASE,
    a_desk_mate,
    a_key,
    a_marked_request,
    a_report,
    a_request,
    a_service,
    an_own_key,
    gives_the_key,
    reads,
)

NOBODY = ""
PEOPLE: tuple[tuple[str, Role, str | None], ...] = (
    ("anna", "worker", "balvi"),  # holds the key of her service
    ("haralds", "head", "balvi"),  # so does he
    ("zane", "worker", "balvi"),  # has a key of her own and waits for a copy
    ("liga", "worker", "balvi"),  # has none yet
    ("rita", "worker", "riga"),  # has none yet, in a service without one
    ("rolands", "head", "riga"),  # could make the first one
    ("eva", "editor", None),
    ("andris", "approver", None),
    ("olga", "operator", None),
    ("dace", "dpo", None),
)
COMING = {
    "contact_mode": "i_will_come",
    **dict.fromkeys(("phone", "phone_is", "windows1.day", "windows1.from", "windows1.to"), ""),
}
NOT_PAGES = {
    *("GET /", "GET /requests/next", "GET /static/{file:.+}", "GET /content/map.svg", "GET /metrics"),
    *("GET /requests/{reference}/standing", "GET /referrals/paper/{language}"),
    *("GET /quarters/{quarter}/paper", "GET /operation/numbers/{year}/paper"),
    *("GET /content/drafts/{draft}/files/{name}", "GET /content/package/file"),
    *("GET /content/drafts/{draft}/map.svg", "GET /content/drafts/{draft}/screens/{screen}/place.svg"),
}
"""Two lead on, the others are files, numbers for a monitor, and what a page asks by itself."""
POST = """([path, fields]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: path });
    for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(form);
    form.submit();
}"""


@dataclass
class Walk:
    """Somebody who goes from page to page, and from one login to the next without typing two factors each time."""

    runtime: Runtime
    url: str
    page: Page
    file: Path
    """The database, for who reaches it past the program."""
    sessions: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    invitation: str = ""
    rounds: dict[str, str] = field(default_factory=dict)

    async def practise(self) -> None:
        """As who came to the round by a link."""
        cookie = {"name": "round", "value": self.rounds["session"], "url": self.url}
        await self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    async def become(self, login: str) -> None:
        await self.page.context.clear_cookies(name="desk")
        if login:
            cookie = {"name": "desk", "value": self.sessions[login], "url": self.url}
            await self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    async def who(self, login: str) -> SignedIn:
        async with self.runtime.database.store() as store:
            one = await store.workers.by_login(login)
        assert one
        return SignedIn(one.id, one.name, one.login, one.role, one.service_id)

    async def confirm(self, login: str) -> None:
        """As who has just proved again who she is."""
        async with self.runtime.database.store() as store:
            await store.sessions.confirm(sha256(self.sessions[login].encode()).digest(), self.runtime.now())

    async def speak(self, language: str) -> None:
        for url in (self.url, self.url.replace("127.0.0.1", "localhost")):
            await self.page.context.add_cookies([{"name": "language", "value": language, "url": url}])

    async def go(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def post(self, path: str, **fields: str) -> None:
        """From a page of the desk, as its own forms do."""
        await self.go("/sign-in" if "/static" in self.page.url else "/me")
        async with self.page.expect_navigation():
            await self.page.evaluate(POST, [path, fields])

    async def unlock(self) -> None:
        """Where it is not unlocked from the page before."""
        await expect(self.page.locator("#unlock button, #unlocked").filter(visible=True).first).to_be_visible()
        if await self.page.locator("#passphrase").is_visible():
            await self.page.fill("#passphrase", PASSPHRASE)
        if await self.page.locator("#unlock button").first.is_visible():
            await self.page.click("#unlock button")

    async def open(self, which: str) -> None:
        await self.go(f"/requests/{self.requests[which]}")
        await self.unlock()
        await expect(self.page.locator("#header-line")).to_be_visible()

    async def brings_back(self, old: str, new: str) -> None:
        """A file with the texts of a draft, in which a translator changed something."""
        draft = self.rounds["other draft"]
        handed = (await translations.hand_out(self.runtime, draft, "blakus.lv-ru.po")).decode()
        await self.go(f"/content/drafts/{draft}/files")
        changed = {"name": "a.po", "mimeType": "text/plain", "buffer": handed.replace(old, new, 1).encode()}
        await self.page.set_input_files("[name=file]", changed)  # type: ignore[arg-type]
        async with self.page.expect_navigation():
            await self.page.click("form[action$='/files'] button")


Way = Callable[[Walk], Awaitable[None]]


@dataclass(frozen=True)
class State:
    """One line of the table."""

    route: str
    login: str
    status: int
    before: bool
    """In an installation in which nothing has happened yet."""
    way: Way

    @property
    def name(self) -> str:
        return self.way.__name__.replace("_", " ")


STATES: list[State] = []


def state(route: str, login: str, status: int = 200, *, before: bool = False) -> Callable[[Way], Way]:
    def add(way: Way) -> Way:
        STATES.append(State(route, login, status, before, way))
        return way

    return add


def plain(route: str, login: str, name: str, *, before: bool = False) -> None:
    """A page that is what it is."""

    async def way(walk: Walk) -> None:
        await walk.go(route.removeprefix("GET "))

    way.__name__ = name
    STATES.append(State(route, login, 200, before, way))


# --- Before anything has happened -------------------------------------------------------------------------------------

plain("GET /sign-in", NOBODY, "the first look", before=True)
plain("GET /operation", "olga", "an installation without a service", before=True)
plain("GET /audit", "dace", "an audit without entries", before=True)
plain("GET /clocks", "dace", "clocks before any job has run", before=True)
plain("GET /requests", "anna", "an empty queue of a service without a key", before=True)
plain("GET /key", "anna", "a service without a key, a worker without one", before=True)
plain("GET /me", "anna", "a sign-in without passkeys and codes", before=True)

# --- Signing in -------------------------------------------------------------------------------------------------------


@state("GET /sign-in", NOBODY, 403)
async def a_sign_in_that_failed(walk: Walk) -> None:
    await walk.go("/sign-in")
    await walk.page.fill("[name=login]", "nobody")
    await walk.page.fill("[name=password]", "a guess that is long")
    await walk.page.fill("[name=code]", "000000")
    async with walk.page.expect_navigation():
        await walk.page.click("main form button:not([type])")


@state("GET /sign-in", NOBODY)
async def a_sign_in_after_joining(walk: Walk) -> None:
    await walk.go("/sign-in?done=joined")


@state("GET /sign-in", NOBODY)
async def a_sign_in_after_half_an_hour_without_a_press(walk: Walk) -> None:
    await walk.go("/sign-in?done=idle")


@state("GET /sign-in", NOBODY)
async def a_sign_in_where_passkeys_work(walk: Walk) -> None:
    await walk.page.goto(walk.url.replace("127.0.0.1", "localhost") + "/sign-in")
    await expect(walk.page.locator("#use-passkey")).to_be_visible()


@state("GET /join/{token}", NOBODY)
async def an_invitation(walk: Walk) -> None:
    await walk.go(walk.invitation)
    await expect(walk.page.locator("#join")).to_have_count(0)


@state("GET /join/{token}", NOBODY)
async def an_invitation_where_passkeys_work(walk: Walk) -> None:
    await walk.page.goto(walk.url.replace("127.0.0.1", "localhost") + walk.invitation)
    await expect(walk.page.locator("#join-passkey")).to_be_visible()


@state("GET /join/{token}", NOBODY)
async def the_secret_of_an_invitation(walk: Walk) -> None:
    await walk.go(walk.invitation)
    async with walk.page.expect_navigation():
        await walk.page.click("[name=show]")
    await expect(walk.page.locator("#secret")).to_be_visible()


@state("GET /join/{token}", NOBODY)
async def an_invitation_whose_secret_was_shown(walk: Walk) -> None:
    await walk.go(walk.invitation)
    await expect(walk.page.locator("#join")).to_be_visible()


@state("GET /join/{token}", NOBODY, 409)
async def an_invitation_with_a_wrong_code(walk: Walk) -> None:
    await walk.go(walk.invitation)
    for name, value in (("code", "000000"), ("password", "x" * 12), ("again", "x" * 12)):
        await walk.page.fill(f"[name={name}]", value)
    async with walk.page.expect_navigation():
        await walk.page.click("#join button")


@state("GET /join/{token}", NOBODY, 404)
async def an_invitation_that_was_used(walk: Walk) -> None:
    await walk.go("/join/never-was")


@state("GET /address/{token}", NOBODY)
async def a_test_mail_that_arrived(walk: Walk) -> None:
    await walk.go((await trials.make_link(walk.runtime, "balvi", "balvi@example.org")).rpartition("8081")[2])


@state("GET /address/{token}", NOBODY)
async def a_test_mail_that_was_confirmed(walk: Walk) -> None:
    link = await trials.make_link(walk.runtime, "balvi", "balvi@example.org")
    await trials.confirm(walk.runtime, link.rpartition("/")[2])
    await walk.go(link.rpartition("8081")[2])


@state("GET /address/{token}", NOBODY, 404)
async def a_test_mail_of_long_ago(walk: Walk) -> None:
    await walk.go("/address/never-was")


plain("GET /conduct", "eva", "the code of conduct")

# --- The queue and a request ------------------------------------------------------------------------------------------

plain("GET /requests", "anna", "the queue")
plain("GET /requests", "zane", "the queue of who holds no key")


@state("GET /requests", "anna")
async def a_filter_that_leaves_nothing(walk: Walk) -> None:
    await walk.go("/requests?state=met&priority=today")


@state("GET /requests", "anna")
async def what_came_in_a_flood(walk: Walk) -> None:
    await walk.go("/requests")
    await walk.page.click(".fold summary")


@state("GET /requests", "anna")
async def what_came_in_a_flood_on_pages_of_its_own(walk: Walk) -> None:
    await walk.go("/requests?flood=yes&priority=in_order&done=together.12")


@state("GET /requests", "anna")
async def everything_of_a_flood_was_read(walk: Walk) -> None:
    await walk.go("/requests?done=nothing_unread")


@state("GET /requests", "anna")
async def the_question_before_several_are_closed(walk: Walk) -> None:
    await walk.go("/requests?flood=yes&priority=in_order")
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/requests/together'] button")


@state("GET /requests", "anna")
async def nothing_that_can_be_closed_together(walk: Walk) -> None:
    await walk.post("/requests/together", request=walk.requests["new"])


@state("GET /requests", "anna")
async def what_has_ended(walk: Walk) -> None:
    await walk.go("/requests?state=ended&done=close.1a2b3c")


plain("GET /colleagues", "haralds", "a head's people, of whom one has two requests")
plain("GET /colleagues", "rolands", "the people of a service without a key")


@state("GET /colleagues", "haralds")
async def an_invitation_that_was_made(walk: Walk) -> None:
    await walk.confirm("haralds")
    await walk.go("/colleagues")
    await walk.page.fill("#invite [name=name]", "Jauna kolēģe")
    await walk.page.fill("#invite [name=login]", f"jauna-{len(await workers.list_workers(walk.runtime))}")
    async with walk.page.expect_navigation():
        await walk.page.click("#invite button")
    await expect(walk.page.locator("#link svg")).to_be_visible()


@state("GET /colleagues", "haralds", 409)
async def an_invitation_with_a_login_that_is_none(walk: Walk) -> None:
    await walk.confirm("haralds")
    await walk.go("/colleagues")
    await walk.page.fill("#invite [name=name]", "Kārlis")
    await walk.page.fill("#invite [name=login]", "kārlis ozols")
    async with walk.page.expect_navigation():
        await walk.page.click("#invite button")


plain("GET /quarters", "rolands", "a service of which no quarter is over")


@state("GET /quarters", "haralds")
async def the_quarters_of_a_service(walk: Walk) -> None:
    told = {TOTAL: "13", "in_contact": "8", "conversation": "nothing of 8", "new_family": "most", "lawyer": "few"}
    async with walk.runtime.database.store() as store:
        if not await store.slips.is_frozen("balvi", "2026Q3"):
            edition = QuarterEdition(service_id="balvi", quarter="2026Q3", told=told, frozen_at=walk.runtime.now())
            await store.slips.freeze(edition)
    await walk.go("/quarters")


plain("GET /referrals/new", "zane", "the form of a report for who holds no key")


@state("GET /referrals/new", "anna")
async def the_form_of_a_report(walk: Walk) -> None:
    await walk.go("/referrals/new")
    for name, answer in (("asked_alone", "yes"), ("wish", "contact"), ("basis", "agreed"), ("contact_mode", "call")):
        await walk.page.check(f"#referral [name={name}][value={answer}]")
    await walk.page.click("#referral > button")
    await expect(walk.page.locator("#wrong")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def a_sealed_request(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['new']}")
    await expect(walk.page.locator("#unlock")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def a_wrong_passphrase(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['new']}")
    await walk.page.fill("#passphrase", "not the passphrase")
    await walk.page.click("#unlock button")
    await expect(walk.page.locator("#told")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def an_open_request(walk: Walk) -> None:
    await walk.open("new")


@state("GET /requests/{reference}", "anna")
async def a_request_of_a_flood(walk: Walk) -> None:
    await walk.open("in a flood")


@state("GET /requests/{reference}", "anna")
async def a_request_with_its_number_shown(walk: Walk) -> None:
    await walk.open("taken")
    await walk.page.click("#reveal")
    await expect(walk.page.locator("#phone a")).to_be_visible()


@state("GET /requests/{reference}", "haralds")
async def a_request_as_the_head_sees_it(walk: Walk) -> None:
    await walk.open("taken")


@state("GET /requests/{reference}", "haralds")
async def a_request_that_a_colleague_contacted(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['contacted']}")


@state("GET /requests/{reference}", "anna")
async def a_reason_that_was_refused_in_place(walk: Walk) -> None:
    await walk.open("taken")
    await walk.page.click("#more summary")
    await walk.page.fill("form[action$='/lower'] input", "call me on 26123456")
    await walk.page.click("form[action$='/lower'] button")
    await expect(walk.page.locator("form[action$='/lower'] .wrong")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def a_request_whose_person_comes(walk: Walk) -> None:
    await walk.open("coming")
    await expect(walk.page.locator("#herself")).to_have_attribute("open", "")


@state("GET /requests/{reference}", "anna")
async def a_request_whose_person_is_awaited(walk: Walk) -> None:
    await walk.open("awaited")


@state("GET /requests/{reference}", "haralds")
async def a_request_where_somebody_else_answered(walk: Walk) -> None:
    await walk.open("answered")
    await expect(walk.page.locator("#lock")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def a_request_with_new_times_and_a_wrong_word(walk: Walk) -> None:
    await walk.open("widened")
    await expect(walk.page.locator("#added")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def a_request_about_to_be_erased_at_a_wish(walk: Walk) -> None:
    await walk.open("taken")
    await walk.page.click("#erase summary")
    await walk.page.click("form[action$='/erase'] button")
    await expect(walk.page.locator("#ask")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def the_question_before_everything_is_erased(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['taken']}/erase")


@state("GET /requests/{reference}", "haralds")
async def the_question_before_a_request_is_taken_over(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['taken']}/takeover")


@state("GET /requests/{reference}/sides", "haralds")
async def the_page_on_which_two_requests_become_two_sides(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['taken']}/sides")
    await expect(walk.page.locator("form[action$='/sides'] select")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def a_closed_request_that_can_be_opened_again(walk: Walk) -> None:
    await walk.open("closed")
    await expect(walk.page.locator("#undo")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def a_report_that_could_be_joined(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['reported']}")
    await walk.page.click("#join summary")
    await expect(walk.page.locator("#join [name=to]").first).to_be_visible()


@state("GET /requests/{reference}", "haralds")
async def a_report_that_the_head_could_join_after_reading(walk: Walk) -> None:
    await reads(walk.runtime, await walk.who("haralds"), walk.requests["reported"])
    await walk.go(f"/requests/{walk.requests['reported']}")
    await walk.page.click("#join summary")


@state("GET /requests/{reference}", "anna")
async def a_report_that_is_joined(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['joined']}")
    await expect(walk.page.locator("#joined a")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def a_request_with_a_report(walk: Walk) -> None:
    await walk.open("widened")
    await expect(walk.page.locator("#joined a")).to_be_visible()


@state("GET /requests/{reference}", "anna")
async def the_question_before_a_report_is_joined(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['reported']}/join", to=walk.requests["widened"])


@state("GET /requests/{reference}", "haralds")
async def the_question_before_they_are_taken_apart(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['joined']}/part")


@state("GET /requests/{reference}", "anna", 409)
async def a_joined_report_that_is_to_be_taken(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['joined']}/take")


@state("GET /requests/{reference}", "anna", 423)
async def the_number_of_a_report_whose_own_request_is_gone(walk: Walk) -> None:
    await casework.take(walk.runtime, await walk.who("anna"), walk.requests["left over"])
    await walk.post(f"/requests/{walk.requests['left over']}/reveal")


@state("GET /requests/{reference}", "haralds")
async def a_request_that_was_erased_at_a_wish(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['erased']}")


@state("GET /requests", "haralds")
async def what_has_ended_as_the_head_sees_it(walk: Walk) -> None:
    await walk.go("/requests?state=ended&done=erase.1a2b3c")


@state("GET /requests", "anna")
async def a_code_that_leads_nowhere(walk: Walk) -> None:
    await walk.go("/requests?done=not_found")


@state("GET /requests", "anna")
async def a_word_that_fits_nothing(walk: Walk) -> None:
    await walk.go("/requests")
    await walk.page.click("#find summary")
    await walk.page.fill("#find [name=word]", "nekas")
    await walk.page.select_option("#find [name=language]", "lv")
    if await walk.page.locator("#find [name=passphrase]").is_visible():
        await walk.page.fill("#find [name=passphrase]", PASSPHRASE)
    await walk.page.click("#find-by-word button")
    await expect(walk.page.locator("#find-told")).to_be_visible()


@state("GET /requests/{reference}", "zane")
async def a_request_without_a_key(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['new']}")


@state("GET /requests/{reference}", "zane")
async def a_request_that_someone_else_took(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['taken']}")


@state("GET /requests/{reference}", "anna")
async def a_request_that_was_closed(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['closed']}")


@state("GET /requests/{reference}", "anna", 404)
async def a_request_that_is_not_there(walk: Walk) -> None:
    await walk.go("/requests/none")


@state("GET /requests/{reference}", "anna", 400)
async def a_reason_that_was_refused_on_a_page_of_its_own(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['taken']}/lower", reason="call me on 26123456")


@state("GET /requests/{reference}", "anna", 403)
async def an_action_that_was_refused_with_what_was_typed(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['new']}/extend", reason="kept for the answer of the court")


# --- The call list ----------------------------------------------------------------------------------------------------

plain("GET /calls", "zane", "the call list of who holds no key")


@state("GET /calls", "anna")
async def the_call_list(walk: Walk) -> None:
    await walk.go("/calls")
    await expect(walk.page.locator("#unlock, #calls").filter(visible=True).first).to_be_visible()
    if await walk.page.locator("#passphrase").is_visible():
        await walk.page.fill("#passphrase", PASSPHRASE)
        await walk.page.click("#unlock button")
    await expect(walk.page.locator("#calls")).to_be_visible()


# --- Keys -------------------------------------------------------------------------------------------------------------

plain("GET /key", "liga", "a worker without a key of her own")
plain("GET /key", "rita", "nobody has a key")
plain("GET /key/lost", "anna", "a passphrase that is lost")
plain("GET /key/lost", "zane", "a passphrase that is lost by who holds nothing")


@state("GET /key", "zane")
async def a_worker_who_has_not_said_that_she_wants_the_key(walk: Walk) -> None:
    await walk.go("/key")
    await walk.unlock()
    await expect(walk.page.locator("#wish")).to_be_visible()


@state("GET /key", "zane")
async def a_worker_who_waits_for_the_key(walk: Walk) -> None:
    await walk.go("/key")
    async with walk.page.expect_navigation():
        await walk.page.click("#wish")
    await walk.unlock()
    await expect(walk.page.locator("#number")).not_to_be_empty()
    await expect(walk.page.locator("#unwish")).to_be_visible()


@state("GET /key", "haralds")
async def a_holder_about_to_give_the_key(walk: Walk) -> None:
    await walk.go("/key")
    await walk.unlock()
    await walk.page.click("form.grant .give")
    await expect(walk.page.locator("form.grant .check").first).to_be_visible()


@state("GET /key", "haralds")
async def a_change_of_the_key_with_a_colleague_in_doubt(walk: Walk) -> None:
    async with walk.runtime.database.store() as store:
        haralds = await store.workers.by_login("haralds")
        assert haralds
        first, second = [one for one in await store.services.keys("balvi") if one.held_by != haralds.id]
        first.endorsement, second.endorsement = None, bytes(32)
    await walk.go("/key")
    await walk.unlock()
    await walk.page.click("#change")
    await expect(walk.page.locator("#doubts [role=alert]")).to_be_visible()


@state("GET /key", "zane")
async def a_worker_who_was_given_what_does_not_open(walk: Walk) -> None:
    async with walk.runtime.database.store() as store:
        zane = await store.workers.by_login("zane")
        (living, *_) = await store.services.keys("balvi")
        assert zane
        given = ServiceKey(
            service_id="balvi", recipient=living.recipient, wrapped=b"age-encryption.org", held_by=zane.id,
            made_at=walk.runtime.now(), unopened=True,
        )  # fmt: skip
        await store.services.put_copy(given)
    await walk.go("/key")
    await walk.unlock()
    await expect(walk.page.locator("#told")).to_be_visible()
    await expect(walk.page.locator("#given")).to_be_visible()


@state("GET /key", "haralds")
async def a_colleague_who_was_given_the_key_and_has_not_opened_it(walk: Walk) -> None:
    await walk.go("/key")
    await expect(walk.page.locator("form.grant")).to_be_attached()


@state("GET /key", "haralds")
async def a_locked_key(walk: Walk) -> None:
    await walk.page.context.clear_cookies(name="desk")
    await walk.go("/sign-in")  # which forgets what was unlocked
    await expect(walk.page.locator("[name=login]")).to_be_visible()
    await walk.become("haralds")
    await walk.go("/key")
    await expect(walk.page.locator("#unlock")).to_be_visible()


@state("GET /key", "rolands")
async def a_recovery_sheet(walk: Walk) -> None:
    await walk.go("/key")
    await walk.unlock()
    await walk.page.click("#make")
    await expect(walk.page.locator("#recovery")).to_be_visible()


# --- Calendars --------------------------------------------------------------------------------------------------------

plain("GET /calendar", "olga", "the calendars of all services")


@state("GET /calendar/{service}", "haralds")
async def a_calendar(walk: Walk) -> None:
    await walk.go("/calendar/balvi")


@state("GET /calendar/{service}", "haralds")
async def a_calendar_of_a_service_whose_key_differs(walk: Walk) -> None:
    await differs(walk, True)
    await walk.go("/calendar/balvi")
    await expect(walk.page.locator("#key-differs")).to_be_visible()
    await differs(walk, False)


async def differs(walk: Walk, it_does: bool) -> None:
    async with walk.runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.key_differs_at = walk.runtime.now() if it_does else None
    walk.runtime.caches.forget_world()


@state("GET /calendar/{service}", "haralds")
async def a_calendar_that_was_not_changed(walk: Walk) -> None:
    await walk.go("/calendar/balvi?said=same")


@state("GET /calendar/{service}", "haralds")
async def a_calendar_looked_at_before_it_is_saved(walk: Walk) -> None:
    await walk.go("/calendar/balvi")
    async with walk.page.expect_navigation():
        await walk.page.click("button[value=look]")


@state("GET /calendar/{service}", "haralds", 400)
async def a_calendar_with_what_is_no_day(walk: Walk) -> None:
    await walk.go("/calendar/balvi")
    await walk.page.fill("textarea[name=closed_days]", "sometimes")
    async with walk.page.expect_navigation():
        await walk.page.click("button[value=save]")


@state("GET /calendar/{service}", "haralds", 409)
async def a_calendar_that_someone_else_changed(walk: Walk) -> None:
    await walk.post("/calendar/balvi", version="an earlier one")


# --- For herself, and for everyone's work -----------------------------------------------------------------------------

plain("GET /about", "anna", "about the desk")
plain("GET /directory", "anna", "the other services")
plain("GET /me", "eva", "a sign-in with passkeys, codes and two browsers")


@state("GET /me", "eva")
async def where_passkeys_are_added(walk: Walk) -> None:
    home = walk.url
    walk.url = home.replace("127.0.0.1", "localhost")
    await walk.become("eva")
    await walk.go("/me")
    await expect(walk.page.locator("#add-passkey")).to_be_visible()
    walk.url = home


plain("GET /confirm", "olga", "asked whether it is she")


@state("GET /confirm", "dace", 403)
async def asked_before_codes_are_made(walk: Walk) -> None:
    await walk.post("/me/codes")
    await expect(walk.page.locator("#confirm [name=next]")).to_have_value("/me")


@state("GET /confirm", "dace", 403)
async def a_wrong_answer_to_that(walk: Walk) -> None:
    await walk.post("/confirm", password="a guess", next="/me")


@state("GET /confirm", "eva", 200)
async def asked_where_passkeys_work(walk: Walk) -> None:
    home = walk.url
    walk.url = home.replace("127.0.0.1", "localhost")
    await walk.become("eva")
    await walk.go("/confirm")
    await expect(walk.page.locator("#confirm-passkey")).to_be_visible()
    walk.url = home


@state("GET /key/lost", "zane")
async def asked_on_the_page_before_a_second_key(walk: Walk) -> None:
    await walk.go("/key/lost")
    await walk.page.check("[name=sure]")
    for name in ("passphrase", "again"):
        await walk.page.fill(f"#make-own [name={name}]", "entirely other words now")
    await walk.page.click("#make-own button")
    await expect(walk.page.locator("dialog#confirm")).to_be_visible()


@state("GET /me", "olga")
async def ten_new_codes(walk: Walk) -> None:
    await walk.post("/me/codes")
    await expect(walk.page.locator("#codes li")).to_have_count(10)


plain("GET /content", "eva", "the content as an editor sees it")
plain("GET /accounts", "olga", "all accounts as the operator sees them")
plain("GET /accounts", "dace", "all accounts as the officer sees them")
plain("GET /operation", "olga", "operation")


@state("GET /operation", "olga", 409)
async def a_test_mail_without_a_server(walk: Walk) -> None:
    await walk.go("/operation")
    await walk.page.fill("#mail [name=address]", "olga@example.org")
    async with walk.page.expect_navigation():
        await walk.page.click("#mail button")


plain("GET /operation/numbers", "olga", "the numbers of a year that is not over")
plain("GET /operation/numbers", "eva", "the numbers as an editor sees them")


@state("GET /operation/numbers", "olga")
async def the_numbers_of_a_year_that_was_told(walk: Walk) -> None:
    weeks = {"start:go": 120, "menu:court": 35, "*:danger": 40, "of-earlier:content": 20}
    year = walk.runtime.now().year - 1
    async with walk.runtime.database.store() as store:
        await store.counts.publish(date(year, 6, 1), date(year, 6, 7), weeks)
        told = {"sent": 35, "closed:cases": 40, "closed:new_family": 30}
        numbers = {f"{yearly.MARK}:balvi:{row}": number for row, number in told.items()}
        await store.counts.publish_blurred(date(year, 1, 1), {yearly.MARK: 0, **numbers})
    await walk.go(f"/operation/numbers?year={year}")
    await expect(walk.page.locator("main details")).to_have_count(1)


@state("GET /operation", "olga")
async def a_look_whether_people_would_be_helped(walk: Walk) -> None:
    await walk.go("/operation")
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/operation/look'] button")
    await expect(walk.page.locator(".looked li").first).to_contain_text("BOT_MODE=service")


plain("GET /audit", "dace", "the audit")


@state("GET /clocks", "dace")
async def a_clock_that_does_not_run(walk: Walk) -> None:
    with closing(sqlite3.connect(walk.file)) as beneath:
        beneath.execute("INSERT OR REPLACE INTO job_runs (name, ran_at) VALUES ('forget_old', '2020-01-01 00:00:00')")
        beneath.execute("INSERT OR REPLACE INTO daily_counts (day, name, count) VALUES ('2020-01-01', '*', 0)")
        beneath.commit()
    await walk.go("/clocks")
    await expect(walk.page.locator("#job-publish_counts strong")).to_be_visible()
    await expect(walk.page.locator("#job-forget_old strong")).to_be_visible()


@state("GET /audit", "dace")
async def a_filter_of_the_audit_that_nothing_fits(walk: Walk) -> None:
    await walk.go("/audit?who=system&event=letter_read&from=2020-01-01&before=2")


# --- The editors' desk ------------------------------------------------------------------------------------------------

plain("GET /content/drafts", "eva", "the drafts")
plain("GET /content/drafts", "andris", "the drafts as an approver sees them")
plain("GET /content/history", "andris", "the history")
plain("GET /content/review", "eva", "the review calendar of facts")
plain("GET /content/glossary", "andris", "the glossary")
plain("GET /content/numbers", "eva", "the phone numbers")
plain("GET /content/package", "eva", "the package for another municipality")


def of_a_draft(route: str, path: str, name: str, login: str = "eva") -> None:
    """A page of a draft."""

    async def way(walk: Walk) -> None:
        await walk.go(f"/content/drafts/{walk.rounds['other draft']}{path}")

    way.__name__ = name
    STATES.append(State(f"GET /content/drafts/{{draft}}{route}", login, 200, False, way))


of_a_draft("", "", "a draft")
of_a_draft("", "?q=tiesa", "what was searched for in a draft")
of_a_draft("/screens/{screen}", "/screens/court-protection", "a screen of a draft")
of_a_draft("/screens/{screen}", "/screens/menu", "a screen as an approver sees it", "andris")
of_a_draft("/topics", "/topics", "the topics of a draft")
of_a_draft("/facts", "/facts", "the facts of a draft")
of_a_draft("/facts/{row}", "/facts/emergency_name", "a fact")
of_a_draft("/facts/{row}", "/facts/new_one", "a fact that is new")
of_a_draft("/facts/{row}/correct", "/facts/emergency_name/correct", "a value to correct")
of_a_draft("/services/{row}/correct", "/services/riga/correct", "a number to correct")
of_a_draft("/services", "/services", "the services of a draft")
of_a_draft("/services/{row}", "/services/riga", "a service")
of_a_draft("/phrases/{topic}/{language}", "/phrases/housing/ru", "what people type for a topic")
of_a_draft("/danger/{language}", "/danger/lv", "the words of danger as an approver sees them", "andris")
of_a_draft("/despair/{language}", "/despair/ru", "the words of despair of a draft")
of_a_draft("/files", "/files", "the texts of a draft as files")
of_a_draft("/files", "/files", "the files as an approver sees them", "andris")
of_a_draft("/changes", "/changes", "the changes of a draft")
of_a_draft("/changes", "/changes", "the changes as an approver sees them", "andris")


@state("GET /preview/{draft}", "anna")
async def a_draft_as_a_worker_may_look_at_it(walk: Walk) -> None:
    await walk.go(f"/preview/{walk.rounds['other draft']}")


@state("GET /preview/{draft}/{screen}", "haralds")
async def a_screen_of_a_draft_as_people_would_read_it(walk: Walk) -> None:
    await walk.go(f"/preview/{walk.rounds['other draft']}/court-protection?in=ru")


@state("GET /content/drafts/{draft}/phrases/{topic}/{language}", "eva", 409)
async def a_phrase_of_another_topic(walk: Walk) -> None:
    await walk.go(f"/content/drafts/{walk.rounds['other draft']}/phrases/housing/lv")
    await walk.page.fill("[name=phrases]", "glābiet mani")
    async with walk.page.expect_navigation():
        await walk.page.get_by_role("button").last.click()


@state("GET /content/drafts/{draft}/danger/{language}", "eva")
async def words_of_danger_that_were_tried(walk: Walk) -> None:
    await walk.go(f"/content/drafts/{walk.rounds['other draft']}/danger/lv")
    await walk.page.fill("[name=typed]", "viņam ir nazis, un es gribu nomirt")
    async with walk.page.expect_navigation():
        await walk.page.press("[name=typed]", "Enter")


@state("GET /content/drafts/{draft}/files", "eva", 200)
async def a_file_that_was_looked_at(walk: Walk) -> None:
    await walk.brings_back('msgstr "Назад"', 'msgstr "Вернуться"')


@state("GET /content/drafts/{draft}/files", "eva", 409)
async def a_file_that_cannot_be_taken(walk: Walk) -> None:
    await walk.brings_back('"exit:back"', '"exit:bak"')


@state("GET /content/package", "eva", 409)
async def a_package_that_is_none(walk: Walk) -> None:
    await walk.go("/content/package")
    await walk.page.set_input_files("[name=file]", {"name": "a.zip", "mimeType": "", "buffer": b"none"})
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/content/package'] button")


# --- Rounds of practitioners ------------------------------------------------------------------------------------------


@state("GET /content/drafts/{draft}/rounds", "eva")
async def the_rounds_of_a_draft(walk: Walk) -> None:
    await walk.go(f"/content/drafts/{walk.rounds['draft']}/rounds")


@state("GET /content/drafts/{draft}/rounds", "eva", 400)
async def a_round_that_could_not_be_opened(walk: Walk) -> None:
    await walk.go(f"/content/drafts/{walk.rounds['other draft']}/rounds")
    for box in await walk.page.locator("[name=card]").all():
        await box.uncheck()
    await walk.page.fill("[name=title]", "Kārta")
    async with walk.page.expect_navigation():
        await walk.page.click("form.opening > button")


@state("GET /content/rounds/{round}", "eva")
async def a_round_with_comments(walk: Walk) -> None:
    await walk.go(f"/content/rounds/{walk.rounds['round']}")


@state("GET /content/rounds/{round}", "andris")
async def a_round_as_an_approver_sees_it(walk: Walk) -> None:
    await walk.go(f"/content/rounds/{walk.rounds['round']}")


@state("GET /content/rounds/{round}", "eva")
async def a_link_that_was_made(walk: Walk) -> None:
    await walk.go(f"/content/rounds/{walk.rounds['round']}")
    await walk.page.fill("[name=service]", "Rīgas Sociālais dienests")
    async with walk.page.expect_navigation():
        await walk.page.click("form[action$='/invite'] button")


@state("GET /content/rounds/{round}/report", "eva")
async def the_report_of_a_round(walk: Walk) -> None:
    await walk.go(f"/content/rounds/{walk.rounds['round']}/report")


@state("GET /round/join/{token}", NOBODY)
async def a_link_into_a_round(walk: Walk) -> None:
    await walk.go(walk.rounds["link"])


@state("GET /round", NOBODY)
async def a_practitioners_first_page(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round")


@state("GET /round/walk", NOBODY)
async def a_screen_of_the_draft(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/walk")


@state("GET /round/walk", NOBODY, 400)
async def a_comment_that_could_not_be_kept(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/walk")
    await walk.page.check("[name=kind][value=wrong]")
    await walk.page.fill("#comment [name=text]", "Zvanīt 29123456")
    async with walk.page.expect_navigation():
        await walk.page.click("#comment button")


@state("GET /round/practice", NOBODY)
async def the_invented_cases_in_a_round(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/practice")


@state("GET /round/practice/{case}/{step}", NOBODY)
async def a_step_of_an_invented_case_in_a_round(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/practice/own_violence/closing")


@state("GET /round/practice/{case}/{step}", NOBODY, 400)
async def a_comment_on_an_invented_case_that_could_not_be_kept(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/practice/own_violence/call")
    await walk.page.check("[name=kind][value=wrong]")
    await walk.page.fill("#comment [name=text]", "Zvanīt 29123456")
    async with walk.page.expect_navigation():
        await walk.page.click("#comment button")


plain("GET /round/thanks", NOBODY, "the end of a round")


@state("GET /round", NOBODY)
async def a_round_that_is_closed(walk: Walk) -> None:
    async with walk.runtime.database.store() as store:
        await store.rounds.close(walk.rounds["draft"], walk.runtime.now())
    await walk.practise()
    await walk.go("/round")


# --- Practice ---------------------------------------------------------------------------------------------------------

plain("GET /practice", "anna", "the invented cases")


@state("GET /practice/{case}/{step}", "anna")
async def the_sealed_letter_of_an_invented_case(walk: Walk) -> None:
    await walk.go("/practice/other_answers/letter")
    await expect(walk.page.locator("#sealed")).to_be_visible()


@state("GET /practice/{case}/{step}", "haralds")
async def the_opened_letter_of_an_invented_case(walk: Walk) -> None:
    await walk.go("/practice/two_accounts/letter")
    await walk.page.click("#letter button")
    await expect(walk.page.locator("#letter .story")).to_be_visible()


@state("GET /practice/{case}/{step}", "eva")
async def what_colleagues_would_consider(walk: Walk) -> None:
    await walk.go("/practice/known_family/conversation")
    for fold in await walk.page.locator(".choice > summary").all():
        await fold.click()


# --- What the desk refuses --------------------------------------------------------------------------------------------


@state("GET /requests", "olga", 403)
async def a_page_of_another_role(walk: Walk) -> None:
    await walk.go("/requests")


@state("GET /conduct", "andris", 400)
async def a_form_that_was_not_understood(walk: Walk) -> None:
    await walk.post("/conduct")


@state("GET /requests/{reference}", "zane", 409)
async def a_colleague_who_was_faster(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['taken']}/take")


@state("GET /requests/{reference}", "anna", 410)
async def a_request_that_was_withdrawn(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['withdrawn']}/take")


@state("GET /requests/{reference}", "anna", 400)
async def a_reason_that_is_none(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['new']}/lower", reason="no")


@state("GET /me", "eva", 409)
async def a_new_app_whose_code_was_wrong(walk: Walk) -> None:
    await walk.confirm("eva")
    await walk.go("/me")
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/me/app'] button")
    await walk.page.fill("#app [name=code]", "000000")
    async with walk.page.expect_navigation():
        await walk.page.click("#app button")
    await expect(walk.page.locator("#app [role=alert]")).to_be_visible()
    await expect(walk.page.locator("#app svg")).to_be_visible()


@state("GET /me", "eva", 409)
async def a_new_password_that_is_too_easy(walk: Walk) -> None:
    await walk.confirm("eva")
    await walk.go("/me")
    for name in ("password", "again"):
        await walk.page.fill(f"#new-password [name={name}]", "blakus blakus blakus")
    async with walk.page.expect_navigation():
        await walk.page.click("#new-password button")


@state("GET /me", "andris", 401)
async def a_press_after_signing_out(walk: Walk) -> None:
    await walk.go("/me")
    await walk.become(NOBODY)
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/me/codes'] button")


@state("GET /audit", "dace")
async def a_broken_audit_for_the_officer(walk: Walk) -> None:
    with closing(sqlite3.connect(walk.file, isolation_level=None)) as beneath:
        beneath.execute("DROP TRIGGER IF EXISTS audit_stays")
        beneath.execute("UPDATE audit SET actor = 'nobody' WHERE id = 3")
    await walk.go("/audit")
    await expect(walk.page.locator("#chain[role=alert]")).to_be_visible()


@state("GET /operation", "olga")
async def a_broken_audit_for_the_operator(walk: Walk) -> None:
    await walk.go("/operation")
    await expect(walk.page.locator("#chain[role=alert]")).to_be_visible()


@state("GET /content", "eva", 500)
async def our_own_mistake(walk: Walk) -> None:
    walk.runtime.content = None  # type: ignore[assignment]
    await walk.go("/content")


# --- The installation -------------------------------------------------------------------------------------------------


async def settle(walk: Walk) -> dict[str, SignedIn]:
    """Two services and everyone in them, each signed in."""
    for service, place in (("balvi", "balvu-novads"), ("riga", "riga")):
        await a_service(walk.runtime, service, place)
    everyone = {login: await a_desk_mate(walk.runtime, login, role, service) for login, role, service in PEOPLE}
    now = walk.runtime.now()
    async with walk.runtime.database.store() as store:
        for login, one in everyone.items():
            worker = await store.workers.by_login(login)
            assert worker
            worker.conduct_at = now
            store.workers.set_totp(worker, pyotp.random_base32().encode())
            walk.sessions[login] = f"the session of {login}".replace(" ", "-")
            for token in (walk.sessions[login], f"another of {login}"):
                begun = DeskSession(
                    token_hash=sha256(token.encode()).digest(), worker_id=one.id, started_at=now, seen_at=now,
                    confirmed_at=now if login == "olga" else None,
                )  # fmt: skip
                await store.sessions.add(begun)
    return everyone


async def work(walk: Walk, everyone: dict[str, SignedIn]) -> None:
    """Keys are made and given, people write, and each request comes into another state."""
    runtime, anna = walk.runtime, everyone["anna"]
    identity = await a_key(runtime, anna)
    for login in ("haralds", "zane", "rolands"):
        await an_own_key(runtime, everyone[login])
    await gives_the_key(runtime, anna, everyone["haralds"], identity)
    codes: dict[str, str] = {}
    late = {"windows1.to": "23:30", "max_attempts": "3"}
    acted_on = ("taken", "contacted", "closed", "coming", "awaited", "answered", "erased")
    for name in ("new", "withdrawn", "widened", "in a flood", *acted_on):
        differs = {**late, "urgency_self": "when_possible"} if name == "in a flood" else late
        sent = COMING if name == "coming" else differs
        codes[name] = await (a_marked_request if name == "in a flood" else a_request)(runtime, **sent)
        async with runtime.database.store() as store:
            waiting = {one.id for one in await store.requests.waiting("balvi")}
        walk.requests[name] = next(iter(waiting - set(walk.requests.values())))
    for name in acted_on:
        await casework.take(runtime, anna, walk.requests[name])
    her_day = runtime.now().date() + timedelta(days=5)
    await handling.await_person(runtime, anna, walk.requests["awaited"], her_day)
    await handling.note_attempt(runtime, anna, walk.requests["answered"], "other_person", 3)
    always: Values = {"windows": tuple(Window(day, "00:00", "24:00") for day in DAYS), "valid_until": "2027-01-10"}
    await additions.change_times(runtime, codes["widened"], always, "lv", "nav tas")
    await handling.erase_at_wish(runtime, anna, walk.requests["erased"])
    await letters.fetch(runtime, anna, walk.requests["in a flood"])
    await letters.confirm(runtime, anna, walk.requests["in a flood"])
    await handling.note_attempt(runtime, anna, walk.requests["contacted"], "reached_verified", 3)
    await casework.close(runtime, anna, walk.requests["closed"], "met")
    await contact.withdraw(runtime, codes["withdrawn"])
    await sign_ins.new_recovery_codes(runtime, everyone["eva"])
    await a_demonstrated_worker(runtime)
    await reports(walk, anna)
    walk.rounds |= await a_round(runtime, everyone["eva"])
    walk.invitation = await workers.invite(runtime, "new", "New", "worker", "balvi")
    async with runtime.database.store() as store:
        for number, name in enumerate(("mans tālrunis", "мой ноутбук")):
            eva = everyone["eva"].id
            used = runtime.now() if number else None
            await store.passkeys.add(
                Passkey(
                    worker_id=eva, credential=name.encode(), public_key=b"-", sign_count=0, name=name,
                    made_at=runtime.now(), used_at=used,
                )
            )  # fmt: skip


async def reports(walk: Walk, anna: SignedIn) -> None:
    """One waits, one is joined to what the person wrote, and one is left over after the person withdrew that."""
    for name, to in (("reported", ""), ("joined", "widened"), ("left over", "")):
        walk.requests[name] = (await a_report(walk.runtime, anna)).reference
        await reads(walk.runtime, anna, walk.requests[name], walk.requests["widened"])
        if to:
            await joining.join(walk.runtime, anna, walk.requests[name], walk.requests[to])
    async with walk.runtime.database.store() as store:
        left = await store.requests.by_id(walk.requests["left over"])
        assert left
        left.no_contact = True


async def a_demonstrated_worker(runtime: Runtime) -> None:
    """Whose code stands on the sign-in page."""
    paula = Worker(
        id=workers.DEMO_PREFIX + "paula", login="paula", name="Paula", role="worker", created_at=runtime.now()
    )
    async with runtime.database.store() as store:
        store.workers.set_totp(paula, pyotp.random_base32().encode())
        await store.workers.add(paula)


async def a_round(runtime: Runtime, eva: SignedIn) -> dict[str, str]:
    """A draft that is walked: one practitioner came and said two things, one of them answered."""
    draft = await drafts.open_draft(runtime, eva, "Skaidrāka izvēlne")
    closes = runtime.now().date() + timedelta(days=14)
    held = await rounds.open_round(runtime, eva, draft, "Pirmā kārta", closes, shipped_cards())
    used, link = await rounds.invite(runtime, eva, held, "Balvu sociālais dienests", "Balvu sociālais dienests")
    session = await round_walks.join(runtime, used.rpartition("/")[2], "Ilze", "lv")
    for card in ("night", "neighbour"):
        who = await round_walks.get_practitioner(runtime, session)
        assert who
        await round_walks.take_card(runtime, who, card)
        await round_walks.walk(runtime, who, None)
        await round_walks.comment(runtime, who, "menu", "unclear", f"Nav saprotams ({card}).")
    first, _ = (await rounds.view_round(runtime, held)).comments
    await rounds.answer(runtime, eva, held, first.id, "declined", "Tas ir citā tēmā.")
    other = await drafts.open_draft(runtime, eva, "Cits melnraksts")
    return {"draft": draft, "other draft": other, "round": held, "link": link, "session": session}
