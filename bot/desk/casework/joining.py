"""Join a report to the person's own request, and take the two apart again."""

from aiohttp import web

from bot.desk import flash
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.asking import asks_first
from bot.desk.casework.handling import done
from bot.usecases.casework import joining


async def _join(request: web.Request) -> web.StreamResponse:
    reference, to = request.match_info["reference"], str((await request.post()).get("to", ""))
    await joining.join(request.app[RUNTIME], request[WORKER], reference, to)
    return flash.done(request, f"/requests/{reference}")


join = asks_first(_join, "join")
part = asks_first(done(joining.part), "part")
