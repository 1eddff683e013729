"""The receipt, and how a request stands, for whoever has its code."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

from aiohttp import web

from bot.channels import form_reach, form_standing
from bot.channels.doors import Doors
from bot.channels.form_frame import Where, page, say, where
from bot.channels.form_reach import ReceiptState
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
"""Fields that a page adds by itself, and the agreed word, which no page may hold."""
Change = Callable[[str], Awaitable[str | Words]]
"""Does something with a code, right or wrong. Returns what to say: words, the key of a text, or an empty string."""
Unsent = Callable[[Words], web.Response]
"""Returns the page of a refused change, with everything typed on it. Takes the reason in words."""
Confirmed = Literal["", "withdraw", "unsafe"]
"""Actions that cannot be undone: a page of their own asks once more."""
PROMISED = ("new", "read", "taken")
"""States in which a receipt may still say by when the request is read. No broken promise is repeated."""


class CodePages:
    """The pages behind a code. Wrong codes are not counted: there are 53 bits to guess, and each guess queues."""

    def __init__(self, runtime: Runtime, doors: Doors) -> None:
        self.runtime = runtime
        self.doors = doors

    def ask(self, request: web.Request, at: Where, wrong: str = "") -> web.Response:
        """The page on which a code is typed in."""
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
        """Make the change, then show how the request stands. Every wrong code gets one and the same answer.

        `confirm`: ask once more instead, if the action is possible. Confirming and `urgent` go before mere looking.
        `unsent`: a refused change returns to the page it was typed on. `receipt`: show the receipt again, for as long
        as what it says holds.
        """
        code = request.get(FIELDS, {}).get("code", "")[:100]
        try:
            async with self.doors.code(request, receipts.digits(code), urgent=urgent or bool(confirm)):
                return await self._looked(request, change, code_again, confirm, unsent, receipt=receipt)
        except Busy:
            return self._waits(request)

    def _waits(self, request: web.Request) -> web.Response:
        """Too many people look at once: nothing was done, and the page keeps what was typed for another press."""
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
        except Refused as error:
            done = refused = "request.added.full" if isinstance(error, TooMany) else "request.added.no"
        found = await standing.get_standing(self.runtime, code, at.language)
        if found is None:
            return self.ask(request, at, "request.problem.code")
        if refused and unsent:
            return unsent(self._done(refused, found, at.language))
        if receipt and found.state in PROMISED:
            return self.receipt(request, at, receipts.digits(code), found.words, form_reach.read_receipt_state(fields))
        if (confirm == "withdraw" and found.can_be_withdrawn) or (confirm == "unsafe" and _can_be_blocked(found)):
            said = say(self.runtime, f"confirm.{confirm}.text", at.language, found.words)
            return page(request, "form_confirm.html", at, code=receipts.digits(code), confirm=confirm, said=said)
        return self._standing(request, at, found, code, done, code_again)

    async def beyond_receipt(self, request: web.Request, at: Where, code: str) -> web.Response | None:
        """For a form sent twice: how its request stands, or None while the receipt still holds."""
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
            told=form_standing.standing_text(self.runtime, standing, at.language),
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
        self,
        request: web.Request,
        at: Where,
        code: str,
        words: Mapping[str, str],
        sent: ReceiptState,
        already: bool = False,
    ) -> web.Response:
        """The page after sending: the code, by when the request is read, and what the person can do herself."""
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
            questions=sent.harmed,
            onward=onward(self.runtime.content.dialogue),
        )


def _can_be_blocked(standing: Standing) -> bool:
    return standing.can_be_changed and not standing.blocked


def again(request: web.Request) -> tuple[str, Sequence[Pair]] | None:
    """Return a press on a page behind a code and its fields, to repeat it later. None for any other page."""
    fields = request.get(FIELDS, {})
    if "code" not in fields:
        return None
    do = fields.get("do", "look")
    if do.startswith("language"):  # the page itself, in another language
        do = fields.get("at", "look")
    if fields.get("word"):  # she types the agreed word again
        do = "times"
    return do, [(name, text) for name, text in request.get(PAIRS, ()) if name not in NOT_CARRIED]


def onward(dialogue: Dialogue) -> tuple[str, str] | None:
    """Return the screen that offers the form, and its button that leads back.

    After sending, the person must not meet the offer again as if nothing had been sent.
    """
    for screen in dialogue.screens.values():
        back = next((choice.id for choice in screen.choices if choice.returns), None)
        if back and any(choice.form == "request" for choice in screen.choices):
            return screen.id, back
    return None
