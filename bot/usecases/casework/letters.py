"""Sealed letters on their way to workers' browsers. Each delivery is counted for the person who wrote the letter.

A fetched letter is not read yet: only the browser knows whether it could open it, and confirms that. Searching many
letters, for the word that a caller says or for a person who can be called now, is counted and audited but is not a
reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import receipts, sides
from bot.usecases.casework.call_permission import call_until
from bot.usecases.casework.deadlines import go_on
from bot.usecases.casework.permissions import (
    Gone,
    NoKey,
    first_come,
    get_letter,
    get_request,
    is_visible,
    leads,
    may_read,
)
from bot.usecases.casework.requests import OPEN
from bot.usecases.casework.states import is_blocked
from bot.usecases.refused import NotAllowed, NotFound
from storage.contact_requests import ContactRequest, Status
from storage.database import Store

Purpose = Literal["find", "calls"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
SEARCHED: tuple[Status, ...] = ("new", "taken", "awaited", "contacted", "met")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the worker's browser gets: the letter and her sealed copies of the key. The server can read neither.

    `additions` holds what the person sent later, oldest first, each with its number. `reported` holds the hours that
    were given with the codes of joined reports, each with the report that it was sealed for.
    """

    ciphertext: bytes
    copies: tuple[bytes, ...]
    additions: tuple[tuple[int, bytes], ...]
    reported: tuple[tuple[str, bytes], ...]
    call_blocked: bool
    call_until: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """A letter among those to search. A joined report and the person's own request are of one `case`."""

    reference: str
    case: str
    created_at: datetime
    letter: Sealed


@first_come
async def fetch(runtime: Runtime, worker: SignedIn, reference: str) -> Sealed:
    """Hand one letter to the worker's browser. It ends no reminder. Raises NotFound, NoKey, AlreadyTaken, Gone."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        letter = await get_letter(store, request, worker)
        copies = await _copies(store, worker)
        if not await store.requests.hand_to(request.id, worker.id):
            raise Gone(request.status)
        store.audit.add("letter_fetched", worker.id, request.id, at=now)
        return await _sealed(store, request, letter, copies, await store.joinings.reports_of(request.id))


@first_come
async def confirm(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Note that the browser has opened and shown the letter, even if a colleague has taken the request since.

    Raises Gone, and NotAllowed if this worker never fetched it.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        if request.sealed is None:
            raise Gone(request.status)
        if not await store.requests.was_handed_to(request.id, worker.id):
            raise NotAllowed
        await store.requests.note_reading(request.id, now)
        store.audit.add("letter_read", worker.id, request.id, at=now)


@first_come
async def export(runtime: Runtime, worker: SignedIn, reference: str) -> bytes:
    """Return one sealed letter as a file that the `age` program opens with the recovery sheet.

    Raises NotFound, AlreadyTaken, Gone, and NoKey for a worker without a copy of the key.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        letter = await get_letter(store, request, worker)
        await _copies(store, worker)
        if not await store.requests.hand_to(request.id, worker.id):
            raise Gone(request.status)
        store.audit.add("request_exported", worker.id, request.id, at=now)
        return letter


@first_come
async def look_through(runtime: Runtime, worker: SignedIn, purpose: Purpose) -> list[Found]:
    """Return every open letter this worker may open, for her browser to search. Raises NoKey.

    Each is counted for its person and audited with its purpose. None counts as read, and no reminder ends.
    """
    now, service_id = runtime.now(), worker.service_id or ""
    async with runtime.database.store() as store:
        copies = await _copies(store, worker)
        found = []
        closed, joined = await sides.closed_to(store, worker), await store.joinings.by_request(service_id)
        for envelope in await store.requests.of_service(service_id, set(SEARCHED)):
            if not (may_read(envelope, worker) and await is_visible(store, worker, envelope)):
                continue
            if envelope.id in closed and not (purpose == "find" and leads(envelope, worker)):
                continue  # its other side is or was hers
            if purpose == "calls" and envelope.worker_id not in (None, worker.id):
                continue  # not even the head calls a person whom a colleague looks after
            if purpose == "calls" and (envelope.joined_to or envelope.no_contact):
                continue  # her own request says whether she may be called
            request = await store.requests.by_id(envelope.id)
            if request is None or request.sealed is None:
                continue
            if not await store.requests.hand_to(request.id, worker.id):
                continue
            store.audit.add(f"letter_looked_through_{purpose}", worker.id, request.id, at=now)
            letter = await _sealed(store, request, request.sealed, copies, joined.get(request.id, ()))
            found.append(Found(request.id, request.joined_to or request.id, request.created_hour, letter))
        return found


async def find_by_code(runtime: Runtime, worker: SignedIn, code: str) -> str:
    """Return the reference of the open request with this receipt code. Raises NotFound if the worker may see none."""
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
    """Note that the browser found the agreed word in an addition: its times are valid, and calls may start again.

    A number that was called unsafe before that addition may be called again. The 31 days count from the addition, and
    any tightening after it stays. Raises Gone, NotFound, AlreadyTaken, and NotAllowed if it was never fetched.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        await get_letter(store, request, worker)
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
        days = [change.until for change in later if change.until and change.id >= addition]
        if days and request.call_until:  # a person who calls or comes herself gave no permission that could end
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


async def _sealed(
    store: Store, request: ContactRequest, letter: bytes, copies: tuple[bytes, ...], reports: Sequence[ContactRequest]
) -> Sealed:
    added = await store.additions.of_request(request.id)
    hours = await store.additions.times_of([report.id for report in reports])
    return Sealed(
        letter,
        copies,
        tuple((addition.id, addition.sealed) for addition in added),
        tuple((addition.request_id, addition.sealed) for addition in hours),
        is_blocked(request, reports),
        await call_until(store, request, reports),
    )
