"""A worker's own sign-in: agree to the code of conduct, make recovery codes, end sessions."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.accounts.second_factors import recovery_mark
from bot.usecases.accounts.workers import get_worker, is_fresh
from bot.usecases.acting import SignedIn, token_hash
from bot.usecases.refused import NotFound

RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A browser in which a worker is signed in."""

    id: str
    started_at: datetime
    seen_at: datetime
    here: bool


async def agree(runtime: Runtime, worker: SignedIn) -> None:
    """Record that she accepts the code of conduct, for a year. Raises NotFound."""
    now = runtime.now()
    async with runtime.database.store() as store:
        (await get_worker(store, worker.login)).conduct_at = now
        store.audit.add("conduct_accepted", worker.id, worker.id, at=now)


async def new_recovery_codes(runtime: Runtime, worker: SignedIn) -> list[str]:
    """Make ten codes, each valid once in place of the app's, shown only now. Earlier ones are void. Raises NotFound."""
    codes = [f"{secrets.randbelow(10**16):016}" for _ in range(RECOVERY_CODES)]
    async with runtime.database.store() as store:
        (await get_worker(store, worker.login)).recovery_marks = [
            recovery_mark(runtime, worker.id, code) for code in codes
        ]
        store.audit.add("recovery_codes_made", worker.id, worker.id, at=runtime.now())
    return [" ".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


async def recovery_codes_left(runtime: Runtime, worker: SignedIn) -> int:
    """Return how many recovery codes are unused. Raises NotFound."""
    async with runtime.database.store() as store:
        return len((await get_worker(store, worker.login)).recovery_marks)


async def has_app(runtime: Runtime, worker: SignedIn) -> bool:
    """Tell whether an app makes codes for her; not if she joined with a passkey. Raises NotFound."""
    async with runtime.database.store() as store:
        return (await get_worker(store, worker.login)).totp_sealed is not None


async def list_places(runtime: Runtime, worker: SignedIn, token: str) -> list[Place]:
    """Return where the worker is signed in, latest first. `token` is that of the asking browser."""
    now, here = runtime.now(), token_hash(token)
    async with runtime.database.store() as store:
        living = [session for session in await store.sessions.of_worker(worker.id) if is_fresh(session, now)]
    return [
        Place(session.token_hash.hex()[:16], session.started_at, session.seen_at, session.token_hash == here)
        for session in living
    ]


async def end_place(runtime: Runtime, worker: SignedIn, place: str) -> None:
    """End one of the worker's own sessions. Raises NotFound."""
    now = runtime.now()
    async with runtime.database.store() as store:
        found = [
            session for session in await store.sessions.of_worker(worker.id) if session.token_hash.hex()[:16] == place
        ]
        if not found:
            raise NotFound
        await store.sessions.end(found[0].token_hash, now)
        store.audit.add("session_ended", worker.id, worker.id, at=now)


async def end_everywhere(runtime: Runtime, worker: SignedIn) -> None:
    """End all sessions of the worker, including this one, and forget her browsers."""
    now = runtime.now()
    async with runtime.database.store() as store:
        await store.sessions.end_all(worker.id, now)
        await store.known_browsers.forget_all(worker.id)
        store.audit.add("sessions_ended", worker.id, worker.id, at=now)


async def acting_as(runtime: Runtime, login: str) -> SignedIn:
    """Return the worker in whose name the operator gives a command. Raises NotFound."""
    async with runtime.database.store() as store:
        worker = await get_worker(store, login)
        if not worker.active:
            raise NotFound("this account is closed; blakus worker list shows them all")
    return SignedIn(worker.id, worker.name, worker.login, worker.role, worker.service_id)
