"""Pages shown instead of going on: the service cannot be addressed, or the person is under 18."""

from aiohttp import web

from bot.channels.form_draft import RequestDraft
from bot.channels.form_frame import page, say
from bot.channels.form_questions import QuestionPages
from bot.layout import blocks
from bot.runtime import Runtime
from bot.usecases.person import contact


async def closed(request: web.Request, runtime: Runtime, questions: QuestionPages, draft: RequestDraft) -> web.Response:
    """The service cannot be addressed: nothing is sent, and the page says how she can reach it herself."""
    language = draft.at.language
    to = await contact.get_offer(runtime, draft.place, language)
    return page(
        request,
        "form_closed.html",
        draft.at,
        told=blocks(say(runtime, "page.closed.text", language)),
        phone=say(runtime, "page.closed.phone", language, to.words),
        another=questions.back_to(request, "area"),
        again=questions.checked(request),
        carried=questions.drafts.carried(draft, typed=True),
    )


def minor(request: web.Request, runtime: Runtime, questions: QuestionPages, draft: RequestDraft) -> web.Response:
    """Under 18 there is no request, but help of her own."""
    return page(
        request,
        "form_minor.html",
        draft.at,
        told=blocks(say(runtime, "page.minor.text", draft.at.language)),
        mistake=questions.back_to(request, "age_band"),
        again=questions.checked(request),
        carried=questions.drafts.carried(draft, typed=True),
    )
