"""Counts attempts to sign in, so that guessing stays slow and locks nobody out of her account.

A browser in which she has signed in before, and each passkey, has a count of its own. All other attempts share one, and
that is the only one a stranger who knows her login can fill.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.runtime import Runtime
from bot.usecases.accounts import second_factors
from bot.usecases.accounts.second_factors import SIGN_IN, Signed
from bot.usecases.fair_queue import Lane
from storage.database import Conflict, Store
from storage.passkeys import Passkey
from storage.workers import KnownBrowser, Worker

FREE_FAILURES = 2
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
KNOWN_FOR = timedelta(days=90)
"""A browser she has not signed in with for so long counts as a stranger's again."""
MOST_KNOWN = 10


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody signs in: the ids of what was recognised, empty if it was not."""

    lane: Lane
    worker: str = ""
    passkey: str = ""
    browser: bytes = b""


async def identify(runtime: Runtime, login: str, second: str | Signed, browser: str, arrived: datetime) -> Way:
    """Recognise the passkey or browser of an attempt. A passkey's signature is used up, whatever follows.

    The work is the same whether or not the login exists.
    """
    try:
        async with runtime.database.store() as store:
            worker = await store.workers.by_login(login)
            worker_id = worker.id if worker else ""
            if isinstance(second, Signed):
                passkey = await second_factors.verify_signed(runtime, store, worker_id, second, SIGN_IN, arrived)
                if passkey:
                    return Way(Lane(("passkey", passkey.id), proven=True), worker_id, passkey=passkey.id)
            known = await store.known_browsers.get(browser_hash(browser), worker_id)
            if known and arrived - known.used_at < KNOWN_FOR:
                return Way(Lane(("browser", known.token_hash), proven=True), worker_id, browser=known.token_hash)
    except Conflict:  # the same signature arrived twice at once
        worker_id = ""
    return Way(Lane(_stranger_lane(login)), worker_id)


async def begin(runtime: Runtime, way: Way) -> Worker | None:
    """Count the attempt before checking it, so that simultaneous guesses are all counted.

    Return the account to check; None if there is none, or this way in is still locked.
    """
    try:
        async with runtime.database.store() as store:
            worker = await store.workers.by_id(way.worker)
            if worker is None or not worker.active or worker.password_hash is None:
                return None
            counted = await _counter(store, worker, way)
            return worker if counted and _count_attempt(counted, runtime.now()) else None
    except Conflict:
        return None


async def record_success(store: Store, worker: Worker, way: Way, browser: str, now: datetime) -> None:
    """Reset the failures of this way in, and remember the browser."""
    counted = await _counter(store, worker, way)
    if counted:
        counted.failures, counted.locked_until = 0, None
    await remember_browser(store, worker, browser, now)


async def remember_browser(store: Store, worker: Worker, browser: str, now: datetime) -> None:
    """Remember the browser as hers for KNOWN_FOR. An empty token is none."""
    if not browser:
        return
    known = await store.known_browsers.get(browser_hash(browser), worker.id)
    if known:
        known.used_at = now
        return
    await store.known_browsers.add(KnownBrowser(token_hash=browser_hash(browser), worker_id=worker.id, used_at=now))
    await store.known_browsers.keep_latest(worker.id, MOST_KNOWN, browser_hash(browser))


def browser_hash(browser: str) -> bytes:
    """Hash a browser's token, as it is stored."""
    return sha256(b"browser\0" + browser.encode()).digest()


def wait_after(failures: int) -> timedelta:
    """Return how long to wait: it doubles with each failure, up to LONGEST_WAIT."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - FREE_FAILURES - 1, 16)))


async def _counter(store: Store, worker: Worker, way: Way) -> Worker | KnownBrowser | Passkey | None:
    if way.passkey:
        return await store.passkeys.by_id(way.passkey)
    if way.browser:
        return await store.known_browsers.get(way.browser, worker.id)
    return worker


def _count_attempt(counted: Worker | KnownBrowser | Passkey, now: datetime) -> bool:
    if counted.locked_until is not None and now < counted.locked_until:
        return False
    counted.failures += 1
    counted.locked_until = now + wait_after(counted.failures)
    return True


def _stranger_lane(login: str) -> Hashable:
    """Hash the login for a lane: it can be long."""
    return sha256(login.encode()).digest()
