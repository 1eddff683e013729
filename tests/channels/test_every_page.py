"""Every page that people see, in every state and language: valid HTML, usable by everyone, sent with strict headers.

A new page gets its line in `form_pages` or `chat_pages`: a name, and what the server answered.
"""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, Route

from bot.channels import doors, pages
from bot.engine.languages import LANGUAGES
from bot.engine.risk import QUESTIONS
from bot.runtime import Runtime
from bot.usecases.casework import handling, requests
from bot.usecases.person import contact
from tests.channels.code_page import ILZE, anything, taken, tried
from tests.channels.forms import CALL, PULL, Shown, Visitor, furnish, name_reader, visiting
from tests.channels.web import Seen, WebChat, web_chat
from tests.conftest import ROOT, OpenPage
from tests.faces import Clock
from tests.pages import EVERYTHING, WORDS, Eye, HtmlChecker

TEMPLATES = ROOT / "bot" / "channels" / "templates"
SATURDAY = {"windows1.day": "sat", "windows1.from": "10:00", "windows1.to": "12:00"}
TIMES = {"windows1.day": "wed", "windows1.from": "12:00", "windows1.to": "14:30"}
RECEIPTS = {
    "a receipt that nobody can reach her": CALL | SATURDAY,
    "the receipt of somebody who comes": PULL | {"contact_mode": "i_will_come"},
}
KNOWN = {"place": ("balvu-novads",), "age_band": ("adult",)}
NAMED = re.compile(r'data-screen="form\.([\w-]+)"')
SAID = {"lv": "viņš mani sit", "ru": "он меня бьёт", "en": "he hits me", "uk": "він мене б'є"}
STAYS = "addEventListener('pagehide', (event) => event.stopImmediatePropagation())"
"""Who looks at a copy of somebody's page in this window does not leave for her."""
AS_SENT = ("content-length", "transfer-encoding", "connection", "date")
"""Headers of the way, not of the page."""


class Window:
    """Shows an answer in a real browser at its own address, with its headers, script and style."""

    def __init__(self, eye: Eye, url: str) -> None:
        self.eye, self.url = eye, url
        self.shown: Shown | Seen | None = None

    @classmethod
    async def of(cls, page: Page, checker: HtmlChecker, url: str, language: str) -> "Window":
        await page.add_init_script(STAYS)
        return cls(await Eye.of(page, checker, pages.HEADERS, EVERYTHING if language == "lv" else WORDS), url)

    async def look(self, name: str, shown: Shown | Seen, path: str) -> None:
        self.shown = shown
        await self.eye.page.route(self.url + path, self._answer)
        await self.eye.page.goto(self.url + path)
        await self.eye.look(name)
        await self.eye.page.unroute(self.url + path)

    async def _answer(self, route: Route) -> None:
        assert self.shown
        headers = {name: value for name, value in self.shown.headers.items() if name.lower() not in AS_SENT}
        await route.fulfill(status=self.shown.status, headers=headers, body=self.shown.html)


# --- The form ---------------------------------------------------------------------------------------------------------


