"""What the program does slowly on purpose, done quickly: guessing is not what most tests are about.

Only in the tests' own process: a program in a process of its own is as slow as it has to be. That it is slow:
tests/test_slow_on_purpose.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher

from bot import apart, sealing
from bot.usecases.accounts import passwords
from bot.usecases.casework import receipts
from storage import together

SLOW_HASHER, SLOW_SCRYPT_N, SAFE_PRAGMAS = passwords.HASHER, receipts.SCRYPT_N, together.PRAGMAS
"""As the program has them: this module is imported before anything is changed."""


@contextmanager
def quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(receipts, "SCRYPT_N", 2)
        patch.setattr(apart, "MOST_REMEMBERED", 1000)  # what is shipped is read and proved once for all tests
        patch.setattr(together, "PRAGMAS", (*SAFE_PRAGMAS, "synchronous=OFF"))  # nothing here outlives the run
        yield


@contextmanager
def slowly() -> Iterator[None]:
    """As the program does it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", SLOW_HASHER)
        patch.setattr(receipts, "SCRYPT_N", SLOW_SCRYPT_N)
        patch.setattr(together, "PRAGMAS", SAFE_PRAGMAS)
        yield


def locked(secret: str, passphrase: str) -> bytes:
    """With the least work for each guess; the library takes a second, and a browser many."""
    return sealing.locked(secret.encode(), passphrase, 1)
