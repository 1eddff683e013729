"""The cookies that hold a session. Only the demonstration, plain http on loopback, goes without what demands https."""

from aiohttp import web

from bot.desk.app_keys import DEMO
from bot.usecases.content import round_walks


def cookie_name(app: web.Application) -> str:
    """Of a worker's session. `__Host-`: a browser takes it over https alone, and from this host alone."""
    return "desk" if app[DEMO] else "__Host-desk"


def give_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """The session's token: no script reads it, no other site sends it."""
    response.set_cookie(
        cookie_name(request.app), token, path="/", secure=not request.app[DEMO], httponly=True, samesite="Strict"
    )


def take_cookie(request: web.Request, response: web.StreamResponse) -> None:
    response.del_cookie(
        cookie_name(request.app), path="/", secure=not request.app[DEMO], httponly=True, samesite="Strict"
    )


def round_cookie(app: web.Application) -> str:
    """Of a practitioner's session in a round."""
    return "round" if app[DEMO] else "__Host-round"


def give_round_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Lax, so that a link in a letter leads her back to where she stood. What changes something comes from here."""
    response.set_cookie(
        round_cookie(request.app), token, path="/", secure=not request.app[DEMO], httponly=True, samesite="Lax",
        max_age=int(round_walks.SESSION.total_seconds()),
    )  # fmt: skip


def take_round_cookie(request: web.Request, response: web.StreamResponse) -> None:
    name = round_cookie(request.app)
    response.del_cookie(name, path="/", secure=not request.app[DEMO], httponly=True, samesite="Lax")
