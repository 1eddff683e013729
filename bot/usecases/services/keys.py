"""The keys of workers and of their service: made in browsers, kept here only locked or sealed, and who holds a copy.

Each worker has a key of her own, locked with her passphrase. The service has one key, and each holder has a copy of
it, sealed to her own key. To give it on, a holder's browser opens her copy and seals it to a colleague's key, after the
two compared its check number. Nobody holds a key by saying so: whoever takes one proves it, see key_proofs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.runtime import Runtime
from bot.sealing import is_recipient
from bot.usecases.acting import SignedIn
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound, Refused
from bot.usecases.services import key_loss
from bot.usecases.services.key_proofs import prove
from storage.database import Store
from storage.social_services import FEWEST_HOLDERS, ServiceKey, SocialService
from storage.workers import Worker

LOCKED = b"age-encryption.org/v1\n-> scrypt "
"""How a key locked with a passphrase begins. An open one begins otherwise, and is not taken."""
SEALED = b"age-encryption.org/v1\n-> X25519 "
"""How a key sealed to another key begins."""
LONGEST = 1024
ENDORSED = 32
"""Bytes of an HMAC with SHA-256."""


class NotAKey(Refused):
    """What was sent is not the public half of a key, or the other half is not locked."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone of the service. `recipient` is the public half of her own key, where she has made one."""

    id: str
    name: str
    recipient: str | None
    holds: bool
    wants: bool = False
    """She said that she wants to hold the key."""
    given: bool = False
    """A colleague gave it to her, and she has not opened it yet."""
    endorsement: bytes | None = None
    """What vouches for `recipient`: made with the service's key when she got it. None: nothing does, or the service's
    key was itself put there by somebody without ours."""


@dataclass(frozen=True, slots=True)
class OwnService:
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
        return tuple(colleague.name for colleague in self.colleagues if colleague.holds and colleague.id != self.me)

    @property
    def stands_on_her(self) -> bool:
        """Whether nobody could write to the service any more if she lost her copy."""
        return self.held and self.enough and len(self.others) < FEWEST_HOLDERS

    @property
    def enough(self) -> bool:
        """Whether as many hold the key as must, before people can write to the service."""
        return len(self.holders) >= FEWEST_HOLDERS


@dataclass(frozen=True, slots=True)
class HeldKeys:
    """What the worker's browser unlocks: her own key, and her copies of the service's. And what it compares them with:
    the keys that the program says it seals to.
    """

    locked: bytes
    own: str
    service: str
    recipient: str | None
    copies: tuple[bytes, ...]
    given: bytes | None
    """What a colleague gave her and she has not opened yet."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The service's key as a browser sealed it for one holder.

    `own` is the key it was sealed to; `endorsement` is made with the service's identity over the holder and that key.
    """

    own: str
    wrapped: bytes
    endorsement: bytes


async def get_own_service(runtime: Runtime, worker: SignedIn) -> OwnService:
    """The worker's service, and who can open what is sent to it."""
    async with runtime.database.store() as store:
        service = _found(await store.services.by_id(worker.service_id or ""))
        holding = {key.held_by: key for key in reversed(await store.services.keys(service.id))}
        given = {key.held_by for key in await store.services.given(service.id)}
        vouched = {holder: key.endorsement for holder, key in holding.items() if store.services.is_ours(key)}
        staff = await store.workers.of_service(service.id)
        newest = await store.services.newest(service.id)
        unsealed = await _unsealed(store, service.id, newest) if newest else 0
    colleagues = tuple(
        Colleague(
            colleague.id,
            colleague.name,
            colleague.own_recipient,
            holds=colleague.id in holding,
            wants=colleague.wants_key,
            given=colleague.id in given,
            endorsement=vouched.get(colleague.id),
        )
        for colleague in staff
    )
    return OwnService(
        service.id,
        service.names,
        tuple(service.places),
        holders=tuple(colleague.name for colleague in colleagues if colleague.holds),
        held=worker.id in holding,
        colleagues=colleagues,
        own=next((colleague.recipient for colleague in colleagues if colleague.id == worker.id), None),
        recipient=newest,
        me=worker.id,
        unsealed=unsealed,
    )


async def _unsealed(store: Store, service_id: str, recipient: str) -> int:
    letters = await store.requests.sealed_to_others(service_id, recipient)
    return len(letters) + len(await store.requests.beside_sealed_to_others(service_id, recipient))


async def get_held_keys(runtime: Runtime, worker: SignedIn) -> HeldKeys:
    """The worker's own key and her copies, as they rest here: nothing of it can be opened without her passphrase."""
    async with runtime.database.store() as store:
        service = await _service(store, worker)  # held: what is compared was true at one moment
        herself = await _herself(store, worker)
        copies = await store.services.copies_of(worker.id)
        recipient = await store.services.newest(service.id)
        given = await store.services.given_to(worker.id)
    if herself.own_wrapped is None or herself.own_recipient is None:
        raise NotFound
    return HeldKeys(
        herself.own_wrapped,
        herself.own_recipient,
        service.id,
        recipient,
        tuple(copy.wrapped for copy in copies),
        given.wrapped if given else None,
    )


