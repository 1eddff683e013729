"""Session cookies. Only the demonstration, on plain http over loopback, drops `Secure` and `__Host-`."""

from aiohttp import web

from bot.desk.app_keys import DEMO
from bot.usecases.content import round_walks


def cookie_name(app: web.Application) -> str:
    """Name the worker's session cookie. Browsers accept `__Host-` over https and from this very host only."""
    return "desk" if app[DEMO] else "__Host-desk"


def give_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Set the session token where no script can read it and no other site can send it."""
    response.set_cookie(
        cookie_name(request.app), token, path="/", secure=not request.app[DEMO], httponly=True, samesite="Strict"
    )


def take_cookie(request: web.Request, response: web.StreamResponse) -> None:
    response.del_cookie(
        cookie_name(request.app), path="/", secure=not request.app[DEMO], httponly=True, samesite="Strict"
    )


def round_cookie(app: web.Application) -> str:
    """Name the cookie of a practitioner's session in a round."""
    return "round" if app[DEMO] else "__Host-round"


def give_round_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Lax, so that a link in an e-mail leads her back to where she was. `own_origin` still guards every POST."""
    response.set_cookie(
        round_cookie(request.app), token, path="/", secure=not request.app[DEMO], httponly=True, samesite="Lax",
        max_age=int(round_walks.SESSION.total_seconds()),
    )  # fmt: skip


def take_round_cookie(request: web.Request, response: web.StreamResponse) -> None:
    name = round_cookie(request.app)
    response.del_cookie(name, path="/", secure=not request.app[DEMO], httponly=True, samesite="Lax")
