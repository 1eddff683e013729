"""The key of a social service: made in a worker's browser, kept here only locked, and who holds a copy."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.runtime import Runtime
from bot.sealing import is_recipient
from bot.usecases.refused import AlreadyTaken, NotFound, Refused
from bot.usecases.workers import SignedIn
from storage.database import Store
from storage.social_services import ServiceKey

AGE_FILE = b"age-encryption.org/v1\n-> scrypt "
"""How a key locked with a passphrase begins. An open one begins otherwise, and is not taken."""
LONGEST_WRAPPED = 1024


class NotAKey(Refused):
    """What was sent is not the public half of a key, or the other half is not locked."""


@dataclass(frozen=True, slots=True)
class Service:
    """The worker's own service, as the desk shows it."""

    id: str
    names: Mapping[str, str]
    places: tuple[str, ...]
    holders: tuple[str, ...]
    held: bool


async def own_service(runtime: Runtime, worker: SignedIn) -> Service:
    """The worker's service, and who can open what is sent to it."""
    async with runtime.database.store() as store:
        service = await store.services.by_id(worker.service_id or "")
        if service is None:
            raise NotFound
        keys = await store.services.keys(service.id)
        holders = [await _holder(store, key) for key in keys]
    held = any(key.made_by == worker.id for key in keys)
    return Service(service.id, service.names, tuple(service.places), tuple(holders), held)


async def make(runtime: Runtime, worker: SignedIn, recipient: str, wrapped: bytes) -> None:
    """The service's first key. From now on people can write to it. Raises AlreadyTaken when there is one."""
    if not is_recipient(recipient) or not wrapped.startswith(AGE_FILE) or len(wrapped) > LONGEST_WRAPPED:
        raise NotAKey
    now = runtime.now()
    async with runtime.database.store() as store:
        service = await store.services.by_id(worker.service_id or "")
        if service is None:
            raise NotFound
        if await store.services.keys(service.id):
            raise AlreadyTaken
        key = ServiceKey(service_id=service.id, recipient=recipient, wrapped=wrapped, made_by=worker.id, made_at=now)
        await store.services.add_key(key)
        store.audit.add("key_made", worker.id, service.id, at=now)
    runtime.forget_world()


async def _holder(store: Store, key: ServiceKey) -> str:
    worker = await store.workers.by_id(key.made_by)
    return worker.name if worker else key.made_by
