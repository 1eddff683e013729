"""A worker's own pages: code of conduct, password, codes, passkeys, and where she is signed in."""

from functools import partial
from typing import Any

from aiohttp import web

from bot.desk.accounts import passkeys as passkey_pages
from bot.desk.accounts.account_words import NOT_YET
from bot.desk.accounts.qr_codes import qr_code
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.cookies import cookie_name, take_cookie
from bot.desk.flash import leading
from bot.desk.page import has_left, page, see_other
from bot.usecases.accounts import passkeys, renewing, sign_ins
from bot.usecases.accounts.renewing import Offer
from bot.usecases.accounts.workers import NotYet
from bot.usecases.fair_queue import Busy


async def show_conduct(request: web.Request) -> web.StreamResponse:
    return page(request, "accounts/conduct.html")


async def agree(request: web.Request) -> web.StreamResponse:
    if (await request.post()).get("agreed") != "yes":
        raise web.HTTPBadRequest
    await sign_ins.agree(request.app[RUNTIME], request[WORKER])
    return see_other("/")


async def show(request: web.Request) -> web.StreamResponse:
    return await _page(request)


async def make_codes(request: web.Request) -> web.StreamResponse:
    """Make new recovery codes. This response is the only place they are ever shown."""
    codes = tuple(await sign_ins.new_recovery_codes(request.app[RUNTIME], request[WORKER]))
    return await _page(request, codes=codes)


async def change_password(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    password, again = str(form.get("password", "")), str(form.get("again", ""))
    if password != again:
        return await _page(request, status=409, problem="again")
    token, left = request.cookies[cookie_name(request.app)], partial(has_left, request)
    try:
        await renewing.change_password(request.app[RUNTIME], request[WORKER], token, password, left)
    except NotYet as not_yet:
        return await _page(request, status=409, problem=not_yet.what)
    except Busy:
        return await _page(request, status=503, problem="busy")
    return see_other(leading("/me", "password"))


async def offer_secret(request: web.Request) -> web.StreamResponse:
    """Show a secret for another app. Until a code of it is proved, the old app's codes work."""
    return await _page(request, offer=renewing.offer_secret(request.app[RUNTIME], request[WORKER]))


async def move_codes(request: web.Request) -> web.StreamResponse:
    form, worker = await request.post(), request[WORKER]
    secret, challenge, code = (str(form.get(name, "")) for name in ("secret", "challenge", "code"))
    try:
        await renewing.move_codes(request.app[RUNTIME], worker, secret, challenge, code)
    except NotYet:
        offer = Offer(renewing.as_shown(worker, secret), challenge)
        return await _page(request, status=409, offer=offer, app_problem="code")
    except renewing.TooLate:
        return await _page(request, status=409, app_problem="late")
    return see_other(leading("/me", "app"))


async def end_one(request: web.Request) -> web.StreamResponse:
    await sign_ins.end_place(request.app[RUNTIME], request[WORKER], request.match_info["place"])
    return see_other("/me")


async def end_all(request: web.Request) -> web.StreamResponse:
    await sign_ins.end_everywhere(request.app[RUNTIME], request[WORKER])
    response = see_other("/sign-in")
    take_cookie(request, response)
    return response


async def _page(
    request: web.Request, *, status: int = 200, codes: tuple[str, ...] = (), offer: Offer | None = None, **problems: str
) -> web.Response:
    runtime, worker = request.app[RUNTIME], request[WORKER]
    token = request.cookies[cookie_name(request.app)]
    values: dict[str, Any] = {name: NOT_YET.get(problems.get(name, ""), "") for name in ("problem", "app_problem")}
    return page(
        request,
        "accounts/me.html",
        status,
        codes=codes,
        offer=offer,
        square=qr_code(offer.secret.otpauth) if offer else "",
        has_app=await sign_ins.has_app(runtime, worker),
        codes_left=await sign_ins.recovery_codes_left(runtime, worker),
        places=await sign_ins.list_places(runtime, worker, token),
        passkeys=await passkeys.list_passkeys(runtime, worker),
        passkeys_work=passkey_pages.site_of(request) is not None,
        passkeys_elsewhere=passkey_pages.demo_address(request),
        back="/me",
        **values,
    )
