"""Which numbers of a small count may be told. Pure.

Each question divides the cases of a quarter in two: yes, and all others. A number is told only if it and its
complement are at least LEAST; otherwise only “few or none” or “most or all”. In a small place a count of one to four
can point at a family, and so can what is left over from all: “12 of 13 were new” betrays the thirteenth.

A question that only some cases can answer with yes divides the cases in three: those, the rest of its whole, and all
others. Told separately the middle part could be computed by subtracting, so such a question is told of its whole.
Questions that say nothing about each other need no such care: where every number and complement is at least LEAST,
each part that several of them make together can be as large as the smallest of these.
"""

from typing import Literal

LEAST = 5
Told = int | Literal["few", "most", "nothing"]
"""A number, or what is said instead: few or none, most or all, or nothing at all."""


def told(number: int, total: int) -> Told:
    """Return what may be told of a number among all cases."""
    if total < 2 * LEAST:
        return "nothing"
    if number < LEAST:
        return "few"
    return "most" if total - number < LEAST else number


def told_within(number: int, whole: int, total: int) -> Told:
    """Return what may be told of a number that is a part of `whole`, which is itself a part of all cases."""
    return told(number, whole if isinstance(told(whole, total), int) else total)


def told_total(total: int) -> int | None:
    """Return how many cases there were; None if fewer than LEAST."""
    return total if total >= LEAST else None
