"""Asking once more who is there, before keys or ways to sign in are touched. One table, one middleware, one page."""

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
    ("POST", "/me/codes"): "/me",
    ("POST", "/me/passkeys/new"): "/me",
    ("POST", "/me/passkeys"): "/me",
    ("POST", "/me/passkeys/{passkey}/remove"): "/me",
    ("POST", "/key/own"): "/key/lost",
    ("POST", "/key/change"): "/key",
    ("POST", "/key/restore"): "/key",
    ("POST", "/calendar/{service}/key"): "/calendar",
}
"""What only who has just confirmed may do, and the page from which it is done."""
UNLESS_FIRST = {("POST", "/key/own")}
"""The first key of her own takes nothing from anybody."""


@web.middleware
async def just_confirmed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Ask first, and change nothing. The page's script is told so, and asks on the page."""
    resource, worker = request.match_info.route.resource, request.get(WORKER)
    what = (request.method, resource.canonical if resource else "")
    if worker is None or what not in CONFIRMED or worker.confirmed:
        return await handler(request)
    if what in UNLESS_FIRST and not worker.has_own_key:
        return await handler(request)
    return _asked(request, CONFIRMED[what], status=403)


async def show(request: web.Request) -> web.StreamResponse:
    return _asked(request, request.query.get("back", "/"))


async def confirm(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    password, response, back = (str(form.get(name, "")) for name in ("password", "passkey", "next"))
    site, runtime = passkeys.here(request), request.app[RUNTIME]
    given = Signed(response, site) if response and site else password
    token, worker = request.cookies[cookie_name(request.app)], request[WORKER]
    if not await confirmations.confirm(runtime, worker, token, given, partial(has_left, request)):
        if await workers.get_signed_in(runtime, token) is None:  # that was one mistake too many
            raise NoSession
        return _asked(request, back, status=403, failed=True)
    if wants_json(request):
        return web.json_response({})
    return see_other(back if is_ours(back) else "/")


async def to_sign(request: web.Request) -> web.StreamResponse:
    """For a passkey. Good for this alone."""
    runtime, site = request.app[RUNTIME], passkeys.needed_site(request)
    purpose = confirmations.purpose(request[WORKER])
    options = await asyncio.to_thread(second_factors.signing_options, runtime, site, purpose)
    return web.Response(text=options, content_type="application/json")


def _asked(request: web.Request, back: str, status: int = 200, *, failed: bool = False) -> web.Response:
    back, by_passkey = back if is_ours(back) else "/", passkeys.here(request) is not None
    if wants_json(request):
        words: dict[str, Any] = translated(language_of(request), account_words.CONFIRMING)
        words["by_passkey"] = by_passkey
        told = {"heading": words["heading"], "explanation": words["explanation"]}
        return web.json_response({**told, "confirm": words}, status=status)
    again = f"/confirm?back={back}"  # where a change of the language leads
    words_of = account_words.CONFIRMING
    return page(
        request, "confirm.html", status, words=words_of, next=back, back=again, failed=failed, passkeys=by_passkey
    )
