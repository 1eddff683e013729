"""The keys of workers and of their service: made in browsers, kept here only locked or sealed, and who holds a copy.

Each worker has a key of her own, locked with her passphrase. The service has one key, and each holder has a copy of
it, sealed to her own key. To give it on, a holder's browser opens her copy and seals it to a colleague's key.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.runtime import Runtime
from bot.sealing import is_recipient
from bot.usecases import key_loss
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound, Refused
from bot.usecases.workers import SignedIn
from storage.database import Store
from storage.social_services import FEWEST_HOLDERS, ServiceKey, SocialService
from storage.workers import Worker

LOCKED = b"age-encryption.org/v1\n-> scrypt "
"""How a key locked with a passphrase begins. An open one begins otherwise, and is not taken."""
SEALED = b"age-encryption.org/v1\n-> X25519 "
"""How a key sealed to another key begins."""
LONGEST = 1024


class NotAKey(Refused):
    """What was sent is not the public half of a key, or the other half is not locked."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone of the service. `recipient` is the public half of her own key, where she has made one."""

    id: str
    name: str
    recipient: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Service:
    """The worker's own service, as the desk shows it."""

    id: str
    names: Mapping[str, str]
    places: tuple[str, ...]
    holders: tuple[str, ...]
    held: bool
    colleagues: tuple[Colleague, ...] = ()
    own: str | None = None
    """The public half of the worker's own key."""
    recipient: str | None = None
    """The service's latest key, also when nobody holds it any more."""
    me: str = ""
    unsealed: int = 0
    """Letters, additions and notes that are still sealed to an earlier key."""

    @property
    def others(self) -> tuple[str, ...]:
        """Who besides the worker herself holds the key, by name."""
        return tuple(one.name for one in self.colleagues if one.holds and one.id != self.me)

    @property
    def stands_on_her(self) -> bool:
        """Whether nobody could write to the service any more if she lost her copy."""
        return self.held and self.enough and len(self.others) < FEWEST_HOLDERS

    @property
    def enough(self) -> bool:
        """Whether as many hold the key as must, before people can write to the service."""
        return len(self.holders) >= FEWEST_HOLDERS


@dataclass(frozen=True, slots=True)
class Held:
    """What the worker's browser unlocks: her own key, and her copies of the service's."""

    locked: bytes
    copies: tuple[bytes, ...]


async def own_service(runtime: Runtime, worker: SignedIn) -> Service:
    """The worker's service, and who can open what is sent to it."""
    async with runtime.database.store() as store:
        service = _found(await store.services.by_id(worker.service_id or ""))
        holding = {key.held_by for key in await store.services.keys(service.id)}
        staff = await store.workers.of_service(service.id)
        newest = await store.services.newest(service.id)
        unsealed = await _unsealed(store, service.id, newest) if newest else 0
    colleagues = tuple(Colleague(one.id, one.name, one.own_recipient, one.id in holding) for one in staff)
    return Service(
        service.id,
        service.names,
        tuple(service.places),
        holders=tuple(one.name for one in colleagues if one.holds),
        held=worker.id in holding,
        colleagues=colleagues,
        own=next((one.recipient for one in colleagues if one.id == worker.id), None),
        recipient=newest,
        me=worker.id,
        unsealed=unsealed,
    )


async def _unsealed(store: Store, service_id: str, recipient: str) -> int:
    letters = await store.requests.sealed_to_others(service_id, recipient)
    return len(letters) + len(await store.requests.beside_sealed_to_others(service_id, recipient))


async def held(runtime: Runtime, worker: SignedIn) -> Held:
    """The worker's own key and her copies, as they rest here: nothing of it can be opened without her passphrase."""
    async with runtime.database.store() as store:
        herself = await _herself(store, worker)
        copies = await store.services.copies_of(worker.id)
    if herself.own_wrapped is None:
        raise NotFound
    return Held(herself.own_wrapped, tuple(one.wrapped for one in copies))


async def make_own(runtime: Runtime, worker: SignedIn, recipient: str, wrapped: bytes) -> None:
    """The worker's own key. Where she had one and lost its passphrase, her copy of the service's key goes with it."""
    if not is_recipient(recipient) or not _is(LOCKED, wrapped):
        raise NotAKey
    now = runtime.now()
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        herself = await _herself(store, worker)
        await key_loss.take_away(store, service, worker.id, now)
        herself.own_recipient, herself.own_wrapped = recipient, wrapped
        store.audit.add("own_key_made", worker.id, worker.id, at=now)
    runtime.forget_world()


async def make(runtime: Runtime, worker: SignedIn, recipient: str, copy: bytes) -> None:
    """The service's first key, or the first after all copies were lost. Raises AlreadyTaken while someone holds one."""
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        if await store.services.keys(service.id):
            raise AlreadyTaken
        if recipient == await store.services.newest(service.id):
            raise NotAKey
        await _add(runtime, store, service, await _herself(store, worker), recipient, copy)
        store.audit.add("key_made", worker.id, service.id, at=runtime.now())
    runtime.forget_world()


async def restore(runtime: Runtime, worker: SignedIn, recipient: str, copy: bytes) -> None:
    """The worker typed the recovery sheet: she holds the service's latest key again, or for the first time."""
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        if recipient != await store.services.newest(service.id):
            raise NotAKey
        await _add(runtime, store, service, await _herself(store, worker), recipient, copy)
        store.audit.add("key_restored", worker.id, worker.id, at=runtime.now())
    runtime.forget_world()


async def grant(runtime: Runtime, worker: SignedIn, to: str, own: str, copy: bytes) -> None:
    """A holder gives a colleague the key. `own` is the key of the colleague that the holder's browser sealed it to."""
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        living = await store.services.keys(service.id)
        if worker.id not in {key.held_by for key in living}:
            raise NotAllowed
        colleague = next((one for one in await store.workers.of_service(service.id) if one.id == to), None)
        if colleague is None or colleague.own_recipient != own:
            raise NotFound
        await _add(runtime, store, service, colleague, living[0].recipient, copy)
        store.audit.add("key_granted", worker.id, colleague.id, at=runtime.now())
    runtime.forget_world()


async def _add(
    runtime: Runtime, store: Store, service: SocialService, holder: Worker, recipient: str, copy: bytes
) -> None:
    if holder.own_recipient is None or not is_recipient(recipient) or not _is(SEALED, copy):
        raise NotAKey
    await store.services.put_copy(
        ServiceKey(service_id=service.id, recipient=recipient, wrapped=copy, held_by=holder.id, made_at=runtime.now())
    )


def _is(kind: bytes, wrapped: bytes) -> bool:
    return wrapped.startswith(kind) and len(wrapped) <= LONGEST


async def _service(store: Store, worker: SignedIn) -> SocialService:
    """The worker's service, held: of two who change its keys at once, the second sees what the first did."""
    return _found(await store.services.hold(worker.service_id or ""))


def _found(service: SocialService | None) -> SocialService:
    if service is None:
        raise NotFound
    return service


async def _herself(store: Store, worker: SignedIn) -> Worker:
    found = await store.workers.by_id(worker.id)
    if found is None:
        raise NotFound
    return found
