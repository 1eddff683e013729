"""A person at the form page without JavaScript: reads forms as a browser does, fills them in, and presses."""

import html
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from aiohttp import ClientResponse, ClientSession
from aiohttp.test_utils import TestServer
from pyrage.x25519 import Identity

from bot.channels import form
from bot.channels.webchat import public_app
from bot.engine.request import Pair
from bot.runtime import Runtime
from bot.usecases.person import carrying
from tests.channels.web import OF_TODAY
from tests.storage.rows import a_key, a_service, a_worker, reachable, tried

OFFICE = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

PULL = {
    "contact_mode": "i_will_call_you",
    "device_watched": "no",
    "urgency_self": "this_week",
    "age_band": "adult",
    "area": "balvu-novads",
}
CALL = PULL | {
    "contact_mode": "call",
    "phone": "26 123 456",
    "phone_is": "mine_private",
    "windows1.day": ["wed", "fri"],
    "windows1.from": "12:00",
    "windows1.to": "14:30",
}


@dataclass
class Control:
    """An input of a form and what it holds."""

    name: str
    kind: str
    value: str
    on: bool = True


@dataclass
class Form:
    """One form of a page."""

    action: str
    controls: list[Control] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    """value of `do` -> label"""
    pressed: str = ""
    """The button that answers the last question of a page and leads on, once it was chosen."""

    def fields(self) -> list[tuple[str, str]]:
        return [(control.name, control.value) for control in self.controls if control.on]

    def asks(self, name: str) -> bool:
        """Whether it has an input for this question, or buttons that answer it."""
        pressed = any(do.split(".")[-2:-1] == [name] for do in self.buttons if do.count(".") > 1 or do[:7] == "review.")
        return pressed or any(control.name == f"a.{name}" for control in self.controls)

    def set(self, name: str, values: str | Sequence[str]) -> None:
        wanted = [values] if isinstance(values, str) else list(values)
        found = [control for control in self.controls if control.name == name]
        pressed = f".{name.removeprefix('a.')}.{wanted[0]}" if wanted else ""
        if not found and pressed and (do := next((do for do in self.buttons if do.endswith(pressed)), "")):
            self.pressed = do
            return
        if not found:
            raise AssertionError(f"the page has no input {name}")
        if found[0].kind in ("radio", "checkbox", "option"):
            for control in found:
                control.on = control.value in wanted
        else:
            found[0].value = wanted[0]


@dataclass
class Shown:
    """A page as it came."""

    status: int
    headers: Any
    html: str
    forms: list[Form] = field(default_factory=list)
    text: str = ""
    screen: str = ""
    language: str = ""
    title: str = ""
    carried: Sequence[Pair] = ()
    """What its forms hand on sealed, opened with the server's key."""

    def form(self, do: str) -> Form:
        return next(form_ for form_ in self.forms if do in form_.buttons)

    def values(self, name: str) -> list[str]:
        """The answers to a question that the page shows or hands on."""
        pairs = [pair for form_ in self.forms for pair in form_.fields()]
        return [value for key, value in (*pairs, *self.carried) if key == f"a.{name}"]

    @property
    def questions(self) -> set[str]:
        """What a page of questions asks, with inputs or with buttons that lead on."""
        form_ = self.form(self.onward)
        named = {
            control.name.partition(".")[2].partition(".")[0]
            for control in form_.controls
            if control.name.startswith("a.")
        }
        pressed = {do.split(".")[-2] for do in form_.buttons if do.startswith(f"{self.onward}.")}
        return named | pressed

    @property
    def onward(self) -> str:
        """The button of a page of questions that leads on."""
        return next(do for form_ in self.forms for do in form_.buttons if do == "review" or do.startswith("next."))

    @property
    def bare(self) -> str:
        """The page without what is another one each time: whose it is, and the seal on what it hands on."""
        return re.sub(r'name="(token|carried)" value="[^"]*"', "", self.html)

    @property
    def code(self) -> str:
        return self.html.split('id="code">')[1].split("<")[0]


