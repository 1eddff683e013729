"""Retrying: when two writes meet, the one that lost looks again and decides anew."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from storage.database import Conflict

__all__ = ["Conflict", "again"]

Result = TypeVar("Result")

TRIES = 8
"""How often a write is tried that seldom meets another."""


async def again(act: Callable[[], Awaitable[Result]], tries: int = TRIES) -> Result:
    """What `act` answers, once it meets no other write; at most `tries` times, and the last Conflict is raised.

    `act` reads within itself whatever it decides by: what an earlier try has read is no longer true.
    """
    for _ in range(tries - 1):
        with suppress(Conflict):
            return await act()
    return await act()
