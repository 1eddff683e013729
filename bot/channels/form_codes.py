"""The receipt, and how a request stands for who has its code."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.channels.form_frame import Where, page, say, where
from bot.channels.limits import Tries
from bot.channels.pages import FIELDS
from bot.engine.dialogue import Dialogue
from bot.runtime import Runtime
from bot.texts import Words
from bot.usecases import contact, receipts
from bot.usecases.contact import Standing
from bot.usecases.refused import Refused

MOST_WRONG = 600
"""Wrong codes from one address in ten minutes: hopeless for who guesses among 53 bits, and out of the way of others
where a proxy makes all addresses one."""
AT_ONCE = 16
"""Codes looked up side by side. Each is slow on purpose; more would take the places of those who only read."""
Change = Callable[[str], Awaitable[str]]
"""Does something with a code, right or wrong, and answers with the key of what to say, or nothing."""
NEXT = {"call": "windows", "sms": "windows", "i_will_come": "come", "i_will_call_you": "call_them"}


class CodePages:
    """The pages behind a code, and the counter against guessing one."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.wrong = Tries(MOST_WRONG)
        self._inside = 0

    def ask(self, request: web.Request, at: Where, wrong: str = "") -> web.Response:
        """Where the code is typed in."""
        return page(request, "form_code.html", at, wrong=wrong)

    async def look(self, request: web.Request, change: Change, code_again: bool = False) -> web.Response:
        """Do what was asked, then show how the request stands. One answer for every code that is not one."""
        if self._inside >= AT_ONCE or not self.wrong.left(request.remote or "", self.runtime.now().timestamp()):
            return self.ask(request, where(request), "request.page.wait")
        self._inside += 1
        try:
            return await self._looked(request, change, code_again)
        finally:
            self._inside -= 1

    async def _looked(self, request: web.Request, change: Change, code_again: bool) -> web.Response:
        at, fields = where(request), request.get(FIELDS, {})
        code = fields.get("code", "")[:100]
        try:
            done = await change(code)
        except Refused:  # no living key, or too many changes
            done = "request.added.no"
        standing = await contact.look(self.runtime, code, at.language)
        if standing is None:
            self.wrong.count(request.remote or "", self.runtime.now().timestamp())
            return self.ask(request, at, "request.problem.code")
        if change == self.again and standing.key != "late":  # a promise that was broken is not made again
            return self.receipt(request, at, receipts.digits(code), standing.words, fields.get("mode", ""))
        return self._standing(request, at, standing, code, done, code_again)

    def _standing(
        self, request: web.Request, at: Where, standing: Standing, code: str, done: str, code_again: bool
    ) -> web.Response:
        def told(key: str) -> Words:
            return say(self.runtime, key.removeprefix("request."), at.language, standing.words)

        opened = {"count": str(standing.opened)}
        count = self.runtime.content.filled("request.standing.count", at.language, opened)
        late = standing.key == "late"
        promise = {True: "standing.in-time", False: "standing.not-in-time", None: ""}[standing.in_time]
        return page(
            request,
            "form_standing.html",
            at,
            code=receipts.digits(code),
            code_again=receipts.grouped(receipts.digits(code)) if code_again else "",
            done=told(done) if done else (),
            said=told(f"standing.{standing.key}"),
            instead=self._instead(standing, at.language),
            danger=told("receipt.danger") if late else (),
            count=count if standing.opened else "",
            promise=told(promise) if promise else (),
            blocked=told("standing.blocked") if standing.blocked and standing.can_be_changed else (),
            can_be_blocked=standing.can_be_changed and not standing.blocked,
            can_be_changed=standing.can_be_changed,
            can_be_withdrawn=standing.can_be_withdrawn,
        )

    def _instead(self, standing: Standing, language: str) -> Words:
        """Who has been told that nobody read it in time."""
        if not standing.escalated_to:
            return ()
        key = f"standing.told.{standing.escalated_to}" + (".named" if standing.told_name else "")
        words, name = say(self.runtime, key, language, standing.words), {"name": standing.told_name}
        return contact.filled_in(f"request.{key}", words, name)

    async def nothing(self, _: str) -> str:
        return ""

    async def again(self, _: str) -> str:
        """The receipt once more, in another language."""
        return ""

    async def withdraw(self, code: str) -> str:
        await contact.withdraw(self.runtime, code)
        return ""

    def receipt(
        self, request: web.Request, at: Where, code: str, words: Mapping[str, str], mode: str, already: bool = False
    ) -> web.Response:
        """The end of sending: the code, by when it is read, and what the person can do herself."""
        names = ["read-by", "danger", *(["again"] if already else [])]
        return page(
            request,
            "form_receipt.html",
            at,
            code=receipts.grouped(code),
            mode=mode,
            said={name: say(self.runtime, f"receipt.{name}", at.language, words) for name in names},
            next=say(self.runtime, f"receipt.{NEXT.get(mode, 'call_them')}", at.language, words),
            onward=onward(self.runtime.content.dialogue),
        )


def onward(dialogue: Dialogue) -> tuple[str, str] | None:
    """The screen that offered the form, and its button that leads back to where the person came from.

    Whoever has just sent a request must not find the offer again, as if nothing had been sent.
    """
    for screen in dialogue.screens.values():
        back = next((one.id for one in screen.choices if one.returns), None)
        if back and any(one.form == "request" for one in screen.choices):
            return screen.id, back
    return None
