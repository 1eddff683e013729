"""Makes a signed-in worker prove again who she is before she changes keys or ways to sign in.

A session is not enough, because a screen may have been left open. The proof holds for `workers.CONFIRMED_FOR`, in this
session only. Signing in does not count, so that whoever finds an open desk also has to know the password.
"""

import logging

from bot.runtime import Runtime
from bot.usecases.accounts import passwords
from bot.usecases.accounts.second_factors import Signed, verify_signed
from bot.usecases.accounts.workers import get_worker
from bot.usecases.acting import SignedIn, token_hash
from bot.usecases.fair_queue import Asks, Lane, never
from storage.database import Conflict

log = logging.getLogger(__name__)

MOST_DOUBTS = 5
"""The session ends after so many mistakes: whoever sits there does not know the password."""


def purpose(worker: SignedIn) -> str:
    """Return the purpose a passkey signs for, so that the signature is useless for signing in or to a colleague."""
    return f"confirm:{worker.id}"


async def confirm(runtime: Runtime, worker: SignedIn, token: str, given: str | Signed, has_gone: Asks = never) -> bool:
    """Whether it is she, by her password or her passkey's signature. `token` is her session's.

    Raises Busy, and then nothing counts as a mistake.
    """
    here, now = token_hash(token), runtime.now()
    try:
        if isinstance(given, Signed):
            right = await _by_passkey(runtime, worker, here, given)
        else:
            right = await _by_password(runtime, worker, here, given, has_gone)
    except Conflict:  # the same signature twice at once, or the account has changed
        right = False
    async with runtime.database.store() as store:
        session = await store.sessions.get(here)
        if right and session:
            await store.sessions.confirm(here, now)
            factor = "passkey" if isinstance(given, Signed) else "password"
            store.audit.add("confirmed", worker.id, worker.id, factor, at=now)
        elif session and session.doubts >= MOST_DOUBTS:
            await store.sessions.end(here, now)
            store.audit.add("session_ended", worker.id, worker.id, "not confirmed", at=now)
    if not right:
        log.warning("confirmation_refused")
    return right


async def _by_password(runtime: Runtime, worker: SignedIn, here: bytes, password: str, has_gone: Asks) -> bool:
    async def find() -> str | None:
        async with runtime.database.store() as store:
            counted = await store.sessions.doubt(here, MOST_DOUBTS)
            return (await get_worker(store, worker.login)).password_hash if counted else None

    lane = Lane(("confirmation", worker.id), proven=True)
    before, kept = await passwords.verify(lane, find, password, has_gone)
    if kept and kept != before:
        async with runtime.database.store() as store:
            account = await get_worker(store, worker.login)
            if account.password_hash == before:
                account.password_hash = kept
    return kept is not None


async def _by_passkey(runtime: Runtime, worker: SignedIn, here: bytes, given: Signed) -> bool:
    async with runtime.database.store() as store:
        if not await store.sessions.doubt(here, MOST_DOUBTS):
            return False
        return await verify_signed(runtime, store, worker.id, given, purpose(worker), runtime.now()) is not None
