"""The head of a service and her people: who has an account, who holds the key, who has which open request.

She invites and removes workers of her own service. Other accounts are the operator's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.engine.spelling import order
from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.casework import promises, sides
from bot.usecases.casework.permissions import first_come, is_visible, reads_confidential
from bot.usecases.casework.requests import OPEN, Envelope, carry_on, describe
from bot.usecases.refused import NotAllowed, NotFound, Refused
from bot.usecases.services import keys
from bot.usecases.services.keys import Colleague
from storage.contact_requests import ContactRequest
from storage.database import Store
from storage.narrowing import Narrowing
from storage.workers import Role, Worker

LONGEST_NAME = 60

Joined = Literal["invited", "expired", "joined"]
Key = Literal["holds", "given", "waits", "own", "none"]
"""Holds the service's key; was given it and has not opened it; asked for it; has a key of her own only; has none."""


class NotAName(Refused):
    """A name is missing or too long."""


class CannotRead(Refused):
    """The colleague holds no copy of the service's key, so the requests would be closed to her."""


@dataclass(frozen=True, slots=True)
class Mate:
    """A colleague as the head sees her. `requests` are open ones, the most urgent first."""

    id: str
    name: str
    login: str
    role: Role
    joined: Joined
    invited_until: datetime | None
    key: Key
    reads_alone: bool
    """Named as the one reader of confidential requests: the head can neither remove her nor sign in as her."""
    requests: tuple[Envelope, ...]


async def list_mates(runtime: Runtime, head: SignedIn) -> tuple[Mate, ...]:
    """Return the service's active accounts, by name. Requests that only the sole reader may see are hers alone."""
    service, now = await keys.get_own_service(runtime, head), runtime.now()
    known = {colleague.id: colleague for colleague in service.colleagues}
    async with runtime.database.store() as store:
        only = Narrowing(open_to_all=not await reads_confidential(store, head), ended_after=now)
        held = await store.requests.of_service(service.id, OPEN, only)
        staff = await store.workers.of_service(service.id)
        own = await store.services.by_id(service.id)
    reader = own.reader_id if own else None
    return tuple(
        Mate(
            worker.id, worker.name, worker.login, worker.role, joined(worker, now), worker.invited_until,
            _key(known[worker.id]), worker.id == reader,
            tuple(describe(request, worker.name, head, readable=True, now=now)
                  for request in held if request.worker_id == worker.id),
        )
        for worker in sorted(staff, key=lambda worker: order(worker.name)) if worker.id in known
    )  # fmt: skip


async def invite(runtime: Runtime, head: SignedIn, login: str, name: str) -> str:
    """Invite a worker to the head's own service. Return the path of the invitation.

    Raises NotAName, NotALogin, LoginTaken.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise NotAName
    return await workers.invite(runtime, login, name, "worker", head.service_id, by=head.id)


async def invite_again(runtime: Runtime, head: SignedIn, colleague: str) -> tuple[str, str]:
    """Return the name of a worker and the path of her new invitation. She starts without a key.

    Raises NotFound, or NotAllowed for whoever reads confidential requests alone.
    """
    worker = await _own_worker(runtime, head, colleague)
    return worker.name, await workers.invite_again(runtime, worker.login, by=head.id)


async def remove(runtime: Runtime, head: SignedIn, colleague: str) -> None:
    """Close a worker's account; her requests wait for her colleagues again.

    Raises NotFound, or NotAllowed for whoever reads confidential requests alone.
    """
    worker = await _own_worker(runtime, head, colleague)
    await workers.leave(runtime, worker.login, by=head.id)


@first_come
async def hand_over(runtime: Runtime, head: SignedIn, colleague: str, to: str, references: Collection[str]) -> None:
    """Give an absent colleague's requests to another, who makes a promise of her own. Each is noted in the audit.

    What only the sole reader may see stays with her. Raises NotFound, NotAllowed if there is nothing to give,
    CannotRead, or HeadAllots if that colleague has had the other side of one; then nothing is changed.
    """
    async with runtime.database.store() as store:
        mates = {worker.id: worker for worker in await store.workers.of_service(head.service_id or "")}
        taker = mates.get(to)
        if taker is None or colleague not in mates or to == colleague:
            raise NotFound
        if to not in {key.held_by for key in await store.services.keys(head.service_id or "")}:
            raise CannotRead
        requests = [await store.requests.by_id(reference) for reference in dict.fromkeys(references)]
        held = [request for request in requests if request and request.worker_id == colleague]
        if not held or len(held) != len(requests):
            raise NotAllowed
        for request in held:
            await _hand_over(runtime, store, request, head, taker)


async def _hand_over(runtime: Runtime, store: Store, request: ContactRequest, head: SignedIn, taker: Worker) -> None:
    if request.service_id != head.service_id or not await is_visible(store, head, request):
        raise NotFound
    if request.status not in OPEN or request.head_only or request.joined_to:
        raise NotAllowed
    her = SignedIn(taker.id, taker.name, taker.login, taker.role, taker.service_id)
    await sides.must_be_free(store, request, her)
    promise = await promises.make_promise(runtime, store, request, her)
    await carry_on(runtime, store, request, her, promise.due)
    now = runtime.now()
    await promises.settle(store, request, now)
    await promises.note_holder(store, request, promises.HANDED_OVER, head.id, taker.id, at=now)


async def _own_worker(runtime: Runtime, head: SignedIn, colleague: str) -> Worker:
    """Return an active worker of the head's service.

    Raises NotFound for any other account, a head's own included, and NotAllowed for the one who alone reads
    confidential requests: they may be about the head, and a new invitation would let her sign in as their reader.
    """
    async with runtime.database.store() as store:
        worker = await store.workers.by_id(colleague)
        service = await store.services.by_id(head.service_id or "")
    if worker is None or not worker.active or worker.role != "worker" or worker.service_id != head.service_id:
        raise NotFound
    if service and service.reader_id == worker.id:
        raise NotAllowed
    return worker


def joined(worker: Worker, now: datetime) -> Joined:
    """Tell whether an account has been joined, or how its invitation stands."""
    if worker.invited_hash is None:
        return "joined"
    return "invited" if worker.invited_until and now < worker.invited_until else "expired"


def _key(colleague: Colleague) -> Key:
    if colleague.holds:
        return "holds"
    if colleague.given:
        return "given"
    if colleague.wants:
        return "waits"
    return "own" if colleague.recipient else "none"
