"""Signing in and out, using an invitation, choosing a language."""

from collections.abc import Mapping

from aiohttp import web

from bot.desk import passkeys
from bot.desk.page import LANGUAGES, keep_language, page, see_other
from bot.desk.security import RUNTIME, Handler, cookie_name, give_cookie, take_cookie
from bot.desk.vocabulary import NOT_YET
from bot.usecases import workers
from bot.usecases.second_factors import Signed


async def show(request: web.Request) -> web.StreamResponse:
    return await _sign_in_page(request)


async def sign_in(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    login, password, code = (str(form.get(name, "")) for name in ("login", "password", "code"))
    signed, site = str(form.get("passkey", "")), passkeys.here(request)
    second = Signed(signed, site) if signed and site else code
    token = await workers.sign_in(request.app[RUNTIME], login, password, second)
    if token is None:
        return await _sign_in_page(request, status=403, failed=True)
    response = see_other("/")
    give_cookie(request, response, token)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    await workers.sign_out(request.app[RUNTIME], request.cookies[cookie_name(request.app)])
    response = see_other("/sign-in")
    take_cookie(request, response)
    return response


async def show_invitation(request: web.Request) -> web.StreamResponse:
    return await _invitation_page(request)


async def join(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    password, again, code = (str(form.get(name, "")) for name in ("password", "again", "code"))
    if password != again:
        return await _invitation_page(request, status=409, problem="again")
    try:
        await workers.join(request.app[RUNTIME], request.match_info["token"], password, code)
    except workers.NotYet as not_yet:
        return await _invitation_page(request, status=409, problem=not_yet.what)
    return see_other("/sign-in?joined=yes")


async def choose_language(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    language, back = str(form.get("language", "")), str(form.get("back", "/"))
    if language not in dict(LANGUAGES):
        raise web.HTTPBadRequest
    response = see_other(back if _is_ours(back) else "/")
    keep_language(request, response, language)
    return response


HANDLERS: Mapping[tuple[str, str], Handler] = {
    ("GET", "/sign-in"): show,
    ("POST", "/sign-in"): sign_in,
    ("POST", "/sign-out"): sign_out,
    ("GET", "/join/{token}"): show_invitation,
    ("POST", "/join/{token}"): join,
    ("POST", "/language"): choose_language,
}


async def _sign_in_page(request: web.Request, status: int = 200, *, failed: bool = False) -> web.Response:
    return page(
        request,
        "sign_in.html",
        status,
        failed=failed,
        joined="joined" in request.query,
        passkeys=passkeys.here(request) is not None,
        demo_workers=await workers.demo_workers(request.app[RUNTIME]),
        demo_password=workers.DEMO_PASSWORD,
    )


async def _invitation_page(request: web.Request, status: int = 200, problem: str | None = None) -> web.Response:
    invitation = await workers.invitation(request.app[RUNTIME], request.match_info["token"])
    return page(request, "join.html", status, invitation=invitation, problem=problem and NOT_YET[problem])


def _is_ours(path: str) -> bool:
    """A path on this desk: `//elsewhere` and `/\\elsewhere` are other origins to a browser."""
    return path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
