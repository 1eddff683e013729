"""Workers' accounts: invitation, sign-in by two factors with slowed guessing, and sessions that expire."""

import asyncio
import logging
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import digest

import pyotp

from bot.engine.spelling import plain
from bot.runtime import Runtime
from bot.usecases.accounts import attempts, passwords
from bot.usecases.accounts.attempts import Way
from bot.usecases.accounts.second_factors import Signed, step_of, use_code
from bot.usecases.acting import SignedIn, token_hash
from bot.usecases.fair_queue import Asks, Lane, never
from bot.usecases.refused import NotFound, Refused
from bot.usecases.retrying import retry
from bot.usecases.services import key_loss, notices
from bot.usecases.services.notices import NOTICE
from storage.database import Conflict, Store
from storage.social_services import SocialService
from storage.workers import DeskSession, Role, Worker

__all__ = ["Invitation", "Role", "SignedIn"]

log = logging.getLogger(__name__)

INVITED_FOR = timedelta(hours=48)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
AGREED_FOR = timedelta(days=365)
SEEN_EVERY = timedelta(minutes=1)
CONFIRMED_FOR = timedelta(minutes=5)
TRIES = 3
"""How often to read an account again that somebody else changed at the same moment."""
SYSTEM = "system"
"""Stands in the audit for the operator's commands."""
DEMO_PREFIX = "demo-"
"""Prefix of invented workers' ids; codes are never shown for others."""
DEMO_PASSWORD = "mierigs ezers un laiva"  # noqa: S105 - of invented workers, printed at every start


LONGEST_LOGIN = 40
LOGIN = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{LONGEST_LOGIN - 1}}}")


class LoginTaken(Refused):
    """The login is taken."""


class NotALogin(Refused):
    """A login has up to 40 letters from a to z, digits and, after the first, `.`, `_` and `-`."""


class NotYet(Refused):
    """The invitation was not accepted: `what` is “password” or “code”, whichever is wrong."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Invitation:
    """The login it is for, and whether a secret for its codes was shown already."""

    login: str
    was_shown: bool


@dataclass(frozen=True, slots=True)
class Secret:
    """What an authenticator app makes codes from: as text, and as the URI for the QR code."""

    text: str
    otpauth: str


def login_of(name: str) -> str:
    """Return a login made of the first word of a name; “worker” where none of its letters can be typed everywhere."""
    return plain(name).partition(" ")[0][:LONGEST_LOGIN] or "worker"


async def invite(
    runtime: Runtime, login: str, name: str, role: Role, service_id: str | None = None, *, by: str = SYSTEM
) -> str:
    """Add a worker and return the path of her invitation, valid once and for INVITED_FOR.

    Raises Refused if role and service do not fit, NotFound for an unknown service, NotALogin, LoginTaken.
    """
    if (role in ("worker", "head")) != (service_id is not None):
        raise Refused("workers and heads belong to a service, others to none")
    token, now, login = secrets.token_urlsafe(32), runtime.now(), login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise NotALogin("a login has letters from a to z, digits, . _ and -, and no spaces, such as anna.kalnina")
    worker = Worker(login=login, name=name.strip(), role=role, created_at=now, service_id=service_id)
    worker.invited_hash, worker.invited_until = token_hash(token), now + INVITED_FOR
    try:
        async with runtime.database.store() as store:
            if service_id is not None and await store.services.by_id(service_id) is None:
                raise NotFound(f"the service {service_id} is not set up: blakus service set {service_id} --hours …")
            await store.workers.add(worker)
            store.audit.add("worker_invited", by, worker.id, at=now)
    except Conflict:
        raise LoginTaken(f"the login {worker.login} is taken; blakus worker list shows them all") from None
    return f"/join/{token}"


async def invite_again(runtime: Runtime, login: str, *, by: str = SYSTEM) -> str:
    """Return a new invitation for a worker who lost password or codes. All that opened her account ends now.

    She starts without a key: whoever makes the link could use it, and must not read letters with it. Raises NotFound.
    """
    token, now = secrets.token_urlsafe(32), runtime.now()
    async with runtime.database.store() as store:
        worker = await get_worker(store, login)
        await _take_everything(store, worker, now, by)
        worker.invited_hash, worker.invited_until = token_hash(token), now + INVITED_FOR
        worker.failures, worker.locked_until, worker.active = 0, None, True
        store.audit.add("worker_invited", by, worker.id, at=now)
    runtime.caches.forget_world()
    return f"/join/{token}"


async def leave(runtime: Runtime, login: str, *, by: str = SYSTEM) -> str:
    """Close an account and erase everything that opens it, including its copy of the service's key.

    What the worker did stays in the audit, and her requests go back to her colleagues. Return the id of her service,
    empty if she had none. Raises NotFound.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        worker = await get_worker(store, login)
        service = await _take_everything(store, worker, now, by)
        worker.active, worker.invited_hash = False, None
        store.audit.add("worker_left", by, worker.id, at=now)
        for request in await store.requests.release(worker.id, now):
            if service:
                await notices.add(store, service, request, NOTICE, now)
    runtime.caches.forget_world()
    return service.id if service else ""


