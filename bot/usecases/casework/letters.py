"""Sealed letters on their way to workers' browsers: each that leaves here is counted for the person who wrote it.

A letter that was fetched is not read yet: only the browser knows whether it could be opened, and confirms it. Looking
through many letters, to find whose word somebody says on the telephone or who can be called now, is counted and
audited but is no reading.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import receipts
from bot.usecases.casework.deadlines import go_on
from bot.usecases.casework.permissions import Gone, NoKey, first_come, is_visible, letter_of, may_read, of_own_service
from bot.usecases.casework.requests import OPEN
from bot.usecases.refused import NotAllowed, NotFound
from storage.contact_requests import ContactRequest, Status
from storage.database import Store

Purpose = Literal["find", "calls"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
SEARCHED: tuple[Status, ...] = ("new", "taken", "awaited", "contacted", "met")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What goes to the worker's browser: the letter, and her sealed copies of the key. Neither is readable here.

    `additions` are what the person sent later, each with its number, in the order in which they were made.
    """

    ciphertext: bytes
    copies: tuple[bytes, ...]
    additions: tuple[tuple[int, bytes], ...]
    call_blocked: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One of several letters to look through."""

    reference: str
    created_at: datetime
    letter: Sealed


@first_come
async def fetch(runtime: Runtime, worker: SignedIn, reference: str) -> Sealed:
    """Hand one letter to the worker's browser. It ends no reminder and says nothing to the person but the count."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        letter = await letter_of(store, request, worker)
        copies = await _copies(store, worker)
        if not await store.requests.hand_to(request.id, worker.id):
            raise Gone(request.status)
        store.audit.add("letter_fetched", worker.id, request.id, at=now)
        return Sealed(letter, copies, await _additions(store, request), request.call_blocked)


@first_come
async def confirm(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """The browser has opened the letter and drawn it: now it is read. Raises NotAllowed where it was never fetched.

    Also where a colleague has taken it since: what was read was read.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        if request.sealed is None:
            raise Gone(request.status)
        if not await store.requests.was_handed_to(request.id, worker.id):
            raise NotAllowed
        await store.requests.note_reading(request.id, now)
        store.audit.add("letter_read", worker.id, request.id, at=now)


@first_come
async def export(runtime: Runtime, worker: SignedIn, reference: str) -> bytes:
    """One sealed letter as a file: the `age` program opens it with the recovery sheet. Only for holders of the key."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        letter = await letter_of(store, request, worker)
        await _copies(store, worker)
        if not await store.requests.hand_to(request.id, worker.id):
            raise Gone(request.status)
        store.audit.add("request_exported", worker.id, request.id, at=now)
        return letter


@first_come
async def look_through(runtime: Runtime, worker: SignedIn, purpose: Purpose) -> list[Found]:
    """Every open letter that this worker may open, for her browser to look through.

    Each counts for its person and stands in the audit with its purpose. None counts as read, no reminder ends.
    """
    now, service_id = runtime.now(), worker.service_id or ""
    async with runtime.database.store() as store:
        copies = await _copies(store, worker)
        found = []
        for envelope in await store.requests.of_service(service_id, set(SEARCHED)):
            if not (may_read(envelope, worker) and await is_visible(store, worker, envelope)):
                continue
            if purpose == "calls" and envelope.worker_id not in (None, worker.id):
                continue  # also the head calls nobody whom a colleague takes care of
            request = await store.requests.by_id(envelope.id)
            if request is None or request.sealed is None:
                continue
            if not await store.requests.hand_to(request.id, worker.id):
                continue
            store.audit.add(f"letter_looked_through_{purpose}", worker.id, request.id, at=now)
            letter = Sealed(request.sealed, copies, await _additions(store, request), request.call_blocked)
            found.append(Found(request.id, request.created_hour, letter))
        return found


async def find_by_code(runtime: Runtime, worker: SignedIn, code: str) -> str:
    """The open request behind a receipt code that the person says or shows. Raises NotFound for everything else."""
    receipt_hash, now = await receipts.hashed(runtime, code), runtime.now()
    async with runtime.database.store() as store:
        request = await store.requests.by_receipt(receipt_hash)
        if request is None or request.service_id != worker.service_id or request.status not in OPEN:
            raise NotFound
        if not await is_visible(store, worker, request):
            raise NotFound
        store.audit.add("request_found_by_code", worker.id, request.id, at=now)
        return request.id


@first_come
async def confirm_word(runtime: Runtime, worker: SignedIn, reference: str, addition: int) -> None:
    """The browser found the agreed word in an addition: its times hold, and calls may begin anew.

    A number that was called unsafe before that addition may be called again. The 31 days count from when she wrote it,
    and what was narrowed after it stays narrowed.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        await letter_of(store, request, worker)
        if request.status not in OPEN:
            raise Gone(request.status)
        added = await store.additions.by_id(addition)
        if added is None or added.request_id != request.id:
            raise NotFound
        if not await store.requests.was_handed_to(request.id, worker.id):
            raise NotAllowed
        if addition <= (request.word_addition or 0):
            return
        request.word_addition, request.confirmed_hour = addition, added.made_at
        later = await store.additions.of_request(request.id)
        days = [one.until for one in later if one.until and one.id >= addition]
        if days and request.call_until:  # whoever calls or comes herself gave no permission that could end
            request.call_until = min(days)
        if addition > (request.blocked_addition or 0):
            request.call_blocked, request.blocked_addition = False, None
        if request.status == "awaited":
            await go_on(runtime, store, request)
        store.audit.add("word_found_right", worker.id, request.id, at=now)


async def _copies(store: Store, worker: SignedIn) -> tuple[bytes, ...]:
    copies = await store.services.copies_of(worker.id)
    if not copies:
        raise NoKey
    return tuple(copy.wrapped for copy in copies)


async def _additions(store: Store, request: ContactRequest) -> tuple[tuple[int, bytes], ...]:
    return tuple((addition.id, addition.sealed) for addition in await store.additions.of_request(request.id))
