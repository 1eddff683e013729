"""The code word agreed with the caller: one we propose, or one of the person's own, which always wins. Pure.

If the page offered everybody the same few words, whoever answers in her place could guess one. So each form proposes
a different word out of many.
"""

import hashlib
from collections.abc import Sequence

CODE_WORD = "code_word"
OWN_WORD = "code_word_own"
NO_WORD = "none"


def proposed_word(words: Sequence[str], once: str) -> str:
    """Return the word for the form begun with `once`: stable across its pages, evenly distributed across forms."""
    choice = [word for word in words if word != NO_WORD]
    drawn = hashlib.sha256(f"code word\0{once}".encode()).digest()
    return choice[int.from_bytes(drawn, "big") % len(choice)]
