"""What a worker does with requests: see envelopes, open, take, reveal, close. Content never passes through here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Literal, ParamSpec, TypeVar, get_args

from bot.runtime import Runtime
from bot.usecases.contact import NOTICE
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound, Refused
from bot.usecases.workers import SignedIn
from storage.contact_requests import ContactRequest, Priority, Status
from storage.database import Conflict, Store
from storage.outbox import Errand

P = ParamSpec("P")
T = TypeVar("T")
Reason = Literal["met", "referred", "declined", "could_not_reach_safely"]
REASONS: tuple[Reason, ...] = get_args(Reason)

OPEN: frozenset[Status] = frozenset({"new", "taken", "contacted", "met"})
SHOWN: frozenset[Status] = OPEN | {"withdrawn"}
TAKEN_FOR: dict[Priority, timedelta] = {
    "today": timedelta(hours=4),
    "next_working_day": timedelta(hours=24),
    "in_order": timedelta(hours=24),
}
KEPT_CLOSED = timedelta(days=7)
KEPT_AT_MOST = timedelta(days=90)
WITHDRAWN_SHOWN = timedelta(days=7)
"""How long a withdrawn envelope stays in the list, so that nobody looks for it in vain."""


class Gone(Refused):
    """The request was withdrawn, closed or erased; `status` says which."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class NoKey(Refused):
    """The worker holds no copy of the key that this request is sealed to."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a request without opening it."""

    reference: str
    service_id: str
    priority: Priority
    state: Status
    created_at: datetime
    read_by: datetime
    erase_at: datetime
    sample: bool
    taken_by: str | None
    taken_until: datetime | None
    mine: bool
    readable: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """What goes to the worker's browser: the letter, and her sealed copies of the key. Neither is readable here."""

    ciphertext: bytes
    copies: tuple[bytes, ...]


