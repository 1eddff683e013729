"""What can be taken back at the desk: each a button on the page of its request, each one use case."""

from collections.abc import Mapping

from aiohttp import web

from bot.desk import asking
from bot.desk.handling import done
from bot.desk.security import RUNTIME, WORKER, Handler
from bot.usecases import undoing
from bot.usecases.refused import NotAllowed


async def unflag(request: web.Request) -> web.StreamResponse:
    if not await asking.is_sure(request):
        runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
        flagged_by = (await undoing.offered(runtime, worker, reference)).flagged_by
        if not flagged_by:
            raise NotAllowed
        return await asking.ask_about(request, "unflag", name=flagged_by)
    return await done(undoing.unflag_conflict)(request)


HANDLERS: Mapping[tuple[str, str], Handler] = {
    ("POST", "/requests/{reference}/reopen"): done(undoing.reopen),
    ("POST", "/requests/{reference}/unflag"): unflag,
    ("POST", "/requests/{reference}/unraise"): done(undoing.take_back_raise),
    ("POST", "/requests/{reference}/unnote"): done(undoing.take_back_attempt),
}
