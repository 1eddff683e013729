"""Middlewares every request passes: who sends it, from which origin, with what body."""

from collections.abc import Mapping

from aiohttp import web

from bot.desk.app_keys import PRACTITIONER, RUNTIME, SENT, WORKER, Handler
from bot.desk.cookies import cookie_name, round_cookie
from bot.desk.roles import WHO_MAY
from bot.usecases.accounts import workers
from bot.usecases.content import round_walks
from bot.usecases.refused import NotAllowed

NUL = "\0"
READING = ("GET", "HEAD")
"""Methods that change nothing."""
FILES: Mapping[str, int] = {
    "/content/drafts/{draft}/files": 6_000_000,
    "/content/drafts/{draft}/files/take": 6_000_000,
    "/content/package": 9_000_000,
}
"""Routes that accept files, with their size limit in bytes; every other form is short."""

BEFORE_CONDUCT = frozenset({"/conduct", "/sign-out", "/here"})
"""Pages a worker may use before she accepts the code of conduct."""

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
    """A page from another origin tried to act in the worker's name."""


class NotAgreed(Exception):
    """The worker has not accepted the code of conduct within the last year."""


class NoRound(Exception):
    """No practitioner of a round in this browser, or her session has ended."""


class NoSession(Exception):
    """Nobody is signed in, or the session has ended."""


@web.middleware
async def strict_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Set strict headers on every response. Static files are revalidated by their ETag instead of never cached."""
    response = await handler(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    return response


async def drop_server_header(_: web.Request, response: web.StreamResponse) -> None:
    """Keep the server software and its version to ourselves."""
    response.headers.popall("Server", None)


@web.middleware
async def own_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Accept a request that changes something only from a page of this desk."""
    if request.method not in READING and not _from_here(request):
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
    """Let the request through if her role is in the route's row. Raises NoSession, NotAllowed, NotAgreed, NoRound."""
    resource = request.match_info.route.resource
    if resource is None:  # no such page: aiohttp answers 404 itself
        return await handler(request)
    method = "GET" if request.method == "HEAD" else request.method
    who = request.app[WHO_MAY][method, resource.canonical]
    if who is None:
        return await handler(request)
    if not who:
        return await _as_practitioner(request, handler)
    token = request.cookies.get(cookie_name(request.app), "")
    touched = not resource.canonical.endswith("/standing")  # polling by the page is no sign of life
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
    """Answer 400 to a body no page of ours would send: an unknown charset, text no database stores, a cut-off part."""
    if any(NUL in part for part in request.match_info.values()):
        raise web.HTTPNotFound
    if request.method != "POST":
        return await handler(request)
    resource = request.match_info.route.resource
    if resource is not None and resource.canonical in FILES:
        request = request.clone(client_max_size=FILES[resource.canonical])
    try:
        sent = await request.post()  # the request caches it, so it is read only once
        _check_storable("".join(text for text in sent.values() if isinstance(text, str)))
        request[SENT] = sent
    except (ValueError, LookupError, TypeError, AssertionError) as error:
        raise web.HTTPBadRequest from error
    try:
        return await handler(request)
    finally:
        for field in sent.values():
            if isinstance(field, web.FileField):
                field.file.close()


def _check_storable(text: str) -> None:
    """Raise ValueError for text no database can store: NUL characters and lone surrogates."""
    text.encode()
    if NUL in text:
        raise ValueError


async def _as_practitioner(request: web.Request, handler: Handler) -> web.StreamResponse:
    token = request.cookies.get(round_cookie(request.app), "")
    practitioner = await round_walks.get_practitioner(request.app[RUNTIME], token) if token else None
    if practitioner is None:
        raise NoRound
    request[PRACTITIONER] = practitioner
    return await handler(request)