def first_come(act: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Two acted on one request at once: the second is told so."""

    @wraps(act)
    async def acting(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await act(*args, **kwargs)
        except Conflict:
            raise AlreadyTaken from None

    return acting


async def queue(runtime: Runtime, worker: SignedIn) -> list[Envelope]:
    """The envelopes of the worker's own service, the most pressing first."""
    lately = runtime.now() - WITHDRAWN_SHOWN
    async with runtime.database.store() as store:
        found = await store.requests.of_service(worker.service_id or "", SHOWN)
        shown = [one for one in found if one.status != "withdrawn" or one.created_hour > lately]
        names = {one.id: one.name for one in await store.workers.of_service(worker.service_id or "")}
        return [_envelope(one, names.get(one.worker_id or ""), worker, one.status in OPEN) for one in shown]


async def look(runtime: Runtime, worker: SignedIn, reference: str) -> Envelope:
    """One envelope."""
    async with runtime.database.store() as store:
        request = await _own(store, worker, reference)
        return await _described(store, request, worker)


@first_come
async def open_letter(runtime: Runtime, worker: SignedIn, reference: str) -> Sealed:
    """Hand the sealed letter to the worker's browser. Written into the audit, counted for the person."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _own(store, worker, reference)
        letter = await _letter(store, request, worker)
        copies = await store.services.copies_of(worker.id)
        if not copies:
            raise NoKey
        await store.requests.count_opening(request.id)
        await store.outbox.settle(request.id, now)
        store.audit.add("request_opened", worker.id, request.id, at=now)
        return Sealed(letter, tuple(one.wrapped for one in copies))


@first_come
async def export(runtime: Runtime, worker: SignedIn, reference: str) -> bytes:
    """One sealed letter as a file: the `age` program opens it with the recovery sheet. Only for holders of the key."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _own(store, worker, reference)
        letter = await _letter(store, request, worker)
        if not await store.services.copies_of(worker.id):
            raise NoKey
        store.audit.add("request_exported", worker.id, request.id, at=now)
        return letter


@first_come
async def reveal(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Note that the number is about to be shown. Only to who took the request, so that two do not call."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _own(store, worker, reference)
        await _letter(store, request, worker)
        if request.worker_id != worker.id or request.status not in OPEN:
            raise NotAllowed
        await store.requests.take(request.id, worker.id, now + TAKEN_FOR[request.priority], now)  # it is being kept
        store.audit.add("phone_revealed", worker.id, request.id, at=now)


@first_come
async def take(runtime: Runtime, worker: SignedIn, reference: str) -> Envelope:
    """Promise to care for it until a certain time. Raises AlreadyTaken when a colleague was faster."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _own(store, worker, reference)
        if request.status not in OPEN:
            raise Gone(request.status)
        until = now + TAKEN_FOR[request.priority]
        if not await store.requests.take(request.id, worker.id, until, now):
            raise AlreadyTaken(await _name(store, request.worker_id))
        await store.outbox.settle(request.id, now)
        store.audit.add("request_taken", worker.id, request.id, at=now)
    return await look(runtime, worker, reference)


@first_come
async def close(runtime: Runtime, worker: SignedIn, reference: str, reason: Reason) -> None:
    """It is done. The letter is erased 7 days from now, and never later than the person was told."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _own(store, worker, reference)
        if request.status not in OPEN:
            raise Gone(request.status)
        if request.worker_id != worker.id and worker.role != "head":
            raise NotAllowed
        request.status, request.closed_as, request.taken_until = "closed", reason, None
        request.purge_at = min(now + KEPT_CLOSED, request.purge_at, request.created_hour + KEPT_AT_MOST)
        await store.outbox.settle(request.id, now)
        store.audit.add("request_closed", worker.id, request.id, reason, at=now)


async def sweep(runtime: Runtime) -> int:
    """Erase what is due, and return to the queue what was taken and left. How many letters went."""
    now = runtime.now()
    async with runtime.database.store() as store:
        erased = [one for one in await store.requests.due(now) if await _erase(store, one, now)]
        await _return_to_queue(store, now)
    if erased:
        await runtime.database.shrink()
    return len(erased)


async def _erase(store: Store, request: ContactRequest, now: datetime) -> bool:
    if not await store.requests.erase(request.id, "expired" if request.status in OPEN else request.status):
        return False
    await store.outbox.settle(request.id, now)
    store.audit.add("request_erased", "system", request.id, at=now)
    return True


async def _return_to_queue(store: Store, now: datetime) -> None:
    """Broken promises: the request is new again, and its service is told that something waits."""
    for service in await store.services.all():
        taken = await store.requests.of_service(service.id, {"taken"})
        lapsed = [one for one in taken if one.taken_until is not None and one.taken_until <= now]
        if lapsed:
            await store.outbox.add(Errand(kind=NOTICE, service_id=service.id, due_at=now))
    await store.requests.release(now)


async def _own(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    """A request of the worker's service. Another service's is not found, whether or not it exists."""
    request = await store.requests.by_id(reference)
    if request is None or request.service_id != worker.service_id:
        raise NotFound
    return request


async def _letter(store: Store, request: ContactRequest, worker: SignedIn) -> bytes:
    if request.sealed is None:
        raise Gone(request.status)
    if not _may_read(request, worker):
        raise AlreadyTaken(await _name(store, request.worker_id))
    return request.sealed


def _may_read(request: ContactRequest, worker: SignedIn) -> bool:
    """Until someone takes it, the whole service; then who took it, and the head."""
    return request.worker_id in (None, worker.id) or worker.role == "head"


async def _described(store: Store, request: ContactRequest, worker: SignedIn) -> Envelope:
    readable = request.sealed is not None and _may_read(request, worker)
    return _envelope(request, await _name(store, request.worker_id), worker, readable)


def _envelope(request: ContactRequest, taken_by: str | None, worker: SignedIn, readable: bool) -> Envelope:
    return Envelope(
        reference=request.id,
        service_id=request.service_id,
        priority=request.priority,
        state=request.status,
        created_at=request.created_hour,
        read_by=request.read_by,
        erase_at=request.purge_at,
        sample=request.is_sample,
        taken_by=taken_by,
        taken_until=request.taken_until,
        mine=request.worker_id == worker.id,
        readable=readable,
    )


async def _name(store: Store, worker_id: str | None) -> str | None:
    worker = await store.workers.by_id(worker_id) if worker_id else None
    return worker.name if worker else None
