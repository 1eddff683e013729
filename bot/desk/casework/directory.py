"""Every municipality and its service. Requests are never forwarded; a worker tells the person where to turn."""

from aiohttp import web

from bot.desk.app_keys import RUNTIME
from bot.desk.page import language_of, page
from bot.engine.spelling import order
from bot.usecases.services import offers as social_services


async def show(request: web.Request) -> web.StreamResponse:
    runtime, language = request.app[RUNTIME], language_of(request)
    places = runtime.content.dialogue.municipalities
    everywhere = await social_services.list_offers(runtime, language)
    offers = [(places[offer.place].said(language), offer) for offer in everywhere]
    return page(request, "casework/directory.html", offers=sorted(offers, key=lambda named: order(named[0])))
