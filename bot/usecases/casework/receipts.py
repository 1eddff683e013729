"""Receipt codes: what a person holds, and the slow hash of it that we keep."""

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
"""32 MB and about 0.1 s a guess; a code has 53 random bits, and the salt is not in the database."""
SCRYPT_MEMORY = 64 * 2**20
SLOWLY = ThreadPoolExecutor(2, "receipts")
"""Two guesses at a time for the whole process: a flood waits in line instead of taking the memory."""


def new_once() -> str:
    """128 random bits, made when a form is first shown: sending it twice makes one request."""
    return secrets.token_hex(16)


def is_once(text: str) -> bool:
    return bool(ONCE.fullmatch(text))


def mark(runtime: Runtime, once: str) -> bytes:
    """What is kept to know a form again."""
    return _keyed(runtime, f"once\0{once}")


def code_of(runtime: Runtime, once: str) -> str:
    """16 digits, so that it passes for an ordinary number. Made from `once`, so that sending again finds it again."""
    number = int.from_bytes(_keyed(runtime, f"code\0{once}"), "big") % 10**DIGITS
    return f"{number:0{DIGITS}}"


def grouped(code: str) -> str:
    """As it is shown: four groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def digits(text: str) -> str:
    """The code as typed, whatever stands between its digits. What is no code becomes one that nobody has."""
    found = "".join(one for one in text[:200] if one in "0123456789")
    return found if len(found) == DIGITS else NOBODYS


async def hashed(runtime: Runtime, code: str) -> bytes:
    """The hash that is kept. The same work for every text, right or wrong, beside the loop."""
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
