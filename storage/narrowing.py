"""Filters for lists of requests and of the audit, without SQL."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which requests of a service are listed; the storage turns it into conditions."""

    open_to_all: bool
    """Leave out those that only the sole reader may see."""
    ended_after: datetime
    """Leave out ended ones that were sent before this."""
    priority: str = ""
    """Only this priority; all of them if empty."""
    folded: bool | None = None
    """Only untaken ones of a flood (True), only the rest (False), or both."""
    held_by: str = ""
    """Only those of this worker; everybody's if empty."""


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Which entries of the audit are listed; the storage turns it into conditions. An empty field asks for nothing."""

    subject: str = ""
    """Begins the id of a request, service, draft or worker."""
    worker: str = ""
    """Who did it, or whom it is about: a worker's id, “system” or “person”."""
    event: str = ""
    since: datetime | None = None
    before: datetime | None = None
