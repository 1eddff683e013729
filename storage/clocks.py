"""How far each clock has come: when the oldest that is still there began, or ends. Moments only, never a row."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import Entry
from storage.consents import Consent
from storage.contact_requests import ContactRequest
from storage.conversations import conversations, left_pages, traces, updates_heard
from storage.counts import daily_counts, published_counts
from storage.outbox import Errand
from storage.social_services import ServiceKey, TriedAddress
from storage.workers import DeskSession, KnownBrowser

TOMBSTONE = ContactRequest.sealed.is_(None)
ENDS: Mapping[str, Select[Any]] = {
    "conversations": select(func.min(conversations.c.idle_at)),
    "traces": select(func.min(traces.c.until)),
    "updates_heard": select(func.min(updates_heard.c.until)),
    "left_pages": select(func.min(left_pages.c.until)),
    "letters": select(func.min(ContactRequest.purge_at)).where(ContactRequest.sealed.is_not(None)),
}
"""Rows that hold when they are over."""
BEGINS: Mapping[str, Select[Any]] = {
    "notices": select(func.min(Errand.done_at)),
    "test_mails": select(func.min(TriedAddress.sent_at)).where(TriedAddress.confirmed_at.is_(None)),
    "consents": select(func.min(Consent.given_at)),
    "tombstones": select(func.min(ContactRequest.created_hour)).where(TOMBSTONE),
    "marks": select(func.min(ContactRequest.created_hour)).where(
        TOMBSTONE, or_(ContactRequest.head_only, ContactRequest.flood)
    ),
    "audit": select(func.min(Entry.at)),
    "sessions": select(func.min(DeskSession.seen_at)),
    "known_browsers": select(func.min(KnownBrowser.used_at)),
    "key_copies": select(func.min(ServiceKey.retired_at)),
    "daily_counts": select(func.min(daily_counts.c.day)),
    "published_counts": select(func.min(published_counts.c.week)),
}
"""Rows that hold when they began, or when what they tell of was."""


class Clocks:
    """Reads how far clocks have come."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ends(self) -> Mapping[str, datetime]:
        """Return when the next row of each kind is over; without the kinds of which there is none."""
        return {kind: at for kind, find in ENDS.items() if (at := await self._session.scalar(find))}

    async def begins(self) -> Mapping[str, datetime]:
        """Return when the oldest row of each kind began; without the kinds of which there is none."""
        found = {kind: await self._session.scalar(find) for kind, find in BEGINS.items()}
        return {kind: _moment(at) for kind, at in found.items() if at}


def _moment(at: date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
