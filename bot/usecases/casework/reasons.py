"""Reasons in words, which the data-protection officer reads in the audit."""

import re

from bot.usecases.refused import Refused

SHORTEST_REASON, LONGEST_REASON = 10, 200
NUMBERS = re.compile(r"(\d\W?){5,}")


class NoReason(Refused):
    """A reason in words is needed: not too short, and without anything that looks like a phone number or a code."""


def reason_in_words(text: str) -> str:
    """The data-protection officer reads it, so it must not name or number a person."""
    said = " ".join(text.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON or NUMBERS.search(said):
        raise NoReason
    return said