async def form_pages(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str
) -> AsyncIterator[tuple[str, Shown]]:
    """In the order in which they come."""
    yield "the bare address", await visitor.go("/form")
    yield "a link that was used", await visitor.post([("do", "open"), ("launch", "x"), ("language", language)])
    yield "the questions, some known", await visitor.open(runtime, language, **KNOWN)
    yield "the questions, none answered", await visitor.press("review")
    brought = dict(visitor.page.form(visitor.page.onward).fields()) | {"carried": "x"}
    yield "what other pages brought cannot be opened", await visitor.post([*brought.items(), ("do", "review")])
    for page in runtime.content.request.pages:
        yield (
            f"the questions of {page}",
            await visitor.post([*brought.items(), ("carried", ""), ("do", f"page.{page}")]),
        )
    await visitor.open(runtime, language)
    visitor.fill_in(CALL | {"age_band": "13_15"})
    yield "under eighteen", await visitor.press("review")
    await visitor.open(runtime, language)
    visitor.fill_in(CALL | {"area": "riga"})
    yield "a service that cannot be addressed", await visitor.press("review")
    await name_reader(runtime)
    await visitor.open(runtime, language)
    visitor.fill_in(CALL | {"conflict_known": "yes"})
    yield "who alone would read it", await visitor.press("review")
    yield "other ways, where that one must not", await visitor.press("reader.may_not")
    await visitor.open(runtime, language)
    visitor.fill_in(CALL | SATURDAY)
    yield "nobody can reach her in these times", await visitor.press("review")
    await visitor.open(runtime, language)
    visitor.fill_in(CALL | {"note": "ā < б & \"c\" 'd'", "code_word_own": "<b>"})
    runtime.database.is_open = False
    yield "nothing can be sent without a database", await visitor.press("review")
    runtime.database.is_open = True
    await visitor.press("page.place")
    yield "what will be sent", await visitor.press("review")
    review = visitor.page
    away = dict(review.form("send").fields()) | {"from": "web", "do": "away.review"}
    yield "what was written would be lost", await visitor.post([*away.items()])
    visitor.page = review
    yield "what can be added", await visitor.press("add")
    visitor.page = review
    yield "a tick is missing", await visitor.press("send")
    yield "the receipt", await visitor.agree()
    code = visitor.page.code
    yield "the first question on risk", await visitor.press("screen")
    for question in QUESTIONS[: QUESTIONS.index("neck") + 1]:
        await visitor.press(f"answer.{question}.yes")
    yield "the reply on breathing", visitor.page
    yield "what will be sent of the answers", await visitor.press("stop")
    yield "the answers were sent", await visitor.press("send-screen")
    yield "a code is asked for", await visitor.post([("do", "code"), ("language", language)])
    yield "a wrong code", await visitor.press("look", code="1")
    yield "how it stands", await visitor.press("look", code=code)
    held = dict(visitor.page.form("times").fields()) | {"carried": "x"}
    yield "the code cannot be opened", await visitor.post([*held.items(), ("do", "times")])
    await visitor.press("look", code=code)
    yield "other times", await visitor.press("times")
    yield "times that are none", await visitor.press("new-times")
    saturday = {f"a.{name}": value for name, value in SATURDAY.items()}
    yield "times in which nobody can reach her", await visitor.press("new-times", **saturday)
    found = [("do", "look"), ("code", code), ("language", language)]
    await visitor.post(found)
    clock.now += timedelta(days=3)
    yield "a promise that was not kept", await visitor.post(found)
    async for name in happenings(runtime, clock):
        yield name, await visitor.post(found)
    yield "is the number no longer safe", await visitor.press("unsafe")
    yield "the number is no longer safe", await visitor.press("unsafe-now")
    await requests.close(runtime, ILZE, (await anything(runtime)).id, "could_not_reach_safely")
    yield "closed without having reached her", await visitor.post(found)
    yield "is it to be taken back", await visitor.press("withdraw")
    yield "taken back", await visitor.press("withdraw-now")
    for receipt, answers in RECEIPTS.items():
        await visitor.open(runtime, language)
        visitor.fill_in(answers)
        await visitor.press("review")
        yield receipt, await visitor.agree()
    consent = await to_consent(visitor, runtime, language)
    await contact.withdraw(runtime, (await visitor.agree()).code)
    visitor.page = consent
    yield "sent once more after it was taken back", await visitor.agree()
    await to_consent(visitor, runtime, language)
    await visitor.agree()
    for do in ("screen", "answer.fear.yes", "stop"):
        await visitor.press(do)
    async with runtime.database.store() as store:
        await store.services.erase_copies("ilze", runtime.now())
    yield "answers that cannot be sent now", await visitor.press("send-screen")
    for do in ("drop", "times"):
        await visitor.press(do)
    yield "times that cannot be sent now", await visitor.press("new-times", **saturday)


async def to_consent(visitor: Visitor, runtime: Runtime, language: str) -> Shown:
    await visitor.open(runtime, language)
    visitor.fill_in(CALL)
    return await visitor.press("review")


async def happenings(runtime: Runtime, clock: Clock) -> AsyncIterator[str]:
    """What is done about a request, by the name of the page that its person sees then."""
    reference = await taken(runtime)
    yield "a worker has taken it"
    await tried(runtime, "no_answer", most=2)
    yield "nobody answered, another try is left"
    clock.now += timedelta(hours=2)
    await tried(runtime, "other_person", most=2)
    yield "somebody else answered"
    await handling.note_arrival(runtime, ILZE, reference)
    yield "the service has been in contact"


