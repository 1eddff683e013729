"""People at real browsers, every press of theirs counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.channels.form_walks import FILL, ONWARD
from tests.channels.forms import CALL
from tests.conftest import PHONE
from tests.desk.browsing import LAPTOP
from tests.patience import launched, profile, until
from tests.rehearsal.pictures import size
from tests.rehearsal.town import DESK, PUBLIC

PASSWORDS = {
    "head": "four quiet words of head",
    "worker": "four quiet words of hers",
    "operator": "four quiet words of ops",
}
FIRST_PAGE = {"head": "Pieprasījumi", "worker": "Pieprasījumi", "operator": "Uzturēšana"}
PASSPHRASES = {"head": "lantern river seven doors", "worker": "winter apple stone bridge"}
ANSWERS = {**CALL, "phone": "+447700900123", "windows1.day": ["mon"], "windows1.from": "09:00", "windows1.to": "14:00",
           "conflict_known": "no", "children": "none"}  # fmt: skip
"""The number is of a range that is kept for fiction."""
PLACE = "Balvu novads"
WAY = (("start", "go"), ("menu", "contact"), ("request.start", "no"), ("request.place", ""), ("request.offer", "form"))
"""A person's way to the form: the screen, and what she presses there."""


@asynccontextmanager
async def browser(address: str, program: str) -> AsyncIterator[Browser]:
    """A real browser for which the two names lead to the machine, and to nothing else in the world."""
    rules = f"MAP {PUBLIC} {address}, MAP {DESK} {address}, MAP * ~NOTFOUND"
    async with async_playwright() as playwright:
        made = await launched(playwright.chromium, program, args=[f"--host-resolver-rules={rules}", "--no-first-run"])
        yield made
        await made.close()


@dataclass
class Worker:
    """Somebody of the service at her own browser. `presses` counts what she presses; typing is not counted."""

    role: str
    login: str
    page: Page
    presses: int = 0
    secret: str = ""

    @classmethod
    async def arrives(cls, browser: Browser, role: str, login: str) -> "Worker":
        context = await profile(browser, viewport=size(LAPTOP), ignore_https_errors=True, locale="lv-LV")
        return cls(role, login, await context.new_page())

    async def press(self, what: str) -> None:
        self.presses += 1
        await self.page.click(what)

    async def loads(self, path: str) -> None:
        """Load a page again, or go to it by the menu: a press, too."""
        self.presses += 1
        await self.page.goto(f"https://{DESK}{path}")

    async def joins(self, link: str) -> None:
        """By the link that was handed over, as far as the first page of the desk."""
        await self.page.goto(link)
        await self.press("[name=show]")
        self.secret = (await self.page.inner_text("#secret")).replace(" ", "")
        await self.page.fill("[name=code]", self.code())
        await self.page.fill("[name=password]", PASSWORDS[self.role])
        await self.page.fill("[name=again]", PASSWORDS[self.role])
        await self.press("#join button")
        await expect(self.page.locator("[role=status]")).to_be_visible()
        await self.signs_in()
        await self.press("[name=agreed]")
        await self.press("main form button:not([type])")
        await expect(self.page.locator("h1")).to_contain_text(FIRST_PAGE[self.role])

    async def signs_in(self) -> None:
        """With the next code: one that was used opens nothing again."""
        used = self.code()
        await until(lambda: self.code() != used)
        await self.page.goto(f"https://{DESK}/sign-in")
        await self.page.fill("[name=login]", self.login)
        await self.page.fill("[name=password]", PASSWORDS[self.role])
        await self.page.fill("[name=code]", self.code())
        await self.press("main form button:not([type])")

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(int(datetime.now(UTC).timestamp()))

    async def makes_own_key(self, *, wants: bool) -> None:
        await self.loads("/key")
        if wants:
            await self.press("#make-own [name=wants]")
        await self.page.fill("#make-own [name=passphrase]", PASSPHRASES[self.role])
        await self.page.fill("#make-own [name=again]", PASSPHRASES[self.role])
        await self.press("#make-own button")
        await expect(self.page.locator("#number")).not_to_be_empty()

    async def makes_the_key(self) -> None:
        """The key of the service, with its recovery sheet."""
        await self.press("#make")
        await expect(self.page.locator("#recovery")).to_be_visible()
        await self.press("#locked-away")
        await self.press("#register button:not([type])")
        await expect(self.page.locator("#holders li")).to_have_count(1)

    async def gives(self, colleague: "Worker") -> None:
        """After the two compared the check number by voice."""
        await self.loads("/key")
        await expect(self.page.locator("#number")).not_to_be_empty()
        await self.press("form.grant .give")
        number = await colleague.page.inner_text("#number")
        await expect(self.page.locator("form.grant .check")).to_contain_text(number)
        await self.press("form.grant .sure")
        await expect(self.page.locator("form.grant .check")).to_be_hidden()
        await colleague.loads("/key")
        await expect(colleague.page.locator("#holders li")).to_have_count(2)

    async def reads(self) -> str:
        """Open the newest request, and return its first line."""
        await self.page.goto(f"https://{DESK}/requests")
        await self.page.locator("main a[href*='/requests/']").first.click()
        await expect(self.page.locator("#unlock button").first).to_be_visible()
        if await self.page.locator("#passphrase").is_visible():
            await self.page.fill("#passphrase", PASSPHRASES[self.role])
        await self.page.click("#unlock button")
        await expect(self.page.locator("#header-line")).to_be_visible()
        return await self.page.inner_text("#header-line p")


async def person_sends(browser: Browser) -> str:
    """A person presses her way to the form, fills it in and sends it. Return her code."""
    context = await profile(browser, viewport=size(PHONE), ignore_https_errors=True, locale="lv-LV")
    page = await context.new_page()
    await page.goto(f"https://{PUBLIC}/")
    for screen, pressed in WAY:
        await _is_at(page, screen)
        if screen == "request.place":
            await page.fill("#text", PLACE)
            await page.press("#text", "Enter")  # a name that is whole leads on by itself
        else:
            await page.locator(f'main button[value="{pressed}"]').first.click()
    await _is_at(page, "form.fill")
    while await page.get_attribute("main", "data-screen") == "form.fill":
        at = await page.locator('main [name="at"]').first.get_attribute("value")
        await page.evaluate(FILL, ANSWERS)
        await page.click(await page.evaluate(ONWARD, ANSWERS))
        await expect(page.locator(f'main[data-screen="form.fill"] [name="at"][value="{at}"]')).to_have_count(0)
    await _is_at(page, "form.review")
    for box in await page.locator('main [type="checkbox"]').all():
        await box.check()
    await page.click("button.done")
    await _is_at(page, "form.receipt")
    code = await page.inner_text("#code")
    await context.close()
    return code


async def _is_at(page: Page, screen: str) -> None:
    await expect(page.locator("main")).to_have_attribute("data-screen", screen)
