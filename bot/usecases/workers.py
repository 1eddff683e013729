"""Workers' accounts: invited once, signed in by two factors, slowed down when they guess, signed out in time."""

import asyncio
import logging
import secrets
from base64 import b32encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from hmac import digest
from typing import get_args

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from bot.runtime import Runtime
from bot.usecases import key_loss, notices
from bot.usecases.notices import NOTICE
from bot.usecases.refused import NotFound, Refused
from bot.usecases.second_factors import Signed, accepted, next_code, step_of
from storage.database import Conflict, Store
from storage.workers import DeskSession, Role, Worker

__all__ = ["Invitation", "Role", "SignedIn"]

log = logging.getLogger(__name__)

INVITED_FOR = timedelta(hours=48)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
AGREED_FOR = timedelta(days=365)
SEEN_EVERY = timedelta(minutes=1)
SHORTEST_PASSWORD = 12
FREE_FAILURES = 2
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
DEMO_PREFIX = "demo-"
"""How the ids of invented workers begin; only for these a code is ever shown."""
DEMO_PASSWORD = "mierigs ezers un laiva"  # noqa: S105 - of invented workers, printed at every start

HASHER = PasswordHasher()
AT_ONCE = asyncio.Semaphore(2)
"""Each hashing takes 64 MiB on purpose; a flood of guesses must not take all there is."""


class LoginTaken(Refused):
    """Someone has this login already."""


class NotYet(Refused):
    """The invitation cannot be used so: `what` says whether password or code is wrong."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who acts at the desk."""

    id: str
    name: str
    login: str
    role: Role
    service_id: str | None
    agreed: bool = False
    """She accepted the code of conduct within the last year."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invited worker needs to begin: a login, and the secret for the codes."""

    login: str
    secret: str
    otpauth: str


@dataclass(frozen=True, slots=True)
class DemoWorker:
    """An invented worker, and the code that signs in now."""

    login: str
    role: Role
    code: str


async def invite(runtime: Runtime, login: str, name: str, role: Role, service_id: str | None = None) -> str:
    """A new worker, and the path of the link with which she sets her password and codes, once, within 48 hours."""
    if (role in ("worker", "head")) != (service_id is not None):
        raise Refused("workers and heads belong to a service, others to none")
    token, now = secrets.token_urlsafe(32), runtime.now()
    worker = Worker(login=login.strip().lower(), name=name.strip(), role=role, created_at=now, service_id=service_id)
    worker.invited_hash, worker.invited_until = token_hash(token), now + INVITED_FOR
    try:
        async with runtime.database.store() as store:
            if service_id is not None and await store.services.by_id(service_id) is None:
                raise NotFound
            await store.workers.add(worker)
            store.audit.add("worker_invited", "system", worker.id, at=now)
    except Conflict:
        raise LoginTaken from None
    return f"/join/{token}"


async def invite_again(runtime: Runtime, login: str) -> str:
    """A new link for who lost the password or the codes. The old ones end now, and so does every session."""
    token, now = secrets.token_urlsafe(32), runtime.now()
    async with runtime.database.store() as store:
        worker = await known(store, login)
        worker.invited_hash, worker.invited_until = token_hash(token), now + INVITED_FOR
        worker.password_hash = worker.totp_sealed = None
        worker.recovery_marks = []
        worker.failures, worker.locked_until, worker.active = 0, None, True
        await store.passkeys.remove_all(worker.id)
        await store.sessions.end_all(worker.id, now)
        store.audit.add("worker_invited", "system", worker.id, at=now)
    return f"/join/{token}"


async def leave(runtime: Runtime, login: str) -> str:
    """Close an account and erase what opened it, its copy of the service's key too. What it did stays in the audit,
    and what it cared for goes back to the colleagues. Answers the id of its service; empty where it belonged to none.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        worker = await known(store, login)
        await store.services.hold(worker.service_id or "")
        worker.active, worker.invited_hash = False, None
        worker.password_hash = worker.totp_sealed = None
        worker.recovery_marks = []
        worker.own_recipient = worker.own_wrapped = None
        worker.wants_key = False
        await store.passkeys.remove_all(worker.id)
        await store.sessions.end_all(worker.id, now)
        store.audit.add("worker_left", "system", worker.id, at=now)
        service = await store.services.by_id(worker.service_id or "")
        if await key_loss.take_away(store, service, worker.id, now):
            store.audit.add("key_taken_away", "system", worker.id, at=now)
        for request in await store.requests.part(worker.id, now):
            if service:
                await notices.add(store, service, request, NOTICE, now)
    runtime.forget_world()
    return service.id if service else ""


async def everyone(runtime: Runtime) -> list[Worker]:
    """All accounts, for the operator's list."""
    async with runtime.database.store() as store:
        return await store.workers.all()


async def invitation(runtime: Runtime, token: str) -> Invitation:
    """What the page of an invitation shows. Raises NotFound when it was used, ran out, or never was."""
    async with runtime.database.store() as store:
        worker = await _invited(store, token, runtime.now())
    codes = pyotp.TOTP(_secret_of(runtime, token))
    return Invitation(worker.login, codes.secret, codes.provisioning_uri(name=worker.login, issuer_name="Blakus"))


async def join(runtime: Runtime, token: str, password: str, code: str) -> None:
    """Set password and codes; the invitation is used up. Raises NotYet when one of them is not right."""
    now = runtime.now()
    secret = _secret_of(runtime, token)
    if len(password) < SHORTEST_PASSWORD:
        raise NotYet("password")
    step = step_of(secret, code, now, after=0)
    if step is None:
        raise NotYet("code")
    hashed = await _hashed(password)
    async with runtime.database.store() as store:
        worker = await _invited(store, token, now)
        worker.invited_hash, worker.invited_until = None, None
        worker.password_hash = hashed
        store.workers.set_totp(worker, secret.encode())
        worker.totp_last_step = step
        store.audit.add("worker_joined", worker.id, worker.id, at=now)


