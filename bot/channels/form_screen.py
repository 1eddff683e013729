"""The risk questions, after the request was sent: one a page, each can be skipped, sent only by a press of its own.

The answers travel sealed in the pages and are stored nowhere before that press. No result is shown, only help.
"""

from typing import Any

from aiohttp import web

from bot.channels.form_codes import CodePages
from bot.channels.form_frame import CHANGING, page, say, where
from bot.channels.pages import FIELDS
from bot.engine.risk import ANSWERS, NOT_ANSWERED, QUESTIONS, REPORTING, Screen, answered, read_screen
from bot.runtime import Runtime
from bot.texts import Words
from bot.usecases.casework import receipts
from bot.usecases.person import additions

PREFIX = "s."
REPLIES = {"neck": "doctor", "control": "phone"}
"""A yes to these is answered at once, on the next page. No other answer gets a comment."""
FIRST = QUESTIONS[0]


class ScreenPages:
    """Seven short pages, and one that asks whether to send the answers."""

    def __init__(self, runtime: Runtime, codes: CodePages) -> None:
        self.runtime = runtime
        self.codes = codes

    async def press(self, request: web.Request, do: str, what: str) -> web.Response:
        screen = read_answers(request)
        match do:
            case "answer":
                question, _, answer = what.partition(".")
                return self._after(request, question, read_screen({**screen, question: answer}))
            case "stop" if not answered(screen):
                return await self.codes.look(request, keep)
            case "stop" | "review-screen":
                return self._review(request, screen)
            case "drop":
                return await self.codes.look(request, drop, code_again=True)
            case "send-screen":
                return await self._send(request, screen)
            case _:
                return self._ask(request, what if what in QUESTIONS else FIRST, screen)

    def _after(self, request: web.Request, question: str, screen: Screen) -> web.Response:
        reply = REPLIES.get(question, "") if screen.get(question) == "yes" else ""
        place = QUESTIONS.index(question) + 1 if question in QUESTIONS else 0
        if place == len(QUESTIONS) or CHANGING in request.get(FIELDS, {}):
            return self._review(request, screen, reply)
        return self._ask(request, QUESTIONS[place], screen, reply)

    def _ask(self, request: web.Request, question: str, screen: Screen, reply: str = "") -> web.Response:
        place = QUESTIONS.index(question)
        return self._page(
            request,
            "form_screen.html",
            screen,
            reply,
            at=f"screen.{question}",
            question=question,
            before=QUESTIONS[place - 1] if place else "",
            intro=self._say(request, "intro") if not place else (),
            report=self._say(request, "report") if question in (FIRST, REPORTING) else (),
            options=(*ANSWERS, NOT_ANSWERED),
            changing=request.get(FIELDS, {}).get("do", "").startswith("change-screen"),
        )

    def _review(self, request: web.Request, screen: Screen, reply: str = "", unsent: Words = ()) -> web.Response:
        """Show exactly what would be sent, skipped questions included. `unsent`: why it was not sent."""
        return self._page(
            request,
            "form_screen_review.html",
            screen,
            reply,
            at="review-screen",
            lines=screen.items(),
            any=answered(screen),
            unsent=unsent,
            consent=self._say(request, "consent"),
        )

    async def _send(self, request: web.Request, screen: Screen) -> web.Response:
        at = where(request)
        if not answered(screen):
            return await self.codes.look(request, drop, code_again=True)

        async def send(code: str) -> str:
            sent = await additions.answer_questions(self.runtime, code, screen, at.language, at.channel)
            return "request.screen.thanks" if sent else "request.added.no"

        return await self.codes.look(
            request, send, code_again=True, unsent=lambda why: self._review(request, screen, unsent=why)
        )

    def _page(
        self, request: web.Request, template: str, screen: Screen, reply: str, at: str, **values: Any
    ) -> web.Response:
        code = receipts.digits(request.get(FIELDS, {}).get("code", ""))
        carried = [("code", code), *((PREFIX + question, answer) for question, answer in screen.items())]
        if values.get("changing"):
            carried.append((CHANGING, "yes"))
        told = self._say(request, reply) if reply else ()
        return page(request, template, where(request), carried=carried, here=at, reply=told, **values)

    def _say(self, request: web.Request, key: str) -> Words:
        return say(self.runtime, f"screen.{key}", where(request).language)


async def keep(_: str) -> str:
    """Nothing was answered, so nothing is said about it."""
    return ""


async def drop(_: str) -> str:
    return "request.screen.dropped"


def read_answers(request: web.Request) -> Screen:
    fields = request.get(FIELDS, {})
    return read_screen({question: fields.get(PREFIX + question, "") for question in QUESTIONS})
