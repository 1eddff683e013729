"""Compare two texts word by word."""

import re
from difflib import SequenceMatcher
from typing import Literal

How = Literal["same", "gone", "new"]
PIECE = re.compile(r"\s+|\w+|[^\w\s]")


def pieces(before: str, after: str) -> list[tuple[How, str]]:
    """Merge two texts into pieces in reading order, each marked as kept, removed or new."""
    old, new = PIECE.findall(before), PIECE.findall(after)
    found: list[tuple[How, str]] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        if a != b:
            found.append(("gone", "".join(old[a:b])))
        if c != d:
            found.append(("new", "".join(new[c:d])))
    return found
