"""The queue of a service, by the page, and the tombstones of what has ended. The order: `QUEUE_ORDER` of storage."""

from collections.abc import Set
from datetime import datetime, timedelta

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.permissions import may_read, reads_confidential
from bot.usecases.casework.requests import OPEN, Envelope, describe
from storage.contact_requests import ContactRequest, Status
from storage.database import Store
from storage.narrowing import Narrowing

LISTED: frozenset[Status] = OPEN | {"closed", "withdrawn", "expired"}
WITHDRAWN_SHOWN = timedelta(days=7)
"""How long a withdrawn envelope stays in the list, so that nobody looks for it in vain."""
ENDED_SHOWN = timedelta(days=90)
"""How long the list of ended requests goes back."""
PAGE_SIZE = 100


async def list_requests(
    runtime: Runtime, worker: SignedIn, among: Set[Status] = LISTED, priority: str = "", first: int = 0,
    most: int | None = None, folded: bool | None = None, *, mine: bool = False,
) -> list[Envelope]:  # fmt: skip
    """Return the envelopes in these states. An ended request is a tombstone: a date, a state, whether anyone cared.

    `folded`: True for what came in a flood and nobody has taken, False for the rest, None for both. `mine`: only what
    she has, or had when it ended.
    """
    now, service_id = runtime.now(), worker.service_id or ""
    async with runtime.database.store() as store:
        only = await visible_to(store, worker, now, priority, folded, mine=mine)
        requests = await store.requests.of_service(service_id, among, only, first, most)
        names = {colleague.id: colleague.name for colleague in await store.workers.of_service(service_id)}
        joined = await store.joinings.by_request(service_id)
        return [
            describe(
                request, names.get(request.worker_id or ""), worker, _is_openable(request, worker, now), now,
                reports=joined.get(request.id, ()),
            )
            for request in requests
        ]  # fmt: skip


async def count_requests(
    runtime: Runtime,
    worker: SignedIn,
    among: Set[Status],
    priority: str = "",
    folded: bool | None = None,
    *,
    mine: bool = False,
) -> int:
    """Count the worker's requests in these states, whether or not they fit on a page."""
    async with runtime.database.store() as store:
        only = await visible_to(store, worker, runtime.now(), priority, folded, mine=mine)
        return await store.requests.count(worker.service_id or "", among, only)


async def list_withdrawn(runtime: Runtime, worker: SignedIn) -> list[Envelope]:
    """Return the recently withdrawn envelopes, so that nobody looks for them in vain."""
    lately = runtime.now() - WITHDRAWN_SHOWN
    withdrawn = await list_requests(runtime, worker, {"withdrawn"}, most=PAGE_SIZE)
    return [envelope for envelope in withdrawn if envelope.created_at > lately]


async def visible_to(
    store: Store,
    worker: SignedIn,
    now: datetime,
    priority: str = "",
    folded: bool | None = None,
    *,
    mine: bool = False,
) -> Narrowing:
    """Narrow a list to the requests this worker may see."""
    hidden = not await reads_confidential(store, worker)
    held_by, since = worker.id if mine else "", now - ENDED_SHOWN
    return Narrowing(open_to_all=hidden, ended_after=since, priority=priority, folded=folded, held_by=held_by)


def _is_openable(request: ContactRequest, worker: SignedIn, now: datetime) -> bool:
    """Whether the list links to it. A closed request can be opened as long as its letter is kept."""
    kept = request.status == "closed" and request.purge_at > now
    return request.status in OPEN or (kept and may_read(request, worker))
