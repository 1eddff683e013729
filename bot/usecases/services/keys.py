"""The keys of workers and of their service: made in browsers, stored here only locked or sealed, and who holds copies.

Each worker has a key of her own, locked with her passphrase. The service has one key, and each holder has a copy of
it, sealed to her own key. To pass it on, a holder's browser opens her copy and seals it to a colleague's key, after the
two have compared that key's check number. Whoever takes a key has to prove that she holds it (module `key_proofs`).
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
"""Prefix of a key locked with a passphrase. An unlocked key has another, and is refused."""
SEALED = b"age-encryption.org/v1\n-> X25519 "
"""Prefix of a key sealed to another key."""
LONGEST = 1024
ENDORSED = 32
"""Bytes of an HMAC with SHA-256."""


class NotAKey(Refused):
    """What was sent is not the public half of a key, or the private half is not locked or sealed."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A worker of the service. `recipient` is the public half of her own key; None if she has made none."""

    id: str
    name: str
    recipient: str | None
    holds: bool
    wants: bool = False
    """She asked to hold the service's key."""
    given: bool = False
    """A colleague gave it to her and she has not opened it yet."""
    endorsement: bytes | None = None
    """Vouches for `recipient`; made with the service's key when she got it. None if there is none, or if the service's
    key was stored by somebody without our key."""


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
    """The service's latest key, even if nobody holds it any more."""
    me: str = ""
    unsealed: int = 0
    """How many letters, and pieces beside them, are still sealed to an earlier key."""

    @property
    def others(self) -> tuple[str, ...]:
        """The names of the other holders."""
        return tuple(colleague.name for colleague in self.colleagues if colleague.holds and colleague.id != self.me)

    @property
    def stands_on_her(self) -> bool:
        """Whether people could no longer write to the service if she lost her copy."""
        return self.held and self.enough and len(self.others) < FEWEST_HOLDERS

    @property
    def enough(self) -> bool:
        """Whether enough workers hold the key for people to write to the service."""
        return len(self.holders) >= FEWEST_HOLDERS


@dataclass(frozen=True, slots=True)
class HeldKeys:
    """What the worker's browser unlocks, her own key and her copies of the service's, and the public keys that the
    program says it seals to, for comparison.
    """

    locked: bytes
    own: str
    service: str
    recipient: str | None
    copies: tuple[bytes, ...]
    given: bytes | None
    """The copy that a colleague gave her and she has not opened yet."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The service's key as a browser sealed it for one holder.

    `own` is the holder's public key; `endorsement` is made with the service's identity over the holder and that key.
    """

    own: str
    wrapped: bytes
    endorsement: bytes


async def get_own_service(runtime: Runtime, worker: SignedIn) -> OwnService:
    """Return the worker's service and who can open what is sent to it. Raises NotFound."""
    async with runtime.database.store() as store:
        service = _existing(await store.services.by_id(worker.service_id or ""))
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
    letters = await store.resealing.letters(service_id, recipient)
    return len(letters) + len(await store.resealing.beside(service_id, recipient))


async def get_held_keys(runtime: Runtime, worker: SignedIn) -> HeldKeys:
    """Return the worker's own key and her copies. None of it opens without her passphrase. Raises NotFound."""
    async with runtime.database.store() as store:
        service = await _service(store, worker)  # locked, so that all that is compared is from one moment
        herself = await _own_account(store, worker)
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
    """Store the worker's own key. If it replaces one whose passphrase she lost, her copy of the service's key goes too.

    `answer` proves that the key is hers, as in the functions below (module `key_proofs`). `wants_key`: she asks to hold
    the service's key. Raises NotAKey, NotProved, NotFound.
    """
    if not is_recipient(recipient) or not _is_of_kind(LOCKED, wrapped):
        raise NotAKey
    await prove(runtime, worker, "own", recipient, answer)
    now = runtime.now()
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        herself = await _own_account(store, worker)
        await key_loss.erase_copies(store, service, worker.id, now)
        herself.own_recipient, herself.own_wrapped, herself.wants_key = recipient, wrapped, wants_key
        store.audit.add("own_key_made", worker.id, worker.id, at=now)
        if wants_key:
            store.audit.add("key_wished", worker.id, worker.id, at=now)
    runtime.caches.forget_world()


async def make(runtime: Runtime, worker: SignedIn, recipient: str, copy: Copy, answer: bytes) -> None:
    """Store the service's first key, or a new one after all copies were lost.

    Raises AlreadyTaken while somebody holds one, NotAKey if the key was used before, NotProved, NotFound.
    """
    require_sealed(copy)
    await prove(runtime, worker, "first", recipient, answer)
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        if await store.services.keys(service.id):
            raise AlreadyTaken
        if await store.services.was_used(recipient):
            raise NotAKey
        await _take(runtime, store, await _own_account(store, worker), recipient, copy)
        service.key_differs_at = None
        store.audit.add("key_made", worker.id, service.id, at=runtime.now())
    runtime.caches.forget_world()


async def restore(runtime: Runtime, worker: SignedIn, recipient: str, copy: Copy, answer: bytes) -> None:
    """Store the copy of a worker who typed the recovery sheet: she now holds the service's latest key.

    Raises NotAKey if it is not the latest, NotProved, NotFound.
    """
    require_sealed(copy)
    await prove(runtime, worker, "restore", recipient, answer)
    async with runtime.database.store() as store:
        service = await _service(store, worker)
        if recipient != await store.services.newest(service.id):
            raise NotAKey
        await _take(runtime, store, await _own_account(store, worker), recipient, copy)
        store.audit.add("key_restored", worker.id, worker.id, at=runtime.now())
    runtime.caches.forget_world()


async def set_wish(runtime: Runtime, worker: SignedIn, *, wants_key: bool) -> None:
    """Record that she asks to hold the service's key, or no longer does."""
    async with runtime.database.store() as store:
        herself = await _own_account(store, worker)
        if herself.wants_key != wants_key:
            herself.wants_key = wants_key
            event = "key_wished" if wants_key else "key_wish_taken_back"
            store.audit.add(event, worker.id, worker.id, at=runtime.now())


async def grant(runtime: Runtime, worker: SignedIn, to: str, copy: Copy) -> None:
    """Give a colleague the key. Her copy counts once she has proved that it opens (`accept`).

    Raises NotFound if she has made another key meanwhile, NotAllowed if she did not ask for it or the giver holds no
    copy, AlreadyTaken if she holds a copy of the present key (a colleague can never replace one), NotAKey.
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
    """Count the copy that a colleague gave her, once her browser has opened it. Raises NotProved, NotFound."""
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
    """Store a copy that her own browser sealed. Raises NotAKey."""
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
    """Raise NotAKey unless the copy is a sealed key with an endorsement."""
    if not _is_of_kind(SEALED, copy.wrapped) or len(copy.endorsement) != ENDORSED:
        raise NotAKey


def _is_of_kind(kind: bytes, wrapped: bytes) -> bool:
    return wrapped.startswith(kind) and len(wrapped) <= LONGEST


async def _service(store: Store, worker: SignedIn) -> SocialService:
    """Lock the worker's service, so that of two changes to its keys the second sees the first. Raises NotFound."""
    return _existing(await store.services.hold(worker.service_id or ""))


def _existing(service: SocialService | None) -> SocialService:
    if service is None:
        raise NotFound
    return service


async def _own_account(store: Store, worker: SignedIn) -> Worker:
    found = await store.workers.by_id(worker.id)
    if found is None:
        raise NotFound
    return found
