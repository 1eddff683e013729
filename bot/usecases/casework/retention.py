"""How long a letter is kept once somebody works on it. Until then: `erased_after_days` in dialogs/request.yaml."""

from datetime import timedelta

KEPT_CLOSED = timedelta(days=7)
KEPT_AT_MOST = timedelta(days=90)
"""Since it was sent, whatever is done about it."""
EXTENDED_BY = timedelta(days=30)
"""By a worker who still needs it, each time she says so."""