async def _take_everything(store: Store, worker: Worker, now: datetime, by: str) -> SocialService | None:
    """Erase what opens an account and what it could open: factors, browsers, sessions and keys. Return its service."""
    await store.services.hold(worker.service_id or "")
    worker.password_hash = worker.totp_sealed = None
    worker.recovery_marks = []
    worker.own_recipient = worker.own_wrapped = None
    worker.wants_key = False
    await store.passkeys.remove_all(worker.id)
    await store.known_browsers.forget_all(worker.id)
    await store.sessions.end_all(worker.id, now)
    service = await store.services.by_id(worker.service_id or "")
    if await key_loss.erase_copies(store, service, worker.id, now):
        store.audit.add("key_taken_away", by, worker.id, at=now)
    return service


async def list_workers(runtime: Runtime) -> list[Worker]:
    """Return all accounts."""
    async with runtime.database.store() as store:
        return await store.workers.all()


async def get_invitation(runtime: Runtime, token: str) -> Invitation:
    """Return what the page of an invitation shows. Raises NotFound if it was used, has expired, or never existed."""
    async with runtime.database.store() as store:
        worker = await find_invited(store, token, runtime.now())
        return Invitation(worker.login, worker.totp_sealed is not None)


async def new_secret(runtime: Runtime, token: str) -> Secret:
    """Make the secret for an invited worker's codes, shown only now. An earlier one is void.

    It opens nothing until she has confirmed it with a code and chosen a password. Raises NotFound.
    """
    secret, now = pyotp.random_base32(), runtime.now()
    async with runtime.database.store() as store:
        worker = await find_invited(store, token, now)
        store.workers.set_totp(worker, secret.encode())
        store.audit.add("secret_shown", worker.id, worker.id, at=now)
        otpauth = pyotp.TOTP(secret).provisioning_uri(name=worker.login, issuer_name="Blakus")
    return Secret(secret, otpauth)


async def join(
    runtime: Runtime, token: str, password: str, code: str, *, browser: str = "", has_gone: Asks = never
) -> None:
    """Set the password and confirm the codes. The invitation is used up, and the browser is remembered.

    Raises NotFound, NotYet if password or code is wrong, and Busy if too many are waiting.
    """
    arrived = runtime.now()
    async with runtime.database.store() as store:
        worker = await find_invited(store, token, arrived)
        secret = store.workers.totp(worker)
    if await asyncio.to_thread(passwords.is_too_easy, password, worker.login, worker.name):
        raise NotYet("password")
    step = step_of(secret.decode(), code, arrived, after=0) if secret else None
    if step is None:
        raise NotYet("code")
    hashed = await passwords.hash_password(Lane(("invitation", worker.id), proven=True), password, has_gone)
    async with runtime.database.store() as store:
        worker = await find_invited(store, token, arrived)
        if store.workers.totp(worker) != secret:  # a new one was shown meanwhile
            raise NotYet("code")
        worker.invited_hash, worker.invited_until = None, None
        worker.password_hash = hashed
        worker.totp_last_step = step
        await attempts.remember_browser(store, worker, browser, runtime.now())
        store.audit.add("worker_joined", worker.id, worker.id, at=runtime.now())


async def sign_in(
    runtime: Runtime, login: str, password: str, second: str | Signed, *, browser: str = "", has_gone: Asks = never
) -> str | None:
    """Sign in and return the session's token, or None. `second` is a typed code or a passkey's signature, `browser` the
    token by which this browser is, or will be, remembered. Both are checked as of now, however long the queue is.

    The answer reveals neither which part was wrong nor whether the login exists. Raises Busy, and then nothing counts
    as a failure.
    """
    arrived = runtime.now()
    way = await attempts.identify(runtime, login.strip().lower(), second, browser, arrived)

    async def find() -> str | None:
        account = await attempts.begin(runtime, way)
        return account.password_hash if account else None

    before, kept = await passwords.verify(way.lane, find, password, has_gone)
    token = None
    if before and kept:
        token = await _begin_session(runtime, way, second, browser, arrived, hashes=(before, kept))
    if token is None:
        log.warning("sign_in_refused")  # counted by the monitor, without saying whose
    return token


