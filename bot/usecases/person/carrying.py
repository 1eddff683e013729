"""Carries the answers of a form from page to page, sealed, so that no browser stores them in readable words.

Nothing is stored before “send”, so the answers of earlier pages travel through the browser. They are sealed with our
key and bound to the token of their pages: opaque to the browser, useless on other pages, and void when the token ends,
a day after it was made or at once when the person leaves (bot.usecases.person.leaving). Any replica with the same
BOT_SECRET can open them, before and after a restart.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from bot.engine.request import Pair
from bot.runtime import Runtime
from storage.vault import Unreadable, Vault

BLOCK = 1024
"""Bytes. The sealed text is padded to a multiple of this, so that its length reveals little of the answers."""
MOST = 8 * 1024
"""Bytes before sealing: twice what the longest answers to every question take. A request body may have 16 KiB."""


def seal(runtime: Runtime, token: str, pairs: Sequence[Pair]) -> str:
    """Return the pairs as one sealed word. If they are longer than any of our forms, the longest are left out."""
    kept = list(pairs)
    while kept and len(text := json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()) > MOST:
        kept.remove(max(kept, key=lambda pair: len(pair[1].encode())))
    if not kept:
        return ""
    padded = text.ljust(-(-len(text) // BLOCK) * BLOCK)
    return urlsafe_b64encode(_vault(runtime).seal(padded, _bound(token))).decode()


def unseal(runtime: Runtime, token: str, sealed: str) -> Sequence[Pair] | None:
    """Return the sealed pairs; None if the text was changed, belongs to other pages, or is not ours."""
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
