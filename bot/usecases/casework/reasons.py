"""Reasons that workers give, which the data-protection officer reads in the audit."""

import re

from bot.usecases.refused import Refused

SHORTEST_REASON, LONGEST_REASON = 10, 200
NUMBERS = re.compile(r"(\d\W?){5,}")


class NoReason(Refused):
    """The reason is too short or too long, or holds what looks like a phone number or a code."""


def reason_in_words(text: str) -> str:
    """Return the reason on one line, free of numbers that could identify a person. Raises NoReason."""
    said = " ".join(text.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON or NUMBERS.search(said):
        raise NoReason
    return said
