"""What a worker does with requests: see envelopes, take, reveal, close. Content never passes through here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import promises, showings
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.permissions import (
    CallsLocked,
    Gone,
    first_come,
    holds,
    leads,
    letter_of,
    may_read,
    name_of,
    of_own_service,
    refuse_locked,
)
from bot.usecases.casework.promises import is_late
from bot.usecases.casework.states import BEGUN, Action, Age, Lock, after, age, attempts_left, enter, is_left, lock_of
from bot.usecases.refused import AlreadyTaken, HeldBy, NotAllowed
from storage.contact_requests import IN_TOUCH, STILL_OPEN, ClosedAs, ContactRequest, Priority, Status
from storage.database import Store

Reason = Literal["met", "referred", "declined", "could_not_reach_safely"]
REASONS: tuple[Reason, ...] = get_args(Reason)

OPEN: frozenset[Status] = STILL_OPEN
KEPT_CLOSED = timedelta(days=7)
KEPT_AT_MOST = timedelta(days=90)


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

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_held(self) -> bool:
        """By who looks: taken, or the service's to decide. See `permissions.holds`."""
        return self.mine or self.led

    @property
    def may_act(self) -> bool:
        return self.is_open and self.is_held

    @property
    def may_erase(self) -> bool:
        return self.readable and self.is_held

    def may(self, action: str) -> bool:
        """Whether an action that is asked about first would be let through, as far as the envelope tells."""
        match action:
            case "came":
                return self.is_held or (self.state == "new" and self.readable)
            case "meet":
                return self.is_held and self.state == "contacted"
            case _:
                return True


async def look(runtime: Runtime, worker: SignedIn, reference: str) -> Envelope:
    """One envelope."""
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        return await _described(store, request, worker, runtime.now())


@first_come
async def reveal(runtime: Runtime, worker: SignedIn, reference: str, told: str = "") -> int:
    """Note that the number is about to be shown. Only to who took the request, so that two do not call.

    Raises ToldFirst where it was shown to somebody else who has noted no outcome; `told` is the mark of that.

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
        await showings.tell_first(store, request, worker, told)
        if await promises.is_renewed_by_showing(store, request, now):
            request.due_at = await deadline(runtime, store, request, "taken")
        store.audit.add("phone_revealed", worker.id, request.id, at=now)
        return await store.additions.count(request.id)


async def take(runtime: Runtime, worker: SignedIn, reference: str) -> Envelope:
    """Promise to care for it until a certain time. Whoever has it already keeps it: HeldBy says who that is.

    What was begun and is past its time gets a new deadline, so that whoever takes it ends the reminders; but not those
    of her own broken promise. Nothing is done where she has it and is not late.
    """
    try:
        await _take(runtime, worker, reference)
    except AlreadyTaken:
        raise await _held_by(runtime, worker, reference) from None
    return await look(runtime, worker, reference)


@first_come
async def _take(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        if after(request.status, "take") is None:
            raise Gone(request.status)
        await take_up(runtime, store, request, worker)


@first_come
async def take_over(runtime: Runtime, worker: SignedIn, reference: str, told: str = "") -> None:
    """Take it from a colleague. Raises ToldFirst unless `told` is the mark of how it stands at this moment.

    By who leads. What nobody has any more is taken like anything else, once that was said.
    """
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        if after(request.status, "take") is None:
            raise Gone(request.status)
        if not leads(request, worker):
            raise NotAllowed
        if request.worker_id != worker.id:
            truth = await showings.holding(store, request, worker)
            if told != truth.mark:
                raise showings.ToldFirst(truth)
        await take_up(runtime, store, request, worker, from_holder=True)


async def _held_by(runtime: Runtime, worker: SignedIn, reference: str) -> AlreadyTaken:
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        name = await name_of(store, request.worker_id)
        if name is None or request.worker_id == worker.id:
            return AlreadyTaken()
        return HeldBy(name, await showings.held_since(store, request), may_take_over=leads(request, worker))


async def take_up(
    runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn, *, from_holder: bool = False
) -> None:
    """`from_holder`: also from a colleague who has it; the audit says from whom."""
    now, holder = runtime.now(), request.worker_id
    own, over = holder == worker.id, from_holder and holder not in (None, worker.id)
    if own and not is_late(request, now):
        return
    promise = await promises.given(runtime, store, request, worker)
    if over or is_left(request) or (own and request.status in BEGUN):
        await _carry_on(runtime, store, request, worker, promise.due)
    elif not await store.requests.take(request, worker.id, promise.due):
        raise AlreadyTaken
    if promise.broken:
        await promises.tell_of_broken(runtime, store, request, worker)
    else:
        await store.outbox.settle(request.id, now)
    if over:
        store.audit.add("request_taken_over", worker.id, request.id, holder, at=now)
    else:
        store.audit.add("request_taken", worker.id, request.id, at=now)


async def _carry_on(runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn, due: datetime) -> None:
    """What was begun goes on as it stands; what was late begins its deadline anew, and then tells whom it told."""
    request.worker_id = worker.id
    late = is_late(request, runtime.now())
    action: Action = "go_on" if late and request.status == "awaited" else "take"
    to = after(request.status, action)
    if to == "taken":
        enter(request, to, due)
    elif late:
        enter(request, request.status, await deadline(runtime, store, request, request.status))


async def must_be_closable(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Raises what `close` would raise, before anybody is asked whether she is sure."""
    async with runtime.database.store() as store:
        _must_close(await of_own_service(store, worker, reference), worker)


@first_come
async def close(runtime: Runtime, worker: SignedIn, reference: str, reason: Reason) -> None:
    """It is done. The letter is erased 7 days from now, and never later than the person was told."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        _must_close(request, worker)
        await end(store, request, worker, reason, now)


def _must_close(request: ContactRequest, worker: SignedIn) -> None:
    if after(request.status, "close") is None:
        raise Gone(request.status)
    if not holds(request, worker):
        raise NotAllowed


async def end(store: Store, request: ContactRequest, worker: SignedIn, how: ClosedAs, now: datetime) -> None:
    """Close it; whether that may be is decided already."""
    enter(request, "closed", None)
    request.closed_as = how
    request.purge_at = min(now + KEPT_CLOSED, request.purge_at, request.created_hour + KEPT_AT_MOST)
    await store.outbox.settle(request.id, now)
    store.audit.add("request_closed", worker.id, request.id, how, at=now)


async def _described(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> Envelope:
    readable = request.sealed is not None and may_read(request, worker)
    additions = await store.additions.count(request.id)
    return describe(request, await name_of(store, request.worker_id), worker, readable, now, additions)


def describe(
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
