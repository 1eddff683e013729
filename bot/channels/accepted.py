"""Which language a browser asks for, by its header Accept-Language."""

import re
from collections.abc import Sequence

LONGEST = 200
NAME = re.compile("[a-z]{2,3}")
"""The name of a language, ours or not."""


def wanted_language(shown: str, accepted: str, ours: Sequence[str]) -> str:
    """Return the language of the page that was `shown`, or else the first of the header's that is one of ours.

    Where none is ours: the first that is a language at all; empty if there is none.
    """
    named = [part.split(";")[0].split("-")[0].strip().lower() for part in (shown, *accepted[:LONGEST].split(","))]
    foreign = (name for name in named if NAME.fullmatch(name))
    return next((name for name in named if name in ours), next(foreign, ""))
