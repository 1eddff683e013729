"""Receipt codes: the code a person keeps, and the slow hash of it that the server keeps."""

import asyncio
import hashlib
import hmac
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bot.runtime import Runtime

ONCE = re.compile(r"[0-9a-f]{32}")
DIGITS = 16
NOBODYS = "none"
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1
"""32 MB and about 0.1 s per guess. A code has 53 random bits, and the salt is not in the database."""
SCRYPT_MEMORY = 64 * 2**20
SLOWLY = ThreadPoolExecutor(2, "receipts")
"""Two hashes at a time for the whole process, so that a flood waits in line instead of filling the memory."""


def new_once() -> str:
    """Return 128 random bits for a new form, so that sending it twice makes one request."""
    return secrets.token_hex(16)


def is_once(text: str) -> bool:
    return bool(ONCE.fullmatch(text))


def mark(runtime: Runtime, once: str) -> bytes:
    """Return the keyed hash by which a form that is sent again is recognised."""
    return _keyed(runtime, f"once\0{once}")


def code_of(runtime: Runtime, once: str) -> str:
    """Return a receipt code of 16 digits, which passes for an ordinary number. The same `once` gives the same code."""
    number = int.from_bytes(_keyed(runtime, f"code\0{once}"), "big") % 10**DIGITS
    return f"{number:0{DIGITS}}"


def grouped(code: str) -> str:
    """Format a code for display, in four groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def digits(text: str) -> str:
    """Return a typed code without whatever separates its digits. Anything else becomes a code that nobody has."""
    found = "".join(character for character in text[:200] if character in "0123456789")
    return found if len(found) == DIGITS else NOBODYS


async def hashed(runtime: Runtime, code: str) -> bytes:
    """Return the hash that the server keeps. Runs in a thread, and takes equally long for right and wrong codes."""
    slowly = partial(
        hashlib.scrypt,
        digits(code).encode(),
        salt=_keyed(runtime, "salt"),
        n=SCRYPT_N,
        r=SCRYPT_R,
        p=SCRYPT_P,
        maxmem=SCRYPT_MEMORY,
        dklen=32,
    )
    return await asyncio.get_running_loop().run_in_executor(SLOWLY, slowly)


def _keyed(runtime: Runtime, text: str) -> bytes:
    return hmac.new(runtime.secrets.receipts, text.encode(), hashlib.sha256).digest()
