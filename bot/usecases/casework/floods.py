"""What came in a flood, at the desk: folded below the rest of its urgency, read like any other, closed together.

A real one may lie among the invented ones. So nothing that nobody has read is ever closed here, nor anything that the
person or a worker has acted on since; and a marked request keeps its deadlines, its steps and its person's page.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.permissions import of_own_service
from bot.usecases.casework.queue import PAGE_SIZE, list_requests, visible_to
from bot.usecases.casework.requests import Envelope, end
from bot.usecases.refused import Refused
from storage.contact_requests import Priority
from storage.database import Conflict


@dataclass(frozen=True, slots=True)
class Fold:
    """What of one urgency came in a flood and nobody has taken."""

    count: int
    unread: int
    expiring: int
    """Nobody has read them, and their letters go within a day."""
    shown: tuple[Envelope, ...]
    """Those of one page."""
    closable: tuple[str, ...]
    """Of those shown, what can be closed together: read by somebody, and untouched since."""

    @property
    def references(self) -> tuple[str, ...]:
        """What the page shows, and posts."""
        return tuple(one.reference for one in self.shown)


async def folds(runtime: Runtime, worker: SignedIn, priority: str = "", first: int = 0) -> Mapping[Priority, Fold]:
    """What lies folded for this worker, by urgency; of each as many as fit on a page, from `first` on."""
    async with runtime.database.store() as store:
        only = await visible_to(store, worker, runtime.now(), priority)
        counted = await store.floods.folded(worker.service_id or "", only)
    found = {}
    for one in counted:
        shown = await list_requests(runtime, worker, {"new"}, one.priority, first, PAGE_SIZE, folded=True)
        closable = await to_close(runtime, worker, [envelope.reference for envelope in shown])
        found[one.priority] = Fold(one.count, one.unread, one.expiring, tuple(shown), closable)
    return found


async def next_unread(runtime: Runtime, worker: SignedIn, priority: str = "", after_this: str = "") -> str | None:
    """What to read next of one urgency, then of all. None where somebody has read everything.

    `after_this` is what was looked at last: one that cannot be opened stays unread, and must not hold up the others.
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
    """Which of these this worker may close together now, in the order in which they were given."""
    async with runtime.database.store() as store:
        only = await visible_to(store, worker, runtime.now())
        untouched = await store.floods.untouched(worker.service_id or "", references, only)
    return tuple(one for one in dict.fromkeys(references) if one in untouched)


async def close_together(runtime: Runtime, worker: SignedIn, references: Collection[str]) -> int:
    """Close those of these that may be, each on its own and each in the audit. How many.

    What somebody acts on at this moment stays open.
    """
    now, closed = runtime.now(), 0
    for reference in await to_close(runtime, worker, references):
        with suppress(Refused, Conflict):
            async with runtime.database.store() as store:
                request = await of_own_service(store, worker, reference)
                if await store.floods.untouched(request.service_id, [request.id]):
                    await end(store, request, worker, "together", now)
                    closed += 1
    return closed
