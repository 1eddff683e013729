"""What the program does slowly on purpose, done quickly: guessing is not what most tests are about.

Only in the tests' own process: a program in a process of its own is as slow as it has to be. That it is slow:
tests/test_slow_on_purpose.py.
"""

import hashlib
import hmac
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot import apart, demo
from bot.usecases.accounts import passwords
from bot.usecases.casework import receipts
from storage import together

SLOW_HASHER, SLOW_SCRYPT_N, SAFE_PRAGMAS = passwords.HASHER, receipts.SCRYPT_N, together.PRAGMAS
"""As the program has them: this module is imported before anything is changed."""


@contextmanager
def quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(demo, "PasswordHasher", lambda: passwords.HASHER)
        patch.setattr(demo, "passphrase", SimpleNamespace(encrypt=lambda text, words: locked(text.decode(), words)))
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
    """In the age format with the least work for each guess; the libraries take a second, and a browser many.

    The format: https://c2sp.org/age
    """
    salt, key, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapping = hashlib.scrypt(passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2, r=8, p=1, dklen=32)
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s 1\n%s\n---" % (_unpadded(salt), _unpadded(body))
    mac = hmac.digest(_derived(key, b"", b"header"), header, "sha256")
    only_chunk = bytes(11) + b"\1"
    payload = ChaCha20Poly1305(_derived(key, nonce, b"payload")).encrypt(only_chunk, secret.encode(), None)
    return header + b" " + _unpadded(mac) + b"\n" + nonce + payload


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=info).derive(key)


def _unpadded(raw: bytes) -> bytes:
    return b64encode(raw).rstrip(b"=")
