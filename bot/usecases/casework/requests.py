"""A worker's request: see its envelope, take it, show the number, close it. No content passes through here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import promises, showings, sides, slips, states
from bot.usecases.casework.call_permission import CallsLocked, call_until, refuse_locked, refuse_reported
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.permissions import (
    Gone,
    first_come,
    get_letter,
    get_request,
    holds,
    leads,
    may_read,
    name_of,
    refuse_joined,
)
from bot.usecases.casework.retention import KEPT_AT_MOST, KEPT_CLOSED
from bot.usecases.casework.states import BEGUN, Action, Age, Lock, after, enter, is_left
from bot.usecases.refused import AlreadyTaken, HeldBy, NotAllowed
from storage.contact_requests import IN_TOUCH, STILL_OPEN, Basis, ClosedAs, ContactRequest, Priority, Status
from storage.database import Store

Reason = Literal["met", "referred", "declined", "could_not_reach_safely"]
REASONS: tuple[Reason, ...] = get_args(Reason)

OPEN: frozenset[Status] = STILL_OPEN


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the desk knows about a request without opening it."""

    reference: str
    service_id: str
    priority: Priority
    state: Status
    created_at: datetime
    read_by: datetime
    erase_at: datetime
    sample: bool
    flood: bool
    basis: Basis
    taken_by: str | None
    taken_until: datetime | None
    mine: bool
    led: bool
    """Whether the viewing worker decides for the service in this request."""
    readable: bool
    due_at: datetime | None
    age: Age
    head_only: bool
    joined_to: str
    """Of a report: the person's own request that it is joined to; empty if it stands alone."""
    reports: tuple[str, ...]
    """Of her own request: the reports that are joined to it."""
    no_contact: bool
    """Of a report: her own request, which it was joined to, is gone."""
    escalated_to: str
    attempts: tuple[tuple[datetime, str], ...]
    attempts_left: int
    lock: Lock
    paused_until: datetime | None
    read: bool
    expiring: bool
    word_addition: int
    """The newest addition with the right word; 0 if there is none."""
    call_until: date | None
    next_due: date | None
    """The nearest day of the plan."""
    call_blocked: bool
    additions: int
    """How many the person has made, here or of her hours on a joined report; counted only by `get_envelope`."""
    closed_as: str | None
    erased: bool
    allotted: bool = False
    """Whether the head decides who takes it, because this worker has had its other side; told by `get_envelope`."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_referral(self) -> bool:
        """Whether another institution reported it."""
        return self.basis != "own"

    @property
    def lacks_contact(self) -> bool:
        """Whether nothing on the envelope says that the person may be called or written to."""
        return self.is_referral and self.call_until is None and not self.withheld

    @property
    def withheld(self) -> Literal["", "joined", "own_gone"]:
        """Why the contact in a report is not shown: her own request says it, or said it."""
        return "joined" if self.joined_to else "own_gone" if self.no_contact else ""

    @property
    def is_held(self) -> bool:
        """Whether the viewing worker has it or decides for the service. See `permissions.holds`."""
        return self.mine or self.led

    @property
    def is_worked_on(self) -> bool:
        """Whether anything is done on this request itself: not on a report that is joined to the person's own."""
        return self.is_open and not self.joined_to

    @property
    def may_act(self) -> bool:
        return self.is_worked_on and self.is_held

    @property
    def may_write_papers(self) -> bool:
        """Whether the conversation and the plan can be filled in: the person is in contact, and the worker holds it."""
        return self.may_act and self.state in IN_TOUCH

    @property
    def may_erase(self) -> bool:
        return self.readable and self.is_held

    def may(self, action: str) -> bool:
        """Whether an action that asks first would be allowed, as far as the envelope tells."""
        match action:
            case "came":
                return self.is_held or (self.state == "new" and self.readable)
            case "meet":
                return self.is_held and self.state == "contacted"
            case _:
                return True


async def get_envelope(runtime: Runtime, worker: SignedIn, reference: str) -> Envelope:
    """Return the envelope of a request. Raises NotFound."""
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        return await _describe(store, request, worker, runtime.now())


