"""Changing a service's key, for example when a holder leaves: a new key for all who stay, and everything re-sealed.

The head's browser does the cryptography. The copies of the key change in one transaction; then letters and what is
sealed beside them follow one by one, so that an interruption costs nothing: holders keep their copies of the earlier
key until its last letter must be gone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args

from bot.runtime import Runtime
from bot.sealing import SIZE, is_recipient
from bot.usecases.acting import SignedIn
from bot.usecases.casework import notes
from bot.usecases.casework.permissions import Gone, first_come, present_key, require_present_key
from bot.usecases.refused import NotAllowed, NotFound
from bot.usecases.services import service_mails
from bot.usecases.services.key_proofs import prove
from bot.usecases.services.keys import SEALED, Copy, NotAKey, require_sealed, store_copy
from storage.additions import Addition
from storage.contact_requests import ContactRequest
from storage.database import Conflict, Store
from storage.notes import Note
from storage.papers import Paper

RESEALED_SIZE = SIZE + 200
"""Bytes of a sealed padded letter. The browser's library adds no grease, so they never vary."""

Part = Literal["letter", "additions", "notes", "papers"]
PARTS: tuple[Part, ...] = get_args(Part)
Row = ContactRequest | Addition | Note | Paper


@dataclass(frozen=True, slots=True)
class Piece:
    """One sealed part of a request: its letter, an addition by the person, a worker's note, or a paper of the talk."""

    reference: str
    part: Part = "letter"
    number: int = 0


@first_come
async def change(
    runtime: Runtime,
    worker: SignedIn,
    recipient: str,
    copies: Mapping[str, Copy],
    left_out: Collection[str],
    answer: bytes,
) -> None:
    """Replace the key. `copies` has a copy of the new key for each holder who gets it.

    `left_out`: holders whose own key nobody vouches for and whose check number was not compared. A change does not wait
    for them: their copies end, and a colleague can give them the key again. `answer` proves that the head has the new
    key; see key_proofs.

    Raises NotAKey, NotAllowed for a worker without a copy, AlreadyTaken if the holders changed meanwhile.
    """
    for copy in copies.values():
        require_sealed(copy)
    if not is_recipient(recipient):
        raise NotAKey
    await prove(runtime, worker, "change", recipient, answer)
    now = runtime.now()
    async with runtime.database.store() as store:
        service = await store.services.hold(worker.service_id or "")
        living = await store.services.keys(worker.service_id or "")
        holders = {key.held_by for key in living}
        if service is None or worker.id not in holders:
            raise NotAllowed
        if await store.services.was_used(recipient):
            raise NotAKey
        if {*copies, *left_out} != holders or copies.keys() & {*left_out} or worker.id not in copies:
            raise Conflict
        for earlier in {key.recipient for key in living}:
            await store.services.retire(earlier, now)
        for holder in left_out:
            await store.services.erase_copies(holder, now)
            store.audit.add("key_taken_away", worker.id, holder, at=now)
        for holder, copy in copies.items():
            colleague = await store.workers.by_id(holder)
            if colleague is None or colleague.own_recipient != copy.own:
                raise Conflict
            await store_copy(runtime, store, colleague, recipient, copy)
        service.key_differs_at = None
        store.audit.add("key_changed", worker.id, service.id, at=now)
        if left_out and await store.services.recipient(service.id) is None:
            await service_mails.tell(store, service, "few_holders", now)
    runtime.caches.forget_world()


@first_come
async def list_unchanged(runtime: Runtime, worker: SignedIn) -> list[Piece]:
    """Return the pieces still sealed to an earlier key. Raises NoKey."""
    async with runtime.database.store() as store:
        return await pieces(store, worker.service_id or "", await present_key(store, worker))


async def pieces(store: Store, service_id: str, recipient: str) -> list[Piece]:
    """Return the pieces of a service that are not sealed to this key: letters, then what is beside them."""
    letters = [Piece(reference) for reference in await store.resealing.letters(service_id, recipient)]
    beside = await store.resealing.beside(service_id, recipient)
    return letters + [Piece(reference, table, number) for reference, table, number in beside]


@first_come
async def get_piece(runtime: Runtime, worker: SignedIn, which: Piece) -> bytes:
    """Return the sealed bytes of a piece. Raises NoKey, NotFound, and Gone if it was erased meanwhile."""
    async with runtime.database.store() as store:
        await present_key(store, worker)
        return _sealed(await _row(store, await _request(store, worker, which.reference), which))


@first_come
async def reseal(runtime: Runtime, worker: SignedIn, which: Piece, recipient: str, before: str, sealed: bytes) -> None:
    """Replace a piece by one sealed to the present key. `before` is the hash of the bytes it replaces.

    Raises AlreadyTaken if key or piece changed meanwhile, NotAKey for what is not sealed, NoKey, NotFound, Gone.
    """
    size = notes.SEALED_SIZE if which.part == "notes" else RESEALED_SIZE
    async with runtime.database.store() as store:
        await require_present_key(store, worker, recipient)
        request = await _request(store, worker, which.reference)
        row = await _row(store, request, which)
        if sha256(_sealed(row)).hexdigest() != before:
            raise Conflict
        if not sealed.startswith(SEALED) or len(sealed) != size:
            raise NotAKey
        await store.requests.hold(request)  # a withdrawal at this moment wins, whatever the piece is
        row.sealed, row.sealed_to = sealed, recipient
        store.audit.add("request_resealed", worker.id, request.id, at=runtime.now())


async def _request(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    request = await store.requests.by_id(reference)
    if request is None or request.service_id != worker.service_id:
        raise NotFound
    return request


async def _row(store: Store, request: ContactRequest, which: Piece) -> Row:
    """Return the row that holds the piece. What is beside a letter goes when its request does."""
    found: Row | None
    match which.part:
        case "letter":
            return request
        case "additions":
            found = await store.additions.by_id(which.number)
        case "notes":
            found = await store.notes.by_id(which.number)
        case "papers":
            found = await store.papers.by_id(which.number)
    if found is None or found.request_id != request.id:
        raise Gone(request.status)
    return found


def _sealed(row: Row) -> bytes:
    if row.sealed is None:
        raise Gone("expired")
    return row.sealed