@dataclass
class Visitor:
    """Somebody with a browser without JavaScript."""

    url: str
    session: ClientSession
    page: Shown
    runtime: Runtime | None = None
    """Of the server, where the test may look into what pages hand on."""
    meant: dict[str, Any] = field(default_factory=dict)
    """What she is going to answer on the pages to come."""
    answered: set[str] = field(default_factory=set)
    """What she has answered on the way to the review."""

    async def go(self, path: str) -> Shown:
        async with self.session.get(self.url + path, allow_redirects=False) as answer:
            self.page = await shown(answer, self.runtime)
        return self.page

    async def post(self, pairs: Sequence[tuple[str, str]], path: str = "/form") -> Shown:
        async with self.session.post(self.url + path, data=list(pairs), allow_redirects=False) as answer:
            self.page = await shown(answer, self.runtime)
        return self.page

    async def press(self, do: str, **ticks: str) -> Shown:
        """Press a button. “review” on a page of questions leads to the review, page by page."""
        if do == "review" and self.page.screen == "form.fill" and self.page.onward != do:
            await self.answer_pages(self.meant)
            return await self._add(self.meant)
        form_ = self.page.form(do)
        for name, value in ticks.items():
            form_.set(name, value)
        do = form_.pressed if form_.pressed.startswith(f"{do}.") else do
        return await self.post([*form_.fields(), ("do", do)], form_.action)

    def fill(self, **answers: str | Sequence[str]) -> None:
        self.fill_in(answers)

    def fill_in(self, answers: Any) -> None:
        """Answer what this page asks, and what the pages behind it ask once “review” is pressed."""
        self.meant |= answers
        form_ = self.page.form(self.page.onward)
        for name, value in answers.items():
            if form_.asks(name):
                form_.set(f"a.{name}", value)

    async def open(self, runtime: Runtime, language: str = "lv", **answers: tuple[str, ...]) -> Shown:
        """Through a one-time token, as from Telegram."""
        self.meant, self.answered = {}, set()
        token = form.form_token(runtime, answers, language)
        return await self.post([("do", "open"), ("launch", token)])

    async def agree(self) -> Shown:
        """Tick everything and send."""
        form_ = self.page.form("send")
        for control in form_.controls:
            if control.kind == "checkbox":
                control.on = True
        return await self.post([*form_.fields(), ("do", "send")])

    async def answer_pages(self, answers: Any) -> Shown:
        """Page after page of questions: what it asks of these, then onward, until the review or something wrong."""
        while self.page.screen == "form.fill":
            page, onward = self.page, self.page.onward
            at = dict(page.form(onward).fields())["at"]
            for name, value in answers.items():
                if page.form(onward).asks(name):
                    page.form(onward).set(f"a.{name}", value)
                    self.answered.add(name)
            await self.press(onward)
            if self.page.screen == "form.fill" and dict(self.page.form(self.page.onward).fields())["at"] == at:
                break
        return self.page

    async def _add(self, answers: Any) -> Shown:
        """From the review: what no page on the way to it asked."""
        for name, value in answers.items():
            if self.page.screen != "form.review" or name in self.answered:
                continue
            if f"change.{name}" not in self.page.form("send").buttons:
                await self.press("add")
            if f"change.{name}" in (asks := self.page.form(self._has(f"change.{name}", "review"))).buttons:
                await self.post([*asks.fields(), ("do", f"change.{name}")], asks.action)
                self.page.form("review").set(f"a.{name}", value)
            await self.press("review")
        return self.page

    def _has(self, *presses: str) -> str:
        return next(do for do in presses for form_ in self.page.forms if do in form_.buttons)


def in_pages(runtime: Runtime, *pages: Sequence[str]) -> None:
    """The form as it is, on these pages; all other questions come on a last one. Built from data alone."""
    content = runtime.content
    asked = [name for names in content.request.pages.values() for name in names]
    named = {name for names in pages for name in names}
    rest = tuple(name for name in content.request.fields if name in asked and name not in named)
    all_pages = [*pages, rest]
    paged = {f"p{number}": names for number, names in enumerate(all_pages)}
    form_ = content.request.model_copy(update={"pages": paged, "added": ()})
    runtime.content = replace(content, request=form_)


