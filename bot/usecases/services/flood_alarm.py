"""Tells the head of a service, and the operator, that far more requests came than usual, once for each flood.

Marked requests less than a day apart belong to one flood. Nothing but their number is told.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.runtime import Runtime
from bot.usecases.services import service_mails
from bot.usecases.services.reading_hours import rounded_up
from storage.database import Store
from storage.outbox import Errand

log = logging.getLogger(__name__)

OVER_AFTER = timedelta(hours=24)
"""A flood is over after so long without a marked request."""
TOLD = "flood_told"


@dataclass(frozen=True, slots=True)
class Flood:
    """The latest flood at a service."""

    service_id: str
    since: datetime
    """The hour of its first request."""
    came: int
    unread: int
    """Marked requests at the service that nobody has read."""
    lasts: bool


async def latest_floods(store: Store, now: datetime) -> list[Flood]:
    """Return each service's latest flood, while it lasts or any of it is unread."""
    found: dict[str, Flood] = {}
    over = set[str]()
    for service, hour, came, unread in await store.floods.hours():  # the newest first
        flood = found.get(service) or Flood(service, hour, 0, 0, now - hour < OVER_AFTER)
        if flood.came and flood.since - hour >= OVER_AFTER:
            over.add(service)
        came, since = (0, flood.since) if service in over else (came, hour)
        found[service] = Flood(service, since, flood.came + came, flood.unread + unread, flood.lasts)
    return [flood for flood in found.values() if flood.lasts or flood.unread]


async def count_latest(store: Store, service_id: str, now: datetime) -> int:
    """Return how many requests came in a service's latest flood."""
    return next((flood.came for flood in await latest_floods(store, now) if flood.service_id == service_id), 0)


async def tell(runtime: Runtime) -> int:
    """Mail the head of each service where a flood has begun, and log it for the operator's monitor. Return how many."""
    now, told = runtime.now(), 0
    async with runtime.database.store() as store:
        for flood in await latest_floods(store, now):
            if not flood.lasts or await _is_told(store, flood):
                continue
            service = await store.services.by_id(flood.service_id)
            if service is None:  # a foreign key rules this out
                raise AssertionError("a request without a service")
            kind = service_mails.kind("flood", "head_email" if service.head_email else "email")
            # On a quarter of an hour, like every notice, so that a mailbox does not show when anybody wrote.
            quarter = rounded_up(now.astimezone(UTC).replace(tzinfo=None)).replace(tzinfo=UTC)
            await store.outbox.add(Errand(kind=kind, service_id=service.id, due_at=quarter))
            store.audit.add(TOLD, "system", service.id, at=now)
            told += 1
    for _ in range(told):
        log.warning("requests_came_in_a_flood")
    return told


async def _is_told(store: Store, flood: Flood) -> bool:
    entries = await store.audit.entries(flood.service_id)
    return any(entry.event == TOLD and entry.at >= flood.since for entry in entries)