@first_come
async def reveal(runtime: Runtime, worker: SignedIn, reference: str, told: str = "") -> int:
    """Note that the number is about to be shown. Only the worker who took the request sees it, so that two do not call.

    Return how many additions there are now: a browser that knows fewer has to read again before anyone calls.
    Raises NotAllowed, Gone, AlreadyTaken, CallBlocked and CallsLocked, and ToldFirst if the number was shown to a
    colleague who has noted no outcome, unless `told` is the mark of that warning.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        await get_letter(store, request, worker)
        if request.worker_id != worker.id or request.status not in OPEN:
            raise NotAllowed
        refuse_locked(request, worker, now)
        await refuse_reported(store, request, worker, now)
        if request.status == "awaited":  # the next step is hers: to call, to come or to give new times
            raise CallsLocked
        await showings.tell_first(store, request, worker, told)
        if await promises.is_renewed_by_showing(store, request, now):
            request.due_at = await deadline(runtime, store, request, "taken")
        store.audit.add("phone_revealed", worker.id, request.id, at=now)
        return await store.additions.count_shown(await store.joinings.case_of(request.id))


async def take(runtime: Runtime, worker: SignedIn, reference: str) -> Envelope:
    """Promise to look after a request until its deadline. Does nothing if the worker has it and is not late.

    An overdue request that was begun gets a new deadline, which ends its reminders, but not those about the worker's
    own broken promise. Raises Gone, HeadAllots, and HeldBy or AlreadyTaken if a colleague has it.
    """
    try:
        await _take(runtime, worker, reference)
    except AlreadyTaken:
        raise await _held_by(runtime, worker, reference) from None
    return await get_envelope(runtime, worker, reference)


@first_come
async def _take(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        if after(request.status, "take") is None:
            raise Gone(request.status)
        refuse_joined(request)
        await take_up(runtime, store, request, worker)


@first_come
async def take_over(runtime: Runtime, worker: SignedIn, reference: str, told: str = "") -> None:
    """Take a request from a colleague; only whoever leads may. If nobody has it any more, it is simply taken.

    Raises Gone, NotAllowed, HeadAllots, and ToldFirst unless `told` is the mark of the present state of affairs.
    """
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        if after(request.status, "take") is None:
            raise Gone(request.status)
        refuse_joined(request)
        if not leads(request, worker):
            raise NotAllowed
        if request.worker_id != worker.id:
            truth = await showings.describe_holding(store, request, worker)
            if told != truth.mark:
                raise showings.ToldFirst(truth)
        await take_up(runtime, store, request, worker, from_holder=True)


async def _held_by(runtime: Runtime, worker: SignedIn, reference: str) -> AlreadyTaken:
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        name = await name_of(store, request.worker_id)
        if name is None or request.worker_id == worker.id:
            return AlreadyTaken()
        return HeldBy(name, await showings.held_since(store, request), may_take_over=leads(request, worker))


async def take_up(
    runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn, *, from_holder: bool = False
) -> None:
    """Take a request inside the caller's transaction; `from_holder`: even from a colleague, whom the audit names."""
    now, holder = runtime.now(), request.worker_id
    own, over = holder == worker.id, from_holder and holder not in (None, worker.id)
    if own and not promises.is_late(request, now):
        return
    await sides.must_be_free(store, request, worker)
    promise = await promises.make_promise(runtime, store, request, worker)
    if over or is_left(request) or (own and request.status in BEGUN):
        await carry_on(runtime, store, request, worker, promise.due)
    elif not await store.requests.take(request, worker.id, promise.due):
        raise AlreadyTaken
    if promise.broken:
        await promises.tell_of_broken(runtime, store, request, worker)
    else:
        await promises.settle(store, request, now)
    event, before = ("request_taken_over", holder) if over else ("request_taken", None)
    await promises.note_holder(store, request, event, worker.id, before, at=now)


