"""What an operator and a data-protection officer may see: states, counts and the audit. Never a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.runtime import Runtime
from bot.usecases.accounts.attempts import KNOWN_FOR
from bot.usecases.casework.requests import ENDED_SHOWN, KEPT_AT_MOST
from bot.usecases.services import flood_alarm
from bot.usecases.services.flood_alarm import Flood
from bot.usecases.services.offers import load_known, reaches
from bot.usecases.services.reachability import Reach
from storage.database import Trouble

A_YEAR = timedelta(days=366)
A_DAY = timedelta(days=1)
"""Sessions end after hours; a day later their rows are of no use to anyone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One service, and what is missing before people can write to it."""

    names: Mapping[str, str]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the audit."""

    at: datetime
    event: str
    by: str
    about: str
    reason: str


async def services(runtime: Runtime) -> list[Standing]:
    """Every service set up here."""
    async with runtime.database.store() as store:
        known = await load_known(store)
    return [Standing(known.services[one].names, reach) for one, reach in reaches(runtime, known).items()]


async def floods(runtime: Runtime) -> list[tuple[Mapping[str, str], Flood]]:
    """The services to which far more came than usual, by their names."""
    async with runtime.database.store() as store:
        names = {one.id: one.names for one in await store.services.all()}
        return [(names[one.service_id], one) for one in await flood_alarm.latest_floods(store, runtime.now())]


async def notices_waiting(runtime: Runtime) -> int:
    """Notices that have not gone out yet."""
    async with runtime.database.store() as store:
        return await store.outbox.waiting()


async def audit(runtime: Runtime) -> list[Happened]:
    """The newest lines, with the names of workers in place of their ids."""
    async with runtime.database.store() as store:
        names = {one.id: one.name for one in await store.workers.all()}
        entries = await store.audit.entries()
    return [
        Happened(
            one.at,
            one.event,
            names.get(one.actor, one.actor),
            names.get(one.subject, one.subject[:6]),
            names.get(one.reason or "", one.reason or ""),
        )
        for one in entries
    ]


async def broken_at(runtime: Runtime) -> int | None:
    """The number of the first audit entry that was changed or stands behind a gap; None when the chain is whole."""
    last = None
    while True:
        async with runtime.database.store() as store:
            broken, last = await store.audit.verify(last)
        if broken is not None or last is None:
            return broken


async def chain(runtime: Runtime) -> tuple[int, str]:
    """The number of the newest entry, and its link: noted elsewhere, it shows later that none was cut off the end."""
    async with runtime.database.store() as store:
        newest = await store.audit.entries(limit=1)
    return (newest[0].id, newest[0].chain.hex()) if newest else (0, "-")


async def metrics(runtime: Runtime) -> bytes:
    """Everything a monitor may know, with how long the oldest of each queue waits, in coarse words."""
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
    """Let go of what has served its time: audit, consents and tombstones after a year, sessions after a day, browsers
    that nobody signs in with any more, copies of a changed key when no letter can be as old as it, and first names when
    their round is over."""
    now = runtime.now()
    async with runtime.database.store() as store:
        await store.sessions.expire(now - A_DAY)
        await store.known_browsers.expire(now - KNOWN_FOR)
        await store.consents.expire(now - A_YEAR)
        await store.rounds.expire(now)
        await store.services.expire(now - KEPT_AT_MOST)
        await store.requests.unmark(now - ENDED_SHOWN)
        await store.requests.forget(now - A_YEAR)
        for newest in await store.audit.entries(limit=1):  # the database counts the year back from the newest line
            await store.audit.expire(min(now, newest.at) - A_YEAR)
