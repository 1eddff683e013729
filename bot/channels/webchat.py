"""The web chat: one neutral address, plain forms, no cookie, nothing kept on the device."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import cards
from bot.channels import pages
from bot.channels.pages import FIELDS, FIRST_PAGES, RUNTIME
from bot.channels.visitors import BUCKETS, Buckets, into_buckets
from bot.engine.heard import Heard, Pressed, Typed
from bot.runtime import Runtime
from bot.usecases.operation.doctor_visitors import SEEN
from bot.usecases.person import branching, converse, leaving, outage
from bot.usecases.person.converse import Address, Arrival, Reply

LONGEST_TEXT = 200
LONGEST_NAME = 100
AT_ONCE = 64
"""Presses answered at the same time. Each takes a few milliseconds; more are a flood."""

FormPage = Callable[[web.Request, str], Awaitable[web.StreamResponse]]
"""Shows the form (`request` or `receipt`) at the chat's own address."""

FORM_PAGE: Final[web.AppKey[FormPage | None]] = web.AppKey("form_page")


def public_app(
    runtime: Runtime,
    form_page: FormPage | None = None,
    routes: Sequence[web.RouteDef] = (),
    at_once: int = AT_ONCE,
    machines: Mapping[str, Handler] = MappingProxyType({}),
) -> web.Application:
    """Build the app that people reach. `form_page` answers presses of the form; `routes` are further pages.

    `machines` are handlers, by address, that only machines post to and that keep a limit of their own.
    """
    around = (pages.catch_failures, into_buckets, pages.from_our_own_pages, pages.reading_forms, pages.at_most(at_once))
    app = web.Application(middlewares=[pages.bypass(machines), *around, pages.nothing_comes_back])
    app[RUNTIME] = runtime
    app[BUCKETS] = Buckets(runtime.settings.proxies, runtime.now)
    app[FIRST_PAGES] = {"/": look, **{route.path: route.handler for route in routes if route.method == "GET"}}
    app[FORM_PAGE] = form_page
    app.on_response_prepare.append(pages.harden)
    app.add_routes([web.get("/", look), web.post("/", press), web.post("/leave", leave), web.get("/leave", leave)])
    app.add_routes([web.post("/here", here)])
    app.add_routes([web.post(path, machine) for path, machine in machines.items()])
    app.add_routes([web.get("/healthz", health), *pages.files(), *routes])
    return app


async def look(request: web.Request) -> web.StreamResponse:
    """Show the first card. Merely looking stores nothing."""
    runtime = request.app[RUNTIME]
    opening = converse.opening(runtime, pages.device_language(request))
    return _page(request, opening, leaving.opening_token(runtime), begun=False)


async def press(request: web.Request) -> web.StreamResponse:
    """Take one turn. A form we cannot read shows the current card again."""
    if not request.get(FIELDS, {}).get("token"):
        return await look(request)
    fields = request[FIELDS] = await _exchanged(request)
    form_page, token = request.app[FORM_PAGE], fields["token"]
    if form_page and ("do" in fields or "form" in fields):
        try:
            return await form_page(request, fields.get("form", "request"))
        except pages.BackToConversation:
            fields = {"token": token, "language": pages.page_language(request), "from": "web"}
    reply = await _answer(request, token, fields)
    if reply.hide or await leaving.has_left(request.app[RUNTIME], token):  # left while this press was on its way
        return await leave(request)
    if reply.form and form_page:
        return await form_page(request, reply.form)
    return _page(request, reply, token)


async def leave(request: web.Request) -> web.StreamResponse:
    """The way out: end all pages of the token, then send the browser to a page that reveals nothing."""
    await leaving.leave(request.app[RUNTIME], request.get(FIELDS, {}).get("token", ""))
    raise web.HTTPSeeOther(request.app[RUNTIME].settings.exit_url)


async def here(request: web.Request) -> web.Response:
    """Tell a tab that comes into view whether it was left meanwhile, for browsers whose tabs cannot tell each other."""
    runtime, token = request.app[RUNTIME], request.get(FIELDS, {}).get("token", "")
    left = not leaving.end_of(runtime, token) or await leaving.has_left(runtime, token)
    return web.Response(status=web.HTTPGone.status_code if left else web.HTTPNoContent.status_code)


async def health(request: web.Request) -> web.StreamResponse:
    """Whether a person who writes now would get an answer: read what a turn reads, without a person."""
    headers = {SEEN: request.app[BUCKETS].seen(request)}
    if await outage.is_reachable(request.app[RUNTIME], Address("web", leaving.opening_token(request.app[RUNTIME]))):
        return web.Response(text="ok\n", headers=headers)
    return web.Response(text="information only: the database is out of reach\n", status=503, headers=headers)


async def _exchanged(request: web.Request) -> Mapping[str, str]:
    """The fields of a press, with the token that its answer will carry.

    Somebody else may plant a page in this browser, with a token that he knows. So the first press on a page replaces
    its token. If the browser does not say which site a press comes from, every press does, because then even the page
    of a conversation may be planted. Form pages keep their token: it names nothing of theirs.
    """
    runtime, fields = request.app[RUNTIME], request[FIELDS]
    token = fields["token"]
    if leaving.is_opening(token):
        return {**fields, "token": leaving.next_token(runtime, token)}
    if "do" in fields or not pages.may_be_elsewhere(request):
        return fields
    fresh = leaving.next_token(runtime, token)
    await outage.ask(runtime, lambda: branching.branch(runtime, Address("web", token), Address("web", fresh)))
    return {**fields, "token": fresh}


async def _answer(request: web.Request, token: str, fields: Mapping[str, str]) -> Reply:
    runtime, address = request.app[RUNTIME], Address("web", token)
    heard, screen = _heard(fields), fields.get("screen", "")[:LONGEST_NAME]
    if fields.get("from") == "web":
        await _speak_on(runtime, address, pages.page_language(request))
    if heard is None:
        return await outage.current(runtime, address, pages.page_language(request), screen)
    arrival = Arrival(language=pages.page_language(request), form=request.app[FORM_PAGE] is not None)
    return await outage.hear(runtime, address, heard, arrival, screen)


async def _speak_on(runtime: Runtime, address: Address, language: str) -> None:
    """After the form, continue in the language in which she read it."""
    now = await outage.current(runtime, address, language)
    if now.card and now.card.language != language:
        await outage.hear(runtime, address, Pressed("", f"language.{language}"), Arrival(language=language))


def _heard(fields: Mapping[str, str]) -> Heard | None:
    if choice := fields.get("press"):
        unsure = {"adrift": "adrift" in fields, "unanswered": "unanswered" in fields}
        return Pressed(fields.get("screen", "")[:LONGEST_NAME], choice[:LONGEST_NAME], **unsure)
    if text := fields.get("text", "").strip():
        stands = fields.get("screen", "") if "unanswered" in fields else ""
        return Typed(text[:LONGEST_TEXT], screen=stands[:LONGEST_NAME])
    return None


def _page(request: web.Request, reply: Reply, token: str, begun: bool = True) -> web.StreamResponse:
    card = reply.card or cards.trouble(request.app[RUNTIME].content, pages.page_language(request))
    lasts = int(converse.IDLE.total_seconds()) if begun else 0
    return pages.card_page(request, card, token, tell=reply.tell, lasts=lasts, adrift=not reply.kept)
