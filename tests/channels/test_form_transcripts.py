"""The form and the page behind the code, told as whole stories. `pytest --rewrite` writes them anew; the diff is
reviewed.
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from bot.runtime import Runtime
from bot.usecases.casework import handling, letters, requests, sweeping
from bot.usecases.casework.states import Outcome
from tests.channels.code_page import ILZE, anything
from tests.channels.form_told import told
from tests.channels.forms import CALL, PULL, Shown, Visitor, furnish, name_reader, visiting
from tests.faces import TRANSCRIPTS, Clock, Transcript, read

STORIES = [read(path) for path in sorted((TRANSCRIPTS / "form").glob("*.txt"))]
MONDAY = date(2026, 11, 30)
OUTCOMES: dict[str, Outcome] = {"nobody answered": "no_answer", "somebody else answered": "other_person"}


@pytest.fixture
async def visitor(runtime: Runtime) -> AsyncIterator[Visitor]:
    await furnish(runtime)
    await name_reader(runtime)
    async with visiting(runtime) as one:
        yield one


class Story:
    """Does what a line of a transcript says, as a person with a browser, as a worker, or as time."""

    def __init__(self, visitor: Visitor, runtime: Runtime, clock: Clock, language: str) -> None:
        self.visitor, self.runtime, self.clock, self.language = visitor, runtime, clock, language
        self.code = ""

    async def do(self, does: str) -> str:
        """What is seen of it: a page, or nothing where something happens elsewhere."""
        verb, _, what = does.partition(" ")
        match verb:
            case "open":
                way = {"about": (what,)} if what else {}  # told by the topic she comes from
                await self.visitor.open(self.runtime, self.language, place=("balvu-novads",), **way)
                return ""  # the pages are read in one of the stories
            case "answer":
                self._answer(what)
                return ""
            case "read":
                pass
            case "press":
                await self._press(what)
            case "review":  # page after page, as was answered
                await self.visitor.press("review")
            case "look":
                await self._look()
            case "wait":
                self.clock.move(hours=int(what.split()[0]))
                return ""
            case _:
                await self._happens(does)
                return ""
        return self._seen(self.visitor.page)

    def _seen(self, page: Shown) -> str:
        """The word that is proposed is another one each time."""
        if page.screen == "form.receipt":
            self.code = page.code
        seen = told(page)
        content = self.runtime.content
        for word in content.request.fields["code_word"].options:
            label = content.text("request.page.proposed", self.language)
            said = label % {"word": content.text(f"request.code_word:{word}", self.language)}
            seen = seen.replace(f"{said}\n", label % {"word": "…"} + "\n")
        return seen

    def _answer(self, what: str) -> None:
        given = self._given(what)
        if self.visitor.page.screen == "form.fill":
            return self.visitor.fill_in(given)
        form = self.visitor.page.form("new-times")
        for field, value in given.items():
            form.set(f"a.{field}", value)
        return None

    def _given(self, what: str) -> dict[str, Any]:
        start: dict[str, dict[str, Any]] = {"call": CALL, "own": PULL}
        answers = dict[str, Any]()
        for part in what.split("; "):
            name, _, value = part.partition(": ")
            answers |= start[name] if name in start else {name: value.split(", ")}
        return answers

    async def _press(self, label: str) -> None:
        form, do = next(
            (form, do) for form in self.visitor.page.forms for do, said in form.buttons.items() if do and said == label
        )
        for control in form.controls:  # who sends has agreed to all of it
            control.on = control.on or (do == "send" and control.kind == "checkbox")
        await self.visitor.post([*form.fields(), ("do", do)], form.action)

    async def _look(self) -> None:
        await self.visitor.post([("do", f"code.{self.language}")])
        await self.visitor.press("look", code=self.code)

    async def _happens(self, does: str) -> None:
        reference = (await anything(self.runtime)).id
        match does:
            case "a worker reads it":
                await letters.fetch(self.runtime, ILZE, reference)
                await letters.confirm(self.runtime, ILZE, reference)
            case "a worker takes it":
                await requests.take(self.runtime, ILZE, reference)
            case "a worker waits until Monday":
                await handling.await_person(self.runtime, ILZE, reference, MONDAY)
            case "the person comes, and the word is right":
                await handling.note_arrival(self.runtime, ILZE, reference)
            case "a worker closes it":
                await requests.close(self.runtime, ILZE, reference, "met")
            case "the time is over":
                self.clock.move(days=31)
                await sweeping.sweep(self.runtime)
            case _:
                await handling.note_attempt(
                    self.runtime, ILZE, reference, OUTCOMES[does.removeprefix("a worker calls: ")], 2
                )


@pytest.mark.parametrize("transcript", STORIES, ids=lambda transcript: transcript.name)
async def test_the_form_tells_the_story(
    transcript: Transcript, visitor: Visitor, runtime: Runtime, clock: Clock, request: pytest.FixtureRequest
) -> None:
    story = Story(visitor, runtime, clock, transcript.language)
    if request.config.getoption("--rewrite"):
        transcript.path.write_text(transcript.rewritten([await story.do(turn.does) for turn in transcript.turns]))
        return
    for number, turn in enumerate(transcript.turns, start=1):
        assert await story.do(turn.does) == turn.shows, f"{transcript.name}, turn {number}: > {turn.does}"
