"""Whether requests come in a flood: invented ones, as far as a number can tell. Nobody is refused for it.

A real request may lie among them, so it is sent and read like any other. What is done with the mark is the desk's.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

SPAN = timedelta(minutes=10)
ALLOWED = 5
"""Requests from one address within ten minutes. Many people share the address of a mobile network or of a shelter; that
so many of them write at the same time does not happen."""
USUAL = 30
"""Requests from everybody within ten minutes. Far more than all of Latvia sends on its worst night."""


class Flow:
    """The requests of the last ten minutes, by the bucket they came from. Of this process, and in memory only."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._sent: deque[tuple[datetime, Hashable]] = deque()
        self._by_bucket: Counter[Hashable] = Counter()

    def count(self, bucket: Hashable) -> None:
        """One more was sent."""
        self._forget()
        self._sent.append((self._now(), bucket))
        self._by_bucket[bucket] += 1

    def over(self, bucket: Hashable) -> bool:
        """Whether this bucket has had what it is allowed: it waits, then, between one request and the next."""
        self._forget()
        return self._by_bucket[bucket] >= ALLOWED

    def floods(self, bucket: Hashable) -> bool:
        """Whether one more from this bucket is one of a flood."""
        return self.over(bucket) or len(self._sent) >= USUAL

    def _forget(self) -> None:
        """What is older. What lies ahead was sent before the clock was put back."""
        now = self._now()
        while self._sent and not timedelta() <= now - self._sent[0][0] < SPAN:
            _, bucket = self._sent.popleft()
            self._by_bucket[bucket] -= 1
            if not self._by_bucket[bucket]:
                del self._by_bucket[bucket]
