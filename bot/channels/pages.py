"""The frame of every public page: templates, headers, limits for forms, and the page for when all else fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.cards import Button, Card, trouble
from bot.channels.accepted import wanted_language
from bot.engine.invariants import LINE_FOR_HARMED, PINNED
from bot.layout import blocks, headed
from bot.runtime import RIGA, Runtime
from bot.texts import plain
from bot.usecases.person import leaving
from bot.usecases.services import sayings

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
LONGEST_BODY = 16 * 1024
MOST_FIELDS = 200
BODY_SECONDS = 10

RUNTIME: Final = web.AppKey("runtime", Runtime)
FIELDS: Final = web.RequestKey("fields", Mapping[str, str])
PAIRS: Final = web.RequestKey("pairs", Sequence[tuple[str, str]])
"""Every name and value in order, because several boxes of one name may be ticked."""
BY_MACHINE: Final = web.RequestKey("by_machine", bool)
"""Set if no person reads the answer."""
FIRST_PAGES: Final = web.AppKey("first_pages", Mapping[str, Handler])
"""The handler of a plain GET, by address."""
MAY_BE_FRAMED: Final = web.RequestKey("may_be_framed", bool)
"""Set by the handler of the one page that Telegram may frame."""


class BackToConversation(Exception):
    """Raised by the form when a press leads back to the chat and nothing has to be asked first."""


@dataclass(slots=True)
class Places:
    """How many presses are being answered."""

    taken: int = 0


PLACES: Final = web.RequestKey("places", Places)

FORBIDDEN_POWERS = (
    *("accelerometer", "autoplay", "camera", "clipboard-read", "clipboard-write", "display-capture", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Permissions-Policy": ", ".join(f"{power}=()" for power in FORBIDDEN_POWERS),
    "Request-OTR": "1",  # Brave then offers to keep this visit out of the history
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
}
STAYS = "page.stays"
"""What a browser may keep without our script, and safer ways."""
WITHOUT_INTERNET = ("emergency_phone", LINE_FOR_HARMED)
"""Whom to call when no answer came."""
GOES = "page.goes"
"""Until when this page can be used, for browsers without our script."""
CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


# --- Pages ------------------------------------------------------------------------------------------------------------


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["lasts"] = 0
    return environment


TEMPLATES = _environment()


def page(
    request: web.Request, template: str, language: str, token: str, status: int = 200, **values: Any
) -> web.Response:
    """Render a page: the frame around a template, in the person's language."""
    runtime = request.app[RUNTIME]

    def say(key: str) -> str:
        return runtime.content.text(key, language)

    def knows(key: str) -> bool:  # older content lacks this text
        return runtime.content.has(key, language)

    shown = {
        "say": say,
        "knows": knows,
        "language": language,
        "token": token,
        "away": runtime.settings.exit_url,
        "rings": [PINNED[name].value for name in WITHOUT_INTERNET if not runtime.content.withdrawn(name)],
        "stays": runtime.content.say(STAYS, language, runtime.today()) if knows(STAYS) else (),
        "goes": _goes(runtime, language, values.get("lasts", 0)) if knows(GOES) else "",
    }
    text = TEMPLATES.get_template(template).render(**shown, **values)
    return web.Response(text=text, content_type="text/html", status=status)


def _goes(runtime: Runtime, language: str, lasts: int) -> str:
    """Until what hour a page can be used if no script notices whether somebody is there."""
    if not lasts:
        return ""
    at = (runtime.now() + timedelta(seconds=lasts)).astimezone(RIGA)
    hour = sayings.said_hour(runtime.content, f"{at:%H:%M}", language)
    return plain(runtime.content.say(GOES, language, at.date(), {"setting:until": hour}))


def card_page(
    request: web.Request,
    card: Card,
    token: str,
    *,
    tell: str | None = None,
    lasts: int = 0,
    status: int = 200,
    adrift: bool = False,
) -> web.Response:
    """Render a card: the exits around it, its text with a heading, its buttons below."""
    heading, body = headed(card.body)
    return page(
        request,
        "chat.html",
        card.language,
        token,
        status,
        card=card,
        heading=heading,
        body=body,
        notice=blocks(card.notice or ()),
        tell=tell,
        lasts=lasts,
        adrift=adrift,
        choices=[button for button in card.buttons if button.kind != "group"],
        groups=[button for button in card.buttons if button.kind == "group"],
        again=not card.buttons,
        opened="again" in request.get(FIELDS, {}),
        exits=_exits(card),
    )


def trouble_page(request: web.Request, status: int) -> web.Response:
    """The page for our own failures: 112, and 116006 unless withdrawn. It needs no database."""
    fields = request.get(FIELDS, {})
    runtime, token = request.app[RUNTIME], fields.get("token", "")
    token = token if leaving.end_of(runtime, token) else leaving.opening_token(runtime)
    return card_page(request, trouble(runtime.content, page_language(request)), token, status=status)


def _exits(card: Card) -> dict[str, list[Button]]:
    """The shared exits by their place on the page. “Hide” is the leave button at the top."""
    return {
        "danger": [button for button in card.exits if button.kind == "danger"],
        "language": [button for button in card.exits if button.kind == "language"],
        "way": [button for button in card.exits if button.kind in {"back", "human"}],
    }


