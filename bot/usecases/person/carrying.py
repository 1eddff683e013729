"""What the pages of a form hand on from one to the next: sealed, so that no browser keeps it in words.

Nothing is stored before “send”, so what earlier pages brought travels through the browser. Sealed with a key of ours
and bound to the token of its pages it is opaque there, opens nothing on other pages, and ends with that token: a day
after it was made, or at once when the person goes (bot.usecases.person.leaving). Every replica with the same
BOT_SECRET opens it, before and after a restart.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from bot.engine.request import Pair
from bot.runtime import Runtime
from storage.vault import Unreadable, Vault

BLOCK = 1024
"""Bytes to whose multiples it is filled up, so that its length tells little of what was answered."""
MOST = 8 * 1024
"""Bytes of what is handed on: twice what every question answered at its longest takes. A body may have 16 KiB."""


def seal(runtime: Runtime, token: str, pairs: Sequence[Pair]) -> str:
    """What to hand on as one word. Of what is longer than any form of ours the longest parts are left out."""
    kept = list(pairs)
    while kept and len(text := json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()) > MOST:
        kept.remove(max(kept, key=lambda pair: len(pair[1].encode())))
    if not kept:
        return ""
    padded = text.ljust(-(-len(text) // BLOCK) * BLOCK)
    return urlsafe_b64encode(_vault(runtime).seal(padded, _bound(token))).decode()


def unseal(runtime: Runtime, token: str, sealed: str) -> Sequence[Pair] | None:
    """What was handed on; None when it was changed, belongs to other pages, or was not made by us."""
    if not sealed:
        return ()
    try:
        text = _vault(runtime).open(urlsafe_b64decode(sealed.encode("ascii")), _bound(token))
    except (UnicodeEncodeError, binascii.Error, Unreadable):
        return None
    return [(str(name), str(value)) for name, value in json.loads(text)]


def _bound(token: str) -> bytes:
    return b"carried\0" + token.encode()


def _vault(runtime: Runtime) -> Vault:
    return Vault(runtime.secrets.carried)