def line_of(page: Shown, field: str) -> str:
    """What the review says about one question."""
    line = page.html.split(f'data-field="{field}"')[1].split("</div>")[0]
    return html.unescape(line.split("<dd>")[1].split("</dd>")[0])


async def shown(answer: ClientResponse, runtime: Runtime | None = None) -> Shown:
    page = Shown(answer.status, answer.headers, await answer.text())
    Reader(page).feed(page.html)
    if runtime:
        page.carried = [pair for form_ in page.forms for pair in carried_by(runtime, dict(form_.fields()))]
    return page


def carried_by(runtime: Runtime, fields: Mapping[str, str]) -> Sequence[Pair]:
    """What a form hands on."""
    opened = carrying.unseal(runtime, fields.get("token", ""), fields.get("carried", ""))
    assert opened is not None
    return opened


class Reader(HTMLParser):
    """Reads forms with all their inputs, and the words of a page."""

    def __init__(self, page: Shown) -> None:
        super().__init__()
        self.page = page
        self.inside = Form("")
        self.select = ""
        self.button: str | None = None
        self.area: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "html":
                self.page.language = given["lang"]
            case "main":
                self.page.screen = given.get("data-screen", "")
            case "form":
                self.inside = Form(given["action"])
                self.page.forms.append(self.inside)
            case "input":
                kind = given.get("type", "text")
                on = kind not in ("radio", "checkbox") or "checked" in given
                self.inside.controls.append(Control(given["name"], kind, given.get("value", ""), on))
            case "select":
                self.select = given["name"]
            case "option":
                self.inside.controls.append(Control(self.select, "option", given["value"], "selected" in given))
            case "textarea":
                self.area = Control(given["name"], "textarea", "")
                self.inside.controls.append(self.area)
            case "button":
                self.button = given.get("value", "") if given.get("name") == "do" else ""
                self.inside.buttons.setdefault(self.button, "")
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self.button = None
        if tag == "textarea":
            self.area = None
        if tag in ("p", "li", "dt", "dd", "h1", "h2", "legend", "label", "a"):
            self.page.text += "\n"

    def handle_data(self, data: str) -> None:
        self.page.text += data
        if self.lasttag == "title" and not self.page.title:
            self.page.title = data
        if self.area:
            self.area.value += data
        if self.button is not None:
            self.inside.buttons[self.button] += data.strip()


@asynccontextmanager
async def visiting(runtime: Runtime, pages: form.FormPages | None = None) -> AsyncIterator[Visitor]:
    """The public app on a real port, and a visitor."""
    pages = pages or form.FormPages(runtime)
    server = TestServer(public_app(runtime, form_page=pages.on_the_web, routes=pages.routes))
    await server.start_server()
    assert server.runner
    assert server.runner.server
    server.runner.server.handler_cancellation = False  # a test's server would stop who hung up; the program's does not
    async with ClientSession(headers=OF_TODAY) as session:
        yield Visitor(str(server.make_url("")).rstrip("/"), session, Shown(0, {}, ""), runtime)
    await server.close()


async def furnish(runtime: Runtime) -> Identity:
    """A service for Balvu novads with a key that two hold."""
    identity = Identity.generate()
    async with runtime.database.store() as store:
        await store.services.put(a_service(hours=OFFICE, reads_within_minutes=120))
        for holder in ("ilze", "janis"):
            await store.workers.add(a_worker(id=holder, login=holder))
            await store.services.add_key(a_key(recipient=str(identity.to_public()), held_by=holder))
        await reachable(store, "balvi")
    runtime.caches.forget_world()
    return identity


async def name_reader(runtime: Runtime) -> None:
    """Ilze alone reads requests of people who know somebody at the service."""
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.reader_id, service.reader_email = "ilze", "ilze@example.org"
        await tried(store, "balvi", "ilze@example.org")
    runtime.caches.forget_world()
