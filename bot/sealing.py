"""Seal a request to a service's public key, in the age format. Nothing here can open one, and nothing ever must.

Every sealed request has the same size, so that its length reveals nothing. age has no associated data, so the ids of
the request and the service are inside, and the browser that opens it compares them with the row it came from.
"""

import json
from collections.abc import Mapping
from typing import Any

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
        if len(sealed) == SEALED_SIZE:
            return sealed
    raise AssertionError("the sealing library has changed its sizes")


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


def _recipient(text: str) -> Recipient:
    try:
        return Recipient.from_str(text)
    except RecipientError as error:
        raise NotARecipient from error
