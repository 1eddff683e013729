"""What a worker does with a request: one button on its page and one use case each."""

from collections.abc import Awaitable, Callable
from datetime import date

from aiohttp import web

from bot.desk import asking, flash, refusals
from bot.desk.app_keys import RUNTIME, WORKER, Handler
from bot.desk.asking import asks_first
from bot.desk.casework.requests import request_page
from bot.desk.page import page, wants_json
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, requests
from bot.usecases.casework.handling import OUTCOMES
from bot.usecases.casework.reasons import NoReason
from bot.usecases.casework.showings import ToldFirst

Plain = Callable[[Runtime, SignedIn, str], Awaitable[None]]
Reasoned = Callable[[Runtime, SignedIn, str, str], Awaitable[None]]
LIMITS = ("1", "2", "3")


def done(act: Plain, to_queue: bool = False) -> Handler:
    """An action that needs no more than a press."""

    async def handle(request: web.Request) -> web.StreamResponse:
        reference = request.match_info["reference"]
        await act(request.app[RUNTIME], request[WORKER], reference)
        return _done(request, "/requests" if to_queue else f"/requests/{reference}")

    return handle


def reasoned(act: Reasoned) -> Handler:
    """An action that needs a reason in words."""

    async def handle(request: web.Request) -> web.StreamResponse:
        reference, reason = request.match_info["reference"], str((await request.post()).get("reason", ""))
        try:
            await act(request.app[RUNTIME], request[WORKER], reference, reason)
        except NoReason as refused:
            return await _without_reason(request, reason, refused)
        return _done(request, f"/requests/{reference}")

    return handle


async def _without_reason(request: web.Request, reason: str, refused: NoReason) -> web.StreamResponse:
    """Show the page again with the reason still in its field; with a script the page has kept it anyway."""
    if wants_json(request):
        raise refused
    return await request_page(request, reason, refusals.refusal_of(refused))


async def attempt(request: web.Request) -> web.StreamResponse:
    """Note how a call went. If the request is no longer hers, the queue says that it was noted."""
    reference, form = request.match_info["reference"], await request.post()
    outcome = next((code for code in OUTCOMES if code == form.get("outcome")), None)
    most = str(form.get("most", ""))
    if outcome is None or most not in LIMITS:
        raise web.HTTPBadRequest
    stays = await handling.note_attempt(request.app[RUNTIME], request[WORKER], reference, outcome, int(most))
    return _done(request, f"/requests/{reference}" if stays else "/requests")


async def outside(request: web.Request) -> web.StreamResponse:
    reference, reason = request.match_info["reference"], str((await request.post()).get("reason", ""))
    told = await asking.told_mark(request)
    try:
        await handling.reveal_outside(request.app[RUNTIME], request[WORKER], reference, reason, told)
    except NoReason as refused:
        return await _without_reason(request, reason, refused)
    except ToldFirst as first:
        return await asking.ask_about_showing(request, first.truth)
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
    runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
    if not await asking.is_sure(request):
        await requests.get_envelope(runtime, worker, reference)
        return await asking.ask_about(request, "erase")
    await handling.erase_at_wish(runtime, worker, reference)
    return _done(request, "/requests")


async def printed(request: web.Request) -> web.StreamResponse:
    reference = request.match_info["reference"]
    await handling.note_printing(request.app[RUNTIME], request[WORKER], reference)
    return _done(request, f"/requests/{reference}")


async def copied(request: web.Request) -> web.StreamResponse:
    reference = request.match_info["reference"]
    await handling.note_copying(request.app[RUNTIME], request[WORKER], reference)
    return _done(request, f"/requests/{reference}")


async def about(request: web.Request) -> web.StreamResponse:
    return page(request, "casework/about.html")


def _done(request: web.Request, path: str) -> web.StreamResponse:
    return flash.done(request, path)


came = asks_first(done(handling.note_arrival), "came")
meet = asks_first(done(handling.meet), "meet")
flag_conflict = asks_first(done(handling.flag_conflict, to_queue=True), "conflict")
give_back = done(handling.give_back, to_queue=True)
raise_priority = done(handling.raise_priority)
lower_priority = reasoned(handling.lower_priority)
extend = reasoned(handling.extend)
