"""The form page: fill in, review, agree, send. For the web chat and as Telegram Mini App, without Telegram's script.

One neutral address, plain forms, no cookie. The draft travels in hidden fields and is read anew at every step;
before Send nothing is kept anywhere.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.channels import form_again, form_codes, form_reach, form_reader, form_view
from bot.channels.doors import Doors, Waits
from bot.channels.form_changes import ChangePages
from bot.channels.form_codes import CodePages
from bot.channels.form_frame import ADDRESS, Where, even, page, say, where
from bot.channels.form_screen import ScreenPages
from bot.channels.form_view import PREFIX
from bot.channels.pages import FIELDS, MAY_BE_FRAMED, PAIRS
from bot.engine.request import Filled, Pair, inputs, prefilled, read, without
from bot.layout import blocks
from bot.runtime import RIGA, Runtime
from bot.usecases import contact, converse, launch, outage, receipts
from bot.usecases.contact import Agreement
from bot.usecases.converse import Address, Reply
from bot.usecases.first_call import Unanswerable, times_of
from bot.usecases.launch import form_token
from bot.usecases.outage import Trouble
from bot.usecases.refused import AlreadyErased, ConsentMissing, NobodyMayRead, NotAddressable, NotAllowed

log = logging.getLogger(__name__)

__all__ = ["FormPages", "form_token", "pages_of", "token_maker"]

FormPage = Callable[[web.Request, str], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What one page brought: the answers, read, and what holds the pages of one form together."""

    filled: Filled
    once: str
    at: Where

    @property
    def place(self) -> str:
        return str(self.filled.values.get("area", ""))


def token_maker(runtime: Runtime) -> Callable[[Reply], str]:
    """Makes the tokens with which Telegram's buttons open the form."""

    def make(reply: Reply) -> str:
        language = reply.card.language if reply.card else runtime.content.dialogue.languages[0]
        return form_token(runtime, reply.answers, language, reply.form or "request")

    return make


def pages_of(runtime: Runtime) -> tuple[FormPage, list[web.RouteDef]]:
    """What the public app needs: the way in from the chat, and the routes of the form itself."""
    form = FormPages(runtime)
    return form.on_the_web, form.routes


