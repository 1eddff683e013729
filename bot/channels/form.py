"""The form: fill in, review and agree, send. For the web chat, and as a Telegram Mini App without Telegram's script.

One neutral address, plain forms, no cookie. The draft travels sealed in the pages and is parsed again at every step; a
page posts only its own answers. Nothing is stored before Send.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from aiohttp import web

from bot.channels import form_again, form_away, form_codes, form_instead, form_reach, form_reader, form_view
from bot.channels.doors import Doors
from bot.channels.form_changes import ChangePages
from bot.channels.form_codes import CodePages
from bot.channels.form_draft import KNOWING, Drafts, RequestDraft
from bot.channels.form_frame import ADDRESS, CHANGING, Where, pad_and_delay, page, say, unseal_fields, where
from bot.channels.form_questions import QuestionPages
from bot.channels.form_screen import ScreenPages
from bot.channels.pages import FIELDS, MAY_BE_FRAMED, BackToConversation
from bot.engine.request import prefilled
from bot.engine.request_pages import page_of
from bot.layout import blocks
from bot.runtime import Runtime
from bot.usecases.casework import receipts
from bot.usecases.fair_queue import Busy
from bot.usecases.person import contact, converse, form_links, outage
from bot.usecases.person.contact import Sending
from bot.usecases.person.converse import Address, Reply
from bot.usecases.person.form_links import form_token
from bot.usecases.person.outage import Trouble
from bot.usecases.refused import AlreadyErased, ConsentMissing, NobodyMayRead, NotAddressable, NotAllowed
from bot.usecases.services.first_call import Unanswerable

log = logging.getLogger(__name__)

__all__ = ["FormPages", "form_token", "pages_of", "token_maker"]

BEHIND_A_CODE = {
    *("code", "look", "withdraw", "withdraw-now", "receipt", "times", "new-times", "unsafe", "unsafe-now"),
    *("screen", "change-screen", "review-screen", "answer", "stop", "drop", "send-screen"),
}
"""Presses on pages behind a receipt code. All others belong to a request that is being written."""

FormPage = Callable[[web.Request, str], Awaitable[web.StreamResponse]]


def token_maker(runtime: Runtime) -> Callable[[Reply], str]:
    """Return a function that makes the token with which a Telegram button opens the form."""

    def make(reply: Reply) -> str:
        language = reply.card.language if reply.card else runtime.content.dialogue.languages[0]
        return form_token(runtime, reply.answers, language, reply.form or "request")

    return make


def pages_of(runtime: Runtime) -> tuple[FormPage, list[web.RouteDef]]:
    """What the public app needs: the handler for the chat's own address, and the routes of the form."""
    form = FormPages(runtime)
    return form.on_the_web, form.routes


