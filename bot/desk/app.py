"""The desk's web application, built from the table of routes. What is not in the table does not exist."""

import asyncio
import logging

from aiohttp import web

from bot.desk import refusals
from bot.desk.accounts import sign_in
from bot.desk.accounts.confirming import require_confirmation
from bot.desk.app_keys import DEMO, RUNTIME, Handler
from bot.desk.content import round_walks
from bot.desk.operation import audit
from bot.desk.page import has_left, language_of, page, say, see_other, wants_json
from bot.desk.refusals import Refusal
from bot.desk.roles import WHO_MAY
from bot.desk.routes import ROUTES
from bot.desk.security import (
    NoRound,
    NoSession,
    NotAgreed,
    by_role,
    drop_server_header,
    own_origin,
    readable,
    strict_headers,
)
from bot.desk.ways_back import typed, way_back
from bot.runtime import Runtime

log = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024
LOOK_AFTER = 1.0
"""Seconds between two checks whether the browser is still waiting."""


def desk_app(runtime: Runtime) -> web.Application:
    """Build the desk's application. It listens on its own port and has its own cookies."""
    app = web.Application(
        middlewares=[strict_headers, say_clearly, own_origin, by_role, require_confirmation, while_there, readable],
        client_max_size=LARGEST_BODY,
    )
    app.on_response_prepare.append(drop_server_header)
    app[RUNTIME] = runtime
    app[audit.LOOKING] = asyncio.Lock()
    app[DEMO] = runtime.settings.mode == "demo"
    app[WHO_MAY] = {}
    for route in ROUTES:
        resource = app.router.add_resource(route.path)
        resource.add_route(route.method, route.handler)
        if route.method == "GET":  # monitors ask so
            resource.add_route("HEAD", route.handler)
        app[WHO_MAY][route.method, resource.canonical] = route.who
    return app


@web.middleware
async def say_clearly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a page in plain words. Only unexpected ones are logged, without their message."""
    try:
        return await handler(request)
    except NotAgreed:
        return see_other("/conduct") if request.method == "GET" else _refused(request, refusals.BY_STATUS[403])
    except NoSession:
        return _to_sign_in(request)
    except NoRound:
        return round_walks.lost(request)
    except tuple(refusals.BY_KIND) as refused:
        return _refused(request, refusals.explained(request, refused))
    except web.HTTPException as answer:
        return _refused(request, refusals.BY_STATUS.get(answer.status, refusals.BY_STATUS[400]), answer.status)
    except Exception as error:
        log.error("desk_failed", extra={"error": type(error).__name__}, exc_info=error)
        return _refused(request, refusals.BY_STATUS[500])


@web.middleware
async def while_there(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Stop work on a content page once the browser has gone: checking a slow draft for nobody wastes the machine."""
    if request.method != "GET" or not request.path.startswith("/content/"):
        return await handler(request)
    answering = asyncio.ensure_future(handler(request))
    try:
        while not (await asyncio.wait({answering}, timeout=LOOK_AFTER))[0]:
            if has_left(request):
                raise web.HTTPRequestTimeout  # nobody reads it
        return answering.result()
    finally:
        answering.cancel()


def _to_sign_in(request: web.Request) -> web.StreamResponse:
    if request.method == "GET" or request.path == "/sign-out":
        return sign_in.signed_out(request)
    return _refused(request, refusals.BY_STATUS[401])


def _refused(request: web.Request, refusal: Refusal, status: int | None = None) -> web.Response:
    status = status or refusal.status
    if wants_json(request):
        language = language_of(request)
        said = {"heading": say(language, refusal.heading), "explanation": say(language, refusal.explanation)}
        return web.json_response(said, status=status)
    path, words = way_back(request, status)
    return page(request, "refused.html", status, refusal=refusal, way=path, way_words=words, typed=typed(request))