async def carry_on(runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn, due: datetime) -> None:
    """Continue a request in its present state. If it is late, its deadline and its reminders start again."""
    request.worker_id = worker.id
    late = promises.is_late(request, runtime.now())
    action: Action = "go_on" if late and request.status == "awaited" else "take"
    to = after(request.status, action)
    if to == "taken":
        enter(request, to, due)
    elif late:
        enter(request, request.status, await deadline(runtime, store, request, request.status))


async def must_be_closable(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Raise what `close` would raise, before the page asks whether the worker is sure."""
    async with runtime.database.store() as store:
        _must_close(await get_request(store, worker, reference), worker)


@first_come
async def close(runtime: Runtime, worker: SignedIn, reference: str, reason: Reason, slip: Collection[str] = ()) -> None:
    """Close a request; its letter is erased in 7 days, never later than promised. Raises Gone, NotAllowed.

    `slip` names what a worker ticked for the sums of the quarter.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        _must_close(request, worker)
        await slips.count(store, runtime.content.monitoring, request, slip, now)
        await end(store, request, worker, reason, now)


def _must_close(request: ContactRequest, worker: SignedIn) -> None:
    if after(request.status, "close") is None:
        raise Gone(request.status)
    refuse_joined(request)
    if not holds(request, worker):
        raise NotAllowed


async def end(store: Store, request: ContactRequest, worker: SignedIn, how: ClosedAs, now: datetime) -> None:
    """Close a request and the reports joined to it, inside the transaction of a caller who has checked that it may."""
    enter(request, "closed", None)
    request.closed_as = how
    request.purge_at = min(now + KEPT_CLOSED, request.purge_at, request.created_hour + KEPT_AT_MOST)
    for report in await store.joinings.reports_of(request.id):
        report.purge_at = min(report.purge_at, request.purge_at)
    await promises.settle(store, request, now)
    store.audit.add("request_closed", worker.id, request.id, how, at=now)


async def _describe(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> Envelope:
    allotted = not (leads(request, worker) or await sides.is_free(store, request, worker))
    readable = request.sealed is not None and may_read(request, worker) and not allotted
    reports = await store.joinings.reports_of(request.id)
    additions = await store.additions.count_shown([request.id, *(report.id for report in reports)])
    holder, until = await name_of(store, request.worker_id), await call_until(store, request, reports)
    seen = describe(request, holder, worker, readable, now, additions, reports)
    return replace(seen, allotted=allotted, call_until=until)


def describe(
    request: ContactRequest, taken_by: str | None, worker: SignedIn, readable: bool, now: datetime, additions: int = 0,
    reports: Sequence[ContactRequest] = (),
) -> Envelope:  # fmt: skip
    """Make the envelope that this worker sees; `readable` as the caller decided. Joined `reports` may forbid a call."""
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
        basis=request.basis,
        taken_by=taken_by,
        taken_until=request.due_at if request.status == "taken" else None,
        mine=request.worker_id == worker.id,
        led=leads(request, worker),
        readable=readable,
        due_at=request.due_at,
        age=states.age(request.due_at, now),
        head_only=request.head_only,
        joined_to=request.joined_to or "",
        reports=tuple(report.id for report in reports),
        no_contact=request.no_contact,
        escalated_to=request.escalated_to,
        attempts=tuple((datetime.fromisoformat(call["at"]), call["outcome"]) for call in request.attempts),
        attempts_left=states.attempts_left(request),
        lock=states.joint_lock(request, reports, now),
        paused_until=states.paused_until(request, reports),
        read=request.opened_in_time is not None,
        expiring=request.last_called and request.opened_in_time is None and request.status in OPEN - set(IN_TOUCH),
        word_addition=request.word_addition or 0,
        call_until=request.call_until,
        next_due=min(filter(None, (request.next_due, *(report.next_due for report in reports))), default=None),
        call_blocked=states.is_blocked(request, reports),
        additions=additions,
        closed_as=request.closed_as,
        erased=request.status in ("withdrawn", "expired") or request.purge_at <= now,
    )