async def sign_in(runtime: Runtime, login: str, password: str, second: str | Signed) -> str | None:
    """A session's token, or None. `second` is the typed code, or what a passkey signed.

    Whoever asks learns neither which part was wrong nor whether the login exists.
    """
    account = await _begin_attempt(runtime, login)
    token = None
    if await _matches(account.password_hash if account else None, password) and account is not None:
        with suppress(Conflict):  # another sign-in with the same proof was faster
            token = await _begin_session(runtime, account.id, second)
    if token is None:
        log.warning("sign_in_refused")  # counted by the monitor; of whom, nobody need know
    return token


async def signed_in(runtime: Runtime, token: str) -> SignedIn | None:
    """Whose session this is; None when it idled, grew old, was ended, or never was."""
    now, hashed = runtime.now(), token_hash(token)
    async with runtime.database.store() as store:
        session = await store.sessions.get(hashed)
        if session is None:
            return None
        worker = await store.workers.by_id(session.worker_id)
        if worker is None or not worker.active or not fresh(session, now):
            await store.sessions.end(hashed, now)
            return None
        if now - session.seen_at >= SEEN_EVERY:
            await store.sessions.seen(hashed, now)
        agreed = worker.conduct_at is not None and now - worker.conduct_at < AGREED_FOR
        return SignedIn(worker.id, worker.name, worker.login, worker.role, worker.service_id, agreed)


async def sign_out(runtime: Runtime, token: str) -> None:
    """End this session. It cannot be taken up again."""
    async with runtime.database.store() as store:
        await store.sessions.end(token_hash(token), runtime.now())


def lock_of(runtime: Runtime, token: str) -> bytes:
    """What this session's browser locks the worker's key with between two pages. It rests nowhere.

    A browser keeps even a key that cannot be exported in plain bytes on its disk. Locked with this, what is left
    there after the session is worth nothing.
    """
    return digest(runtime.secrets.key("unlocking"), token.encode(), "sha256")


async def demo_workers(runtime: Runtime) -> list[DemoWorker]:
    """The invented workers with their present codes: in demo mode only, and of nobody else."""
    if runtime.settings.mode != "demo":
        return []
    async with runtime.database.store() as store:
        invented = [one for one in await store.workers.all() if one.id.startswith(DEMO_PREFIX)]
        invented.sort(key=lambda one: get_args(Role).index(one.role))
        return [
            DemoWorker(one.login, one.role, next_code(secret.decode(), runtime.now(), one.totp_last_step))
            for one in invented
            if (secret := store.workers.totp(one)) is not None
        ]


async def _begin_attempt(runtime: Runtime, login: str) -> Worker | None:
    """Count the attempt before looking at it, so that guesses made at once do not escape the counting."""
    now = runtime.now()
    try:
        async with runtime.database.store() as store:
            worker = await store.workers.by_login(login.strip().lower())
            if worker is None or not worker.active or worker.password_hash is None:
                return None
            if worker.locked_until is not None and now < worker.locked_until:
                return None
            worker.failures += 1
            worker.locked_until = now + _wait(worker.failures)
            return worker
    except Conflict:
        return None


async def _begin_session(runtime: Runtime, worker_id: str, second: str | Signed) -> str | None:
    now, token = runtime.now(), secrets.token_urlsafe(32)
    async with runtime.database.store() as store:
        worker = await store.workers.by_id(worker_id)
        if worker is None or not worker.active:
            return None
        factor = await accepted(runtime, store, worker, second)
        if factor is None:
            return None
        worker.failures, worker.locked_until = 0, None
        await store.sessions.add(
            DeskSession(token_hash=token_hash(token), worker_id=worker.id, started_at=now, seen_at=now)
        )
        store.audit.add("signed_in", worker.id, worker.id, factor, at=now)
    return token


def fresh(session: DeskSession, now: datetime) -> bool:
    """Whether a session neither idled nor grew old. One that was seen long from now saw the clock being set back."""
    return abs(now - session.seen_at) < IDLE and now - session.started_at < LONGEST


def _wait(failures: int) -> timedelta:
    """Doubles with each failure, up to a quarter of an hour: a stranger cannot lock a worker out for long."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - FREE_FAILURES - 1, 16)))


async def _matches(hashed: str | None, password: str) -> bool:
    """Compare in a thread. Where there is no such account, something is compared all the same, to take as long."""
    async with AT_ONCE:
        return await asyncio.to_thread(_verified, hashed, password)


def _verified(hashed: str | None, password: str) -> bool:
    try:
        HASHER.verify(hashed or _nobody(), password)
    except VerificationError:
        return False
    return hashed is not None


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))


async def _hashed(password: str) -> str:
    async with AT_ONCE:
        return await asyncio.to_thread(HASHER.hash, password)


async def known(store: Store, login: str) -> Worker:
    """The account of this login. Raises NotFound."""
    worker = await store.workers.by_login(login.strip().lower())
    if worker is None:
        raise NotFound
    return worker


async def _invited(store: Store, token: str, now: datetime) -> Worker:
    worker = await store.workers.by_invitation(token_hash(token))
    if worker is None or not worker.active or worker.invited_until is None or worker.invited_until <= now:
        raise NotFound
    return worker


def _secret_of(runtime: Runtime, token: str) -> str:
    """The secret for the codes follows from the invitation, so that it rests nowhere before it is confirmed."""
    return b32encode(digest(runtime.secrets.key("invitations"), token.encode(), "sha1")).decode()


def token_hash(token: str) -> bytes:
    """What is kept of a session's or an invitation's token."""
    return sha256(token.encode()).digest()
