"""The pages on which a request is filled in. dialogs/request.yaml says which questions each page asks (`pages`)."""

from collections.abc import Sequence

from aiohttp import web

from bot.channels import form_view
from bot.channels.form_draft import Draft, Drafts
from bot.channels.form_frame import CHANGING, page, say
from bot.channels.form_view import PREFIX
from bot.channels.pages import FIELDS
from bot.engine import request_pages
from bot.engine.request import Wrong
from bot.runtime import Runtime
from bot.usecases.person import contact


class QuestionPages:
    """Shows the pages of questions in order, with the answers given so far."""

    def __init__(self, runtime: Runtime, drafts: Drafts) -> None:
        self.runtime = runtime
        self.drafts = drafts

    def last(self, draft: Draft) -> str:
        """The name of the last page with something to ask."""
        form, last = self.runtime.content.request, self._last
        asked = request_pages.asked_on(form, last, draft.filled.values)
        return last if asked else request_pages.before(form, last, draft.filled.values) or self._first

    async def begin(self, request: web.Request, draft: Draft, lost: bool = False) -> web.Response:
        """Show the first page. `lost`: the answers of other pages cannot be opened and are asked for again."""
        return await self._show(request, draft, self._first, lost=lost)

    async def show(self, request: web.Request, draft: Draft, wanted: str) -> web.Response:
        """Show a page by name, as it was left; the first one if the name is unknown."""
        known = wanted in request_pages.pages_of(self.runtime.content.request)
        return await self._show(request, draft, wanted if known else self._first, CHANGING in request.get(FIELDS, {}))

    async def change(self, request: web.Request, draft: Draft, question: str) -> web.Response:
        """Show the page of a question, from the review; the review follows again."""
        asked = request_pages.page_of(self.runtime.content.request, question)
        return await self._show(request, draft, asked, changing=True, focus=question)

    async def mend(self, request: web.Request, draft: Draft) -> web.Response:
        """Show the first page with a problem. It names all of its problems and keeps everything typed.

        The review follows and leads to the next such page.
        """
        form = self.runtime.content.request
        wrong = {problem.field for problem in draft.filled.problems}
        asked = next((name for name, asks in request_pages.pages_of(form).items() if wrong & {*asks}), self._first)
        return await self._show(request, draft, asked, changing=asked != self._last, problems=draft.filled.problems)

    async def after(self, request: web.Request, draft: Draft, asked: str) -> web.Response | None:
        """Show the next page, or this one again with its problems. None if the review follows."""
        form = self.runtime.content.request
        pages = request_pages.pages_of(form)
        if asked not in pages:
            return await self.begin(request, draft)
        if problems := [problem for problem in draft.filled.problems if problem.field in pages[asked]]:
            return await self._show(request, draft, asked, problems=problems)
        following = request_pages.after(form, asked, draft.filled.values)
        return await self._show(request, draft, following) if following else None

    @property
    def _first(self) -> str:
        return next(iter(request_pages.pages_of(self.runtime.content.request)))

    @property
    def _last(self) -> str:
        return list(request_pages.pages_of(self.runtime.content.request))[-1]

    async def _show(
        self,
        request: web.Request,
        draft: Draft,
        asked: str,
        changing: bool = False,
        focus: str = "",
        problems: Sequence[Wrong] = (),
        lost: bool = False,
    ) -> web.Response:
        content, language, first = self.runtime.content, draft.at.language, asked == self._first
        questions = request_pages.asked_on(content.request, asked, draft.filled.values)
        to = await contact.get_offer(self.runtime, draft.place, language) if draft.place else None
        wrong = {problem.field: content.text(f"request.problem.{problem.what}", language) for problem in problems}
        today = self.runtime.today()
        groups = form_view.groups(content, draft.filled, today, language, wrong, draft.once, questions)
        return page(
            request,
            "form_fill.html",
            draft.at,
            groups=groups,
            problems=[question for group in groups for question in group.wrong],
            focus=PREFIX + focus,
            reader=say(self.runtime, "page.reader", language, to.words) if first and to and to.open else (),
            hours=say(self.runtime, "page.service-hours", language, to.words) if to and to.open else (),
            here=asked,
            first=first,
            changing=changing,
            before="" if changing else request_pages.before(content.request, asked, draft.filled.values) or "",
            onward="review" if changing or asked == self._last else f"next.{asked}",
            lost=lost,
            carried=(*self.drafts.beside(draft, questions), *([(CHANGING, "yes")] if changing else [])),
        )
