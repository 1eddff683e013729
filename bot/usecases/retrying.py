"""Retrying: when two writes meet, the loser reads again and decides again."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from storage.database import Conflict

__all__ = ["Conflict", "retry"]

Result = TypeVar("Result")

TRIES = 8
"""Enough for a write that rarely meets another."""


async def retry(act: Callable[[], Awaitable[Result]], tries: int = TRIES) -> Result:
    """Call `act` until it meets no other write, at most `tries` times, and return its result. Raises the last Conflict.

    `act` has to read everything it decides by: what an earlier try has read may no longer be true.
    """
    for _ in range(tries - 1):
        with suppress(Conflict):
            return await act()
    return await act()
