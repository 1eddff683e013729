"""Requests from a flood: folded below the others of their urgency, read like any other, closed together.

A real one may be among the invented ones. So nothing is closed here unless somebody has read it and neither the person
nor a worker has acted on it since; and a request marked as part of a flood keeps its deadlines, its reminders and the
person's page.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.permissions import get_request
from bot.usecases.casework.queue import PAGE_SIZE, list_requests, visible_to
from bot.usecases.casework.requests import Envelope, end
from bot.usecases.refused import Refused
from storage.contact_requests import Priority
from storage.database import Conflict


@dataclass(frozen=True, slots=True)
class Fold:
    """Requests of one urgency that came in a flood and that nobody has taken."""

    count: int
    unread: int
    expiring: int
    """How many nobody has read although their letters are erased within a day."""
    shown: tuple[Envelope, ...]
    """The envelopes on one page."""
    closable: tuple[str, ...]
    """Those shown that can be closed together: read by somebody, and untouched since."""

    @property
    def references(self) -> tuple[str, ...]:
        """What the page shows and posts."""
        return tuple(envelope.reference for envelope in self.shown)


async def folds(runtime: Runtime, worker: SignedIn, priority: str = "", first: int = 0) -> Mapping[Priority, Fold]:
    """Return this worker's folded requests by urgency, one page of each from `first` on."""
    async with runtime.database.store() as store:
        only = await visible_to(store, worker, runtime.now(), priority)
        counted = await store.floods.folded(worker.service_id or "", only)
    found = {}
    for count in counted:
        shown = await list_requests(runtime, worker, {"new"}, count.priority, first, PAGE_SIZE, folded=True)
        closable = await to_close(runtime, worker, [envelope.reference for envelope in shown])
        found[count.priority] = Fold(count.count, count.unread, count.expiring, tuple(shown), closable)
    return found


async def next_unread(runtime: Runtime, worker: SignedIn, priority: str = "", after_this: str = "") -> str | None:
    """Return the next unread reference, first of this urgency, then of any; None if all have been read.

    `after_this` is the last one looked at: a letter that cannot be opened stays unread and must not hold up the others.
    """
    async with runtime.database.store() as store:
        for urgency in dict.fromkeys((priority, "")):
            only = await visible_to(store, worker, runtime.now(), urgency)
            unread = await store.floods.unread(worker.service_id or "", only)
            if unread:
                begun = unread.index(after_this) + 1 if after_this in unread else 0
                return unread[begun % len(unread)]
    return None


async def to_close(runtime: Runtime, worker: SignedIn, references: Collection[str]) -> tuple[str, ...]:
    """Return those of `references` that this worker may close together now, in the order given."""
    async with runtime.database.store() as store:
        only = await visible_to(store, worker, runtime.now())
        untouched = await store.floods.untouched(worker.service_id or "", references, only)
    return tuple(reference for reference in dict.fromkeys(references) if reference in untouched)


async def close_together(runtime: Runtime, worker: SignedIn, references: Collection[str]) -> int:
    """Close those that may be closed, each in a transaction and an audit entry of its own. Return how many.

    A request that somebody acts on at this moment stays open.
    """
    now, closed = runtime.now(), 0
    for reference in await to_close(runtime, worker, references):
        with suppress(Refused, Conflict):
            async with runtime.database.store() as store:
                request = await get_request(store, worker, reference)
                if await store.floods.untouched(request.service_id, [request.id]):
                    await end(store, request, worker, "together", now)
                    closed += 1
    return closed
