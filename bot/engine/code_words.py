"""The agreed word: everyday things that are proposed, and a word of the person's own, which always wins. Pure.

Six words that everybody can read on the page are guessed by whoever answers in her place; one of many, another one on
each form, is not.
"""

import hashlib
from collections.abc import Sequence

CODE_WORD = "code_word"
OWN_WORD = "code_word_own"
NO_WORD = "none"


def proposed(words: Sequence[str], once: str) -> str:
    """The word for the form that was begun with `once`: the same on every page of it, and evenly spread over many."""
    choice = [word for word in words if word != NO_WORD]
    drawn = hashlib.sha256(f"code word\0{once}".encode()).digest()
    return choice[int.from_bytes(drawn, "big") % len(choice)]
