"""Regular cleaning at the desk: erase letters whose time is over, return broken promises to the queue."""

from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.casework import leaving
from bot.usecases.casework.requests import OPEN
from bot.usecases.casework.states import enter
from bot.usecases.retrying import retry
from bot.usecases.services import notices
from bot.usecases.services.notices import NOTICE
from storage.contact_requests import IN_TOUCH, ClosedAs, ContactRequest
from storage.database import Conflict, Store


async def sweep(runtime: Runtime) -> int:
    """Erase letters that are due and return abandoned requests to the queue. Return how many letters were erased."""
    erased = await retry(lambda: _erase_due(runtime))
    await return_to_queue(runtime)
    if erased:
        await runtime.database.shrink()
    return erased


async def _erase_due(runtime: Runtime) -> int:
    now = runtime.now()
    async with runtime.database.store() as store:
        return len(
            [reference for reference in await store.requests.due(now) if await _erase(runtime, store, reference, now)]
        )


async def _erase(runtime: Runtime, store: Store, request: ContactRequest, now: datetime) -> bool:
    ended: ClosedAs = "expired_in_contact" if request.status in IN_TOUCH else "expired"
    await leaving.leave(runtime, store, request)
    if not await store.requests.erase(request.id, "expired" if request.status in OPEN else request.status, ended):
        return False
    await store.outbox.settle(request.id, now)
    store.audit.add("request_erased", "system", request.id, at=now)
    return True


async def return_to_queue(runtime: Runtime) -> None:
    """Make each request with a broken promise new and late at once, and notify its service."""
    now = runtime.now()
    async with runtime.database.store() as store:
        lapsed = [request.id for request in await store.requests.lapsed(now)]
    for request_id in lapsed:
        try:
            async with runtime.database.store() as store:
                await _lapse(store, request_id, now)
        except Conflict:  # somebody acts on it at this moment: the next sweep looks again
            continue


async def _lapse(store: Store, request_id: str, now: datetime) -> None:
    request = await store.requests.by_id(request_id)
    if request is None or request.status != "taken" or request.due_at is None or request.due_at > now:
        return
    enter(request, "new", now)
    request.worker_id = None
    if service := await store.services.by_id(request.service_id):
        await notices.add(store, service, request, NOTICE, now)
    store.audit.add("promise_lapsed", "system", request.id, at=now)
