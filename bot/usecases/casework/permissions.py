"""Who may do what with a request of the worker's service, and why not."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import sides
from bot.usecases.casework.states import SAFE_AT_MOST, is_blocked, joint_lock, lock_of
from bot.usecases.refused import AlreadyTaken, HeadAllots, NotFound, Refused
from bot.usecases.services.confidential import reader_of
from storage.contact_requests import ContactRequest, Status
from storage.database import Conflict, Store

P = ParamSpec("P")
T = TypeVar("T")


class Gone(Refused):
    """The request was withdrawn, closed or erased; `status` tells which."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class CallBlocked(Refused):
    """The person said that the number is no longer safe."""


class NoContact(CallBlocked):
    """Nobody contacts the person because of this report: her own request holds, or she has withdrawn it."""


class Joined(Refused):
    """The report is joined to the person's own request, and what is done for her is done there."""


class CallsLocked(Refused):
    """The limit of attempts is reached or the safe time has ended: nobody calls now, or only the head of service."""


class NoKey(Refused):
    """The worker holds no copy of the key that this request is sealed to."""


def first_come(act: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Turn Conflict into AlreadyTaken: of two who act on one request at once, the second is told."""

    @wraps(act)
    async def acting(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await act(*args, **kwargs)
        except Conflict:
            raise AlreadyTaken from None

    return acting


def refuse_locked(request: ContactRequest, worker: SignedIn, now: datetime) -> None:
    """Raise CallBlocked or CallsLocked if this worker may not call. Beyond the limit of attempts only the head may."""
    refuse_unsafe(request, now)
    if not leads(request, worker) and lock_of(request, now):
        raise CallsLocked


def refuse_unsafe(request: ContactRequest, now: datetime) -> None:
    """Raise CallBlocked or CallsLocked if nobody may call: an unsafe or wrong number, one that somebody else answered,
    a permission that has ended, or a report beside which her own instructions hold.

    Its last day is on the envelope (sR10). Without one, a permission lasts 31 days at most.
    """
    if request.joined_to or request.no_contact:
        raise NoContact
    if request.call_blocked:
        raise CallBlocked
    if lock_of(request, now) in ("other_person", "wrong_number"):
        raise CallsLocked
    if request.call_until and now.astimezone(RIGA).date() > request.call_until:
        raise CallsLocked
    if now >= max(request.created_hour, request.confirmed_hour or request.created_hour) + SAFE_AT_MOST:
        raise CallsLocked


async def refuse_reported(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> None:
    """Raise CallBlocked or CallsLocked if what is known of a joined report forbids to call: a word of the person's own,
    that somebody else answered, an attempt a moment ago, or a last day that was given with its code."""
    reports = await store.joinings.reports_of(request.id)
    if is_blocked(request, reports):
        raise CallBlocked
    lock = joint_lock(request, reports, now)
    if lock == "other_person" or (lock == "pause" and not leads(request, worker)):
        raise CallsLocked
    until = await call_until(store, request, reports)
    if until and now.astimezone(RIGA).date() > until:
        raise CallsLocked


async def call_until(store: Store, request: ContactRequest, reports: Sequence[ContactRequest]) -> date | None:
    """Return the last day on which she may be called; None where she gave no number."""
    if request.call_until is None:
        return None
    return min([request.call_until, *await last_days(store, request, reports)])


async def last_days(store: Store, request: ContactRequest, reports: Sequence[ContactRequest]) -> list[date]:
    """Return the last days that were given with the codes of joined reports. A later word of her own request lifts one.

    Only hours tell the order of additions to two requests.
    """
    word = request.confirmed_hour
    added = await store.additions.times_of([report.id for report in reports])
    return [addition.until for addition in added if addition.until and not (word and addition.made_at < word)]


def refuse_joined(request: ContactRequest) -> None:
    """Raise Joined for a report that is joined to the person's own request."""
    if request.joined_to:
        raise Joined


async def get_request(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    """Return a request of the worker's service. Raises NotFound for another's or a hidden one."""
    request = await store.requests.by_id(reference)
    if request is None or request.service_id != worker.service_id or not await is_visible(store, worker, request):
        raise NotFound
    return request


async def is_visible(store: Store, worker: SignedIn, request: ContactRequest) -> bool:
    """Whether this worker may know of it. If the person knows somebody at the service, only one reader may."""
    return not request.head_only or await reads_confidential(store, worker)


async def reads_confidential(store: Store, worker: SignedIn) -> bool:
    service = await store.services.by_id(worker.service_id or "")
    reader = service and await reader_of(store, service)
    return reader is not None and reader.id == worker.id


async def reads_alone(runtime: Runtime, worker: SignedIn) -> bool:
    """Whether this worker is the one reader of confidential requests."""
    async with runtime.database.store() as store:
        return await reads_confidential(store, worker)


async def get_letter(store: Store, request: ContactRequest, worker: SignedIn) -> bytes:
    """Return the sealed letter if this worker may read it now. Raises Gone, AlreadyTaken, HeadAllots.

    Whoever has had the other side of it reads it only if she leads.
    """
    if request.sealed is None:
        raise Gone(request.status)
    if not (leads(request, worker) or await sides.is_free(store, request, worker)):
        raise HeadAllots
    if not may_read(request, worker):
        raise AlreadyTaken(await name_of(store, request.worker_id))
    return request.sealed


async def get_readable(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    """Return a request whose letter this worker may read and open. Raises NotFound, Gone, AlreadyTaken, NoKey."""
    request = await get_request(store, worker, reference)
    await get_letter(store, request, worker)
    if not await store.services.copies_of(worker.id):
        raise NoKey
    return request


def leads(request: ContactRequest, worker: SignedIn) -> bool:
    """Whether this worker decides for the service. For a confidential request, its one reader does."""
    return worker.role == "head" or request.head_only


def may_read(request: ContactRequest, worker: SignedIn) -> bool:
    """Whether this worker may read it: anyone until it is taken, then its holder and whoever leads."""
    return request.worker_id in (None, worker.id) or leads(request, worker)


def holds(request: ContactRequest, worker: SignedIn) -> bool:
    return request.worker_id == worker.id or leads(request, worker)


async def name_of(store: Store, worker_id: str | None) -> str | None:
    worker = await store.workers.by_id(worker_id) if worker_id else None
    return worker.name if worker else None


async def present_key(store: Store, worker: SignedIn) -> str:
    """Return the key that is sealed to now. Raises NoKey for a worker without a copy, Conflict if it is not ours."""
    living = await store.services.keys(worker.service_id or "")
    if worker.id not in {key.held_by for key in living}:
        raise NoKey
    if not store.services.is_ours(living[0]):
        raise Conflict
    return living[0].recipient


async def require_present_key(store: Store, worker: SignedIn, recipient: str) -> None:
    """Raise NoKey for a worker without a copy, Conflict for any key but the one that is sealed to now."""
    if recipient != await present_key(store, worker):
        raise Conflict
