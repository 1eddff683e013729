"""What every request passes: whose it is, where it comes from, what it may hold. A middleware each."""

from collections.abc import Mapping

from aiohttp import web

from bot.desk.app_keys import PRACTITIONER, RUNTIME, SENT, WORKER, Handler
from bot.desk.cookies import cookie_name, round_cookie
from bot.desk.roles import WHO_MAY
from bot.usecases.accounts import workers
from bot.usecases.content import round_walks
from bot.usecases.refused import NotAllowed, NotFound

NUL = "\0"
FILES: Mapping[str, int] = {
    "/content/drafts/{draft}/files": 6_000_000,
    "/content/drafts/{draft}/files/take": 6_000_000,
    "/content/package": 9_000_000,
}
"""Where files arrive, and how many bytes at most; everywhere else a form is short."""

BEFORE_CONDUCT = frozenset({"/conduct", "/sign-out", "/here"})
"""What a worker reaches before she has accepted the code of conduct."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=(), interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class ComesFromElsewhere(Exception):
    """A page of another origin tried to act in the worker's name."""


class NotAgreed(Exception):
    """The worker has not accepted the code of conduct, or more than a year ago."""


class NoSession(Exception):
    """Nobody is signed in, or not any more."""


@web.middleware
async def strict_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The same strict headers on every answer; our own scripts and styles may be asked for again by their tag."""
    response = await handler(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    return response


async def nameless(_: web.Request, response: web.StreamResponse) -> None:
    """What serves the desk, and in which version, is nobody's business."""
    response.headers.popall("Server", None)


@web.middleware
async def own_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something must come from a page of the desk itself."""
    if request.method != "GET" and not _from_here(request):
        raise ComesFromElsewhere
    return await handler(request)


def _from_here(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    own = request.app[RUNTIME].settings.desk_origin or f"{request.scheme}://{request.host}"
    return request.headers.get("Origin", "") == own


@web.middleware
async def by_role(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let through who is signed in and whose role stands in the row of the route."""
    resource = request.match_info.route.resource
    if resource is None:  # there is no such page, which aiohttp says itself
        return await handler(request)
    who = request.app[WHO_MAY][request.method, resource.canonical]
    if who is None:
        return await handler(request)
    if not who:
        return await _in_a_round(request, handler)
    token = request.cookies.get(cookie_name(request.app), "")
    touched = not resource.canonical.endswith("/standing")  # what a page asks by itself keeps nobody signed in
    worker = await workers.get_signed_in(request.app[RUNTIME], token, touched=touched) if token else None
    if worker is None:
        raise NoSession
    request[WORKER] = worker
    if worker.role not in who:
        raise NotAllowed
    if not worker.agreed and resource.canonical not in BEFORE_CONDUCT:
        raise NotAgreed
    return await handler(request)


@web.middleware
async def readable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A body that no page of ours sends is the sender's mistake: unknown letters, parts without an end."""
    if any(NUL in part for part in request.match_info.values()):
        raise web.HTTPNotFound
    if request.method != "POST":
        return await handler(request)
    resource = request.match_info.route.resource
    if resource is not None and resource.canonical in FILES:
        request = request.clone(client_max_size=FILES[resource.canonical])
    try:
        sent = await request.post()  # kept by the request, and so read once
        _must_be_letters("".join(text for text in sent.values() if isinstance(text, str)))
        request[SENT] = sent
    except (ValueError, LookupError, TypeError, AssertionError) as error:
        raise web.HTTPBadRequest from error
    try:
        return await handler(request)
    finally:
        for one in sent.values():
            if isinstance(one, web.FileField):
                one.file.close()


def _must_be_letters(text: str) -> None:
    """Raises ValueError on what PostgreSQL, or no database at all, can keep: NUL, and half of a letter."""
    text.encode()
    if NUL in text:
        raise ValueError


async def _in_a_round(request: web.Request, handler: Handler) -> web.StreamResponse:
    token = request.cookies.get(round_cookie(request.app), "")
    who = await round_walks.taking_part(request.app[RUNTIME], token) if token else None
    if who is None:
        raise NotFound
    request[PRACTITIONER] = who
    return await handler(request)
