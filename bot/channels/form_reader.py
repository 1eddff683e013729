"""If the person knows somebody at the service: ask whether the only possible reader may read it, or name other ways."""

from collections.abc import Sequence

from aiohttp import web

from bot.channels.form_frame import Where, page, say
from bot.engine.request import Filled, Pair
from bot.layout import blocks
from bot.runtime import Runtime
from bot.usecases.services import known_there
from bot.usecases.services.known_there import READER
from bot.usecases.services.offers import Offer


async def page_instead(
    request: web.Request, runtime: Runtime, at: Where, filled: Filled, to: Offer, carried: Sequence[Pair]
) -> web.Response | None:
    """Return the page to show before or instead of sending. None if the request may be sent."""
    if known_there.may_be_read(to, filled.values):
        return None
    if to.reads_alone and READER not in filled.values:
        return ask(request, runtime, at, to, carried)
    return await elsewhere(request, runtime, at, str(filled.values.get("area", "")), carried)


def ask(request: web.Request, runtime: Runtime, at: Where, to: Offer, carried: Sequence[Pair]) -> web.Response:
    """Ask whether the only reader may read it. The reader is named by function, never by name."""
    return page(
        request,
        "form_reader.html",
        at,
        who=say(runtime, f"page.reader.{to.reads_alone}", at.language, to.words),
        why=say(runtime, f"{READER}?", at.language),
        options=runtime.content.request.fields[READER].options,
        carried=carried,
    )


async def elsewhere(
    request: web.Request, runtime: Runtime, at: Where, place: str, carried: Sequence[Pair]
) -> web.Response:
    """The page when nothing is sent: whom she can call instead."""
    other = await known_there.find_elsewhere(runtime, place, at.language)
    return page(
        request,
        "form_elsewhere.html",
        at,
        told=blocks(say(runtime, "page.elsewhere.text", at.language)),
        other=say(runtime, "page.elsewhere.other", at.language, other.words) if other else (),
        carried=carried,
    )