class FormPages:
    """The form pages of one running program, and the lines in which people wait."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.doors = Doors(runtime)
        self.codes = CodePages(runtime, self.doors)
        self.changes = ChangePages(runtime, self.codes)
        self.screen = ScreenPages(runtime, self.codes)

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.get(ADDRESS, self.start), web.post(ADDRESS, self.answer)]

    # --- Opening ------------------------------------------------------------------------------------------------------

    async def start(self, request: web.Request) -> web.StreamResponse:
        """What is at the address itself: our script takes a token out of it; others read what to do."""
        request[MAY_BE_FRAMED] = True
        content = self.runtime.content
        tongues = [
            {
                "language": language,
                "title": content.text("request.page.start", language),
                "text": say(self.runtime, "page.start.text", language),
                "code": content.text("request.page.have-code", language),
            }
            for language in content.dialogue.languages
        ]
        return page(request, "form_start.html", where(request), tongues=tongues)

    async def on_the_web(self, request: web.Request, form: str) -> web.StreamResponse:
        """The chat's own address answers the form, too: it never changes, whatever a person does."""
        return await (self.answer(request) if "do" in request.get(FIELDS, {}) else self.opened(request, form))

    async def opened(self, request: web.Request, form: str) -> web.StreamResponse:
        """The web chat's way in: the same token goes on, and what was answered there is filled in."""
        at = where(request)
        try:
            reply = await converse.current(self.runtime, Address("web", at.token))
        except Trouble:
            return self._unsent(request)
        language = reply.card.language if reply and reply.card else at.language
        return await self._new(request, form, Where(language, at.token, "web"), reply.answers if reply else {})

    async def _launched(self, request: web.Request) -> web.Response:
        """Telegram's way in: a token that works once. Who brings it stays unknown."""
        launched = await launch.redeem(self.runtime, request.get(FIELDS, {}).get("launch", ""))
        at = where(request)
        if launched is None:
            return page(request, "form_stale.html", at, status=web.HTTPGone.status_code)
        return await self._new(request, launched.form, replace(at, language=launched.language), launched.answers)

    async def _new(
        self, request: web.Request, form: str, at: Where, answers: Mapping[str, tuple[str, ...]]
    ) -> web.Response:
        if form == "receipt":
            return self.codes.ask(request, at)
        pairs = prefilled(self.runtime.content.request, answers, at.language)
        return await self._fill(request, Draft(self._read(pairs), receipts.new_once(), at))

    # --- Going on -----------------------------------------------------------------------------------------------------

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Every press on the form pages comes here."""
        request[MAY_BE_FRAMED] = request.path == ADDRESS
        try:
            return await self._answer(request)
        except Trouble as error:
            log.warning("database_gone", extra={"error": type(error).__name__})
            return self._unsent(request)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        begun = asyncio.get_running_loop().time()
        fields = request.get(FIELDS, {})
        do, _, what = fields.get("do", "").partition(".")
        if do == "language":  # the same page again
            do, _, what = fields.get("at", "").partition(".")
        match do:
            case "open":
                return await self._launched(request)
            case "code":
                return self.codes.ask(request, where(request))
            case "look" | "withdraw-now" | "receipt":
                act = {"look": self.codes.nothing, "withdraw-now": self.codes.withdraw, "receipt": self.codes.again}[do]
                return await even(request, await self.codes.look(request, act, urgent=do == "withdraw-now"), begun)
            case "withdraw":
                return await even(
                    request, await self.codes.look(request, self.codes.nothing, confirm="withdraw"), begun
                )
            case "times" | "new-times" | "unsafe" | "unsafe-now":
                return await even(request, await self.changes.press(request, do), begun)
            case "screen" | "change-screen" | "review-screen" | "answer" | "stop" | "drop" | "send-screen":
                return await even(request, await self.screen.press(request, do, what), begun)
            case "send":
                return await even(request, await self._send(request, self._draft(request)), begun)
            case "review" | "consent":
                return await self._go_on(request, self._draft(request), do)
            case "erased":
                draft = self._draft(request)
                return await form_again.erased(request, self.runtime, draft.at, draft.once, self._carried(draft))
            case "reader":
                draft = self._draft(request)
                draft = replace(draft, filled=self._read(form_reader.answered(draft.filled, what)))
                return await self._go_on(request, draft, "consent")
            case "remove":
                return await self._go_on(request, self._removed(request, what), "review")
            case "set":
                return await self._go_on(request, self._set(request, what), "review")
            case "mend":
                return await self._go_on(request, await self._mended(request, what), "review")
            case _:
                return await self._fill(request, self._draft(request), focus=what)

    async def _go_on(self, request: web.Request, draft: Draft, do: str) -> web.Response:
        if hindrance := await self._hindrance(request, draft, sending=do == "consent"):
            return hindrance
        to = await contact.offer(self.runtime, draft.place, draft.at.language)
        told = form_reach.told(self.runtime, to, draft.filled.values, draft.at.language)
        if do == "consent" and (not told.none or _knows(request, draft)):
            return await self._consent(request, draft)
        lines = form_view.lines(self.runtime.content, draft.filled, draft.at.language)
        return page(request, "form_review.html", draft.at, lines=lines, told=told, **self._carried(draft))

    async def _hindrance(self, request: web.Request, draft: Draft, sending: bool = True) -> web.Response | None:
        """The page to show instead, when this draft cannot be sent as it is."""
        if draft.filled.minor:
            told = blocks(say(self.runtime, "page.minor.text", draft.at.language))
            return page(request, "form_minor.html", draft.at, told=told, **self._carried(draft, typed=True))
        if draft.filled.problems:
            return await self._fill(request, draft, check=True)
        to = await contact.offer(self.runtime, draft.place, draft.at.language)
        if not to.open:
            return await self._closed(request, draft)
        if not sending:
            return None
        return await form_reader.page_instead(request, self.runtime, draft.at, draft.filled, to, self._carried(draft))

    async def _closed(self, request: web.Request, draft: Draft) -> web.Response:
        """The service cannot be addressed: nothing is sent, and the person is told how to reach it herself."""
        language = draft.at.language
        to = await contact.offer(self.runtime, draft.place, language)
        told = blocks(say(self.runtime, "page.closed.text", language))
        phone = say(self.runtime, "page.closed.phone", language, to.words)
        return page(request, "form_closed.html", draft.at, told=told, phone=phone, **self._carried(draft))

    def _unsent(self, request: web.Request) -> web.Response:
        """Without a database nothing can be sent or looked up: whom to ring up, and the way to try again. What was
        typed stays on the page, and the form stays the same one, so that it is never sent twice."""
        draft = self._draft(request)
        words = outage.closed_words(self.runtime, draft.place, draft.at.language)
        told = blocks(say(self.runtime, "page.unsent.text", draft.at.language))
        phone = say(self.runtime, "page.closed.phone", draft.at.language, words)
        again, carried = form_codes.again(request) or ("review", self._carried(draft, typed=True))
        return page(request, "form_unsent.html", draft.at, told=told, phone=phone, again=again, status=503, **carried)

    async def _fill(self, request: web.Request, draft: Draft, focus: str = "", check: bool = False) -> web.Response:
        """The questions. With `check`, everything wrong is said at once, and nothing that was typed is lost."""
        content, language = self.runtime.content, draft.at.language
        to = await contact.offer(self.runtime, draft.place, language) if draft.place else None
        problems = {
            one.field: content.text(f"request.problem.{one.what}", language) for one in draft.filled.problems if check
        }
        today = self.runtime.now().astimezone(RIGA).date()
        groups = form_view.groups(content, draft.filled, today, language, problems, draft.once)
        return page(
            request,
            "form_fill.html",
            draft.at,
            groups=groups,
            problems=[question for group in groups for question in group.wrong],
            focus=PREFIX + focus,
            reader=say(self.runtime, "page.reader", language, to.words) if to and to.open else (),
            hours=say(self.runtime, "page.service-hours", language, to.words) if to and to.open else (),
            once=draft.once,
            answers=self._unasked(draft),
        )

    # --- Agreeing and sending -----------------------------------------------------------------------------------------

    async def _consent(
        self,
        request: web.Request,
        draft: Draft,
        ticked: Sequence[str] = (),
        missing: Sequence[str] = (),
        note: str = "",
    ) -> web.Response:
        said = await self._agreement(draft)
        return page(
            request,
            "form_consent.html",
            draft.at,
            said=said,
            ticked=ticked,
            missing=missing,
            note=note,
            knowing=times_of(draft.filled.values) if _knows(request, draft) else "",
            **self._carried(draft),
        )

    async def _agreement(self, draft: Draft) -> Agreement:
        to = await contact.offer(self.runtime, draft.place, draft.at.language)
        return contact.agreement(self.runtime, to, draft.filled.values, draft.at.language)

    async def _send(self, request: web.Request, draft: Draft) -> web.Response:
        if hindrance := await self._hindrance(request, draft):
            return hindrance
        fields, knows, at = request.get(FIELDS, {}), _knows(request, draft), draft.at
        ticked = [one.id for one in self.runtime.content.request.consents if f"c.{one.id}" in fields]
        if fields.get("wording") != (await self._agreement(draft)).version:  # it was not this text that was read
            return await self._consent(request, draft)
        try:
            async with self.doors.sending(request, draft.once) as flood:
                given = (draft.filled, ticked, draft.once, at.language, at.channel, fields["wording"])
                receipt = await contact.send(self.runtime, *given, knowing=knows, flood=flood)
        except Waits:
            return await self._consent(request, draft, ticked, note="request.page.waits")
        except Unanswerable:  # her last time went by while she read
            return await self._go_on(request, draft, "review")
        except ConsentMissing as refused:
            return await self._consent(request, draft, ticked, missing=refused.args)
        except NotAddressable:
            return await self._closed(request, draft)
        except NobodyMayRead:  # what was true a moment ago
            return await form_reader.elsewhere(request, self.runtime, draft.at, draft.place, self._carried(draft))
        except AlreadyErased:
            return await form_again.erased(request, self.runtime, draft.at, draft.once, self._carried(draft))
        except NotAllowed:
            return await self._fill(request, draft, check=True)
        if receipt.already:
            if stands := await self.codes.beyond_receipt(request, draft.at, receipt.code):
                return stands
        else:
            self.doors.sent(request)
        to = await contact.offer(self.runtime, draft.place, draft.at.language)
        sent = form_reach.sent(to, draft.filled.values, receipt.reach, self.runtime.now())
        return self.codes.receipt(request, draft.at, receipt.code, receipt.words, sent, receipt.already)

    # --- The draft ----------------------------------------------------------------------------------------------------

    def _draft(self, request: web.Request) -> Draft:
        """Read what the page brought. Whatever is wrong with it becomes a problem to show, or is left out."""
        pairs = [(name.removeprefix(PREFIX), text) for name, text in request.get(PAIRS, ()) if name.startswith(PREFIX)]
        once = request.get(FIELDS, {}).get("once", "")
        return Draft(self._read(pairs), once if receipts.is_once(once) else receipts.new_once(), where(request))

    def _removed(self, request: web.Request, line: str) -> Draft:
        draft = self._draft(request)
        left = without(self.runtime.content.request, draft.filled.values, line)
        return replace(draft, filled=self._read(left))

    def _set(self, request: web.Request, what: str) -> Draft:
        """One answer in place of another, by a press beside what was wrong with it."""
        draft = self._draft(request)
        name, _, option = what.partition(".")
        others = [(one, text) for one, text in draft.filled.typed if one != name]
        return replace(draft, filled=self._read([*others, (name, option)]))

    async def _mended(self, request: web.Request, wanted: str) -> Draft:
        draft = self._draft(request)
        to = await contact.offer(self.runtime, draft.place, draft.at.language)
        values = form_reach.mended(self.runtime, to, draft.filled.values, wanted)
        return replace(draft, filled=self._read(inputs(self.runtime.content.request, values)))

    def _read(self, pairs: Sequence[Pair]) -> Filled:
        content = self.runtime.content
        today = self.runtime.now().astimezone(RIGA).date()
        return read(content.request, pairs, today, content.dialogue.municipalities)

    def _carried(self, draft: Draft, typed: bool = False) -> dict[str, Any]:
        """The hidden fields: what counts, or all that was typed where it has still to be put right."""
        pairs = draft.filled.typed if typed else inputs(self.runtime.content.request, draft.filled.values)
        return {"once": draft.once, "answers": [(PREFIX + name, text) for name, text in pairs]}

    def _unasked(self, draft: Draft) -> list[Pair]:
        """What came from the dialogue and is not a question of the page. Who alone may read is asked again after it."""
        fields = self.runtime.content.request.fields
        auto = {name for name, field in fields.items() if field.type == "auto" and field.sent}
        return [(PREFIX + name, text) for name, text in draft.filled.typed if name in auto]


def _knows(request: web.Request, draft: Draft) -> bool:
    """Whether the page before has said that nobody can reach her in these very times."""
    return str(request.get(FIELDS, {}).get("knowing", "")) == times_of(draft.filled.values)
