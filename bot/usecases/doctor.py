"""Would a person who writes now get help? Walked end to end: one line each, and what to do where it is red."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.engine.check import check
from bot.engine.problems import BrokenContent
from bot.runtime import RIGA, Runtime
from bot.usecases import doctor_outside, doctor_walk, operation, revisions, social_services
from storage.database import Trouble

CLOCKS_APART = timedelta(seconds=30)
JOBS_WITHIN = timedelta(minutes=10)
"""The rarest of these is looked at each hour, and noted within a minute."""
SELDOM = timedelta(hours=2)
SELDOM_JOBS = frozenset({"forget_old", "publish_counts"})
REGULAR_JOBS = frozenset({"expire_conversations", "deliver_notices", "sweep_requests", "escalate_requests"})
LEAST_FREE = 500 * 2**20
BACKUP_WITHIN = timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Line:
    """What was looked at, whether it is well, and what to do where it is not. `well` None: it is not set up."""

    name: str
    well: bool | None
    said: str
    todo: str = ""


async def examine(runtime: Runtime) -> AsyncIterator[Line]:
    """Everything that has to work for one person to be helped, in the order in which she would notice it."""
    yield settings_line(runtime)
    database = await database_line(runtime)
    yield database
    if database.well:
        await revisions.take_newest(runtime)
    for line in content_lines(runtime):
        yield line
    if database.well:
        async for line in _with_database(runtime):
            yield line
    for look in (doctor_outside.mail, doctor_outside.telegram, doctor_outside.public_page):
        name, well, said, todo = await look(runtime)
        yield Line(name, well, said, todo)
    yield disk_line(runtime)
    yield backup_line(runtime)


async def _with_database(runtime: Runtime) -> AsyncIterator[Line]:
    for language in runtime.content.dialogue.languages:
        name, well, said, todo = await doctor_walk.walk(runtime, language)
        yield Line(name, well, said, todo)
    async for line in service_lines(runtime):
        yield line
    yield await jobs_line(runtime)
    broken = await operation.broken_at(runtime)
    todo = "somebody changed it: tell the data-protection officer, and see the incident plan"
    yield Line("audit", broken is None, f"broken at entry {broken}" if broken else "the chain is whole", todo)


def settings_line(runtime: Runtime) -> Line:
    """Service mode refuses the unsafe; what it allows and people would miss is named here."""
    settings, missing = runtime.settings, []
    if settings.mode != "service":
        missing.append("BOT_MODE=service")
    missing += [f"BOT_{name.upper()}" for name in ("public_url", "desk_url", "operator") if not getattr(settings, name)]
    return Line("settings", not missing, f"missing: {', '.join(missing)}" if missing else "complete", "set them")


def content_lines(runtime: Runtime) -> list[Line]:
    today = _today(runtime)
    try:
        check(runtime.content, today)
    except BrokenContent as broken:
        return [Line("content", False, f"{len(broken.problems)} problems", "run: python -m bot check")]
    overdue = sorted(name for name, fact in runtime.content.facts.items() if fact.standing(today) == "withheld")
    withheld = f"{len(overdue)} are overdue and withheld: {', '.join(overdue[:5])}"
    return [
        Line("content", True, f"proved, revision {runtime.content.revision}"),
        Line("facts", not overdue, withheld if overdue else "none is overdue", "verify them and renew their dates"),
    ]


async def database_line(runtime: Runtime) -> Line:
    try:
        current, clock = await runtime.database.standing()
    except Trouble as trouble:
        kind = trouble.args[0] if trouble.args else "Trouble"
        return Line("database", False, f"out of reach ({kind})", "start it; people read from memory meanwhile")
    if not current:
        return Line("database", False, "its tables are of another version", "start the program of this version")
    apart = abs(clock - datetime.now(UTC))
    if apart > CLOCKS_APART:
        return Line("database", False, "its clock and ours differ", "set both by NTP: timedatectl")
    return Line("database", True, "answers, its tables are current, and the clocks agree")


async def service_lines(runtime: Runtime) -> AsyncIterator[Line]:
    """A service people are told of has to be reachable: two holders of its key, hours, and somebody who is told."""
    standing = await operation.services(runtime)
    if not standing:
        yield Line("services", False, "none is set up", "python -m bot service set …; until then phones are shown")
    async with runtime.database.store() as store:
        services = {one.names["lv"]: one for one in await store.services.all() if one.active}
    for one in standing:
        name, wrong = one.names.get("lv", ""), []
        service = services.get(name)
        if service is None:
            continue
        if one.keys < 2:
            wrong.append(f"{one.keys} of two hold its key")
        if social_services.promised(runtime, service) is None:
            wrong.append("it never reads")
        if not one.mail:
            wrong.append("nobody is told that something waits")
        todo = "at the desk, “The key”, and python -m bot service set … --hours … --email …"
        yield Line(f"service {service.id}", not wrong, "; ".join(wrong) or "can be addressed", todo)


async def jobs_line(runtime: Runtime) -> Line:
    async with runtime.database.store() as store:
        ran = await store.counts.runs()
    now = runtime.now()
    patience = {**dict.fromkeys(REGULAR_JOBS, JOBS_WITHIN), **dict.fromkeys(SELDOM_JOBS, SELDOM)}
    late = sorted(job for job, most in patience.items() if job not in ran or now - ran[job] > most)
    said = f"not lately: {', '.join(late)}" if late else "all ran lately"
    return Line("jobs", not late, said, "is the program running? its log says job_failed where one fails")


def disk_line(runtime: Runtime) -> Line:
    folder = (runtime.database.folder or Path()).resolve()
    free = shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists())).free
    return Line("disk", free > LEAST_FREE, f"{free // 2**20} MB free", "make room: a full disk closes the request part")


def backup_line(runtime: Runtime) -> Line:
    if not runtime.settings.backups:
        return Line("backup", None, "BOT_BACKUPS is not set, so nobody looks")
    files = [one for one in Path(runtime.settings.backups).glob("*") if one.is_file()]
    newest = max((datetime.fromtimestamp(one.stat().st_mtime, UTC) for one in files), default=None)
    age = datetime.now(UTC) - newest if newest else None
    said = f"the newest is {int(age.total_seconds() // 3600)} hours old" if age is not None else "there is none"
    return Line("backup", age is not None and age < BACKUP_WITHIN, said, "see the timer: systemctl list-timers")


def _today(runtime: Runtime) -> date:
    return runtime.now().astimezone(RIGA).date()
