"""Accept an invitation with a password and a passkey, without an app for codes. With an app: `workers.join`."""

import asyncio

from bot.runtime import Runtime
from bot.usecases.accounts import attempts, passkeys, passwords
from bot.usecases.accounts.passkeys import NotAPasskey, new_passkey
from bot.usecases.accounts.second_factors import Site
from bot.usecases.accounts.workers import NotYet, find_invited
from bot.usecases.challenges import spend
from bot.usecases.fair_queue import Asks, Lane, never
from storage.database import Conflict
from storage.workers import Worker


async def creation_options(runtime: Runtime, token: str, at: Site) -> str:
    """Return the browser's options, as JSON, for the passkey of an invited worker. Raises NotFound."""
    async with runtime.database.store() as store:
        worker = await find_invited(store, token, runtime.now())
    return await passkeys.options(runtime, worker, at, _purpose(worker))


async def accept(
    runtime: Runtime, token: str, password: str, at: Site, name: str, response: str,
    *, browser: str = "", has_gone: Asks = never,
) -> None:  # fmt: skip
    """Set the password and store the passkey. The invitation is used up, and the browser is remembered.

    A secret for codes that was shown before opens nothing any more: nobody has proved it. Raises NotFound, NotYet for a
    password that is too easy, NotAPasskey, and Busy if too many are waiting.
    """
    arrived = runtime.now()
    async with runtime.database.store() as store:
        worker = await find_invited(store, token, arrived)
    if await asyncio.to_thread(passwords.is_too_easy, password, worker.login, worker.name):
        raise NotYet("password")
    made, said = await asyncio.to_thread(new_passkey, worker.id, at, name, response, arrived)
    hashed = await passwords.hash_password(Lane(("invitation", worker.id), proven=True), password, has_gone)
    try:
        async with runtime.database.store() as store:
            worker = await find_invited(store, token, arrived)
            if not await spend(runtime, store, said, _purpose(worker), arrived):
                raise NotAPasskey
            worker.invited_hash, worker.invited_until = None, None
            worker.password_hash, worker.totp_sealed = hashed, None
            await store.passkeys.add(made)
            await attempts.remember_browser(store, worker, browser, runtime.now())
            store.audit.add("worker_joined", worker.id, worker.id, at=runtime.now())
            store.audit.add("passkey_added", worker.id, worker.id, at=runtime.now())
    except Conflict:  # it was sent twice
        raise NotAPasskey from None


def _purpose(worker: Worker) -> str:
    """Bind the challenge to the one who was invited."""
    return f"join:{worker.id}"