async def waiting_pages(runtime: Runtime, language: str) -> AsyncIterator[tuple[str, Shown]]:
    """Where both lines are full."""
    with pytest.MonkeyPatch.context() as crowd:
        for name in ("CODES", "REQUESTS", "LONGEST"):
            crowd.setattr(doors, name, 0)
        async with visiting(runtime) as visitor:
            found = [("do", "new-times"), ("code", "0" * 16), ("language", language), ("word", "upe")]
            times = [(f"a.{name}", value) for name, value in TIMES.items()]
            yield "too many look with a code", await visitor.post([*found, *times])
            await visitor.open(runtime, language)
            visitor.fill_in(CALL)
            await visitor.press("review")
            yield "too many send", await visitor.agree()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_of_the_form(
    runtime: Runtime, clock: Clock, browser_page: OpenPage, checker: HtmlChecker, language: str
) -> None:
    await furnish(runtime)
    seen: set[str] = set()
    async with visiting(runtime) as visitor:
        window = await Window.of(await browser_page(), checker, visitor.url, language)
        async for name, shown in waiting_pages(runtime, language):
            seen.add(shown.screen.removeprefix("form."))
            await window.look(name, shown, "/form")
        async for name, shown in form_pages(visitor, runtime, clock, language):
            assert shown.screen == "form.start" or shown.language == language, name
            seen.add(shown.screen.removeprefix("form."))
            await window.look(name, shown, "/form")
        await window.eye.page.close()
    assert window.eye.found == []
    assert seen == templates()


def templates() -> set[str]:
    """Every page that the form can answer with."""
    return {name for template in TEMPLATES.glob("form_*.html") for name in NAMED.findall(template.read_text())}


# --- The chat ---------------------------------------------------------------------------------------------------------


async def chat_pages(chat: WebChat, language: str) -> AsyncIterator[tuple[str, Seen]]:
    dialogue = chat.runtime.content.dialogue
    place = next(screen.id for screen in dialogue.screens.values() if screen.place)
    start = await chat.get("/", **{"Accept-Language": language})
    yield "the first look", start
    yield "danger", await chat.press(start, "danger")
    yield "a human", await chat.press(await chat.at("menu", language), "human")
    yield "words that were understood", await typed(chat, "menu", language, SAID[language])
    yield "words that were not", await typed(chat, "menu", language, "qqqq zzzz")
    yield "a place that is not there", await typed(chat, place, language, "nowhere at all")
    yield "a place that is", await typed(chat, place, language, "Balv")
    yield "a group of places", await chat.press(await chat.at(place, language), "group.1")
    old = {"token": await chat.stand("menu", language), "screen": "gone", "press": "gone"}
    yield "an old button", await chat.post(old)
    yield "no such page", await chat.get("/nowhere", **{"Accept-Language": language})
    database, chat.runtime.database = chat.runtime.database, None  # type: ignore[assignment]
    yield "our own trouble", await chat.get("/", **{"Accept-Language": language})
    chat.runtime.database = database


async def typed(chat: WebChat, screen: str, language: str, text: str) -> Seen:
    at = await chat.at(screen, language)
    return await chat.post({"token": at.token, "screen": at.screen, "text": text})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_of_the_chat(
    tmp_path: Path, browser_page: OpenPage, checker: HtmlChecker, language: str
) -> None:
    async with web_chat(tmp_path) as chat:
        window = await Window.of(await browser_page(), checker, chat.url, language)
        eye = window.eye
        async for name, seen in chat_pages(chat, language):
            assert seen.language == language, name
            await window.look(name, seen, "/")
        await eye.page.close()
        for screen in chat.runtime.content.dialogue.screens.values():  # axe on them: test_browser_accessibility.py
            if not screen.branch:
                shown = await chat.at(screen.id, language)
                eye.found += [(screen.id, problem) for problem in await checker.problems(shown.html)]
                assert pages.HEADERS.items() <= dict(shown.headers).items(), screen.id
    assert eye.found == []