class FormPages:
    """The form pages of one running program, and the queues in which people wait."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.doors = Doors(runtime)
        self.codes = CodePages(runtime, self.doors)
        self.changes = ChangePages(runtime, self.codes)
        self.screen = ScreenPages(runtime, self.codes)
        self.drafts = Drafts(runtime)
        self.questions = QuestionPages(runtime, self.drafts)

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.get(ADDRESS, self.start), web.post(ADDRESS, self.answer)]

    # --- Opening ------------------------------------------------------------------------------------------------------

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Answer a plain GET: our script takes the token from the fragment; without it the page says what to do."""
        request[MAY_BE_FRAMED] = True
        content = self.runtime.content
        languages = [
            {
                "language": language,
                "title": content.text("request.page.start", language),
                "text": say(self.runtime, "page.start.text", language),
                "code": content.text("request.page.have-code", language),
            }
            for language in content.dialogue.languages
        ]
        return page(request, "form_start.html", where(request), tongues=languages)

    async def on_the_web(self, request: web.Request, form: str) -> web.StreamResponse:
        """Serve the form at the chat's own address, which never changes whatever a person does."""
        return await (self.answer(request) if "do" in request.get(FIELDS, {}) else self.opened(request, form))

    async def opened(self, request: web.Request, form: str) -> web.StreamResponse:
        """Open the form from the web chat: the token stays the same, and answers given in the chat are filled in."""
        at = where(request)
        try:
            reply = await converse.current(self.runtime, Address("web", at.token))
        except Trouble:
            return self._unsent(request)
        language = reply.card.language if reply and reply.card else at.language
        return await self._new(request, form, Where(language, at.token, "web"), reply.answers if reply else {})

    async def _launched(self, request: web.Request) -> web.Response:
        """Open the form from Telegram with a token that works once. Whoever brings it stays unknown."""
        token, at = request.get(FIELDS, {}).get("launch", ""), where(request)
        launched = await form_links.redeem(self.runtime, token)
        if launched is None:
            language = form_links.language_of(self.runtime, token)
            at = replace(at, language=self._spoken(language) if language else at.language)
            return self._stale(request, at, status=web.HTTPGone.status_code)
        language = self._spoken(launched.language)
        return await self._new(request, launched.form, replace(at, language=language), launched.answers)

    def _spoken(self, language: str) -> str:
        """The language of the chat, unless it is published no longer."""
        return self.runtime.content.dialogue.spoken(language)

    def _stale(self, request: web.Request, at: Where, status: int = 200) -> web.Response:
        return page(request, "form_stale.html", at, status=status)

    async def _new(
        self, request: web.Request, form: str, at: Where, answers: Mapping[str, tuple[str, ...]]
    ) -> web.Response:
        if form == "receipt":
            return self.codes.ask(request, at)
        pairs = prefilled(self.runtime.content.request, answers, at.language)
        return await self.questions.begin(request, RequestDraft(self.drafts.read(pairs), receipts.new_once(), at))

    # --- Going on -----------------------------------------------------------------------------------------------------

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer any press on the form pages."""
        request[MAY_BE_FRAMED] = request.path == ADDRESS
        readable = unseal_fields(request)
        try:
            return await (self._answer(request) if readable else self._lost(request))
        except BackToConversation:  # only the web chat has a conversation
            if request.path != ADDRESS:
                raise
            return await self.start(request)
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
            case "stale":
                return self._stale(request, where(request))
            case "look" | "receipt":
                shown = await self.codes.look(request, self.codes.nothing, receipt=do == "receipt")
                return await pad_and_delay(request, shown, begun)
            case "withdraw-now":
                return await pad_and_delay(
                    request, await self.codes.look(request, self.codes.withdraw, urgent=True), begun
                )
            case "withdraw":
                return await pad_and_delay(
                    request, await self.codes.look(request, self.codes.nothing, confirm="withdraw"), begun
                )
            case "times" | "new-times" | "unsafe" | "unsafe-now":
                return await pad_and_delay(request, await self.changes.press(request, do), begun)
            case "screen" | "change-screen" | "review-screen" | "answer" | "stop" | "drop" | "send-screen":
                return await pad_and_delay(request, await self.screen.press(request, do, what), begun)
            case "send":
                return await pad_and_delay(request, await self._send(request, self.drafts.of(request)), begun)
            case _:
                return await self._fill_in(request, self.drafts.of(request), do, what)

    async def _fill_in(self, request: web.Request, draft: RequestDraft, do: str, what: str) -> web.Response:
        """Answer a press on the questions or the review."""
        draft = self.drafts.with_press(draft, do, what)
        match do:
            case "review" | "consent" | "remove" | "reader":  # the second is a page from before both were one
                return await self._go_on(request, draft)
            case "next":
                return await self._next(request, draft, what.partition(".")[0])
            case "erased":
                return await form_again.erased(request, self.runtime, draft, self.drafts.carried(draft))
            case "set":
                return await self._set(request, draft, what.partition(".")[0])
            case "mend":
                return await self._go_on(request, await self.drafts.with_help(draft, what))
            case "change":
                return await self.questions.change(request, draft, what)
            case "add":
                return await self.questions.add(request, draft)
            case "away":
                return await form_away.confirm(request, self.drafts, draft, what)
            case _:
                return await self.questions.show(request, draft, what)

    async def _next(self, request: web.Request, draft: RequestDraft, asked: str) -> web.Response:
        """Show the next page of questions once the answers so far are valid; the review follows the last.

        Whoever cannot send a request from here learns it at once, and not after all questions.
        """
        if draft.filled.minor:
            return form_instead.minor(request, self.runtime, self.questions, draft)
        if draft.place and not (await contact.get_offer(self.runtime, draft.place, draft.at.language)).open:
            return await form_instead.closed(request, self.runtime, self.questions, draft)
        return await self.questions.after(request, draft, asked) or await self._go_on(request, draft)

    async def _set(self, request: web.Request, draft: RequestDraft, question: str) -> web.Response:
        """After a press beside a problem: on with the questions, or back to the review if she came from there."""
        if CHANGING in request.get(FIELDS, {}):
            return await self._go_on(request, draft)
        return await self._next(request, draft, page_of(self.runtime.content.request, question))

    async def _lost(self, request: web.Request) -> web.StreamResponse:
        """The sealed field cannot be opened: only the answers of this page are left, and nothing was sent."""
        fields = request.get(FIELDS, {})
        do = fields.get("at" if fields.get("do", "").startswith("language") else "do", "").partition(".")[0]
        if do == "open":
            return await self._launched(request)
        if do in BEHIND_A_CODE:
            return self.codes.ask(request, where(request), "" if do == "code" else "request.page.lost.code")
        return await self.questions.begin(request, self.drafts.of(request), lost=True)

    async def _go_on(self, request: web.Request, draft: RequestDraft) -> web.Response:
        """Show the review, or what has to come before it."""
        return await self._hindrance(request, draft) or await self._review(request, draft)

    async def _review(
        self,
        request: web.Request,
        draft: RequestDraft,
        ticked: Sequence[str] = (),
        missing: Sequence[str] = (),
        note: str = "",
    ) -> web.Response:
        """What would be sent, line by line, and below it what she agrees to by sending it."""
        content, at = self.runtime.content, draft.at
        to = await contact.get_offer(self.runtime, draft.place, at.language)
        told = form_reach.review_text(self.runtime, to, draft.filled.values, at.language)
        said = contact.agreement(self.runtime, to, draft.filled.values, at.language)
        return page(
            request,
            "form_review.html",
            at,
            lines=form_view.review_lines(content, draft.filled, at.language),
            told=told,
            said=said,
            ticked=ticked,
            missing=missing,
            note=note,
            step=self.questions.progress(draft, None),
            last=self.questions.last(draft),
            can_add=bool(self.questions.can_be_added(draft)),
            carried=(*self.drafts.carried(draft), ("wording", said.version), (KNOWING, told.knowing)),
        )

    async def _hindrance(self, request: web.Request, draft: RequestDraft) -> web.Response | None:
        """Return the page to show instead if this draft cannot be sent as it is."""
        if draft.filled.minor:
            return form_instead.minor(request, self.runtime, self.questions, draft)
        if draft.filled.problems:
            return await self.questions.mend(request, draft)
        to = await contact.get_offer(self.runtime, draft.place, draft.at.language)
        if not to.open:
            return await form_instead.closed(request, self.runtime, self.questions, draft)
        return await form_reader.page_instead(
            request, self.runtime, draft.at, draft.filled, to, self.drafts.carried(draft)
        )

    def _unsent(self, request: web.Request) -> web.Response:
        """Without a database nothing can be sent or looked up: say whom to call, and offer another try.

        The page keeps what was typed and the id of the form, so that it is never sent twice.
        """
        do, _, what = request.get(FIELDS, {}).get("do", "").partition(".")
        draft = self.drafts.with_press(self.drafts.of(request), do, what)
        words = outage.closed_words(self.runtime, draft.place, draft.at.language)
        told = blocks(say(self.runtime, "page.unsent.text", draft.at.language))
        phone = say(self.runtime, "page.closed.phone", draft.at.language, words)
        retry = form_codes.again(request)
        again, carried = retry or (self.questions.where(request), self.drafts.carried(draft, typed=True))
        shown = {"told": told, "phone": phone, "again": again, "carried": carried, "drafted": not retry}
        return page(request, "form_unsent.html", draft.at, status=503, **shown)

    # --- Sending ------------------------------------------------------------------------------------------------------

    async def _send(self, request: web.Request, draft: RequestDraft) -> web.Response:
        if hindrance := await self._hindrance(request, draft):
            return hindrance
        fields, at = request.get(FIELDS, {}), draft.at
        ticked = [consent.id for consent in self.runtime.content.request.consents if f"c.{consent.id}" in fields]
        to = await contact.get_offer(self.runtime, draft.place, at.language)
        wording = contact.agreement(self.runtime, to, draft.filled.values, at.language).version
        if fields.get("wording") != wording:  # she agreed to another text
            return await self._review(request, draft)
        try:
            async with self.doors.sending(request, draft.once) as flood:
                sending = Sending(
                    filled=draft.filled,
                    consents=ticked,
                    once=draft.once,
                    language=at.language,
                    channel=at.channel,
                    agreed=fields["wording"],
                    knowing=draft.knows,
                    flood=flood,
                )
                receipt = await contact.send(self.runtime, sending)
        except Busy:
            return await self._review(request, draft, ticked, note="request.page.waits")
        except Unanswerable:  # her last safe time passed while she read
            return await self._go_on(request, draft)
        except ConsentMissing as error:
            return await self._review(request, draft, ticked, missing=error.args)
        except NotAddressable:
            return await form_instead.closed(request, self.runtime, self.questions, draft)
        except NobodyMayRead:  # the reader has changed since the check
            return await form_reader.elsewhere(request, self.runtime, draft.at, draft.place, self.drafts.carried(draft))
        except AlreadyErased:
            return await form_again.erased(request, self.runtime, draft, self.drafts.carried(draft))
        except NotAllowed:
            return await self.questions.mend(request, draft)
        if receipt.already:
            if shown := await self.codes.beyond_receipt(request, draft.at, receipt.code):
                return shown
        else:
            self.doors.sent(request)
        to = await contact.get_offer(self.runtime, draft.place, at.language)
        sent = form_reach.receipt_state(to, draft.filled.values, receipt.reach, self.runtime.now())
        return self.codes.receipt(request, draft.at, receipt.code, receipt.words, sent, receipt.already)
