"""Ask the worker to confirm who she is before she touches keys or ways to sign in: a table, a middleware, a page."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from aiohttp import web

from bot.desk.accounts import account_words, passkeys
from bot.desk.app_keys import RUNTIME, WORKER, Handler
from bot.desk.cookies import cookie_name
from bot.desk.page import has_left, is_ours, language_of, page, see_other, translated, wants_json
from bot.desk.security import NoSession
from bot.usecases.accounts import confirmations, second_factors, workers
from bot.usecases.accounts.second_factors import Signed

CONFIRMED: Mapping[tuple[str, str], str] = {
    ("POST", "/confirm/ahead"): "/",
    ("POST", "/me/codes"): "/me",
    ("POST", "/me/password"): "/me",
    ("POST", "/me/app"): "/me",
    ("POST", "/me/app/prove"): "/me",
    ("POST", "/me/passkeys/new"): "/me",
    ("POST", "/me/passkeys"): "/me",
    ("POST", "/me/passkeys/{passkey}/remove"): "/me",
    ("POST", "/key/own"): "/key/lost",
    ("POST", "/key/change"): "/key",
    ("POST", "/key/restore"): "/key",
    ("POST", "/calendar/{service}/key"): "/calendar",
    ("POST", "/colleagues"): "/colleagues",
    ("POST", "/colleagues/{colleague}/again"): "/colleagues",
    ("POST", "/colleagues/{colleague}/remove"): "/colleagues",
    ("POST", "/colleagues/{colleague}/handover"): "/colleagues",
}
"""Routes that need a fresh confirmation, each with the page it is used from."""
UNLESS_FIRST = {("POST", "/key/own")}
"""No confirmation for her first own key: it replaces nothing."""


@web.middleware
async def require_confirmation(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Ask for a confirmation instead of calling the handler. The page's script asks without leaving the page."""
    resource, worker = request.match_info.route.resource, request.get(WORKER)
    route = (request.method, resource.canonical if resource else "")
    if worker is None or route not in CONFIRMED or worker.confirmed:
        return await handler(request)
    if route in UNLESS_FIRST and not worker.has_own_key:
        return await handler(request)
    return _ask(request, CONFIRMED[route], status=403)


async def show(request: web.Request) -> web.StreamResponse:
    return _ask(request, request.query.get("back", "/"))


async def confirm(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    password, response, back = (str(form.get(name, "")) for name in ("password", "passkey", "next"))
    site, runtime = passkeys.site_of(request), request.app[RUNTIME]
    given = Signed(response, site) if response and site else password
    token, worker = request.cookies[cookie_name(request.app)], request[WORKER]
    if not await confirmations.confirm(runtime, worker, token, given, partial(has_left, request)):
        if await workers.get_signed_in(runtime, token) is None:  # one mistake too many ended the session
            raise NoSession
        return _ask(request, back, status=403, failed=True)
    if wants_json(request):
        return web.json_response({})
    return see_other(back if is_ours(back) else "/")


async def ahead(request: web.Request) -> web.StreamResponse:  # noqa: ARG001 - every handler takes it
    """Answer a page's script that asks before it sends a form, so that nothing typed is lost to the question."""
    return web.Response(status=204)


async def to_sign(request: web.Request) -> web.StreamResponse:
    """Return options for signing with a passkey, valid for this confirmation only."""
    runtime, site = request.app[RUNTIME], passkeys.required_site(request)
    purpose = confirmations.purpose(request[WORKER])
    options = await asyncio.to_thread(second_factors.signing_options, runtime, site, purpose)
    return web.Response(text=options, content_type="application/json")


def _ask(request: web.Request, back: str, status: int = 200, *, failed: bool = False) -> web.Response:
    back, by_passkey = back if is_ours(back) else "/", passkeys.site_of(request) is not None
    if wants_json(request):
        words: dict[str, Any] = translated(language_of(request), account_words.CONFIRMING)
        words["by_passkey"] = by_passkey
        told = {"heading": words["heading"], "explanation": words["explanation"]}
        return web.json_response({**told, "confirm": words}, status=status)
    again = f"/confirm?back={back}"  # where changing the language leads
    words_of = account_words.CONFIRMING
    return page(
        request,
        "accounts/confirm.html",
        status,
        words=words_of,
        next=back,
        back=again,
        failed=failed,
        passkeys=by_passkey,
    )
