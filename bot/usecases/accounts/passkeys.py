"""A worker's passkeys: add one, list them with the day of last use, remove one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.accounts.second_factors import LONGEST_RESPONSE, Site, malformed
from bot.usecases.accounts.workers import get_worker
from bot.usecases.acting import SignedIn
from bot.usecases.challenges import CHALLENGE_FOR, make_challenge, spend
from bot.usecases.refused import NotFound, Refused
from storage.database import Conflict
from storage.passkeys import Passkey
from storage.workers import Worker

MOST = 10
LONGEST_NAME = 60
DESK = "Blakus"
"""The name that the worker's phone or laptop shows for the passkey's site."""


class NotAPasskey(Refused):
    """The response is not a new passkey of this worker for this desk."""


class LastFactor(Refused):
    """Removing it would leave the worker with a password alone."""


@dataclass(frozen=True, slots=True)
class KeptPasskey:
    """A passkey as its owner sees it."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None


async def list_passkeys(runtime: Runtime, worker: SignedIn) -> list[KeptPasskey]:
    """Return the worker's passkeys, oldest first."""
    async with runtime.database.store() as store:
        return [
            KeptPasskey(passkey.id, passkey.name, passkey.made_at, passkey.used_at)
            for passkey in await store.passkeys.of_worker(worker.id)
        ]


async def creation_options(runtime: Runtime, worker: SignedIn, at: Site) -> str:
    """Return the browser's options, as JSON, for a discoverable passkey that verifies its user."""
    async with runtime.database.store() as store:
        there = [passkey.credential for passkey in await store.passkeys.of_worker(worker.id)]
    return await options(runtime, worker, at, _purpose(worker), there)


async def options(
    runtime: Runtime, worker: SignedIn | Worker, at: Site, purpose: str, there: Sequence[bytes] = ()
) -> str:
    """Return such options with a challenge for this purpose. `there` are credentials that need no second one."""
    return await asyncio.to_thread(_options, runtime, worker, at, purpose, there)  # the first call loads the library


def _options(runtime: Runtime, worker: SignedIn | Worker, at: Site, purpose: str, there: Sequence[bytes]) -> str:
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=at.host,
        rp_name=DESK,
        user_id=worker.id.encode(),
        user_name=worker.login,
        user_display_name=worker.name,
        challenge=make_challenge(runtime, purpose),
        timeout=int(CHALLENGE_FOR.total_seconds()) * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in there],
    )
    return options_to_json(options)


async def add(runtime: Runtime, worker: SignedIn, at: Site, name: str, response: str) -> None:
    """Store the public half of a new passkey. Raises NotAPasskey."""
    now = runtime.now()
    made, said = new_passkey(worker.id, at, name, response, now)
    try:
        async with runtime.database.store() as store:
            full = len(await store.passkeys.of_worker(worker.id)) >= MOST
            if full or not await spend(runtime, store, said, _purpose(worker)):
                raise NotAPasskey
            await store.passkeys.add(made)
            store.audit.add("passkey_added", worker.id, worker.id, at=now)
    except Conflict:  # it is registered already, or was sent twice
        raise NotAPasskey from None


def new_passkey(worker_id: str, at: Site, name: str, response: str, now: datetime) -> tuple[Passkey, bytes]:
    """Return a passkey that a browser has made, not stored yet, and the challenge it answers. Raises NotAPasskey."""
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_client_data_json, parse_registration_credential_json

    name = " ".join(name.split())[:LONGEST_NAME]
    try:
        credential = parse_registration_credential_json(response[:LONGEST_RESPONSE])
        said = parse_client_data_json(credential.response.client_data_json).challenge
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=said,
            expected_rp_id=at.host,
            expected_origin=at.origin,
            require_user_verification=True,
        )
    except malformed():
        raise NotAPasskey from None
    if not name:
        raise NotAPasskey
    made = Passkey(
        worker_id=worker_id,
        credential=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=name,
        made_at=now,
    )
    return made, said


async def remove(runtime: Runtime, worker: SignedIn, passkey_id: str) -> None:
    """Remove one of the worker's own. Raises NotFound, or LastFactor if only a password would be left."""
    async with runtime.database.store() as store:
        account = await get_worker(store, worker.login)
        there = await store.passkeys.of_worker(worker.id)
        if account.totp_sealed is None and len(there) == 1:
            raise LastFactor
        if not await store.passkeys.remove(worker.id, passkey_id):
            raise NotFound
        store.audit.add("passkey_removed", worker.id, worker.id, at=runtime.now())


def _purpose(worker: SignedIn) -> str:
    """Bind the challenge to the worker who asked for it."""
    return f"add:{worker.id}"
