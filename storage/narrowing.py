"""What a list of requests is narrowed to, said without SQL."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which requests of a service are listed at all; the storage makes its conditions of it."""

    open_to_all: bool
    """Without those that only the head may see."""
    ended_after: datetime
    """Without what ended, and was sent before this."""
    priority: str = ""
    """Of one priority alone; of every one where it is empty."""
    folded: bool | None = None
    """Only what came in a flood and nobody has taken, or only the rest."""
