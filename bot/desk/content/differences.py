"""Two texts word by word: what stayed, what was taken out, what is new."""

import re
from difflib import SequenceMatcher
from typing import Literal

How = Literal["same", "gone", "new"]
PIECE = re.compile(r"\s+|\w+|[^\w\s]")


def pieces(before: str, after: str) -> list[tuple[How, str]]:
    """The two texts as one, in the order in which they are read."""
    one, other = PIECE.findall(before), PIECE.findall(after)
    found: list[tuple[How, str]] = []
    for how, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(("same", "".join(one[a:b])))
            continue
        if a != b:
            found.append(("gone", "".join(one[a:b])))
        if c != d:
            found.append(("new", "".join(other[c:d])))
    return found
