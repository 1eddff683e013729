"""A worker's own changes to her sign-in: another password, or the authenticator moved to another telephone.

The desk has her confirm first who she is. The new secret is stored nowhere before a code of it is proved: the page
brings it back with a challenge that was made for this worker and this secret.
"""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

import pyotp

from bot.runtime import Runtime
from bot.usecases.accounts import passwords
from bot.usecases.accounts.second_factors import step_of
from bot.usecases.accounts.workers import NotYet, Secret, get_worker
from bot.usecases.acting import SignedIn, token_hash
from bot.usecases.challenges import make_challenge, spend
from bot.usecases.fair_queue import Asks, Lane, never
from bot.usecases.refused import Refused

LONGEST_CHALLENGE = 200


class TooLate(Refused):
    """The new secret was not shown to this worker within the last minutes, or was used already."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A new secret for her app, and what proves later that we made it for her just now."""

    secret: Secret
    challenge: str


async def change_password(
    runtime: Runtime, worker: SignedIn, token: str, password: str, has_gone: Asks = never
) -> None:
    """Store a new password and end her other sessions. `token` is this session's. Raises NotYet, Busy, NotFound."""
    if await asyncio.to_thread(passwords.is_too_easy, password, worker.login, worker.name):
        raise NotYet("password")
    hashed = await passwords.hash_password(Lane(("new password", worker.id), proven=True), password, has_gone)
    here, now = token_hash(token), runtime.now()
    async with runtime.database.store() as store:
        (await get_worker(store, worker.login)).password_hash = hashed
        for session in await store.sessions.of_worker(worker.id):
            if session.token_hash != here:
                await store.sessions.end(session.token_hash, now)
        store.audit.add("password_changed", worker.id, worker.id, at=now)


def offer_secret(runtime: Runtime, worker: SignedIn) -> Offer:
    """Make a secret for another app. It opens nothing until `move_codes` has proved it."""
    secret = pyotp.random_base32()
    return Offer(
        as_shown(worker, secret), urlsafe_b64encode(make_challenge(runtime, _purpose(worker, secret))).decode()
    )


def as_shown(worker: SignedIn, secret: str) -> Secret:
    """Return the secret with the address behind its QR code."""
    return Secret(secret, pyotp.TOTP(secret).provisioning_uri(name=worker.login, issuer_name="Blakus"))


async def move_codes(runtime: Runtime, worker: SignedIn, secret: str, challenge: str, code: str) -> None:
    """Take the codes of the new secret from now on; those of the old one end.

    Raises NotYet for a wrong code, which uses nothing up, TooLate for a secret we did not just offer her, NotFound.
    """
    now = runtime.now()
    try:
        given = urlsafe_b64decode(challenge[:LONGEST_CHALLENGE].encode())
        step = step_of(secret, code, now, after=0)
    except ValueError:  # nothing that this page sent: no base64, no base32
        raise TooLate from None
    if step is None:
        raise NotYet("code")
    async with runtime.database.store() as store:
        account = await get_worker(store, worker.login)
        if not await spend(runtime, store, given, _purpose(worker, secret), now):
            raise TooLate
        store.workers.set_totp(account, secret.encode())
        account.totp_last_step = step
        store.audit.add("codes_moved", worker.id, worker.id, at=now)


def _purpose(worker: SignedIn, secret: str) -> str:
    return f"app:{worker.id}:{sha256(secret.encode()).hexdigest()}"
