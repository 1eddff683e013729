"""On whose screen a number may be, and what has to be said before it is shown to another, or a request taken over.

Each showing stands in the audit. It ends when its worker has noted an outcome, or when the request is erased, and in no
other way: when her safe time is over stands in the letter, which we cannot read; and whoever saw the number may have
written it down, has hidden it only after she dialled, or has the page open in a second tab. So it is said once too
often rather than once too little. Whoever shows it herself has been told of all that was shown before.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.usecases.acting import SignedIn
from bot.usecases.casework.promises import SHOWN, TAKEN, TAKEN_BACK
from bot.usecases.refused import Refused
from storage.contact_requests import ContactRequest
from storage.database import Store

NOTED = "attempt_noted"


@dataclass(frozen=True, slots=True)
class Showing:
    """The number was shown to this worker, who has noted no outcome since."""

    name: str
    at: datetime
    entry: int
    """Its place in the audit."""


@dataclass(frozen=True, slots=True)
class Truth:
    """How it stands at this moment: who has it since when, and to whom else the number was shown."""

    holder: str | None
    since: datetime | None
    shown: tuple[Showing, ...]
    mark: str
    """Comes back with the answer, and says what was told. Means nothing to who carries it."""


class ToldFirst(Refused):
    """Nothing was done yet: whoever asked has to be told this, and then says whether it shall be done."""

    def __init__(self, truth: Truth) -> None:
        super().__init__(truth.mark)
        self.truth = truth


async def was_shown(store: Store, request: ContactRequest, worker: SignedIn) -> bool:
    """Whether a call of hers is still to be noted. One that she took back is to be noted anew."""
    newest = (await store.audit.newest_of_each(request.id, {NOTED, TAKEN_BACK, *SHOWN})).get(worker.id)
    return newest is not None and newest.event != NOTED


async def to_others(store: Store, request: ContactRequest, worker: SignedIn) -> tuple[Showing, ...]:
    """Every showing to somebody else that has not ended, the newest first."""
    newest = await store.audit.newest_of_each(request.id, {NOTED, TAKEN_BACK, *SHOWN})
    shown = await store.audit.newest_of_each(request.id, SHOWN)
    found = []
    for actor, entry in newest.items():
        if actor != worker.id and entry.event != NOTED:
            who = await store.workers.by_id(actor)
            found.append(Showing(who.name if who else "–", shown.get(actor, entry).at, entry.id))
    return tuple(sorted(found, key=lambda one: -one.entry))


async def not_told_of(store: Store, request: ContactRequest, worker: SignedIn) -> tuple[Showing, ...]:
    """Those since she showed it last herself: of the others she was told then."""
    own = (await store.audit.newest_of_each(request.id, SHOWN)).get(worker.id)
    return tuple(one for one in await to_others(store, request, worker) if own is None or one.entry > own.id)


async def tell_first(store: Store, request: ContactRequest, worker: SignedIn, told: str) -> None:
    """Before a number is shown. `told` is the mark of what was said; nobody else shows it until the commit."""
    await store.requests.hold(request)
    shown = await not_told_of(store, request, worker)
    mark = _mark("shown", *(str(one.entry) for one in shown))
    if shown and told != mark:
        raise ToldFirst(Truth(None, None, shown, mark))


async def holding(store: Store, request: ContactRequest, worker: SignedIn) -> Truth:
    """What has to be said before it is taken over."""
    holder = await store.workers.by_id(request.worker_id) if request.worker_id else None
    since, shown = await held_since(store, request), await to_others(store, request, worker)
    mark = _mark("held", request.worker_id or "", str(since), *(str(one.entry) for one in shown))
    return Truth(holder.name if holder else None, since, shown, mark)


async def held_since(store: Store, request: ContactRequest) -> datetime | None:
    """Since when who has it has had it."""
    taken = (await store.audit.newest_of_each(request.id, TAKEN)).get(request.worker_id or "")
    return taken.at if taken else None


def _mark(*said: str) -> str:
    return sha256("\0".join(said).encode()).hexdigest()[:32]
