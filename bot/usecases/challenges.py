"""Challenges to sign or to open, valid once and for five minutes. Stored only once used."""

from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from secrets import token_bytes

from bot.runtime import Runtime
from storage.database import Store

CHALLENGE_FOR = timedelta(minutes=5)


def make_challenge(runtime: Runtime, purpose: str) -> bytes:
    """Make a challenge. It carries its own time and our MAC, so nothing is stored before it is used."""
    made = token_bytes(16) + int(runtime.now().timestamp()).to_bytes(8)
    return made + _our_mark(runtime, purpose, made)


async def spend(runtime: Runtime, store: Store, given: bytes, purpose: str, at: datetime | None = None) -> bool:
    """Use up a challenge. Whether it is ours, for this purpose, made within CHALLENGE_FOR, and not used before."""
    made, mark, now = given[:24], given[24:], at or runtime.now()
    if not compare_digest(mark, _our_mark(runtime, purpose, made)):
        return False
    age = now.timestamp() - int.from_bytes(made[16:])
    if not 0 <= age < CHALLENGE_FOR.total_seconds():
        return False
    return await store.updates_heard.add(sha256(b"passkey\0" + given).digest()[:16], now + CHALLENGE_FOR)


def _our_mark(runtime: Runtime, purpose: str, made: bytes) -> bytes:
    return digest(runtime.secrets.key("passkeys"), purpose.encode() + b"\0" + made, "sha256")
