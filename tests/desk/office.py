"""Two colleagues of one service, each at a browser of her own, and what they do with keys there."""

import re
from dataclasses import dataclass

import pyotp
from playwright.async_api import Route, expect

from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.accounts.workers import Role
from bot.usecases.acting import SignedIn
from bot.usecases.services import keys
from tests.begun import begun
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, Desk, accessible, confirmed, leads_on
from tests.faces import Clock
from tests.people import PASSPHRASE, PASSWORD, Colleague, a_colleague, a_service

WORK_FACTOR = re.compile(r"^(const WORK_FACTOR = )\d+;", re.MULTILINE)


@dataclass
class Office:
    """Two colleagues of one service, each at a browser of her own."""

    runtime: Runtime
    clock: Clock
    anna: Desk
    head: Desk

    async def holders(self) -> tuple[str, ...]:
        head = await workers_of(self.runtime)
        return (await keys.get_own_service(self.runtime, head)).holders


async def workers_of(runtime: Runtime) -> SignedIn:
    async with runtime.database.store() as store:
        one = await store.workers.by_login("head")
        assert one
        return SignedIn(one.id, one.name, one.login, one.role, one.service_id)


async def joined_office(desk: Desk, clock: Clock, browser_page: OpenPage) -> Office:
    """Both accept their invitations in their browsers, which lock keys as slowly as they have to."""
    await a_service(desk.runtime)
    office = Office(desk.runtime, clock, desk, await _another_desk(desk, clock, browser_page))
    await join(office.anna, "anna", "worker", clock)
    await join(office.head, "head", "head", clock)
    return office


async def quick_office(desk: Desk, clock: Clock, browser_page: OpenPage) -> Office:
    """Both have joined before, and their browsers lock keys quickly: most tests are about neither."""
    colleagues = await begun(desk.runtime, clock, _both_joined)
    made = Office(desk.runtime, clock, desk, await _another_desk(desk, clock, browser_page))
    for browser, colleague in zip((made.anna, made.head), colleagues, strict=True):
        await locks_quickly(browser)
        await browser.sign_in_unseen(colleague.login, PASSWORD, colleague.code(clock))
        await confirmed(browser)
    return made


async def _both_joined(runtime: Runtime, clock: Clock) -> tuple[Colleague, Colleague]:
    await a_service(runtime)
    anna = await a_colleague(runtime, clock, "anna", "worker", "balvi")
    return anna, await a_colleague(runtime, clock, "head", "head", "balvi")


async def locks_quickly(desk: Desk) -> None:
    async def quick(route: Route) -> None:
        answer = await route.fetch()
        script, changed = WORK_FACTOR.subn(r"\g<1>2;", await answer.text())
        assert changed == 1
        await route.fulfill(response=answer, body=script)

    await desk.page.route("**/static/keys.js", quick)


async def _another_desk(desk: Desk, clock: Clock, browser_page: OpenPage) -> Desk:
    another = Desk(desk.runtime, clock, desk.url, await browser_page(viewport=LAPTOP))
    another.page.on("request", another.note)
    return another


async def join(desk: Desk, login: str, role: Role, clock: Clock) -> Colleague:
    """She opens the link of her invitation, types what it asks for, and signs in."""
    await desk.go(await workers.invite(desk.runtime, login, login.title(), role, "balvi"))
    await leads_on(desk.page, "[name=show]")
    secret = await desk.page.inner_text("#secret")
    await accessible(desk.page)
    await desk.page.fill("[name=code]", pyotp.TOTP(secret).at(int(clock().timestamp())))
    await desk.page.fill("[name=password]", PASSWORD)
    await desk.page.fill("[name=again]", PASSWORD)
    await desk.page.click("#join button")
    await expect(desk.page.locator("[role=status]")).to_be_visible()
    colleague = Colleague(login, secret)
    await desk.sign_in(login, PASSWORD, colleague.code(clock))
    await accessible(desk.page)  # the code of conduct comes first
    await desk.page.check("[name=agreed]")
    await desk.page.click("main form button")
    await expect(desk.page.locator("h1")).to_contain_text("Pieprasījumi")
    return colleague


async def make_own_key(desk: Desk, passphrase: str = PASSPHRASE, again: str | None = None) -> None:
    """With the wish to hold the key of the service, too."""
    await desk.page.check("#make-own [name=wants]")
    await desk.page.fill("#make-own [name=passphrase]", passphrase)
    await desk.page.fill("#make-own [name=again]", again or passphrase)
    await desk.page.click("#make-own button")


async def is_unlocked(desk: Desk) -> None:
    await expect(desk.page.locator("#number")).not_to_be_empty()


async def register(desk: Desk) -> str:
    """The recovery sheet is on the page: print it, tick it, and answer with what stands on it."""
    page = desk.page
    await expect(page.locator("#recovery")).to_be_visible()
    secret = await page.inner_text("#secret")
    await page.click("#register button:not([type])")
    assert secret in await page.content()  # without the tick nothing happens
    await page.check("#locked-away")
    await page.click("#register button:not([type])")
    return secret


async def a_made_key(office: Office) -> str:
    """Anna makes her key and the service's. Answers what stands on the recovery sheet."""
    await office.anna.go("/key")
    await make_own_key(office.anna)
    await is_unlocked(office.anna)
    await office.anna.page.click("#make")
    secret = await register(office.anna)
    await expect(office.anna.page.locator("#holders li")).to_have_text(["Anna"])
    return secret


async def given(giver: Desk, taker: Desk) -> None:
    """In two clicks. Both see the same check number."""
    await giver.go("/key")
    await is_unlocked(giver)
    await giver.page.click("form.grant .give")
    number = await taker.page.inner_text("#number")
    await expect(giver.page.locator("form.grant .check")).to_contain_text(number)
    before = await giver.page.locator("#holders li").count()
    await giver.page.click("form.grant .sure")
    await expect(giver.page.locator("form.grant .check")).to_be_hidden()
    await expect(giver.page.locator("#holders li")).to_have_count(before)
    await taker.go("/key")  # where her browser opens it, and says so
    await expect(taker.page.locator("#holders li")).to_have_count(before + 1)


async def both_hold(office: Office) -> str:
    secret = await a_made_key(office)
    await office.head.go("/key")
    await make_own_key(office.head, "the head's very own words")
    await is_unlocked(office.head)
    await given(office.anna, office.head)
    return secret


async def opens(desk: Desk, reference: str) -> str:
    """Opens a request without a passphrase: the key was unlocked on another page."""
    await desk.go(f"/requests/{reference}")
    await expect(desk.page.locator("#unlock")).to_be_visible()
    await expect(desk.page.locator("#passphrase")).to_be_hidden()
    await desk.page.click("#unlock button")
    return await desk.opened()