async def get_signed_in(runtime: Runtime, token: str, *, touched: bool = True) -> SignedIn | None:
    """Return whose session this is; None if it expired, was ended, or never existed. `touched` keeps it from idling."""
    now, hashed = runtime.now(), token_hash(token)
    async with runtime.database.store() as store:
        session = await store.sessions.get(hashed)
        if session is None:
            return None
        worker = await store.workers.by_id(session.worker_id)
        if worker is None or not worker.active or not is_fresh(session, now):
            await store.sessions.end(hashed, now)
            return None
        if touched and now - session.seen_at >= SEEN_EVERY:
            await store.sessions.seen(hashed, now)
        agreed = worker.conduct_at is not None and now - worker.conduct_at < AGREED_FOR
        confirmed = session.confirmed_at is not None and abs(now - session.confirmed_at) < CONFIRMED_FOR
        who = (worker.id, worker.name, worker.login, worker.role, worker.service_id)
        return SignedIn(*who, agreed, confirmed, worker.own_recipient is not None)


async def touch(runtime: Runtime, token: str) -> None:
    """Restart the idle time of a session whose owner has just pressed something."""
    async with runtime.database.store() as store:
        await store.sessions.seen(token_hash(token), runtime.now())


async def sign_out(runtime: Runtime, token: str) -> None:
    """End this session for good."""
    async with runtime.database.store() as store:
        await store.sessions.end(token_hash(token), runtime.now())


def lock_of(runtime: Runtime, token: str) -> bytes:
    """Return the secret with which this session's browser locks the worker's key between pages. It is stored nowhere.

    Browsers write even non-exportable keys to disk in plain bytes. Locked with this, what is left there after the
    session is worthless.
    """
    return digest(runtime.secrets.key("unlocking"), token.encode(), "sha256")


async def _begin_session(
    runtime: Runtime, way: Way, second: str | Signed, browser: str, arrived: datetime, hashes: tuple[str, str]
) -> str | None:
    """Start a session, retrying if a stranger's guess is counted at the same moment: that must not lock her out."""
    with suppress(Conflict):
        return await retry(lambda: _try_begin_session(runtime, way, second, browser, arrived, hashes), TRIES)
    return None


async def _try_begin_session(
    runtime: Runtime, way: Way, second: str | Signed, browser: str, arrived: datetime, hashes: tuple[str, str]
) -> str | None:
    now, token, (before, kept) = runtime.now(), secrets.token_urlsafe(32), hashes
    async with runtime.database.store() as store:
        worker = await store.workers.by_id(way.worker)
        if worker is None or not worker.active or worker.password_hash != before:
            return None
        if isinstance(second, Signed):
            factor = "passkey" if way.passkey else None
        else:
            factor = await use_code(runtime, store, worker, second, arrived)
        if factor is None:
            return None
        worker.password_hash = kept
        await attempts.record_success(store, worker, way, browser, now)
        await store.sessions.add(
            DeskSession(token_hash=token_hash(token), worker_id=worker.id, started_at=now, seen_at=now)
        )
        store.audit.add("signed_in", worker.id, worker.id, factor, at=now)
    return token


def is_fresh(session: DeskSession, now: datetime) -> bool:
    """Whether a session has not expired. One last seen in the future dates from before the clock was set back."""
    return abs(now - session.seen_at) < IDLE and now - session.started_at < LONGEST


async def get_worker(store: Store, login: str) -> Worker:
    """Return the account of this login. Raises NotFound."""
    worker = await store.workers.by_login(login.strip().lower())
    if worker is None:
        raise NotFound("nobody has this login; blakus worker list shows them all")
    return worker


async def find_invited(store: Store, token: str, now: datetime) -> Worker:
    """Return the account that an invitation is for. Raises NotFound if it was used, has expired, or never existed."""
    worker = await store.workers.by_invitation(token_hash(token))
    if worker is None or not worker.active or worker.invited_until is None or worker.invited_until <= now:
        raise NotFound
    return worker
