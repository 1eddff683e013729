"""Workers' short notes to each other about a request, sealed in the browser and erased with the request.

The person who wrote the request never sees them, and the server cannot read them: it keeps who wrote one and when.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.permissions import (
    Gone,
    first_come,
    get_letter,
    get_readable,
    get_request,
    present_key,
    require_present_key,
)
from bot.usecases.casework.requests import OPEN
from bot.usecases.refused import NotFound, Refused
from bot.usecases.services.keys import SEALED
from storage.notes import Note

MOST = 20
"""Notes per request. Longer records belong in the service's own files."""
LONGEST = 1000
"""Characters, counted by the browser; the server sees only one size."""
SIZE = 4096
SEALED_SIZE = SIZE + 200
"""Bytes of a sealed padded note; they never vary."""


class NotSealed(Refused):
    """Not a note sealed to the one size, or one too many."""


@dataclass(frozen=True, slots=True)
class SealedNote:
    """A note as the server keeps it."""

    id: int
    by: str
    at: datetime
    sealed: bytes


@first_come
async def write(runtime: Runtime, worker: SignedIn, reference: str, recipient: str, sealed: bytes) -> SealedNote:
    """Keep a note for all who may read the request. Raises AlreadyTaken if the service's key changed meanwhile.

    Also raises NotFound, Gone, NoKey and NotSealed.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        await get_letter(store, request, worker)
        if request.status not in OPEN:
            raise Gone(request.status)
        await require_present_key(store, worker, recipient)
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
    """Erase a note that nobody can read any more; the page offers it only for those. Raises NotFound, Gone, NoKey.

    Only a browser can tell what is readable, so everyone who may read the request may do it, even when it is closed.
    """
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        await get_letter(store, request, worker)
        await present_key(store, worker)
        if not await store.notes.remove(request.id, note_id):
            raise NotFound
        store.audit.add("note_removed", worker.id, request.id, at=runtime.now())


async def list_notes(runtime: Runtime, worker: SignedIn, reference: str) -> list[SealedNote]:
    """Return all notes of a request. Raises NotFound, Gone, AlreadyTaken, NoKey."""
    async with runtime.database.store() as store:
        request = await get_readable(store, worker, reference)
        names = {colleague.id: colleague.name for colleague in await store.workers.all()}
        rows = await store.notes.of_request(request.id)
    return [SealedNote(note.id, names.get(note.worker_id, ""), note.made_at, note.sealed) for note in rows]
