"""A worker's own pages: code of conduct, recovery codes, passkeys, and where she is signed in."""

from aiohttp import web

from bot.desk.accounts import passkeys as passkey_pages
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.cookies import cookie_name, take_cookie
from bot.desk.page import page, see_other
from bot.usecases.accounts import passkeys, sign_ins


async def show_conduct(request: web.Request) -> web.StreamResponse:
    return page(request, "accounts/conduct.html")


async def agree(request: web.Request) -> web.StreamResponse:
    if (await request.post()).get("agreed") != "yes":
        raise web.HTTPBadRequest
    await sign_ins.agree(request.app[RUNTIME], request[WORKER])
    return see_other("/")


async def show(request: web.Request) -> web.StreamResponse:
    return await _page(request, ())


async def make_codes(request: web.Request) -> web.StreamResponse:
    """Make new recovery codes. This response is the only place they are ever shown."""
    return await _page(request, tuple(await sign_ins.new_recovery_codes(request.app[RUNTIME], request[WORKER])))


async def end_one(request: web.Request) -> web.StreamResponse:
    await sign_ins.end_place(request.app[RUNTIME], request[WORKER], request.match_info["place"])
    return see_other("/me")


async def end_all(request: web.Request) -> web.StreamResponse:
    await sign_ins.end_everywhere(request.app[RUNTIME], request[WORKER])
    response = see_other("/sign-in")
    take_cookie(request, response)
    return response


async def _page(request: web.Request, codes: tuple[str, ...]) -> web.Response:
    runtime, worker = request.app[RUNTIME], request[WORKER]
    token = request.cookies[cookie_name(request.app)]
    return page(
        request,
        "accounts/me.html",
        codes=codes,
        codes_left=await sign_ins.recovery_codes_left(runtime, worker),
        places=await sign_ins.list_places(runtime, worker, token),
        passkeys=await passkeys.list_passkeys(runtime, worker),
        passkeys_work=passkey_pages.site_of(request) is not None,
        passkeys_elsewhere=passkey_pages.demo_address(request),
    )
