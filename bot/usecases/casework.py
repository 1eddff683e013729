"""What a worker does with requests: see envelopes, take, reveal, close. Content never passes through here."""

from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar, get_args

from bot.runtime import RIGA, Runtime
from bot.usecases import promises
from bot.usecases.confidential import reader_of
from bot.usecases.contact import STILL_OPEN
from bot.usecases.deadlines import deadline
from bot.usecases.promises import is_late
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound, Refused
from bot.usecases.states import (
    BEGUN,
    SAFE_AT_MOST,
    Age,
    Deed,
    Lock,
    after,
    age,
    attempts_left,
    carried_on,
    enter,
    lock_of,
)
from bot.usecases.workers import SignedIn
from storage.contact_requests import IN_TOUCH, ClosedAs, ContactRequest, Priority, Status
from storage.database import Conflict as Conflict
from storage.database import Store

P = ParamSpec("P")
T = TypeVar("T")
Reason = Literal["met", "referred", "declined", "could_not_reach_safely"]
REASONS: tuple[Reason, ...] = get_args(Reason)

OPEN: frozenset[Status] = STILL_OPEN
SHOWN: frozenset[Status] = OPEN | {"closed", "withdrawn", "expired"}
KEPT_CLOSED = timedelta(days=7)
KEPT_AT_MOST = timedelta(days=90)
WITHDRAWN_SHOWN = timedelta(days=7)
"""How long a withdrawn envelope stays in the list, so that nobody looks for it in vain."""
ENDED_SHOWN = timedelta(days=90)
"""How long the list of what has ended goes back."""


class Gone(Refused):
    """The request was withdrawn, closed or erased; `status` says which."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class CallBlocked(Refused):
    """The person said that the number is no longer safe."""


class CallsLocked(Refused):
    """Enough was tried, or the safe time cannot hold any longer: nobody calls now, or only the head of service."""


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
    flood: bool
    taken_by: str | None
    taken_until: datetime | None
    mine: bool
    led: bool
    """Whether who looks decides for the service in this request."""
    readable: bool
    due_at: datetime | None
    age: Age
    head_only: bool
    escalated_to: str
    attempts: tuple[tuple[datetime, str], ...]
    attempts_left: int
    lock: Lock
    read: bool
    expiring: bool
    word_addition: int
    """The newest addition whose word was found right; 0 where there is none."""
    call_until: date | None
    call_blocked: bool
    additions: int
    """How many the person has made; counted only where one envelope is looked at."""
    closed_as: str | None
    erased: bool


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
    """The open envelopes of the worker's own service, the most pressing first, and those withdrawn lately."""
    lately = runtime.now() - WITHDRAWN_SHOWN
    found = await everything(runtime, worker, OPEN | {"withdrawn"})
    return [one for one in found if one.state in OPEN or one.created_at > lately]


async def everything(
    runtime: Runtime, worker: SignedIn, among: Set[Status] = SHOWN, priority: str = "", first: int = 0,
    most: int | None = None, folded: bool | None = None,
) -> list[Envelope]:  # fmt: skip
    """What is open, and the tombstones of what has ended: a date, a state, and whether somebody cared for it.

    `folded`: only what came in a flood and nobody has taken, or only the rest.
    """
    now, service_id = runtime.now(), worker.service_id or ""
    async with runtime.database.store() as store:
        only = await shown_to(store, worker, now, priority, folded)
        found = await store.requests.of_service(service_id, among, only, first, most)
        names = {one.id: one.name for one in await store.workers.of_service(service_id)}
        return [_envelope(one, names.get(one.worker_id or ""), worker, one.status in OPEN, now) for one in found]


async def shown_to(
    store: Store, worker: SignedIn, now: datetime, priority: str = "", folded: bool | None = None
) -> list[Any]:
    """What narrows a list to what this worker may see, as the storage understands it."""
    hidden = not await _reads_confidential(store, worker)
    ended_after = now - ENDED_SHOWN
    return store.requests.narrowed(open_to_all=hidden, ended_after=ended_after, priority=priority, folded=folded)


async def look(runtime: Runtime, worker: SignedIn, reference: str) -> Envelope:
    """One envelope."""
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        return await _described(store, request, worker, runtime.now())


@first_come
async def reveal(runtime: Runtime, worker: SignedIn, reference: str) -> int:
    """Note that the number is about to be shown. Only to who took the request, so that two do not call.

    How many additions there are now: a browser that knows fewer has to read again before anybody calls.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        await letter_of(store, request, worker)
        if request.worker_id != worker.id or request.status not in OPEN:
            raise NotAllowed
        refuse_locked(request, worker, now)
        if request.status == "awaited":  # she will call or come, or give new times: nobody rings before
            raise CallsLocked
        if await promises.is_renewed_by_showing(store, request, now):
            request.due_at = await deadline(runtime, store, request, "taken")
        store.audit.add("phone_revealed", worker.id, request.id, at=now)
        return await store.additions.count(request.id)


@first_come
async def take(runtime: Runtime, worker: SignedIn, reference: str) -> Envelope:
    """Promise to care for it until a certain time. Raises AlreadyTaken when a colleague was faster.

    What was begun and is past its time gets a new deadline, so that whoever takes it ends the reminders; but not those
    of her own broken promise. Nothing is done where she has it and is not late.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        if after(request.status, "take") is None:
            raise Gone(request.status)
        own = request.worker_id == worker.id
        if own and not is_late(request, now):
            return await _described(store, request, worker, now)
        promise = await promises.given(runtime, store, request, worker)
        if carried_on(request, worker.id, heads=leads(request, worker)) or (own and request.status in BEGUN):
            await _carry_on(runtime, store, request, worker, promise.due)
        elif not await store.requests.take(request, worker.id, promise.due, now):
            raise AlreadyTaken(await _name(store, request.worker_id))
        if promise.broken:
            await promises.tell_of_broken(runtime, store, request, worker)
        else:
            await store.outbox.settle(request.id, now)
        store.audit.add("request_taken", worker.id, request.id, at=now)
    return await look(runtime, worker, reference)


