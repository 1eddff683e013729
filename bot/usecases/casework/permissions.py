"""Who of a service may see a request, read its letter and decide about it, and why not.

Who may call is in `call_permission`; who may reopen it or take an action back is in `undoing`.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import sides
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


class Joined(Refused):
    """The report is joined to the person's own request, and what is done for her is done there."""


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
