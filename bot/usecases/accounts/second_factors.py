"""The second factor of a sign-in: a passkey, the code of an app, or a recovery code. Each proof is good once.

The library for passkeys is loaded by whoever first uses one: it takes eight megabytes, and a third of a second.
"""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest, digest
from typing import Literal
from urllib.parse import urlsplit

import pyotp

from bot.runtime import Runtime
from bot.usecases.challenges import CHALLENGE_FOR, make_challenge, spend
from storage.database import Store
from storage.passkeys import Passkey
from storage.workers import Worker

Factor = Literal["passkey", "code", "recovery_code"]

STEP = 30
"""Seconds a code of the app holds."""
LONGEST_RESPONSE = 16 * 1024
SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Site:
    """Where browsers find the desk. A passkey is made for one host and signs for no other."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What a passkey signed, as the browser handed it over at this site."""

    response: str
    site: Site


def site(runtime: Runtime, host: str) -> Site | None:
    """The desk's own address as the operator set it; the demonstration's is localhost. None: no passkeys.

    What a request says about its host is believed in the demonstration only, where it can be this machine alone.
    """
    if runtime.settings.desk_url:
        return Site(urlsplit(runtime.settings.desk_url).hostname or "", runtime.settings.desk_origin)
    if runtime.settings.mode == "demo" and host.partition(":")[0] == "localhost":
        return Site("localhost", f"http://{host}")
    return None


async def use_code(runtime: Runtime, store: Store, worker: Worker, given: str, at: datetime) -> Factor | None:
    """Which typed code of the worker this is, now used up. None when it is none of hers. `at` is when it arrived."""
    secret = store.workers.totp(worker)
    step = step_of(secret.decode(), given, at, worker.totp_last_step) if secret else None
    if step is not None:
        worker.totp_last_step = step
        return "code"
    mark = recovery_mark(runtime, worker.id, given)
    if mark in worker.recovery_marks:
        worker.recovery_marks = [kept for kept in worker.recovery_marks if kept != mark]
        store.audit.add("recovery_code_used", worker.id, worker.id, at=runtime.now())
        return "recovery_code"
    return None


# --- Passkeys ---------------------------------------------------------------------------------------------------------


def signing_options(runtime: Runtime, at: Site, purpose: str = SIGN_IN) -> str:
    """What a browser needs to ask for a passkey. The same for everyone: it tells nothing about any login."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=at.host,
        challenge=make_challenge(runtime, purpose),
        timeout=int(CHALLENGE_FOR.total_seconds()) * 1000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def malformed() -> tuple[type[Exception], ...]:
    """How the library says that what a browser sent is no proof."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, KeyError, TypeError, RecursionError


async def verify_signed(
    runtime: Runtime, store: Store, worker_id: str, given: Signed, purpose: str, arrived: datetime
) -> Passkey | None:
    """Which of the worker's passkeys signed a fresh challenge of ours, for this desk, after asking who she is.

    It is used up now. Without such a worker the work is the same.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json

    try:
        credential = parse_authentication_credential_json(given.response[:LONGEST_RESPONSE])
        said = parse_client_data_json(credential.response.client_data_json).challenge
    except malformed():
        return None
    passkey = await store.passkeys.by_credential(worker_id, credential.raw_id)
    if not await spend(runtime, store, said, purpose, arrived) or passkey is None:
        return None
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=said,
            expected_rp_id=given.site.host,
            expected_origin=given.site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # compared below, so that a copied passkey is told apart from a mistake
            require_user_verification=True,
        )
    except malformed():
        return None
    if _was_copied(passkey, verified.new_sign_count):
        store.audit.add("passkey_counter_went_back", worker_id, worker_id, at=runtime.now())
        return None
    passkey.sign_count, passkey.used_at = verified.new_sign_count, runtime.now()
    return passkey


def _was_copied(passkey: Passkey, counted: int) -> bool:
    """A counter that did not move on means that there are two of what must exist once (WebAuthn 7.2, step 22)."""
    return (counted > 0 or passkey.sign_count > 0) and counted <= passkey.sign_count


# --- Codes ------------------------------------------------------------------------------------------------------------


def recovery_mark(runtime: Runtime, worker_id: str, code: str) -> str:
    """What is kept of a recovery code: without our key nobody can try codes against it."""
    given = f"{worker_id}:{''.join(code.split())}".encode()
    return digest(runtime.secrets.key("recovery-codes"), given, "sha256").hex()


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """Which step's code this is: now's, or one before or behind it, never one that was used already."""
    given = "".join(code.split()).encode()
    present = int(now.timestamp()) // STEP
    steps = [step for step in (present, present - 1, present + 1) if step > after]
    return next((step for step in steps if compare_digest(_code(secret, step).encode(), given)), None)


def next_code(secret: str, now: datetime, after: int) -> str:
    """The code an authenticator app shows, or the following one where that was used."""
    return _code(secret, max(int(now.timestamp()) // STEP, after + 1))


def _code(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).at(step * STEP)