def page_language(request: web.Request) -> str:
    """The language in which to answer: of the pressed page, or as near to the browser's as we can."""
    return request.app[RUNTIME].content.dialogue.spoken(device_language(request))


def device_language(request: web.Request) -> str:
    """That of the pressed page or the browser, whether or not it is one of ours; empty if neither names any."""
    shown, accepted = request.get(FIELDS, {}).get("language", ""), request.headers.get("Accept-Language", "")
    return wanted_language(shown, accepted, request.app[RUNTIME].content.dialogue.languages)


# --- Around every answer ----------------------------------------------------------------------------------------------


@cache
def policy(exit_url: str, framed_by: str = "'none'") -> str:
    """A Content-Security-Policy for our own files only. It names the exit, since Chromium checks redirects of forms."""
    exit_origin = "{0.scheme}://{0.netloc}".format(urlsplit(exit_url))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self' {exit_origin}; base-uri 'none'; frame-ancestors {framed_by}"
    )


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Set the headers of every answer. Telegram may frame one page of ours; nobody may frame any other."""
    response.headers.popall("Server", None)
    if request.get(BY_MACHINE):
        return
    framed_by = "https://web.telegram.org" if request.get(MAY_BE_FRAMED) else "'none'"
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = policy(request.app[RUNTIME].settings.exit_url, framed_by)


@web.middleware
async def catch_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Catch every failure in one place: whatever happens, the person sees where help is."""
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        return trouble_page(request, answer.status)
    except Exception:
        log.exception("page_failed")
        return trouble_page(request, web.HTTPServiceUnavailable.status_code)


@web.middleware
async def from_our_own_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse forms from other sites. Our own send `Origin: null`, because our pages send no referrer."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    elsewhere = site not in {"same-origin", "none"} if site else origin != "null" and not _is_ours(request, origin)
    if request.method not in {"GET", "HEAD"} and elsewhere:
        raise web.HTTPForbidden
    return await handler(request)


def may_be_elsewhere(request: web.Request) -> bool:
    """Whether this may come from another site: an older browser sends neither its site nor an origin."""
    return not request.headers.get("Sec-Fetch-Site") and request.headers.get("Origin", "null") == "null"


def _is_ours(request: web.Request, origin: str) -> bool:
    public = urlsplit(request.app[RUNTIME].settings.public_url).netloc
    return urlsplit(origin).netloc in {request.host, public} - {""}


@web.middleware
async def reading_forms(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the fields of a form: never more than a form of ours can hold, and never into a file."""
    if request.content_type == "application/x-www-form-urlencoded":
        pairs = await _pairs(request)
        request[PAIRS], request[FIELDS] = pairs, dict(pairs)
    return await handler(request)


async def _pairs(request: web.Request) -> Sequence[tuple[str, str]]:
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while part := await request.content.read(LONGEST_BODY):
                body += part
                if len(body) > LONGEST_BODY:
                    raise web.HTTPRequestEntityTooLarge(LONGEST_BODY, len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    try:
        return parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:  # more fields than any form of ours has
        return ()


@web.middleware
async def nothing_comes_back(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a page that was left, or is older than a day, as anybody sees this address, not even in its language."""
    runtime, first = request.app[RUNTIME], request.app[FIRST_PAGES].get(request.path)
    token = request.get(FIELDS, {}).get("token", "")
    if first and token and (not leaving.end_of(runtime, token) or await leaving.has_left(runtime, token)):
        request[FIELDS], request[PAIRS] = {}, ()
        return await first(request)
    return await handler(request)


def bypass(machines: Mapping[str, Handler]) -> Middleware:
    """Pass POSTs to the addresses in `machines` by everything that is made for people, their limit included."""

    @web.middleware
    async def passing(request: web.Request, handler: Handler) -> web.StreamResponse:
        machine = machines.get(request.path) if request.method == "POST" else None
        if machine is None:
            return await handler(request)
        request[BY_MACHINE] = True
        return await machine(request)

    return passing


def at_most(limit: int) -> Middleware:
    """Refuse presses beyond `limit` at once, with a page that says where help is, rather than let everyone wait."""
    places = Places()

    @web.middleware
    async def counting(request: web.Request, handler: Handler) -> web.StreamResponse:
        if places.taken >= limit:
            raise web.HTTPServiceUnavailable
        request[PLACES] = places
        places.taken += 1
        try:
            return await handler(request)
        finally:
            places.taken -= 1

    return counting


@contextmanager
def step_aside(request: web.Request) -> Iterator[None]:
    """Give up the place while merely waiting. Afterwards the press gets one back, even beyond the limit."""
    request[PLACES].taken -= 1
    try:
        yield
    finally:
        request[PLACES].taken += 1


# --- Files ------------------------------------------------------------------------------------------------------------


def files() -> list[web.RouteDef]:
    """Routes for our own style, scripts and icon, read once at the start."""
    return [web.get(f"/static/{path.name}", _file(path)) for path in sorted((HERE / "static").iterdir())]


def _file(path: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    content = path.read_bytes()

    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=content, content_type=CONTENT_TYPES[path.suffix], charset="utf-8")

    return serve