async def make_own(
    runtime: Runtime, worker: SignedIn, recipient: str, wrapped: bytes, answer: bytes, *, wants_key: bool = False
) -> None:
    """The worker's own key. Where she had one and lost its passphrase, her copy of the service's key goes with it.

    Here and below `answer` proves that the key is hers; see key_proofs. `wants_key`: she wants to hold the service's.
    """
    if not is_recipient(recipient) or not _is(LOCKED, wrapped):
        raise NotAKey
    await prove(runtime, worker, "own", recipient, answer)
    now = runtime.now()
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        herself = await _herself(store, worker)
        await key_loss.erase_copies(store, service, worker.id, now)
        herself.own_recipient, herself.own_wrapped, herself.wants_key = recipient, wrapped, wants_key
        store.audit.add("own_key_made", worker.id, worker.id, at=now)
        if wants_key:
            store.audit.add("key_wished", worker.id, worker.id, at=now)
    runtime.caches.forget_world()


async def make(runtime: Runtime, worker: SignedIn, recipient: str, copy: Copy, answer: bytes) -> None:
    """The service's first key, or the first after all copies were lost. Raises AlreadyTaken while someone holds one."""
    require_sealed(copy)
    await prove(runtime, worker, "first", recipient, answer)
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        if await store.services.keys(service.id):
            raise AlreadyTaken
        if await store.services.was_used(recipient):
            raise NotAKey
        await _take(runtime, store, await _herself(store, worker), recipient, copy)
        service.key_differs_at = None
        store.audit.add("key_made", worker.id, service.id, at=runtime.now())
    runtime.caches.forget_world()


async def restore(runtime: Runtime, worker: SignedIn, recipient: str, copy: Copy, answer: bytes) -> None:
    """The worker typed the recovery sheet: she holds the service's latest key again, or for the first time."""
    require_sealed(copy)
    await prove(runtime, worker, "restore", recipient, answer)
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        if recipient != await store.services.newest(service.id):
            raise NotAKey
        await _take(runtime, store, await _herself(store, worker), recipient, copy)
        store.audit.add("key_restored", worker.id, worker.id, at=runtime.now())
    runtime.caches.forget_world()


async def set_wish(runtime: Runtime, worker: SignedIn, *, wants_key: bool) -> None:
    """She says that she wants to hold the service's key, or takes it back. It stands until she does."""
    async with runtime.database.store() as store:
        herself = await _herself(store, worker)
        if herself.wants_key != wants_key:
            herself.wants_key = wants_key
            event = "key_wished" if wants_key else "key_wish_taken_back"
            store.audit.add(event, worker.id, worker.id, at=runtime.now())


async def grant(runtime: Runtime, worker: SignedIn, to: str, copy: Copy) -> None:
    """A holder gives a colleague the key. It counts once that colleague has shown that it opens: see `accept`.

    Raises NotFound where she made another key meanwhile, NotAllowed where she did not say that she wants it, and
    AlreadyTaken where she holds a copy of the present key: none is ever replaced by a colleague.
    """
    require_sealed(copy)
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        living = await store.services.keys(service.id)
        if worker.id not in {key.held_by for key in living}:
            raise NotAllowed
        if not store.services.is_ours(living[0]):
            raise NotAKey
        colleague = next(
            (colleague for colleague in await store.workers.of_service(service.id) if colleague.id == to), None
        )
        if colleague is None or colleague.own_recipient != copy.own:
            raise NotFound
        if not colleague.wants_key:
            raise NotAllowed
        if colleague.id in {key.held_by for key in living if key.recipient == living[0].recipient}:
            raise AlreadyTaken
        await store_copy(runtime, store, colleague, living[0].recipient, copy, unopened=True)
        store.audit.add("key_granted", worker.id, colleague.id, at=runtime.now())
    runtime.caches.forget_world()


async def accept(runtime: Runtime, worker: SignedIn, recipient: str, answer: bytes) -> None:
    """Her browser has opened what a colleague gave her, and it is the service's key: from now on she holds it."""
    await prove(runtime, worker, "accept", recipient, answer)
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        given = await store.services.given_to(worker.id)
        if given is None or not recipient == given.recipient == await store.services.newest(service.id):
            raise NotFound
        given.unopened = False
        store.audit.add("key_accepted", worker.id, worker.id, at=runtime.now())
    runtime.caches.forget_world()


async def _take(runtime: Runtime, store: Store, holder: Worker, recipient: str, copy: Copy) -> None:
    """Her own copy, sealed in her own browser."""
    if holder.own_recipient is None or holder.own_recipient != copy.own:
        raise NotAKey
    await store_copy(runtime, store, holder, recipient, copy)


async def store_copy(
    runtime: Runtime, store: Store, holder: Worker, recipient: str, copy: Copy, *, unopened: bool = False
) -> None:
    await store.services.put_copy(
        ServiceKey(
            service_id=holder.service_id or "",
            recipient=recipient,
            wrapped=copy.wrapped,
            held_by=holder.id,
            made_at=runtime.now(),
            endorsement=copy.endorsement,
            unopened=unopened,
        )
    )


def require_sealed(copy: Copy) -> None:
    """Raises NotAKey where it is no sealed key, or nothing vouches for it."""
    if not _is(SEALED, copy.wrapped) or len(copy.endorsement) != ENDORSED:
        raise NotAKey


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
