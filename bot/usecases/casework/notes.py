"""Short notes of workers about a request, for each other: sealed in the browser, and gone when the request is.

The person who wrote the request never sees them, and neither do we: the server keeps who wrote one and in which hour.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.permissions import Gone, NoKey, first_come, letter_of, of_own_service
from bot.usecases.casework.requests import OPEN
from bot.usecases.refused import NotFound, Refused
from bot.usecases.services.keys import SEALED
from storage.database import Conflict, Store
from storage.notes import Note

MOST = 20
"""Notes to one request. Who needs more writes into the service's own file."""
LONGEST = 1000
"""Characters, counted by the browser: the server sees one size only."""
SIZE = 4096
SEALED_SIZE = SIZE + 200
"""What the browser's library makes of a padded note, every time."""


class NotSealed(Refused):
    """What was sent is not a note sealed to one size, or there are too many already."""


@dataclass(frozen=True, slots=True)
class SealedNote:
    """A note as it rests here."""

    id: int
    by: str
    at: datetime
    sealed: bytes


@first_come
async def write(runtime: Runtime, worker: SignedIn, reference: str, recipient: str, sealed: bytes) -> SealedNote:
    """Keep a note for whoever may read the request. Conflict when the service's key was changed meanwhile."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        await letter_of(store, request, worker)
        if request.status not in OPEN:
            raise Gone(request.status)
        if recipient != await _present_key(store, worker):
            raise Conflict
        if not sealed.startswith(SEALED) or len(sealed) != SEALED_SIZE:
            raise NotSealed
        if await store.notes.count(request.id) >= MOST:
            raise NotSealed
        await store.requests.hold(request)  # a withdrawal at this moment takes the note along
        note = Note(request_id=request.id, worker_id=worker.id, sealed=sealed, sealed_to=recipient, made_at=now)
        await store.notes.add(note)
        store.audit.add("note_written", worker.id, request.id, at=now)
    return SealedNote(note.id, worker.name, now, sealed)


@first_come
async def remove(runtime: Runtime, worker: SignedIn, reference: str, note_id: int) -> None:
    """Erase a note that nobody can read any more; the page offers it for no other. Into the audit. Raises NotFound.

    Only a browser can tell what can be read, so whoever may read the request may do it, also when it is closed.
    """
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        await letter_of(store, request, worker)
        await _present_key(store, worker)
        if not await store.notes.remove(request.id, note_id):
            raise NotFound
        store.audit.add("note_removed", worker.id, request.id, at=runtime.now())


async def of_request(runtime: Runtime, worker: SignedIn, reference: str) -> list[SealedNote]:
    """All notes, for who may read the request and holds the key."""
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        await letter_of(store, request, worker)
        if not await store.services.copies_of(worker.id):
            raise NoKey
        names = {one.id: one.name for one in await store.workers.all()}
        found = await store.notes.of_request(request.id)
    return [SealedNote(one.id, names.get(one.worker_id, ""), one.made_at, one.sealed) for one in found]


async def _present_key(store: Store, worker: SignedIn) -> str:
    living = await store.services.keys(worker.service_id or "")
    if worker.id not in {key.held_by for key in living}:
        raise NoKey
    if not store.services.is_ours(living[0]):
        raise Conflict
    return living[0].recipient
