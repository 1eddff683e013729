"""Who may do what at the desk, and how a request proves where it comes from. One table, one middleware each."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from multidict import MultiDictProxy

from bot.desk.vocabulary import PAGES
from bot.runtime import Runtime
from bot.usecases import round_walks, workers
from bot.usecases.refused import NotAllowed, NotFound
from bot.usecases.round_walks import Practitioner
from bot.usecases.workers import Role, SignedIn

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

RUNTIME = web.AppKey("runtime", Runtime)
DEMO = web.AppKey("demo", bool)
WORKER = web.RequestKey("worker", SignedIn)
PRACTITIONER = web.RequestKey("practitioner", Practitioner)
SENT = web.RequestKey("sent", MultiDictProxy[str | bytes | bytearray | web.FileField])

ANYONE: frozenset[Role] | None = None
"""Also without a sign-in."""
EVERY_ROLE: frozenset[Role] = frozenset({"worker", "head", "editor", "approver", "operator", "dpo"})
CASEWORK: frozenset[Role] = frozenset({"worker", "head"})
HEADS: frozenset[Role] = frozenset({"head"})
WORDING: frozenset[Role] = frozenset({"editor", "approver"})
EDITORS: frozenset[Role] = frozenset({"editor"})
APPROVERS: frozenset[Role] = frozenset({"approver"})
OPERATION: frozenset[Role] = frozenset({"operator"})
CALENDARS: frozenset[Role] = frozenset({"head", "operator"})
PROTECTION: frozenset[Role] = frozenset({"dpo"})
PRACTITIONERS: frozenset[Role] = frozenset()
"""No role of the desk: whoever came to a round by a link. Her session opens these pages, and these only."""

ON_A_REQUEST = (
    *("open", "read", "word", "reveal", "take", "close", "attempt", "came", "wait", "erase", "outside", "back", "meet"),
    *("raise", "lower", "conflict", "extend", "export", "notes", "notes/{note}/remove", "print"),
    *("takeover", "reopen", "unflag", "unraise", "unnote"),
)
"""What is done to one request; each is a route below it."""

ALLOWED: Mapping[tuple[str, str], frozenset[Role] | None] = {
    ("GET", "/sign-in"): ANYONE,
    ("POST", "/sign-in"): ANYONE,
    ("POST", "/sign-in/passkey"): ANYONE,
    ("GET", "/join/{token}"): ANYONE,
    ("POST", "/join/{token}"): ANYONE,
    ("GET", "/address/{token}"): ANYONE,
    ("POST", "/address/{token}"): ANYONE,
    ("POST", "/language"): ANYONE,
    ("GET", "/static/{file}"): ANYONE,
    ("GET", "/metrics"): ANYONE,
    ("POST", "/sign-out"): EVERY_ROLE,
    ("POST", "/here"): EVERY_ROLE,
    ("GET", "/conduct"): EVERY_ROLE,
    ("POST", "/conduct"): EVERY_ROLE,
    ("GET", "/confirm"): EVERY_ROLE,
    ("POST", "/confirm"): EVERY_ROLE,
    ("POST", "/confirm/passkey"): EVERY_ROLE,
    ("GET", "/me"): EVERY_ROLE,
    ("POST", "/me/codes"): EVERY_ROLE,
    ("POST", "/me/passkeys/new"): EVERY_ROLE,
    ("POST", "/me/passkeys"): EVERY_ROLE,
    ("POST", "/me/passkeys/{passkey}/remove"): EVERY_ROLE,
    ("POST", "/me/sessions/end"): EVERY_ROLE,
    ("POST", "/me/sessions/{place}/end"): EVERY_ROLE,
    ("GET", "/"): EVERY_ROLE,
    ("GET", "/requests"): CASEWORK,
    ("GET", "/requests/{reference}"): CASEWORK,
    ("GET", "/requests/{reference}/standing"): CASEWORK,
    **{("POST", f"/requests/{{reference}}/{act}"): CASEWORK for act in ON_A_REQUEST},
    ("GET", "/requests/next"): CASEWORK,
    ("POST", "/requests/together"): CASEWORK,
    ("POST", "/requests/find"): CASEWORK,
    ("POST", "/requests/letters"): CASEWORK,
    ("GET", "/calls"): CASEWORK,
    ("GET", "/about"): CASEWORK,
    ("GET", "/directory"): CASEWORK,
    ("GET", "/key"): CASEWORK,
    ("GET", "/key/lost"): CASEWORK,
    ("POST", "/key"): CASEWORK,
    ("POST", "/key/challenge"): CASEWORK,
    ("POST", "/key/own"): CASEWORK,
    ("POST", "/key/wish"): CASEWORK,
    ("POST", "/key/held"): CASEWORK,
    ("POST", "/key/grant"): CASEWORK,
    ("POST", "/key/accept"): CASEWORK,
    ("POST", "/key/differs"): CASEWORK,
    ("POST", "/key/restore"): CASEWORK,
    ("POST", "/key/change"): HEADS,
    ("POST", "/key/letters"): HEADS,
    ("POST", "/key/letters/{reference}/{part}"): HEADS,
    ("POST", "/key/letters/{reference}/{part}/sealed"): HEADS,
    ("GET", "/content"): WORDING,
    ("GET", "/content/map.svg"): WORDING,
    ("GET", "/content/drafts"): WORDING,
    ("POST", "/content/drafts"): EDITORS,
    ("GET", "/content/drafts/{draft}"): WORDING,
    ("GET", "/content/drafts/{draft}/map.svg"): WORDING,
    ("POST", "/content/drafts/{draft}/undo"): EDITORS,
    ("POST", "/content/drafts/{draft}/present"): WORDING,
    ("POST", "/content/drafts/{draft}/discard"): EDITORS,
    ("GET", "/content/drafts/{draft}/screens/{screen}"): WORDING,
    ("POST", "/content/drafts/{draft}/screens/{screen}"): EDITORS,
    ("POST", "/content/drafts/{draft}/screens/{screen}/look"): EDITORS,
    ("GET", "/content/drafts/{draft}/screens/{screen}/place.svg"): WORDING,
    ("POST", "/content/drafts/{draft}/screens/{screen}/ways"): EDITORS,
    ("GET", "/content/drafts/{draft}/topics"): WORDING,
    ("POST", "/content/drafts/{draft}/topics"): EDITORS,
    ("POST", "/content/drafts/{draft}/topics/{topic}/split"): EDITORS,
    ("POST", "/content/drafts/{draft}/topics/{topic}/retire"): EDITORS,
    ("GET", "/content/drafts/{draft}/facts"): WORDING,
    ("POST", "/content/drafts/{draft}/facts"): EDITORS,
    ("GET", "/content/drafts/{draft}/facts/{row}"): WORDING,
    ("POST", "/content/drafts/{draft}/facts/{row}"): EDITORS,
    ("POST", "/content/drafts/{draft}/facts/{row}/withdrawn"): EDITORS,
    ("GET", "/content/drafts/{draft}/services"): WORDING,
    ("POST", "/content/drafts/{draft}/services"): EDITORS,
    ("GET", "/content/drafts/{draft}/services/{row}"): WORDING,
    ("POST", "/content/drafts/{draft}/services/{row}"): EDITORS,
    ("GET", "/content/drafts/{draft}/phrases/{topic}/{language}"): WORDING,
    ("POST", "/content/drafts/{draft}/phrases/{topic}/{language}"): EDITORS,
    ("POST", "/content/drafts/{draft}/phrases/{topic}/{language}/try"): WORDING,
    ("GET", "/content/drafts/{draft}/danger/{language}"): WORDING,
    ("POST", "/content/drafts/{draft}/danger/{language}"): EDITORS,
    ("POST", "/content/drafts/{draft}/danger/{language}/try"): WORDING,
    ("GET", "/content/drafts/{draft}/files"): WORDING,
    ("GET", "/content/drafts/{draft}/files/{name}"): WORDING,
    ("POST", "/content/drafts/{draft}/files"): EDITORS,
    ("POST", "/content/drafts/{draft}/files/take"): EDITORS,
    ("GET", "/content/drafts/{draft}/changes"): WORDING,
    ("POST", "/content/drafts/{draft}/propose"): EDITORS,
    ("POST", "/content/drafts/{draft}/still"): EDITORS,
    ("POST", "/content/drafts/{draft}/follow"): EDITORS,
    ("POST", "/content/drafts/{draft}/choose"): EDITORS,
    ("POST", "/content/drafts/{draft}/approve"): APPROVERS,
    ("POST", "/content/drafts/{draft}/back"): APPROVERS,
    ("GET", "/content/history"): WORDING,
    ("POST", "/content/history/{number}/back"): WORDING,
    ("POST", "/content/history/{number}/confirm"): APPROVERS,
    ("GET", "/content/review"): WORDING,
    ("POST", "/content/review/{fact}/withdraw"): WORDING,
    ("GET", "/content/package"): WORDING,
    ("POST", "/content/package"): EDITORS,
    ("GET", "/content/package/file"): WORDING,
    ("GET", "/content/drafts/{draft}/rounds"): WORDING,
    ("POST", "/content/drafts/{draft}/rounds"): EDITORS,
    ("GET", "/content/rounds/{round}"): WORDING,
    ("GET", "/content/rounds/{round}/report"): WORDING,
    ("POST", "/content/rounds/{round}/invite"): EDITORS,
    ("POST", "/content/rounds/{round}/answer"): EDITORS,
    ("POST", "/content/rounds/{round}/close"): EDITORS,
    ("GET", "/round/join/{token}"): ANYONE,
    ("POST", "/round/join/{token}"): ANYONE,
    ("GET", "/round/thanks"): ANYONE,
    ("GET", "/round"): PRACTITIONERS,
    ("POST", "/round/card"): PRACTITIONERS,
    ("GET", "/round/walk"): PRACTITIONERS,
    ("POST", "/round/walk"): PRACTITIONERS,
    ("POST", "/round/comment"): PRACTITIONERS,
    ("POST", "/round/end"): PRACTITIONERS,
    ("GET", "/operation"): OPERATION,
    ("POST", "/operation/look"): OPERATION,
    ("GET", "/operation/numbers"): OPERATION,
    ("GET", "/calendar"): CALENDARS,
    ("GET", "/calendar/{service}"): CALENDARS,
    ("POST", "/calendar/{service}"): CALENDARS,
    ("POST", "/calendar/{service}/notice"): CALENDARS,
    ("POST", "/calendar/{service}/key"): CALENDARS,
    ("GET", "/audit"): PROTECTION,
    ("POST", "/audit/consents"): PROTECTION,
}
"""Every route there is. One that is not here does not exist: the app is built from this table."""

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


def menu(worker: SignedIn | None) -> tuple[tuple[str, str], ...]:
    """The pages a worker's role may see."""
    return tuple(one for one in PAGES if worker and worker.role in (ALLOWED["GET", one[0]] or EVERY_ROLE))


def landing(worker: SignedIn) -> str:
    """Where a worker begins."""
    return menu(worker)[0][0]


def cookie_name(app: web.Application) -> str:
    """Only the demonstration, plain http on loopback, goes without the prefix that demands https."""
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
    return "round" if app[DEMO] else "__Host-round"


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
    """Let through who is signed in and whose role is in the table."""
    resource = request.match_info.route.resource
    if resource is None:  # there is no such page, which aiohttp says itself
        return await handler(request)
    allowed = ALLOWED[request.method, resource.canonical]
    if allowed is None:
        return await handler(request)
    if not allowed:
        return await _in_a_round(request, handler)
    token = request.cookies.get(cookie_name(request.app), "")
    touched = not resource.canonical.endswith("/standing")  # what a page asks by itself keeps nobody signed in
    worker = await workers.signed_in(request.app[RUNTIME], token, touched=touched) if token else None
    if worker is None:
        raise NoSession
    request[WORKER] = worker
    if worker.role not in allowed:
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
