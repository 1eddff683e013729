"""Who may do what with a request of the worker's service, and why not. Pure but for who reads confidential ones."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.states import SAFE_AT_MOST, lock_of
from bot.usecases.refused import AlreadyTaken, NotFound, Refused
from bot.usecases.services.confidential import reader_of
from storage.contact_requests import ContactRequest, Status
from storage.database import Conflict, Store

P = ParamSpec("P")
T = TypeVar("T")


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


def first_come(act: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Two acted on one request at once: the second is told so."""

    @wraps(act)
    async def acting(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await act(*args, **kwargs)
        except Conflict:
            raise AlreadyTaken from None

    return acting


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
    return not request.head_only or await reads_confidential(store, worker)


async def reads_confidential(store: Store, worker: SignedIn) -> bool:
    service = await store.services.by_id(worker.service_id or "")
    reader = service and await reader_of(store, service)
    return reader is not None and reader.id == worker.id


async def reads_alone(runtime: Runtime, worker: SignedIn) -> bool:
    """Whether this worker is the one reader of what nobody else may see."""
    async with runtime.database.store() as store:
        return await reads_confidential(store, worker)


async def letter_of(store: Store, request: ContactRequest, worker: SignedIn) -> bytes:
    """Its letter, for who may read it now."""
    if request.sealed is None:
        raise Gone(request.status)
    if not may_read(request, worker):
        raise AlreadyTaken(await name_of(store, request.worker_id))
    return request.sealed


def leads(request: ContactRequest, worker: SignedIn) -> bool:
    """Whether this worker decides for the service. Of what one reader alone may see, that reader does."""
    return worker.role == "head" or request.head_only


def may_read(request: ContactRequest, worker: SignedIn) -> bool:
    """Until someone takes it, the whole service; then who took it, and who leads."""
    return request.worker_id in (None, worker.id) or leads(request, worker)


def holds(request: ContactRequest, worker: SignedIn) -> bool:
    return request.worker_id == worker.id or leads(request, worker)


async def name_of(store: Store, worker_id: str | None) -> str | None:
    worker = await store.workers.by_id(worker_id) if worker_id else None
    return worker.name if worker else None
