"""Limits against guessing and flooding that keep no address: salted counters in memory that expire with their salt.

The count lives in this process only and is gone with it. Behind a proxy that hides addresses everybody shares one
counter, so the numbers are generous: receipt codes have 53 random bits, and what a guess costs is spent in line.
"""

import hashlib
import secrets
from collections import Counter

SPAN = 600.0
MOST_KNOWN = 50_000


class Tries:
    """How often somebody tried within about ten minutes. What is counted cannot be turned back into an address."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._began = 0.0
        self._salt = b""
        self._counts: Counter[bytes] = Counter()

    def left(self, address: str, now: float) -> bool:
        """Whether one more try is allowed."""
        return self._counts[self._mark(address, now)] < self._most

    def count(self, address: str, now: float) -> None:
        """One try more."""
        self._counts[self._mark(address, now)] += 1

    def _mark(self, address: str, now: float) -> bytes:
        if not self._salt or not 0 <= now - self._began < SPAN or len(self._counts) > MOST_KNOWN:
            self._began, self._salt = now, secrets.token_bytes(16)
            self._counts.clear()
        return hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()
