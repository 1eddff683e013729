"""What operators and data-protection officers may see: states, counts and the audit, never a request."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.spelling import order
from bot.runtime import Runtime
from bot.usecases.accounts.attempts import KNOWN_FOR
from bot.usecases.acting import SignedIn
from bot.usecases.casework.queue import ENDED_SHOWN
from bot.usecases.casework.retention import KEPT_AT_MOST
from bot.usecases.services import flood_alarm
from bot.usecases.services.flood_alarm import Flood
from bot.usecases.services.offers import load_known, reaches
from bot.usecases.services.reachability import Reach
from storage.audit import Entry
from storage.database import Trouble
from storage.narrowing import AuditSearch as AuditSearch

EVERYTHING = AuditSearch()
PAGE = 100
A_PIECE = 1000
"""Lines of a file that are read in one transaction."""
A_REFERENCE = re.compile(r"[0-9a-f]{32}")
A_YEAR = timedelta(days=366)
A_DAY = timedelta(days=1)
"""Sessions end within hours, so a day later nobody needs their rows."""


@dataclass(frozen=True, slots=True)
class ServiceReach:
    """A service, and what is missing before people can write to it."""

    names: Mapping[str, str]
    reach: Reach


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the audit, with names instead of ids."""

    at: datetime
    event: str
    actor: str
    """The id of who did it; `by` is the name, which anybody may have."""
    by: str
    about: str
    reason: str
    number: int
    chain: str
    """The link that proves this entry and all before it."""


async def list_services(runtime: Runtime) -> list[ServiceReach]:
    """Return every service of this installation."""
    async with runtime.database.store() as store:
        known = await load_known(store)
    return [ServiceReach(known.services[name].names, reach) for name, reach in reaches(runtime, known).items()]


async def list_floods(runtime: Runtime) -> list[tuple[Mapping[str, str], Flood]]:
    """Return the services that received far more than usual, by name."""
    async with runtime.database.store() as store:
        names = {service.id: service.names for service in await store.services.all()}
        return [(names[flood.service_id], flood) for flood in await flood_alarm.latest_floods(store, runtime.now())]


async def notices_waiting(runtime: Runtime) -> int:
    """Count the notices that have not been sent yet."""
    async with runtime.database.store() as store:
        return await store.outbox.waiting()


async def list_events(
    runtime: Runtime, wanted: AuditSearch = EVERYTHING, before: int | None = None, limit: int = PAGE
) -> list[AuditLine]:
    """Return the newest lines that fit, with names instead of ids. Page on with `before`, the last number seen."""
    async with runtime.database.store() as store:
        names = {worker.id: worker.name for worker in await store.workers.all()}
        entries = await store.audit.search(wanted, before, limit)
    return [_line(entry, names) for entry in entries]


async def list_people(runtime: Runtime) -> list[tuple[str, str]]:
    """Return id and name of everybody who has or had an account."""
    async with runtime.database.store() as store:
        everybody = await store.workers.all()
    return [(worker.id, worker.name) for worker in sorted(everybody, key=lambda worker: order(worker.name))]


async def export(runtime: Runtime, worker: SignedIn, wanted: AuditSearch) -> AsyncIterator[AuditLine]:
    """Yield every line that fits, newest first, read in pieces. That it was saved is the newest."""
    async with runtime.database.store() as store:
        store.audit.add("audit_exported", worker.id, worker.id, at=runtime.now())
    before = None
    while lines := await list_events(runtime, wanted, before, A_PIECE):
        for line in lines:
            yield line
        before = lines[-1].number


def _line(entry: Entry, names: Mapping[str, str]) -> AuditLine:
    about = entry.subject[:6] if A_REFERENCE.fullmatch(entry.subject) else entry.subject
    return AuditLine(
        entry.at,
        entry.event,
        entry.actor,
        names.get(entry.actor, entry.actor),
        names.get(entry.subject, about),
        names.get(entry.reason or "", entry.reason or ""),
        entry.id,
        entry.chain.hex(),
    )


async def find_break(runtime: Runtime) -> int | None:
    """Return the number of the first audit entry that was changed or follows a gap; None if the chain is whole."""
    last = None
    while True:
        async with runtime.database.store() as store:
            broken, last = await store.audit.verify(last)
        if broken is not None or last is None:
            return broken


async def newest_link(runtime: Runtime) -> tuple[int, str]:
    """Return the number and link of the newest entry. Noted elsewhere, they show later that nothing was cut off."""
    async with runtime.database.store() as store:
        newest = await store.audit.entries(limit=1)
    return (newest[0].id, newest[0].chain.hex()) if newest else (0, "-")


async def metrics(runtime: Runtime) -> bytes:
    """Return the metrics for a monitor, with a coarse age of the oldest item in each queue."""
    now, waiting, flood = runtime.now(), dict[str, float | None](), False
    try:
        async with runtime.database.store() as store:
            late = [since for _, _, since in await store.requests.overdue(now)]
            due = await store.outbox.oldest_due()
            flood = bool(await flood_alarm.latest_floods(store, now))
        waiting = {"unread": _seconds(min(late, default=None), now), "notices": _seconds(due, now)}
        reachable = not runtime.health.unkept
    except Trouble:
        reachable = False
    leads = await runtime.database.leads()
    runtime.metrics.now(leads=leads, database=reachable, flood=flood, waiting=waiting)
    return runtime.metrics.text()


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return (now - since).total_seconds() if since and since <= now else None


async def forget(runtime: Runtime) -> None:
    """Erase what has served its time.

    That is audit, consents and tombstones after a year, sessions after a day, browsers that nobody signs in with any
    more, copies of a changed key once no letter can be as old, and first names after their round.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        await store.sessions.expire(now - A_DAY)
        await store.known_browsers.expire(now - KNOWN_FOR)
        await store.consents.expire(now - A_YEAR)
        await store.rounds.expire(now)
        await store.services.expire(now - KEPT_AT_MOST)
        await store.requests.unmark(now - ENDED_SHOWN)
        await store.requests.forget(now - A_YEAR)
        for newest in await store.audit.entries(limit=1):  # the database counts the year back from the newest entry
            await store.audit.expire(min(now, newest.at) - A_YEAR)
