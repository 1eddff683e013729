"""The receipt, and how a request stands for who has its code."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

from aiohttp import web

from bot.channels import form_reach, form_standing
from bot.channels.doors import Doors
from bot.channels.form_frame import Where, page, say, where
from bot.channels.form_reach import Sent
from bot.channels.pages import FIELDS, PAIRS
from bot.engine.dialogue import Dialogue
from bot.engine.request import Pair
from bot.runtime import Runtime
from bot.texts import Words
from bot.usecases.casework import receipts
from bot.usecases.fair_queue import Busy
from bot.usecases.person import contact, standing
from bot.usecases.person.additions import TooMany
from bot.usecases.person.standing import Standing
from bot.usecases.refused import Refused

NOT_CARRIED = {"token", "language", "from", "at", "do", "once", "word"}
"""What a page brings along by itself, and what no page may hold: the agreed word."""
Change = Callable[[str], Awaitable[str | Words]]
"""Does something with a code, right or wrong, and answers with what to say, the key of it, or nothing."""
Unsent = Callable[[Words], web.Response]
"""The page from which a change was to be sent, with all that was typed there, and why it was not sent."""
Confirmed = Literal["", "withdraw", "unsafe"]
"""What cannot be undone by the same press, and is asked about once more on a page of its own."""


PROMISED = ("new", "read", "taken")
"""In these states a receipt may still say by when it is read: what was broken or is over is not promised again."""


class CodePages:
    """The pages behind a code. Wrong ones are not counted: there are 53 bits to guess, and each guess waits in line."""

    def __init__(self, runtime: Runtime, doors: Doors) -> None:
        self.runtime = runtime
        self.doors = doors

    def ask(self, request: web.Request, at: Where, wrong: str = "") -> web.Response:
        """Where the code is typed in."""
        return page(request, "form_code.html", at, wrong=wrong)

    async def look(
        self,
        request: web.Request,
        change: Change,
        code_again: bool = False,
        confirm: Confirmed = "",
        unsent: Unsent | None = None,
        urgent: bool = False,
        receipt: bool = False,
    ) -> web.Response:
        """Do what was asked, then show how the request stands. One answer for every code that is not one.

        With `confirm` the page asks once more instead, where there is something to be asked about. That, and what is
        `urgent`, comes before mere looking. With `unsent` a refused change leads back to the page it was typed on.
        With `receipt` the receipt is shown once more, for as long as what it says still holds.
        """
        code = request.get(FIELDS, {}).get("code", "")[:100]
        try:
            async with self.doors.code(request, receipts.digits(code), urgent=urgent or bool(confirm)):
                return await self._looked(request, change, code_again, confirm, unsent, receipt=receipt)
        except Busy:
            return self._waits(request)

    def _waits(self, request: web.Request) -> web.Response:
        """Too many look at this moment: nothing was done, and what was typed stays on the page for another press."""
        do, carried = again(request) or ("look", ())
        word = bool(request.get(FIELDS, {}).get("word"))
        return page(request, "form_waits.html", where(request), again=do, word=word, carried=carried)

    async def _looked(
        self,
        request: web.Request,
        change: Change,
        code_again: bool,
        confirm: Confirmed,
        unsent: Unsent | None,
        *,
        receipt: bool,
    ) -> web.Response:
        at, fields = where(request), request.get(FIELDS, {})
        code = fields.get("code", "")[:100]
        refused = ""
        try:
            done = await change(code)
        except Refused as reason:
            done = refused = "request.added.full" if isinstance(reason, TooMany) else "request.added.no"
        found = await standing.get_standing(self.runtime, code, at.language)
        if found is None:
            return self.ask(request, at, "request.problem.code")
        if refused and unsent:
            return unsent(self._done(refused, found, at.language))
        if receipt and found.state in PROMISED:
            return self.receipt(request, at, receipts.digits(code), found.words, form_reach.carried(fields))
        if (confirm == "withdraw" and found.can_be_withdrawn) or (confirm == "unsafe" and _can_be_blocked(found)):
            said = say(self.runtime, f"confirm.{confirm}.text", at.language, found.words)
            return page(request, "form_confirm.html", at, code=receipts.digits(code), confirm=confirm, said=said)
        return self._standing(request, at, found, code, done, code_again)

    async def beyond_receipt(self, request: web.Request, at: Where, code: str) -> web.Response | None:
        """For a form that is sent once more: how its request stands, where that is no longer what the receipt says."""
        found = await standing.get_standing(self.runtime, code, at.language)
        if found is None or found.state in PROMISED:
            return None
        return self._standing(request, at, found, code, "request.receipt.again", code_again=True)

    def _standing(
        self, request: web.Request, at: Where, standing: Standing, code: str, done: str | Words, code_again: bool
    ) -> web.Response:
        return page(
            request,
            "form_standing.html",
            at,
            code=receipts.digits(code),
            code_again=receipts.grouped(receipts.digits(code)) if code_again else "",
            done=self._done(done, standing, at.language),
            told=form_standing.told(self.runtime, standing, at.language),
            can_be_blocked=_can_be_blocked(standing),
            can_be_changed=standing.can_be_changed,
            has_number=standing.can_be_changed and standing.has_number,
            can_be_withdrawn=standing.can_be_withdrawn,
        )

    def _done(self, done: str | Words, standing: Standing, language: str) -> Words:
        if not isinstance(done, str):
            return done
        return say(self.runtime, done.removeprefix("request."), language, standing.words) if done else ()

    async def nothing(self, _: str) -> str:
        return ""

    async def withdraw(self, code: str) -> str:
        await contact.withdraw(self.runtime, code)
        return ""

    def receipt(
        self, request: web.Request, at: Where, code: str, words: Mapping[str, str], sent: Sent, already: bool = False
    ) -> web.Response:
        """The end of sending: the code, by when it is read, and what the person can do herself."""
        names = ["read-by", "danger", *(["again"] if already else [])]
        own = "" if sent.mode in ("call", "sms") else ".own"
        return page(
            request,
            "form_receipt.html",
            at,
            code=receipts.grouped(code),
            sent=sent.fields,
            said={name: say(self.runtime, f"receipt.{name}", at.language, words) for name in names},
            closed=say(self.runtime, "today.closed", at.language, words) if sent.closed else (),
            steps=form_reach.next_steps(self.runtime, sent, words, at.language),
            use=say(self.runtime, f"receipt.use{own}", at.language),
            found=say(self.runtime, f"receipt.found{own}", at.language),
            onward=onward(self.runtime.content.dialogue),
        )


def _can_be_blocked(standing: Standing) -> bool:
    return standing.can_be_changed and not standing.blocked


def again(request: web.Request) -> tuple[str, Sequence[Pair]] | None:
    """The same press on a page behind a code, with all that it brought, for when it could not be answered."""
    fields = request.get(FIELDS, {})
    if "code" not in fields:
        return None
    do = fields.get("do", "look")
    if do.startswith("language"):  # the page itself, in another language
        do = fields.get("at", "look")
    if fields.get("word"):  # it is asked for again
        do = "times"
    return do, [(name, text) for name, text in request.get(PAIRS, ()) if name not in NOT_CARRIED]


def onward(dialogue: Dialogue) -> tuple[str, str] | None:
    """The screen that offered the form, and its button that leads back to where the person came from.

    Whoever has just sent a request must not find the offer again, as if nothing had been sent.
    """
    for screen in dialogue.screens.values():
        back = next((one.id for one in screen.choices if one.returns), None)
        if back and any(one.form == "request" for one in screen.choices):
            return screen.id, back
    return None
