"""The second factor of a sign-in: a passkey, an authenticator code, or a recovery code. Each proof works once.

The passkey library is loaded on first use, because it takes eight megabytes and a third of a second.
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
"""Seconds that a code of the app is valid."""
LONGEST_RESPONSE = 16 * 1024
SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Site:
    """Where browsers find the desk. A passkey signs only for the host it was made for."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A passkey's signature as the browser sent it from this site."""

    response: str
    site: Site


def site(runtime: Runtime, host: str) -> Site | None:
    """Return the desk's address as set by the operator, or localhost in a demonstration. None: no passkeys here.

    The host named in a request is trusted only in a demonstration, where it can only be this machine.
    """
    if runtime.settings.desk_url:
        return Site(urlsplit(runtime.settings.desk_url).hostname or "", runtime.settings.desk_origin)
    if runtime.settings.mode == "demo" and host.partition(":")[0] == "localhost":
        return Site("localhost", f"http://{host}")
    return None


async def use_code(runtime: Runtime, store: Store, worker: Worker, given: str, at: datetime) -> Factor | None:
    """Use up a typed code and return its kind; None if it is none of hers. `at` is when it arrived."""
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
    """Return the browser's options, as JSON, for using a passkey. They are equal for all logins and reveal none."""
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
    """Return the exceptions the library raises for an invalid response."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, KeyError, TypeError, RecursionError


async def verify_signed(
    runtime: Runtime, store: Store, worker_id: str, given: Signed, purpose: str, arrived: datetime
) -> Passkey | None:
    """Return the worker's passkey that signed a fresh challenge of ours, for this desk, after verifying its user.

    None if there is none. The challenge is used up. The work is the same if there is no such worker.
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
            credential_current_sign_count=0,  # checked below, to tell a copied passkey from a mistake
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
    """Whether the passkey was copied: its counter did not advance (WebAuthn 7.2, step 22)."""
    return (counted > 0 or passkey.sign_count > 0) and counted <= passkey.sign_count


# --- Codes ------------------------------------------------------------------------------------------------------------


def recovery_mark(runtime: Runtime, worker_id: str, code: str) -> str:
    """Hash a recovery code, as it is stored. Keyed, so that nobody without our key can try codes against it."""
    given = f"{worker_id}:{''.join(code.split())}".encode()
    return digest(runtime.secrets.key("recovery-codes"), given, "sha256").hex()


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """Return the step of a code, within one step of now and later than `after`; None if it has none."""
    given = "".join(code.split()).encode()
    present = int(now.timestamp()) // STEP
    steps = [step for step in (present, present - 1, present + 1) if step > after]
    return next((step for step in steps if compare_digest(_code(secret, step).encode(), given)), None)


def next_code(secret: str, now: datetime, after: int) -> str:
    """Return the code an authenticator app shows, or the following one if that was used."""
    return _code(secret, max(int(now.timestamp()) // STEP, after + 1))


def _code(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).at(step * STEP)
