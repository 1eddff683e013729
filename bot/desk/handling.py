"""What a worker notes about a request beside its letter: each a button on its page, each one use case."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from aiohttp import web

from bot.desk import deeds, refusals
from bot.desk.casework import request_page
from bot.desk.page import page, wants_json
from bot.desk.security import RUNTIME, WORKER, Handler
from bot.runtime import Runtime
from bot.usecases import casework, handling
from bot.usecases.handling import OUTCOMES, NoReason
from bot.usecases.workers import SignedIn

Plain = Callable[[Runtime, SignedIn, str], Awaitable[None]]
Reasoned = Callable[[Runtime, SignedIn, str, str], Awaitable[None]]
LIMITS = ("1", "2", "3")


def done(act: Plain, to_queue: bool = False) -> Handler:
    """A deed that needs no more than a press."""

    async def handle(request: web.Request) -> web.StreamResponse:
        reference = request.match_info["reference"]
        await act(request.app[RUNTIME], request[WORKER], reference)
        return _done(request, "/requests" if to_queue else f"/requests/{reference}")

    return handle


def reasoned(act: Reasoned) -> Handler:
    """A deed that needs a reason in words."""

    async def handle(request: web.Request) -> web.StreamResponse:
        reference = request.match_info["reference"]
        reason = str((await request.post()).get("reason", ""))
        try:
            await act(request.app[RUNTIME], request[WORKER], reference, reason)
        except NoReason as refused:
            if wants_json(request):
                raise
            return await request_page(request, reason, refusals.of(refused))
        return _done(request, f"/requests/{reference}")

    return handle


async def attempt(request: web.Request) -> web.StreamResponse:
    reference, form = request.match_info["reference"], await request.post()
    outcome = next((one for one in OUTCOMES if one == form.get("outcome")), None)
    most = str(form.get("most", ""))
    if outcome is None or most not in LIMITS:
        raise web.HTTPBadRequest
    await handling.attempt(request.app[RUNTIME], request[WORKER], reference, outcome, int(most))
    return _done(request, f"/requests/{reference}")


async def wait(request: web.Request) -> web.StreamResponse:
    reference = request.match_info["reference"]
    try:
        day = date.fromisoformat(str((await request.post()).get("day", "")))
    except ValueError:
        raise web.HTTPBadRequest from None
    await handling.await_person(request.app[RUNTIME], request[WORKER], reference, day)
    return _done(request, f"/requests/{reference}")


async def erase(request: web.Request) -> web.StreamResponse:
    """Asks once more before anything goes, also without a script."""
    runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
    if (await request.post()).get("sure") != "yes":
        return page(request, "erase.html", one=await casework.look(runtime, worker, reference), asked=True)
    await handling.erase_at_wish(runtime, worker, reference)
    return _done(request, "/requests")


async def printed(request: web.Request) -> web.StreamResponse:
    reference = request.match_info["reference"]
    await handling.printed(request.app[RUNTIME], request[WORKER], reference)
    return _done(request, f"/requests/{reference}")


async def about(request: web.Request) -> web.StreamResponse:
    return page(request, "about.html")


def _done(request: web.Request, path: str) -> web.StreamResponse:
    return deeds.done(request, path)


HANDLERS: Mapping[tuple[str, str], Handler] = {
    ("POST", "/requests/{reference}/attempt"): attempt,
    ("POST", "/requests/{reference}/came"): done(handling.came),
    ("POST", "/requests/{reference}/wait"): wait,
    ("POST", "/requests/{reference}/erase"): erase,
    ("POST", "/requests/{reference}/outside"): reasoned(handling.reveal_outside),
    ("POST", "/requests/{reference}/back"): done(handling.give_back, to_queue=True),
    ("POST", "/requests/{reference}/meet"): done(handling.meet),
    ("POST", "/requests/{reference}/raise"): done(handling.raise_priority),
    ("POST", "/requests/{reference}/lower"): reasoned(handling.lower_priority),
    ("POST", "/requests/{reference}/conflict"): done(handling.flag_conflict, to_queue=True),
    ("POST", "/requests/{reference}/extend"): reasoned(handling.extend),
    ("POST", "/requests/{reference}/print"): printed,
    ("GET", "/about"): about,
}
