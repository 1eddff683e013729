"""The pages on which a request is filled in. dialogs/request.yaml says which questions each page asks (`pages`)."""

from collections.abc import Sequence

from aiohttp import web

from bot.channels import form_view
from bot.channels.form_draft import Drafts, RequestDraft
from bot.channels.form_frame import CHANGING, page, say
from bot.channels.form_view import PREFIX
from bot.channels.pages import FIELDS
from bot.engine import request_pages
from bot.engine.request import RequestForm, Wrong
from bot.runtime import Runtime
from bot.usecases.person import contact

STEP = "request.page.step"


class QuestionPages:
    """Shows the pages of questions in order, with the answers given so far."""

    def __init__(self, runtime: Runtime, drafts: Drafts) -> None:
        self.runtime = runtime
        self.drafts = drafts

    def last(self, draft: RequestDraft) -> str:
        """The name of the last page she passes."""
        return next(reversed(request_pages.walked(self._form, draft.filled.values)), self._first)

    def progress(self, draft: RequestDraft, asked: str | None) -> str:
        """Where she is, in words: “4 of 9”."""
        here, pages = request_pages.progress(self._form, asked, draft.filled.values)
        if not self.runtime.content.has(STEP, draft.at.language):  # older content lacks this text
            return ""
        return self.runtime.content.filled(STEP, draft.at.language, {"page": str(here), "pages": str(pages)})

    def can_be_added(self, draft: RequestDraft) -> Sequence[str]:
        """The questions that the review offers to whoever wants to add something. Older content lacks its words."""
        known = self.runtime.content.has("request.page.add", draft.at.language)
        return request_pages.can_be_added(self._form, draft.filled.values) if known else ()

    async def add(self, request: web.Request, draft: RequestDraft) -> web.Response:
        """Show what can be added, each with the page that asks it."""
        content, language = self.runtime.content, draft.at.language
        values = draft.filled.values
        offered = [(name, form_view.label(content, name, values, language)) for name in self.can_be_added(draft)]
        return page(request, "form_add.html", draft.at, offered=offered, carried=self.drafts.carried(draft))

    async def begin(self, request: web.Request, draft: RequestDraft, lost: bool = False) -> web.Response:
        """Show the first page. `lost`: the answers of other pages cannot be opened and are asked for again."""
        first = next(iter(request_pages.walked(self._form, draft.filled.values)), self._first)
        return await self._show(request, draft, first, lost=lost)

    async def show(self, request: web.Request, draft: RequestDraft, wanted: str) -> web.Response:
        """Show a page by name, as it was left; the first one if the name is unknown."""
        if wanted not in request_pages.pages_of(self._form):
            return await self.begin(request, draft)
        return await self._show(request, draft, wanted, CHANGING in request.get(FIELDS, {}))

    async def change(self, request: web.Request, draft: RequestDraft, question: str) -> web.Response:
        """Show the page of a question, from the review; the review follows again."""
        asked = request_pages.page_of(self._form, question)
        return await self._show(request, draft, asked, changing=True, focus=question)

    async def mend(self, request: web.Request, draft: RequestDraft) -> web.Response:
        """Show the first page with a problem. It names all of its problems and keeps everything typed.

        The review follows and leads to the next such page. What is refused comes before what is missing: with another
        answer the missing one may not be asked at all.
        """
        refused = {problem.field for problem in draft.filled.problems if problem.what != "missing"}
        wrong = refused or {problem.field for problem in draft.filled.problems}
        pages = request_pages.pages_of(self._form)
        asked = next((name for name, asks in pages.items() if wrong & {*asks}), self._first)
        return await self._show(request, draft, asked, changing=len(pages) > 1, problems=draft.filled.problems)

    async def after(self, request: web.Request, draft: RequestDraft, asked: str) -> web.Response | None:
        """Show the next page, or the first one so far with a problem. None if the review follows."""
        pages = request_pages.pages_of(self._form)
        if asked not in pages:
            return await self.begin(request, draft)
        for passed in list(pages)[: list(pages).index(asked) + 1]:
            if problems := [problem for problem in draft.filled.problems if problem.field in pages[passed]]:
                return await self._show(request, draft, passed, problems=problems)
        following = request_pages.after(self._form, asked, draft.filled.values)
        return await self._show(request, draft, following) if following else None

    def where(self, request: web.Request) -> str:
        """The press that shows the page of questions again which was posted; the review if it was none."""
        asked = self._asked(request)
        return f"page.{asked}" if asked else "review"

    def checked(self, request: web.Request) -> str:
        """The press that checks the answers so far again, as after the page that was posted."""
        asked = self._asked(request)
        return f"next.{asked}" if asked else "review"

    @staticmethod
    def _asked(request: web.Request) -> str:
        """The page of questions that she was on before the review; empty if she was on none."""
        fields = request.get(FIELDS, {})
        kind, _, asked = fields.get("at", "").partition(".")
        return asked if kind in {"fill", "next"} and CHANGING not in fields else ""

    def back_to(self, request: web.Request, question: str) -> str:
        """The press that asks a question again: the pages behind it follow, or the review if that was shown before."""
        asked_before = self.where(request) == "review"
        return f"change.{question}" if asked_before else f"page.{request_pages.page_of(self._form, question)}"

    @property
    def _form(self) -> RequestForm:
        return self.runtime.content.request

    @property
    def _first(self) -> str:
        return next(iter(request_pages.pages_of(self._form)))

    async def _show(
        self,
        request: web.Request,
        draft: RequestDraft,
        asked: str,
        changing: bool = False,
        focus: str = "",
        problems: Sequence[Wrong] = (),
        lost: bool = False,
    ) -> web.Response:
        content, language = self.runtime.content, draft.at.language
        questions = request_pages.asked_on(content.request, asked, draft.filled.values)
        before = None if changing else request_pages.before(content.request, asked, draft.filled.values)
        follows = request_pages.after(content.request, asked, draft.filled.values)
        first, alone = not (changing or before), len(request_pages.pages_of(content.request)) == 1
        to = await contact.get_offer(self.runtime, draft.place, language) if draft.place else None
        wrong = {problem.field: content.text(f"request.problem.{problem.what}", language) for problem in problems}
        today = self.runtime.today()
        groups = form_view.groups(content, draft.filled, today, language, wrong, draft.once, questions)
        shown = [question for group in groups for question in group.all]
        pressed = request_pages.leads_on(content.request, questions)
        beside = {name: cases for name, cases in questions.items() if name != pressed}
        return page(
            request,
            "form_fill.html",
            draft.at,
            groups=groups,
            problems=[question for question in shown if question.problem],
            focus=PREFIX + focus,
            reader=say(self.runtime, "page.reader", language, to.words) if first and to and to.open and alone else (),
            hours=say(self.runtime, "page.service-hours", language, to.words) if to and to.open else (),
            here=asked,
            step="" if changing else self.progress(draft, asked),
            first=first,
            changing=changing,
            before=before or "",
            onward="review" if changing or alone else f"next.{asked}",
            checks=changing or not follows,
            pressed=PREFIX + pressed if pressed else "",
            answered=any(question.name == PREFIX + (pressed or "") and question.answered for question in shown),
            lost=lost,
            carried=(*self.drafts.beside(draft, beside), *([(CHANGING, "yes")] if changing else [])),
        )
