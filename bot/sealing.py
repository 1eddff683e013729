"""Seal a request to a service's public key, in the age format. There is no way to open one here, and must be none.

Every sealed request has the same size, so that its length tells nothing. age has no associated data: the ids of
request and service stand inside, and whoever opens it compares them with the row it lay in.
"""

import json
from collections.abc import Mapping
from typing import Any

from pyrage import RecipientError, encrypt
from pyrage.x25519 import Recipient

SIZE = 8192
"""Bytes before sealing. The longest request that the form lets through is about a third of it."""
SEALED_SIZE = 8500
"""Bytes after sealing. The library adds a stanza of chance length ("grease"); one size is reached by trying again."""
MOST_TRIES = 20_000


class TooLong(ValueError):
    """The payload does not fit. Nothing is sealed in two sizes."""


class NotARecipient(ValueError):
    """The service's public key is none: nobody could ever read what is sealed to it."""


def seal(recipient: str, payload: Mapping[str, Any]) -> bytes:
    """The payload as JSON, filled up with blanks (which JSON allows at its end) and sealed for one recipient."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > SIZE:
        raise TooLong
    key = _recipient(recipient)
    for _ in range(MOST_TRIES):  # about a hundred, 0.1 ms each
        sealed: bytes = encrypt(text.ljust(SIZE), [key])
        if len(sealed) == SEALED_SIZE:
            return sealed
    raise AssertionError("the sealing library has changed its sizes")


def seal_challenge(recipient: str, challenge: bytes) -> bytes:
    """A few bytes that only who has the key can read. Raises NotARecipient."""
    sealed: bytes = encrypt(challenge, [_recipient(recipient)])
    return sealed


def is_recipient(text: str) -> bool:
    """Whether something could be sealed to this key."""
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
