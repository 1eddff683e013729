"""A running desk and a real browser that looks at it, with everything it sends written down."""

from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, Request, expect

from bot.runtime import Runtime
from bot.usecases.accounts.workers import DEMO_PASSWORD
from storage.contact_requests import ContactRequest
from tests.faces import Clock
from tests.pages import unusable
from tests.people import PASSPHRASE, PASSWORD, SAME_ORIGIN

LAPTOP = (1100, 780)
PHONE = (390, 844)

LEFT_BEHIND = """async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    cookies: document.cookie,
})"""
NOTHING = {"local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0, "cookies": ""}


@dataclass
class Desk:
    """A running desk, and one browser that looks at it while every request is written down."""

    runtime: Runtime
    clock: Clock
    url: str
    page: Page
    sent: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def sign_in(self, login: str, password: str, code: str) -> None:
        await self.go("/sign-in")
        await self._enter(login, password, code)

    async def sign_in_unseen(self, login: str, password: str, code: str) -> None:
        """What the form does, without a page: most tests are about what comes after, and go there themselves."""
        form: dict[str, str | float | bool] = {"login": login, "password": password, "code": code}
        answer = await self.page.request.post(f"{self.url}/sign-in", form=form, headers=SAME_ORIGIN, max_redirects=0)
        assert answer.status == 303, login

    async def sign_in_to_the_demonstration(self, login: str) -> None:
        await self.go("/sign-in")
        row = self.page.locator("table.demo tr", has_text=login)
        await self._enter(login, DEMO_PASSWORD, await row.locator("td").last.inner_text())

    async def sign_out(self) -> None:
        """Waits for the end: the script locks the key first and only then sends the form."""
        await self.page.click("#sign-out button")
        await self.page.wait_for_url("**/sign-in")

    async def _enter(self, login: str, password: str, code: str) -> None:
        await self.page.fill("[name=login]", login)
        await self.page.fill("[name=password]", password)
        await self.page.fill("[name=code]", code)
        await leads_on(self.page, "main form button:not([type])")

    async def unlock(self, passphrase: str) -> None:
        """On a request's page or on the key's. Once unlocked, no passphrase is asked until sign-out."""
        await expect(self.page.locator("#unlock button").first).to_be_visible()
        if await self.page.locator("#passphrase").is_visible():
            await self.page.fill("#passphrase", passphrase)
        await self.page.click("#unlock button")

    async def opened(self) -> str:
        await expect(self.page.locator("#header-line")).to_be_visible()
        return await self.page.inner_text("#header-line p")

    def note(self, request: Request) -> None:
        body = request.post_data_buffer or b""
        self.sent.append(f"{request.method} {request.url} {request.headers} {body.decode('utf-8', 'replace')}")

    def elsewhere(self) -> list[str]:
        """What was asked of any other host. What a page made itself (`blob:`) is asked of none."""
        port = self.url.rpartition(":")[2]  # a passkey needs the machine's name, and other pages were asked by number
        ours = tuple(f"http://{host}:{port}/" for host in ("127.0.0.1", "localhost"))
        return [request for request in self.sent if not request.split()[1].startswith((*ours, "blob:", "data:"))]


@dataclass
class Waiting:
    """A desk that ilze, who holds the key, has signed in to, and the one request that waits there."""

    desk: Desk
    reference: str
    code: str

    async def open(self) -> str:
        """Its first lines, once it is unlocked."""
        await self.desk.go(f"/requests/{self.reference}")
        await self.desk.unlock(PASSPHRASE)
        return await self.desk.opened()

    async def first_line(self) -> str:
        return await self.desk.page.inner_text("#header-line strong")

    async def row(self) -> ContactRequest:
        async with self.desk.runtime.database.store() as store:
            row = await store.requests.by_id(self.reference)
        assert row
        return row

    async def events(self) -> list[str]:
        """What the audit says of it, in order."""
        async with self.desk.runtime.database.store() as store:
            return [entry.event for entry in reversed(await store.audit.entries()) if entry.subject == self.reference]


async def open_and_take(waiting: Waiting) -> str:
    line = await waiting.open()
    await waiting.desk.page.click("#take button")
    await expect(waiting.desk.page.locator("#take")).to_be_hidden()
    return line


async def says_yes(page: Page) -> None:
    """To the question that the page puts before an action."""
    await page.click("#ask button:not(.other)")


async def confirmed(desk: Desk) -> None:
    """She has just shown that it is she: most tests are about something else than being asked."""
    own = SAME_ORIGIN | {"Accept": "application/json"}
    answer = await desk.page.request.post(f"{desk.url}/confirm", form={"password": PASSWORD}, headers=own)
    assert answer.ok


async def leads_on(page: Page, target: str | Locator) -> None:
    """Press what leads to another page, and wait until that is there whole, with its script."""
    async with page.expect_navigation():
        await (page.locator(target).first if isinstance(target, str) else target).click()


async def choose_language(page: Page, language: str) -> None:
    """In the header, where the languages are folded."""
    await page.click(".languages summary")
    await leads_on(page, f".languages button[value={language}]")


async def accessible(page: Page) -> None:
    """axe finds nothing, and nothing has to be scrolled sideways. Every page and state: test_every_page.py."""
    assert await unusable(page) == [], page.url
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