async def _carry_on(runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn, due: datetime) -> None:
    """What was begun goes on as it stands; what was late begins its deadline anew, and then tells whom it told."""
    request.worker_id = worker.id
    late = is_late(request, runtime.now())
    deed: Deed = "go_on" if late and request.status == "awaited" else "take"
    to = after(request.status, deed)
    if to == "taken":
        enter(request, to, due)
    elif late:
        enter(request, request.status, await deadline(runtime, store, request, request.status))


@first_come
async def close(runtime: Runtime, worker: SignedIn, reference: str, reason: Reason) -> None:
    """It is done. The letter is erased 7 days from now, and never later than the person was told."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        if after(request.status, "close") is None:
            raise Gone(request.status)
        if request.worker_id != worker.id and not leads(request, worker):
            raise NotAllowed
        await end(store, request, worker, reason, now)


async def end(store: Store, request: ContactRequest, worker: SignedIn, how: ClosedAs, now: datetime) -> None:
    """Close it; whether that may be is decided already."""
    enter(request, "closed", None)
    request.closed_as = how
    request.purge_at = min(now + KEPT_CLOSED, request.purge_at, request.created_hour + KEPT_AT_MOST)
    await store.outbox.settle(request.id, now)
    store.audit.add("request_closed", worker.id, request.id, how, at=now)


def refuse_locked(request: ContactRequest, worker: SignedIn, now: datetime) -> None:
    """After its limit of attempts only the head may call; when the person or the clock forbids it, nobody."""
    refuse_unsafe(request, now)
    if not leads(request, worker) and lock_of(request, now):
        raise CallsLocked


def refuse_unsafe(request: ContactRequest, now: datetime) -> None:
    """Nobody calls a number the person called unsafe, that is wrong or that somebody else answered, nor after her
    permission has ended.

    Its last day stands on the envelope (sR10); where it is not known, no permission holds for more than 31 days.
    """
    if request.call_blocked:
        raise CallBlocked
    if lock_of(request, now) in ("other_person", "wrong_number"):
        raise CallsLocked
    if request.call_until and now.astimezone(RIGA).date() > request.call_until:
        raise CallsLocked
    if now >= max(request.created_hour, request.confirmed_hour or request.created_hour) + SAFE_AT_MOST:
        raise CallsLocked


async def of_own_service(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    """A request of the worker's service. Another service's is not found, nor one that somebody else alone may see."""
    request = await store.requests.by_id(reference)
    if request is None or request.service_id != worker.service_id or not await is_visible(store, worker, request):
        raise NotFound
    return request


async def is_visible(store: Store, worker: SignedIn, request: ContactRequest) -> bool:
    """Whether this worker may know of it: where the person knows somebody at the service, one reader alone does."""
    return not request.head_only or await _reads_confidential(store, worker)


async def _reads_confidential(store: Store, worker: SignedIn) -> bool:
    service = await store.services.by_id(worker.service_id or "")
    reader = service and await reader_of(store, service)
    return reader is not None and reader.id == worker.id


async def letter_of(store: Store, request: ContactRequest, worker: SignedIn) -> bytes:
    """Its letter, for who may read it now."""
    if request.sealed is None:
        raise Gone(request.status)
    if not may_read(request, worker):
        raise AlreadyTaken(await _name(store, request.worker_id))
    return request.sealed


def leads(request: ContactRequest, worker: SignedIn) -> bool:
    """Whether this worker decides for the service. Of what one reader alone may see, that reader does."""
    return worker.role == "head" or request.head_only


def may_read(request: ContactRequest, worker: SignedIn) -> bool:
    """Until someone takes it, the whole service; then who took it, and who leads."""
    return request.worker_id in (None, worker.id) or leads(request, worker)


async def _described(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> Envelope:
    readable = request.sealed is not None and may_read(request, worker)
    additions = await store.additions.count(request.id)
    return _envelope(request, await _name(store, request.worker_id), worker, readable, now, additions)


def _envelope(
    request: ContactRequest, taken_by: str | None, worker: SignedIn, readable: bool, now: datetime, additions: int = 0
) -> Envelope:
    return Envelope(
        reference=request.id,
        service_id=request.service_id,
        priority=request.priority,
        state=request.status,
        created_at=request.created_hour,
        read_by=request.read_by,
        erase_at=request.purge_at,
        sample=request.is_sample,
        flood=request.flood,
        taken_by=taken_by,
        taken_until=request.due_at if request.status == "taken" else None,
        mine=request.worker_id == worker.id,
        led=leads(request, worker),
        readable=readable,
        due_at=request.due_at,
        age=age(request.due_at, now),
        head_only=request.head_only,
        escalated_to=request.escalated_to,
        attempts=tuple((datetime.fromisoformat(one["at"]), one["outcome"]) for one in request.attempts),
        attempts_left=attempts_left(request),
        lock=lock_of(request, now),
        read=request.opened_in_time is not None,
        expiring=request.last_called and request.opened_in_time is None and request.status in OPEN - set(IN_TOUCH),
        word_addition=request.word_addition or 0,
        call_until=request.call_until,
        call_blocked=request.call_blocked,
        additions=additions,
        closed_as=request.closed_as,
        erased=request.status in ("withdrawn", "expired") or request.purge_at <= now,
    )


async def _name(store: Store, worker_id: str | None) -> str | None:
    worker = await store.workers.by_id(worker_id) if worker_id else None
    return worker.name if worker else None
