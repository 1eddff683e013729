"""Every place and its service. A request is never handed on; this says what a worker can tell the person instead."""

from aiohttp import web

from bot.desk.app_keys import RUNTIME
from bot.desk.page import language_of, page
from bot.usecases.services import offers as social_services


async def show(request: web.Request) -> web.StreamResponse:
    runtime, language = request.app[RUNTIME], language_of(request)
    places = runtime.content.dialogue.municipalities
    offers = [(places[one.place].said(language), one) for one in await social_services.list_offers(runtime, language)]
    return page(request, "directory.html", offers=sorted(offers, key=lambda known: known[0]))
