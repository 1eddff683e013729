"""A form sent twice: the page to show when the first receipt would no longer be true."""

from collections.abc import Sequence

from aiohttp import web

from bot.channels.form_draft import ONCE, RequestDraft
from bot.channels.form_frame import page, say
from bot.engine.request import Pair
from bot.runtime import Runtime
from bot.usecases.casework import receipts
from bot.usecases.person import standing


async def erased(request: web.Request, runtime: Runtime, draft: RequestDraft, carried: Sequence[Pair]) -> web.Response:
    """The request of this form was erased, so nothing is sent now. What was typed can become a new request."""
    current = await standing.get_standing(runtime, receipts.code_of(runtime, draft.once), draft.at.language)
    told = say(runtime, f"standing.{current.state}", draft.at.language, current.words) if current else ()
    anew = [(name, text) for name, text in carried if name != ONCE]
    return page(request, "form_erased.html", draft.at, told=told, carried=carried, anew=anew)
