"""Sign in and out, accept an invitation, choose a language."""

import re
from functools import partial
from secrets import token_urlsafe

from aiohttp import web

from bot.desk.accounts import passkeys
from bot.desk.accounts.account_words import NOT_YET
from bot.desk.accounts.qr_codes import qr_code
from bot.desk.app_keys import DEMO, RUNTIME
from bot.desk.cookies import cookie_name, give_cookie, take_cookie
from bot.desk.flash import leading
from bot.desk.page import LANGUAGES, has_left, is_ours, keep_language, page, see_other
from bot.usecases.accounts import accepting, demo_accounts, workers
from bot.usecases.accounts.attempts import KNOWN_FOR
from bot.usecases.accounts.passkeys import NotAPasskey
from bot.usecases.accounts.second_factors import Signed
from bot.usecases.accounts.workers import Secret
from bot.usecases.fair_queue import Busy

BROWSER = re.compile(r"[\w-]{43}")


async def show(request: web.Request) -> web.StreamResponse:
    return await _sign_in_page(request)


async def sign_in(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    login, password, code = (str(form.get(name, "")) for name in ("login", "password", "code"))
    signed, site = str(form.get("passkey", "")), passkeys.site_of(request)
    second, browser = Signed(signed, site) if signed and site else code, _browser_of(request)
    left = partial(has_left, request)
    try:
        token = await workers.sign_in(request.app[RUNTIME], login, password, second, browser=browser, has_gone=left)
    except Busy:
        return await _sign_in_page(request, status=503, problem="busy", login=login)
    if token is None:
        return await _sign_in_page(request, status=403, problem="failed", login=login)
    response = see_other("/")
    give_cookie(request, response, token)
    _remember_browser(request, response, browser)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    await workers.sign_out(request.app[RUNTIME], request.cookies[cookie_name(request.app)])
    return signed_out(request)


def signed_out(request: web.Request) -> web.Response:
    """Redirect to the sign-in page, which says why if she did not sign out herself."""
    why = "idle" if "idle" in request.query else ""
    if request.method == "GET":
        why = "over" if request.cookies.get(cookie_name(request.app)) else ""
    response = see_other(leading("/sign-in", why) if why else "/sign-in")
    take_cookie(request, response)
    return response


async def here(request: web.Request) -> web.StreamResponse:
    """Keep the session alive: the page's script has seen somebody at work."""
    await workers.touch(request.app[RUNTIME], request.cookies[cookie_name(request.app)])
    return web.Response(status=204)


async def show_invitation(request: web.Request) -> web.StreamResponse:
    return await _invitation_page(request)


async def join(request: web.Request) -> web.StreamResponse:
    """Accept an invitation, with a passkey or with codes.

    One button shows the secret for codes, in that response only; another submits the password with code or passkey.
    """
    form, token = await request.post(), request.match_info["token"]
    if "show" in form:
        return await _invitation_page(request, secret=await workers.new_secret(request.app[RUNTIME], token))
    password, again, code = (str(form.get(name, "")) for name in ("password", "again", "code"))
    if password != again:
        return await _invitation_page(request, status=409, problem="again")
    browser, left = _browser_of(request), partial(has_left, request)
    made, name = (str(form.get(field, "")) for field in ("passkey", "name"))
    try:
        if made:
            site, runtime = passkeys.required_site(request), request.app[RUNTIME]
            await accepting.accept(runtime, token, password, site, name, made, browser=browser, has_gone=left)
        else:
            await workers.join(request.app[RUNTIME], token, password, code, browser=browser, has_gone=left)
    except workers.NotYet as not_yet:
        return await _invitation_page(request, status=409, problem=not_yet.what)
    except NotAPasskey:
        return await _invitation_page(request, status=409, problem="passkey")
    except Busy:
        return await _invitation_page(request, status=503, problem="busy")
    response = see_other(leading("/sign-in", "joined_passkey" if made else "joined"))
    _remember_browser(request, response, browser)
    return response


async def passkey_to_make(request: web.Request) -> web.StreamResponse:
    """Return options for the passkey of whoever was invited."""
    site, token = passkeys.required_site(request), request.match_info["token"]
    return passkeys.options_answer(await accepting.creation_options(request.app[RUNTIME], token, site))


async def choose_language(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    language, back = str(form.get("language", "")), str(form.get("back", "/"))
    if language not in dict(LANGUAGES):
        raise web.HTTPBadRequest
    response = see_other(back if is_ours(back) else "/")
    keep_language(request, response, language)
    return response


async def _sign_in_page(request: web.Request, status: int = 200, *, problem: str = "", login: str = "") -> web.Response:
    return page(
        request,
        "accounts/sign_in.html",
        status,
        problem=problem,
        login=login[: workers.LONGEST_LOGIN],
        passkeys=passkeys.site_of(request) is not None,
        demo_workers=await demo_accounts.demo_workers(request.app[RUNTIME]),
        demo_password=workers.DEMO_PASSWORD,
    )


async def _invitation_page(
    request: web.Request, status: int = 200, problem: str | None = None, secret: Secret | None = None
) -> web.Response:
    invitation = await workers.get_invitation(request.app[RUNTIME], request.match_info["token"])
    return page(
        request,
        "accounts/join.html",
        status,
        invitation=invitation,
        secret=secret,
        square=secret and qr_code(secret.otpauth),
        passkeys=passkeys.site_of(request) is not None,
        problem=problem and NOT_YET[problem],
        differ=NOT_YET["again"],
        back=request.path,
    )


def _browser_cookie(app: web.Application) -> str:
    return "browser" if app[DEMO] else "__Host-browser"


def _browser_of(request: web.Request) -> str:
    """Return the token by which this browser is recognised at sign-in; a new one if it has none."""
    kept = request.cookies.get(_browser_cookie(request.app), "")
    return kept if BROWSER.fullmatch(kept) else token_urlsafe(32)


def _remember_browser(request: web.Request, response: web.StreamResponse, browser: str) -> None:
    """Set the browser's token. It signs nobody in; it lets this browser try when strangers have to wait."""
    response.set_cookie(
        _browser_cookie(request.app), browser, path="/", secure=not request.app[DEMO], httponly=True,
        samesite="Strict", max_age=int(KNOWN_FOR.total_seconds()),
    )  # fmt: skip
