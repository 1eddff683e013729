"""Proves possession of a key: the holder sends back, opened, what was sealed to its public half.

The server seals a challenge with pyrage and stores nothing; a browser opens it with the key and returns it. It is bound
to the worker, the purpose and the key, expires after five minutes, and works once.
"""

from typing import Literal, get_args

from bot.runtime import Runtime
from bot.sealing import seal_challenge
from bot.usecases import challenges
from bot.usecases.acting import SignedIn
from bot.usecases.refused import Refused

Purpose = Literal["own", "first", "restore", "accept", "change"]
"""What is proved: her own new key, the service's first, one from the recovery sheet or a colleague, or a new one."""
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class NotProved(Refused):
    """The worker did not open what was sealed to the key she registers or claims to hold."""


async def ask(runtime: Runtime, worker: SignedIn, purpose: Purpose, recipient: str) -> bytes:
    """Return a challenge sealed to the key to be proved. Raises NotARecipient."""
    return seal_challenge(recipient, challenges.make_challenge(runtime, _bound(worker, purpose, recipient)))


async def prove(runtime: Runtime, worker: SignedIn, purpose: Purpose, recipient: str, answer: bytes) -> None:
    """Raise NotProved unless the answer is what was sealed to this key for this worker and purpose.

    Commits a transaction of its own, so that a failed claim stays in the audit and an answer is used up. Call it first.
    """
    async with runtime.database.store() as store:
        proved = await challenges.spend(runtime, store, answer, _bound(worker, purpose, recipient))
        if not proved:
            store.audit.add("key_not_proved", worker.id, worker.id, purpose, at=runtime.now())
    if not proved:
        raise NotProved


def _bound(worker: SignedIn, purpose: Purpose, recipient: str) -> str:
    return f"key\0{purpose}\0{worker.id}\0{recipient}"
