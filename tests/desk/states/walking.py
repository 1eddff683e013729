"""Somebody who walks through the desk, and the tables of what there is to see."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from playwright.async_api import Page, expect

from bot.runtime import Runtime
from bot.usecases.accounts.workers import Role
from bot.usecases.acting import SignedIn
from bot.usecases.content import translations
from tests.people import PASSPHRASE

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


class Table(list[State]):
    """The lines of one part of the desk, in the order of the walk."""

    def state(self, route: str, login: str, status: int = 200, *, before: bool = False) -> Callable[[Way], Way]:
        def add(way: Way) -> Way:
            self.append(State(route, login, status, before, way))
            return way

        return add

    def plain(self, route: str, login: str, name: str, *, before: bool = False) -> None:
        """A page that is what it is."""

        async def way(walk: Walk) -> None:
            await walk.go(route.removeprefix("GET "))

        way.__name__ = name
        self.append(State(route, login, 200, before, way))
