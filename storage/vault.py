"""Encrypts what is stored in the database, so that a copied file reveals nothing."""

import hmac
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Unreadable(Exception):
    """Sealed with another key or for another row, or changed since."""


class Vault:
    """AES-256-GCM with one key of 32 bytes. `bound_to` ties a ciphertext to its row, so that it cannot be moved."""

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
        """Return a MAC of the content, which only a holder of the key can make."""
        return hmac.digest(self._marking, content, "sha256")

    def mark_of_database(self, audit_after: int) -> bytes:
        """Return the MAC by which a database is known as sealed with this key, and its audit as linked with it.

        `audit_after` is the last entry of the audit that an earlier key linked, 0 if there is none.
        """
        return self.mark(b"the key of this database" + (b" %d" % audit_after if audit_after else b""))
