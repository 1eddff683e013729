"""Detects a flood of requests, most of them probably invented. Nobody is refused because of it.

A real request may be among them, so each is sent and read like any other. The desk decides what to do with the mark.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

SPAN = timedelta(minutes=10)
ALLOWED = 5
"""Requests from one address within SPAN. Many people share the address of a mobile network or a shelter, but so many of
them do not write at the same time."""
USUAL = 30
"""Requests from everybody within SPAN: far more than all of Latvia sends on its worst night."""


class Flow:
    """This process's requests within SPAN, by bucket of origin. In memory only."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._sent: deque[tuple[datetime, Hashable]] = deque()
        self._by_bucket: Counter[Hashable] = Counter()

    def count(self, bucket: Hashable) -> None:
        """Count one request."""
        self._forget()
        self._sent.append((self._now(), bucket))
        self._by_bucket[bucket] += 1

    def over(self, bucket: Hashable) -> bool:
        """Whether this bucket has used up its allowance and has to wait between requests."""
        self._forget()
        return self._by_bucket[bucket] >= ALLOWED

    def floods(self, bucket: Hashable) -> bool:
        """Whether another request from this bucket is part of a flood."""
        return self.over(bucket) or len(self._sent) >= USUAL

    def _forget(self) -> None:
        """Forget older requests, and those from the future, sent before the clock was set back."""
        now = self._now()
        while self._sent and not timedelta() <= now - self._sent[0][0] < SPAN:
            _, bucket = self._sent.popleft()
            self._by_bucket[bucket] -= 1
            if not self._by_bucket[bucket]:
                del self._by_bucket[bucket]
