"""The head's page of two sides: which two requests nobody takes both of, and a neighbour where few hold the key."""

from aiohttp import web

from bot.desk import flash
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.page import language_of, page
from bot.usecases.casework import allotting
from bot.usecases.casework.allotting import TwoSides


async def show(request: web.Request) -> web.StreamResponse:
    reference = request.match_info["reference"]
    found = await allotting.look(request.app[RUNTIME], request[WORKER], reference, language_of(request))
    return page(request, "casework/sides.html", sides=found, neighbour=_neighbour(found))


async def mark(request: web.Request) -> web.StreamResponse:
    """Mark the chosen request, once the head has ticked that she looked at both."""
    reference, form = request.match_info["reference"], await request.post()
    if form.get("looked") != "yes":
        raise web.HTTPBadRequest
    await allotting.mark(request.app[RUNTIME], request[WORKER], reference, str(form.get("other", "")))
    return flash.done(request, f"/requests/{reference}/sides")


def _neighbour(found: TwoSides) -> str:
    """The neighbouring service with its telephone; empty if enough people hold the key or none is known."""
    other = found.neighbour
    return f"{other.words['service:name']}, {other.words['service:phone']}" if other else ""
