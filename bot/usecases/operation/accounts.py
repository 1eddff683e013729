"""All accounts, for the operator and the data-protection officer: who may sign in, as what, and who holds a key."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.spelling import order
from bot.runtime import Runtime
from bot.usecases.casework.staff import Joined, joined
from storage.workers import Role


@dataclass(frozen=True, slots=True)
class Account:
    """One account. A closed one stays, because the audit names it for a year."""

    login: str
    name: str
    role: Role
    service_id: str
    joined: Joined
    active: bool
    holds: bool
    """She holds a copy of the key that her service's letters are sealed to."""


async def list_accounts(runtime: Runtime) -> list[Account]:
    """Return every account, the open ones first, by name."""
    now = runtime.now()
    async with runtime.database.store() as store:
        everybody, holders = await store.workers.all(), await store.services.holders()
    holding = {holder for held in holders.values() for holder in held}
    found = [
        Account(
            worker.login,
            worker.name,
            worker.role,
            worker.service_id or "",
            joined(worker, now),
            worker.active,
            worker.id in holding,
        )
        for worker in everybody
    ]
    return sorted(found, key=lambda account: (not account.active, order(account.name)))


async def list_service_ids(runtime: Runtime) -> list[tuple[str, Mapping[str, str]]]:
    """Return id and names of each service, as the commands want the id."""
    async with runtime.database.store() as store:
        return [(service.id, service.names) for service in await store.services.all()]
