"""Requests that came in a flood: how many, since when, and which of them nobody has read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import PERSON, Entry
from storage.beside import BESIDE
from storage.contact_requests import FOLDED, LAST_CALLED, QUEUE_ORDER, ContactRequest, Priority, narrowed
from storage.narrowing import Narrowing

UNREAD = ContactRequest.opened_in_time.is_(None)


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded requests of one priority."""

    priority: Priority
    count: int
    unread: int
    expiring: int
    """How many nobody has read whose letters are erased within a day."""


READING = ("letter_fetched", "letter_read", "letter_looked_through_find", "letter_looked_through_calls")
"""Audit events of merely reading. Any other action means that a worker took the request for real."""


class Floods:
    """Queries marked requests. Changes go through `ContactRequests`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hours(self) -> list[tuple[str, datetime, int, int]]:
        """Return service, hour of sending, how many came and how many of them are unread, newest first."""
        waits = func.count().filter(UNREAD, FOLDED)
        found = select(ContactRequest.service_id, ContactRequest.created_hour, func.count(), waits)
        marked = found.where(ContactRequest.flood, ContactRequest.is_sample.is_(False))
        by_hour = marked.group_by(ContactRequest.service_id, ContactRequest.created_hour)
        rows = await self._session.execute(by_hour.order_by(ContactRequest.created_hour.desc()))
        return [(service, hour, came, unread) for service, hour, came, unread in rows]

    async def folded(self, service_id: str, only: Narrowing) -> list[Folded]:
        """Return the folded requests of a service, by priority."""
        counts = func.count(), func.count().filter(UNREAD), func.count().filter(LAST_CALLED)
        mine = select(ContactRequest.priority, *counts).where(ContactRequest.service_id == service_id, FOLDED)
        rows = await self._session.execute(mine.where(*narrowed(only)).group_by(ContactRequest.priority))
        return [Folded(priority, count, unread, expiring) for priority, count, unread, expiring in rows]

    async def unread(self, service_id: str, only: Narrowing) -> list[str]:
        """Return the ids of folded, unread requests, most urgent first."""
        found = select(ContactRequest.id).where(ContactRequest.service_id == service_id, FOLDED, UNREAD)
        return list(await self._session.scalars(found.where(*narrowed(only)).order_by(*QUEUE_ORDER)))

    async def untouched(self, service_id: str, ids: Collection[str], only: Narrowing | None = None) -> set[str]:
        """Return those of these requests that were read, and that neither the person nor a worker has acted on."""
        beside = [select(row.id).where(row.request_id == ContactRequest.id).exists() for row in BESIDE.values()]
        about = select(Entry.id).where(Entry.subject == ContactRequest.id, Entry.actor.not_in((PERSON, "system")))
        acted = about.where(Entry.event.not_in(READING)).exists()
        found = select(ContactRequest.id, ContactRequest.attempts).where(
            ContactRequest.service_id == service_id, ContactRequest.id.in_(ids), FOLDED, *narrowed(only),
            ~or_(UNREAD, ContactRequest.call_blocked, *beside, acted),
        )  # fmt: skip
        return {request for request, attempts in await self._session.execute(found) if not attempts}
