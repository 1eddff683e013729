"""Changes made with a receipt code: other safe times, and a number that is no longer safe."""

from aiohttp import web

from bot.channels import form_reach, form_view
from bot.channels.form_codes import CodePages
from bot.channels.form_draft import KNOWING
from bot.channels.form_frame import Where, page, say, where
from bot.channels.form_reach import Help
from bot.channels.form_view import PREFIX
from bot.channels.pages import FIELDS, PAIRS
from bot.engine.request import Filled, Pair, read
from bot.runtime import Runtime
from bot.texts import Words
from bot.usecases.casework import receipts
from bot.usecases.person import additions
from bot.usecases.person.additions import TIMES
from bot.usecases.services.first_call import FirstCall, Unanswerable, times_of
from bot.usecases.services.reading_hours import Calendar

WE_REACH_OUT: Pair = ("contact_mode", "call")
"""Only a person whom we call is asked for times, so whoever opens this page chose to be called."""
SENT_IN_VAIN = "request.times.sent.none"
WORD = "word"
"""The agreed word. Asked for only with a script, because a browser may store what it posts by itself. It goes into the
sealed addition and nowhere else, and no page ever holds it again."""


class ChangePages:
    """The pages on which a person with a code changes how she may be reached."""

    def __init__(self, runtime: Runtime, codes: CodePages) -> None:
        self.runtime = runtime
        self.codes = codes

    async def press(self, request: web.Request, do: str) -> web.Response:
        match do:
            case "unsafe":
                return await self.codes.look(request, self.codes.nothing, confirm="unsafe")
            case "unsafe-now":
                return await self.codes.look(request, self._block, urgent=True)
            case "new-times":
                return await self._change(request)
            case _:
                return self._times(request, where(request))

    async def _change(self, request: web.Request) -> web.Response:
        at, filled = where(request), self._read(request)
        if [problem for problem in filled.problems if problem.field in TIMES]:
            return self._times(request, at, check=True)

        fields = request.get(FIELDS, {})
        word = fields.get(WORD, "").strip()[: self._longest_word]
        knows = fields.get(KNOWING) == times_of(filled.values)

        async def change(code: str) -> str | Words:
            reach = await additions.change_times(self.runtime, code, filled.values, at.language, word, knowing=knows)
            return self._sent(reach, at.language)

        try:
            return await self.codes.look(request, change, unsent=lambda why: self._times(request, at, unsent=why))
        except Unanswerable as error:
            return self._times(request, at, nobody=error)

    def _sent(self, reach: FirstCall | None, language: str) -> str | Words:
        """Say that the new times were sent, and when they can first be used."""
        if reach is None:
            return "request.added.no"
        if not reach.waits:
            return "request.times.sent"
        first = reach.first
        return form_reach.first_text(self.runtime, first, language, "times.sent.first") if first else SENT_IN_VAIN

    async def _block(self, code: str) -> str:
        await additions.block_calls(self.runtime, code)
        return ""  # the standing says it from now on

    def _times(
        self,
        request: web.Request,
        at: Where,
        check: bool = False,
        nobody: Unanswerable | None = None,
        unsent: Words = (),
    ) -> web.Response:
        """The page with the questions. `nobody`: nobody can reach her in the times she gave; show what would help.

        `unsent`: why what she typed was not sent.
        """
        content, filled = self.runtime.content, self._read(request)
        problems = {
            problem.field: content.text(f"request.problem.{problem.what}", at.language)
            for problem in filled.problems
            if check
        }
        today = self.runtime.today()
        code = receipts.digits(request.get(FIELDS, {}).get("code", ""))
        knowing = times_of(filled.values) if nobody else ""
        questions = form_view.questions(content, TIMES, filled, today, at.language, problems)
        return page(
            request,
            "form_times.html",
            at,
            code=code,
            carried=(("code", code), (KNOWING, knowing)),
            questions=questions,
            word=WORD,
            longest=self._longest_word,
            problems=[question for question in questions if question.problem],
            unsent=unsent,
            nobody=say(self.runtime, "times.none", at.language) if nobody else (),
            helps=self._helps(filled, nobody.calendar, at.language) if nobody else (),
        )

    def _helps(self, filled: Filled, calendar: Calendar | None, language: str) -> tuple[Help, ...]:
        return form_reach.helps(self.runtime, filled.values, calendar, language) if calendar else ()

    @property
    def _longest_word(self) -> int:
        return self.runtime.content.request.fields["code_word_own"].longest

    def _read(self, request: web.Request) -> Filled:
        pairs = [(name.removeprefix(PREFIX), text) for name, text in request.get(PAIRS, ()) if name.startswith(PREFIX)]
        times = [(name, text) for name, text in pairs if name.partition(".")[0].rstrip("123") in TIMES]
        today = self.runtime.today()
        return read(self.runtime.content.request, [WE_REACH_OUT, *times], today, ())
