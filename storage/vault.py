"""Seals what rests in the database, so that a copied file tells nothing."""

import hmac
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Unreadable(Exception):
    """Sealed with another key, for another row, or changed since."""


class Vault:
    """AES-256-GCM with one key. What is sealed is bound to its place and cannot be moved to another row."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the key must have 32 bytes")
        self._cipher = AESGCM(key)
        self._marking = hmac.digest(key, b"marks", "sha256")

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        nonce = token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to)

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        if len(sealed) < NONCE:
            raise Unreadable
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
        except InvalidTag:
            raise Unreadable from None

    def mark(self, content: bytes) -> bytes:
        """What only a holder of the key could have written beside this content."""
        return hmac.digest(self._marking, content, "sha256")
