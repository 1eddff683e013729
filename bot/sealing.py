"""Seal a request to a service's public key, in the age format. Nothing here can open one, and nothing ever must.

Every sealed request has the same size, so that its length reveals nothing. age has no associated data, so the ids of
the request and the service are inside, and the browser that opens it compares them with the row it came from.
"""

import hashlib
import hmac
import json
import os
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyrage import RecipientError, encrypt
from pyrage.x25519 import Recipient

SIZE = 8192
"""Bytes before sealing. The longest request the form accepts takes about a third of them."""
SEALED_SIZE = 8500
"""Bytes after sealing. The library adds a stanza of random length ("grease"), so sealing is retried until it fits."""
MOST_TRIES = 20_000


class TooLong(ValueError):
    """The payload does not fit into the one size there is."""


class NotARecipient(ValueError):
    """The service's public key is invalid: nobody could ever read what is sealed to it."""


def seal(recipient: str, payload: Mapping[str, Any]) -> bytes:
    """Seal the payload as JSON, padded with spaces, for one recipient. Raise TooLong, NotARecipient."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > SIZE:
        raise TooLong
    key = _recipient(recipient)
    for _ in range(MOST_TRIES):  # usually about a hundred, 0.1 ms each
        sealed: bytes = encrypt(text.ljust(SIZE), [key])
        if has_the_one_size(sealed):
            return sealed
    raise AssertionError("the sealing library has changed its sizes")


def has_the_one_size(sealed: bytes) -> bool:
    """Return whether the length of a sealed request reveals nothing."""
    return len(sealed) == SEALED_SIZE


def seal_challenge(recipient: str, challenge: bytes) -> bytes:
    """Seal a few bytes that only the holder of the key can read. Raise NotARecipient."""
    sealed: bytes = encrypt(challenge, [_recipient(recipient)])
    return sealed


def is_recipient(text: str) -> bool:
    """Return whether something can be sealed to this key."""
    try:
        _recipient(text)
    except NotARecipient:
        return False
    return True


def locked(secret: bytes, passphrase: str, work: int) -> bytes:
    """Lock a secret with a passphrase that nobody has to guess: in a demonstration and in tests everyone knows it.

    The library's own lock takes seconds and a gibibyte, so that guessing is slow. Here a guess costs 2**`work` steps.
    The format: https://c2sp.org/age
    """
    salt, key, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    salted = b"age-encryption.org/v1/scrypt" + salt
    wrapping = hashlib.scrypt(passphrase.encode(), salt=salted, n=2**work, r=8, p=1, dklen=32)
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_unpadded(salt), work, _unpadded(body))
    mac = hmac.digest(_derived(key, b"", b"header"), header, "sha256")
    only_chunk = bytes(11) + b"\1"
    payload = ChaCha20Poly1305(_derived(key, nonce, b"payload")).encrypt(only_chunk, secret, None)
    return header + b" " + _unpadded(mac) + b"\n" + nonce + payload


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=info).derive(key)


def _unpadded(raw: bytes) -> bytes:
    return b64encode(raw).rstrip(b"=")


def _recipient(text: str) -> Recipient:
    try:
        return Recipient.from_str(text)
    except RecipientError as error:
        raise NotARecipient from error
