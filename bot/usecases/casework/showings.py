"""Who may still see a number, and the warning before it is shown to a colleague or a request is taken over.

The audit holds each showing. It ends only when its worker notes an outcome or the request is erased: the end of the
safe time is in the letter, which the server cannot read, and whoever saw the number may have written it down, may hide
it only after dialling, or may have it in a second tab. One warning too many is better than one too few. A worker who
sees the number herself has been warned of every showing before.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.usecases.acting import SignedIn
from bot.usecases.casework.promises import SHOWN, TAKEN, TAKEN_BACK, taker_in
from bot.usecases.refused import Refused
from storage.contact_requests import ContactRequest
from storage.database import Store

NOTED = "attempt_noted"


@dataclass(frozen=True, slots=True)
class Showing:
    """A worker who was shown the number and has noted no outcome since."""

    name: str
    at: datetime
    entry: int
    """The number of its audit entry."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The present state of affairs: who has the request, since when, and who else was shown the number."""

    holder: str | None
    since: datetime | None
    shown: tuple[Showing, ...]
    mark: str
    """An opaque hash of this warning, which comes back with the answer."""


class ToldFirst(Refused):
    """Nothing was done yet: the worker has to see this and then decide."""

    def __init__(self, truth: Truth) -> None:
        super().__init__(truth.mark)
        self.truth = truth


async def was_shown(store: Store, request: ContactRequest, worker: SignedIn) -> bool:
    """Whether the worker still has to note a call. One that she took back has to be noted again."""
    newest = (await store.audit.newest_of_each(request.id, {NOTED, TAKEN_BACK, *SHOWN})).get(worker.id)
    return newest is not None and newest.event != NOTED


async def list_showings(store: Store, request: ContactRequest, worker: SignedIn) -> tuple[Showing, ...]:
    """Return the showings to colleagues that have not ended, newest first.

    The number of a joined report counts, too: it may be the same one.
    """
    found: dict[str, Showing] = {}
    for reference in await store.joinings.case_of(request.id):
        newest = await store.audit.newest_of_each(reference, {NOTED, TAKEN_BACK, *SHOWN})
        shown = await store.audit.newest_of_each(reference, SHOWN)
        for actor, entry in newest.items():
            if actor != worker.id and entry.event != NOTED and (actor not in found or found[actor].entry < entry.id):
                colleague = await store.workers.by_id(actor)
                at = shown.get(actor, entry).at
                found[actor] = Showing(colleague.name if colleague else "–", at, entry.id)
    return tuple(sorted(found.values(), key=lambda showing: -showing.entry))


async def list_untold(store: Store, request: ContactRequest, worker: SignedIn) -> tuple[Showing, ...]:
    """Return the showings since this worker last saw the number; she was warned of earlier ones then."""
    own = (await store.audit.newest_of_each(request.id, SHOWN)).get(worker.id)
    showings = await list_showings(store, request, worker)
    return tuple(showing for showing in showings if own is None or showing.entry > own.id)


async def tell_first(store: Store, request: ContactRequest, worker: SignedIn, told: str) -> None:
    """Raise ToldFirst before a number is shown, unless `told` is the mark of the warning.

    Holds the request until the commit, so that nobody else shows the number meanwhile.
    """
    await store.requests.hold(request)
    shown = await list_untold(store, request, worker)
    mark = _mark("shown", *(str(showing.entry) for showing in shown))
    if shown and told != mark:
        raise ToldFirst(Truth(None, None, shown, mark))


async def describe_holding(store: Store, request: ContactRequest, worker: SignedIn) -> Truth:
    """Return the warning before a request is taken over."""
    holder = await store.workers.by_id(request.worker_id) if request.worker_id else None
    since, shown = await held_since(store, request), await list_showings(store, request, worker)
    mark = _mark("held", request.worker_id or "", str(since), *(str(showing.entry) for showing in shown))
    return Truth(holder.name if holder else None, since, shown, mark)


async def held_since(store: Store, request: ContactRequest) -> datetime | None:
    """Return since when the present holder has had the request."""
    newest = await store.audit.entries(request.id, events=TAKEN, limit=1)
    return newest[0].at if newest and taker_in(newest[0]) == request.worker_id else None


def _mark(*said: str) -> str:
    return sha256("\0".join(said).encode()).hexdigest()[:32]
