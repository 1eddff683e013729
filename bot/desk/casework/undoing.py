"""What a worker can take back: one button on the page of the request and one use case each."""

from aiohttp import web

from bot.desk import asking
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework.handling import done
from bot.usecases.casework import undoing
from bot.usecases.refused import NotAllowed


async def unflag(request: web.Request) -> web.StreamResponse:
    if not await asking.is_sure(request):
        runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
        flagged_by = (await undoing.get_undoing(runtime, worker, reference)).flagged_by
        if not flagged_by:
            raise NotAllowed
        return await asking.ask_about(request, "unflag", name=flagged_by)
    return await done(undoing.unflag_conflict)(request)


reopen = done(undoing.reopen)
take_back_raise = done(undoing.take_back_raise)
take_back_attempt = done(undoing.take_back_attempt)
