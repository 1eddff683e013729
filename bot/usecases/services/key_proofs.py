"""Possession of a key is proved: what is sealed to its public half comes back opened.

The server seals a challenge with pyrage and keeps nothing; a browser opens it with the key and sends it back. It is
bound to the worker, to what she does with the key, and to the key; it lives five minutes and is good once.
"""

from typing import Literal, get_args

from bot.runtime import Runtime
from bot.sealing import seal_challenge
from bot.usecases import challenges
from bot.usecases.acting import SignedIn
from bot.usecases.refused import Refused

Purpose = Literal["own", "first", "restore", "accept", "change"]
"""What a key is shown for: her own new one, the service's first, from the sheet, from a colleague, or a new one."""
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class NotProved(Refused):
    """Who registers a key, or says that she holds one, did not open what was sealed to it."""


async def ask(runtime: Runtime, worker: SignedIn, purpose: Purpose, recipient: str) -> bytes:
    """A challenge, sealed to the key that has to be shown. Raises NotARecipient."""
    return seal_challenge(recipient, challenges.make_challenge(runtime, _bound(worker, purpose, recipient)))


async def prove(runtime: Runtime, worker: SignedIn, purpose: Purpose, recipient: str, answer: bytes) -> None:
    """Raises NotProved where the answer is not what was sealed to this key for this worker and purpose.

    In a transaction of its own, before anything else: a failed claim stands in the audit, and an answer is used up.
    """
    async with runtime.database.store() as store:
        proved = await challenges.spend(runtime, store, answer, _bound(worker, purpose, recipient))
        if not proved:
            store.audit.add("key_not_proved", worker.id, worker.id, purpose, at=runtime.now())
    if not proved:
        raise NotProved


def _bound(worker: SignedIn, purpose: Purpose, recipient: str) -> str:
    return f"key\0{purpose}\0{worker.id}\0{recipient}"
