"""The real web chat on a real port, and what its pages say, for the tests of everything public."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from bot import content
from bot.channels import form, serving
from bot.channels.pages import PAIRS
from bot.channels.webchat import public_app
from bot.engine.state import State
from bot.runtime import Runtime, Secrets
from bot.settings import Settings
from bot.usecases.person import converse, leaving
from bot.usecases.person.converse import Address
from bot.usecases.person.memory import Memory
from storage.database import Database
from tests.patience import patiently
from tests.tables import furnished

OF_TODAY = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
"""What browsers of today say of a press on a page of ours. Those before 2023 leave the first out."""
HELP = {"112", "116006"}
NOBODY = "x" * 40


@dataclass
class Clock:
    """Riga noon on a working day, until somebody moves it."""

    at: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time


@dataclass
class WebChat:
    """The chat as its visitors meet it, and the runtime behind it."""

    runtime: Runtime
    clock: Clock
    url: str
    session: ClientSession
    answered: asyncio.Queue[str]
    elsewhere: str
    visits: list[Mapping[str, str]]
    """What the page behind the exit was told by each who came there."""
    posted: list[str] = field(default_factory=list)
    """What browsers posted by themselves and not by a script, of pages that were not left."""

    async def answer(self, wanted: str) -> None:
        """Wait till the server has answered something, such as `POST /leave`."""
        async with patiently():
            while await self.answered.get() != wanted:
                pass

    async def get(self, path: str = "/", **headers: str) -> "Seen":
        async with self.session.get(self.url + path, headers=headers, allow_redirects=False) as answer:
            return await seen(answer)

    async def post(self, fields: Mapping[str, str] | bytes, path: str = "/", **headers: str) -> "Seen":
        async with self.session.post(self.url + path, data=fields, headers=headers, allow_redirects=False) as answer:
            return await seen(answer)

    async def press(self, page: "Seen", choice: str) -> "Seen":
        return await self.post(page.button(choice).fields, **OF_TODAY)

    async def stand(
        self, screen: str, language: str = "lv", answers: Mapping[str, tuple[str, ...]] | None = None
    ) -> str:
        """The token of a conversation that stands on a screen."""
        token = leaving.new_token(self.runtime)
        state = State(screen, language, tuple((answers or {}).items()))
        now = self.clock()
        async with self.runtime.database.store() as store:
            until = now + timedelta(minutes=30)
            await store.conversations.put(self.key(token), "web", Memory(state).to_bytes(), until, until, None)
        return token

    async def at(self, screen: str, language: str = "lv") -> "Seen":
        """The page of a screen, as somebody sees it who has come to it."""
        return await self.post({"token": await self.stand(screen, language)}, **OF_TODAY)

    async def remembers(self, token: str) -> bool:
        async with self.runtime.database.store() as store:
            return await store.conversations.get(self.key(token)) is not None

    def key(self, token: str) -> bytes:
        return converse.address_key(self.runtime, Address("web", token))


@dataclass(frozen=True)
class Pressable:
    """A button of a page, with everything that its press sends."""

    label: str
    fields: Mapping[str, str]
    action: str
    attributes: Mapping[str, str | None]


@dataclass
class Seen:
    """An answer as a browser without JavaScript reads it."""

    status: int
    headers: Mapping[str, str]
    html: str
    title: str = ""
    language: str = ""
    screen: str = ""
    text: str = ""
    words: list[str] = field(default_factory=list)
    buttons: list[Pressable] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def button(self, choice: str) -> Pressable:
        return next(button for button in self.buttons if button.fields.get("press") == choice)

    @property
    def choices(self) -> list[str]:
        return [button.fields["press"] for button in self.buttons if "press" in button.fields]

    @property
    def token(self) -> str:
        return self.buttons[0].fields["token"]


async def seen(answer: ClientResponse) -> Seen:
    text = await answer.text()
    page = read_page(text) if answer.content_type == "text/html" else Seen(0, {}, text)
    page.status, page.headers = answer.status, answer.headers
    return page


def read_page(html: str) -> Seen:
    """A page that a browser holds, read in the same way."""
    page = Seen(200, {}, html)
    _Reader(page).feed(html)
    return page


class _Reader(HTMLParser):
    """Reads the title, language, words of the main part, and buttons with their forms' hidden fields."""

    def __init__(self, page: Seen) -> None:
        super().__init__()
        self.page = page
        self.text = ""
        self.in_main = False
        self.unseen = False
        self.fields: dict[str, str] = {}
        self.action = ""
        self.pressed: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if tag in {"title", "button", "h1", "p", "li", "label", "summary"}:
            self.text = ""
            self.unseen = "unseen" in (given.get("class") or "")
        if tag == "br":
            self.text += "\n"
        if tag == "html":
            self.page.language = given["lang"]
        if tag == "main":
            self.in_main, self.page.screen = True, given.get("data-screen", "")
        if tag == "form":
            self.fields, self.action = {}, given["action"]
        if tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given["value"]
        if tag == "button":
            self.pressed = given
        if tag == "a" and given["href"].startswith("tel:"):
            self.page.calls.append(given["href"].removeprefix("tel:"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.page.title = self.text
        if tag == "main":
            self.in_main = False
        if tag == "button":
            own = {self.pressed["name"] or "": self.pressed["value"] or ""} if "name" in self.pressed else {}
            button = Pressable(self.text.strip(), {**self.fields, **own}, self.action, self.pressed)
            self.page.buttons.append(button)
        if tag in {"h1", "p", "li"} and self.in_main and not self.unseen:
            self.page.words.append(("• " if tag == "li" else "") + self.text.strip())

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.in_main:
            self.page.text += data


class Served(TestServer):
    """A public app on the server it really has."""

    async def _make_runner(self, **how: Any) -> web.AppRunner:
        return serving.Runner(self.app, **how)


@cache
def content_as_it_is() -> content.Content:
    return content.read()


@asynccontextmanager
async def web_chat(folder: Path, **how: Any) -> AsyncIterator[WebChat]:
    """The public app with the real content on an SQLite file of its own."""
    visits: list[Mapping[str, str]] = []
    elsewhere = TestServer(another_site(visits), host="localhost")  # another site, for a browser
    await elsewhere.start_server()
    exit_url = f"http://localhost:{elsewhere.port}/today"
    clock = Clock()
    secrets = Secrets("a secret of the tests, long enough")
    database = Database(furnished(f"sqlite:///{folder / 'web.sqlite'}"), secrets.storage)
    await database.open()
    runtime = Runtime(database, content_as_it_is(), Settings(exit_url=exit_url), secrets, clock)
    answered: asyncio.Queue[str] = asyncio.Queue()
    posted: list[str] = []

    async def note(request: web.Request, _: web.StreamResponse) -> None:
        answered.put_nowait(f"{request.method} {request.path}")

    @web.middleware
    async def note_posts(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Mode") == "navigate":
            posted.append(urlencode(request.get(PAIRS, ())))
        return await handler(request)

    form_page, routes = form.pages_of(runtime)
    app = public_app(runtime, **{"form_page": form_page, "routes": routes, **how})
    app.on_response_prepare.append(note)
    app.middlewares.append(note_posts)
    server = Served(app)
    try:
        await server.start_server()
        async with ClientSession() as session:
            url = str(server.make_url("")).rstrip("/")
            yield WebChat(runtime, clock, url, session, answered, exit_url, visits, posted)
    finally:
        await server.close()
        await elsewhere.close()
        await database.close()


def another_site(visits: list[Mapping[str, str]]) -> web.Application:
    """The page behind the exit, and a page that says whether the browser brought it back from memory."""

    async def today(request: web.Request) -> web.Response:
        visits.append(dict(request.headers))
        return web.Response(text="<!doctype html><title>Weather</title><h1>Sunny</h1>", content_type="text/html")

    async def kept(_: web.Request) -> web.Response:
        script = "addEventListener('pageshow', (event) => { document.title = event.persisted ? 'kept' : 'fresh' })"
        return web.Response(text=f"<!doctype html><script>{script}</script>", content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/today", today), web.get("/kept", kept)])
    return app


def place_screen(chat: WebChat) -> str:
    return next(screen.id for screen in chat.runtime.content.dialogue.screens.values() if screen.place)


def every_screen(chat: WebChat) -> list[tuple[str, str]]:
    dialogue = chat.runtime.content.dialogue
    return [
        (screen.id, language)
        for screen in dialogue.screens.values()
        if not screen.branch
        for language in dialogue.languages
    ]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
