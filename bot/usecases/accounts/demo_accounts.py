"""The invented workers of a demonstration, whose codes everybody may see."""

from dataclasses import dataclass
from typing import get_args

from bot.runtime import Runtime
from bot.usecases.accounts.second_factors import next_code
from bot.usecases.accounts.workers import DEMO_PREFIX
from storage.workers import Role


@dataclass(frozen=True, slots=True)
class DemoWorker:
    """An invented worker, and her present sign-in code."""

    login: str
    role: Role
    code: str


async def demo_workers(runtime: Runtime) -> list[DemoWorker]:
    """Return the invented workers with their present codes, in demo mode only."""
    if runtime.settings.mode != "demo":
        return []
    async with runtime.database.store() as store:
        invented = [worker for worker in await store.workers.all() if worker.id.startswith(DEMO_PREFIX)]
        invented.sort(key=lambda worker: get_args(Role).index(worker.role))
        return [
            DemoWorker(worker.login, worker.role, next_code(secret.decode(), runtime.now(), worker.totp_last_step))
            for worker in invented
            if (secret := store.workers.totp(worker)) is not None
        ]
