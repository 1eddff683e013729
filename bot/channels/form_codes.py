"""The receipt, and what somebody can do who has its code: look, and take the request back."""

from collections.abc import Mapping

from aiohttp import web

from bot.channels.form_frame import Where, page, say, where
from bot.channels.limits import Tries
from bot.channels.pages import FIELDS
from bot.runtime import Runtime
from bot.usecases import contact, receipts

MOST_WRONG = 600
"""Wrong codes from one address in ten minutes: hopeless for who guesses among 53 bits, and out of the way of others
where a proxy makes all addresses one."""
NEXT = {"call": "windows", "sms": "windows", "i_will_come": "come", "i_will_call_you": "call_them"}


class CodePages:
    """The pages behind a code, and the counter against guessing one."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.wrong = Tries(MOST_WRONG)

    def ask(self, request: web.Request, at: Where, wrong: str = "") -> web.Response:
        """Where the code is typed in."""
        return page(request, "form_code.html", at, wrong=wrong)

    async def look(self, request: web.Request, do: str) -> web.Response:
        """One answer for every code that is not one. Withdrawing shows how the request stands afterwards."""
        at, fields, remote = where(request), request.get(FIELDS, {}), request.remote or ""
        code, now = fields.get("code", "")[:100], self.runtime.now().timestamp()
        if not self.wrong.left(remote, now):
            return self.ask(request, at, "request.page.wait")
        if do == "withdraw":
            await contact.withdraw(self.runtime, code)
        standing = await contact.look(self.runtime, code, at.language)
        if standing is None:
            self.wrong.count(remote, now)
            return self.ask(request, at, "request.problem.code")
        if do == "receipt":
            return self.receipt(request, at, receipts.digits(code), standing.words, fields.get("mode", ""))
        count = self.runtime.content.text("request.standing.count", at.language) % {"count": standing.opened}
        return page(
            request,
            "form_standing.html",
            at,
            code=receipts.digits(code),
            said=say(self.runtime, f"standing.{standing.key}", at.language, standing.words),
            count=count if standing.opened else "",
            can_be_withdrawn=standing.can_be_withdrawn,
        )

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
        )
