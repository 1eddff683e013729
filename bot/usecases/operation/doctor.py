"""Would a person who writes now get help? A line for every part, and what to do if it is red."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.engine.problems import BrokenContent
from bot.runtime import Runtime
from bot.usecases.content import apart, revisions
from bot.usecases.operation import (
    audit,
    disks,
    doctor_backups,
    doctor_certificates,
    doctor_clock,
    doctor_floods,
    doctor_outside,
    doctor_public,
    doctor_services,
    doctor_walk,
    overdue,
)
from bot.usecases.operation.doctor_line import Line, green, not_set, red, says, waiting
from bot.usecases.operation.doctor_visitors import visitors
from storage.database import Trouble, WrongKey

CLOCKS_APART = timedelta(seconds=30)
JOBS_WITHIN = timedelta(minutes=10)
SELDOM = timedelta(hours=2)
"""Enough for jobs that run hourly; each run is noted within a minute."""
SELDOM_JOBS = frozenset({"forget_old", "publish_counts"})
REGULAR_JOBS = frozenset({"expire_conversations", "deliver_notices", "sweep_requests", "escalate_requests"})
LEAST_FREE = 500 * 2**20
KERNEL = Path("/sys")
LOOK_SECONDS = 25.0
"""How long the desk waits for all lines; a proxy waits a minute."""


async def collect_lines(runtime: Runtime) -> list[Line]:
    """Return all lines, or those that came in time and one that reports the timeout."""
    found: list[Line] = []
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            async for line in examine(runtime):
                found.append(line)  # noqa: PERF401 - keeps what came before a timeout
    except TimeoutError:
        found.append(
            red(
                says("everything else"),
                says("did not answer in time"),
                says("look again; if it stays so, run: blakus doctor"),
            )
        )
    return found


async def look(runtime: Runtime) -> None:
    """Let the monitor see the states of the lines, as `doctor` would print them from inside the running program."""
    found = await collect_lines(runtime)
    runtime.apart.rest()
    runtime.metrics.looked(((line.name, line.state) for line in found), runtime.now().timestamp())


async def examine(runtime: Runtime) -> AsyncIterator[Line]:
    """Yield a line for everything a person needs to get help, in the order in which she would notice it."""
    yield settings_line(runtime)
    database = await database_line(runtime)
    yield database
    if database.well:
        await revisions.take_newest(runtime)
    for line in await content_lines(runtime):
        yield line
    if database.well:
        async for line in _with_database(runtime):
            yield line
    for outside in (doctor_outside.mail, doctor_outside.telegram, doctor_public.public_page, visitors):
        yield await outside(runtime)
    async for line in doctor_certificates.lines(runtime):
        yield line
    yield key_line(runtime)
    yield disk_line(runtime)
    if runtime.database.folder:
        yield encryption_line(runtime.database.folder)
    yield doctor_clock.clock_line()
    yield doctor_backups.backup_line(runtime)
    if database.well:
        yield await doctor_backups.drill_line(runtime)


async def _with_database(runtime: Runtime) -> AsyncIterator[Line]:
    for language in runtime.content.dialogue.languages:
        yield await doctor_walk.walk(runtime, language)
    async for line in doctor_services.lines(runtime):
        yield line
    async for line in doctor_floods.lines(runtime):
        yield line
    yield await jobs_line(runtime)
    yield await audit_line(runtime)


def settings_line(runtime: Runtime) -> Line:
    """Report settings that people would miss. Unsafe ones are refused at start in service mode."""
    settings, missing = runtime.settings, []
    if settings.mode != "service":
        missing.append("BOT_MODE=service")
    missing += [f"BOT_{name.upper()}" for name in ("public_url", "desk_url", "operator") if not getattr(settings, name)]
    if missing:
        return red(says("settings"), says("missing: {names}", names=", ".join(missing)), says("set them"))
    return green(says("settings"), says("complete"))


async def content_lines(runtime: Runtime) -> list[Line]:
    today, about = runtime.today(), says("content")
    try:
        await apart.prove(runtime, runtime.content.files, today)
    except BrokenContent as broken:
        many = says("{number} problems", number=len(broken.problems))
        return [red(about, many, says("run: blakus check"))]
    proved = green(about, says("proved, revision {name}", name=runtime.content.revision))
    return [proved, facts_line(runtime)]


def facts_line(runtime: Runtime) -> Line:
    """Report facts that nobody has verified in time. What was withdrawn on purpose is as it should be."""
    about, due = says("facts"), overdue.overdue(runtime)
    late = sorted(row.id for rows in due.values() for row in rows)
    if late:
        seen = says("{number} are overdue: {names}", number=len(late), names=", ".join(late[:5]))
        return red(about, seen, says("verify them and renew their dates"))
    if runtime.settings.mode == "service" and not runtime.settings.owners:
        return not_set(
            about,
            says("none is overdue; nobody is mailed when one is"),
            says("blakus setup --set BOT_OWNERS=content=…,operator=…"),
        )
    return green(about, says("none is overdue"))


async def database_line(runtime: Runtime) -> Line:
    about = says("database")
    try:
        current, clock = await runtime.database.standing()
    except WrongKey:
        return red(
            about,
            says("BOT_SECRET is not the one it was made with"),
            says("put that one back into the settings; after an incident: blakus secret accept"),
        )
    except Trouble as trouble:
        kind = trouble.why or str(trouble.args[0] if trouble.args else "Trouble")
        return red(
            about, says("out of reach ({error})", error=kind), says("start it; people read from memory meanwhile")
        )
    if not current:
        return red(about, says("its tables are of another version"), says("start the program of this version"))
    if abs(clock - datetime.now(UTC)) > CLOCKS_APART:
        return red(about, says("its clock and ours differ"), says("set both by NTP: timedatectl"))
    return green(about, says("answers, its tables are current, and the clocks agree"))


async def jobs_line(runtime: Runtime) -> Line:
    async with runtime.database.store() as store:
        ran = await store.counts.runs()
    now = runtime.now()
    patience = {**dict.fromkeys(REGULAR_JOBS, JOBS_WITHIN), **dict.fromkeys(SELDOM_JOBS, SELDOM)}
    if not patience.keys() & ran.keys():
        return waiting(
            says("jobs"),
            says("none has been noted yet"),
            says("look again in two minutes: each run is noted within one; is the program running?"),
        )
    late = sorted(job for job, most in patience.items() if job not in ran or now - ran[job] > most)
    if not late:
        return green(says("jobs"), says("all ran lately"))
    do = says("is the program running? its log says job_failed where one fails")
    return red(says("jobs"), says("not lately: {names}", names=", ".join(late)), do)


async def audit_line(runtime: Runtime) -> Line:
    broken, about = await audit.find_break(runtime), says("audit")
    if broken is None:
        return green(about, says("the chain is whole"))
    do = says("somebody changed it: tell the data-protection officer, and see the incident plan")
    return red(about, says("broken at entry {number}", number=broken), do)


def key_line(runtime: Runtime) -> Line:
    """Report whether a stolen disk would reveal running conversations."""
    about = says("key of conversations")
    if runtime.database.folder is None:
        return green(about, says("several machines share it; PostgreSQL keeps conversations out of its log"))
    if runtime.secrets.has_volatile:
        return green(about, says("lies in memory, on no disk"))
    return not_set(about, says("lies on the disk: name a folder in memory (tmpfs) in BOT_MEMORY_FOLDER"))


def encryption_line(folder: Path, kernel: Path = KERNEL) -> Line:
    about = says("disk encryption")
    if disks.is_encrypted(folder, kernel):
        return green(about, says("the database lies on an encrypted disk"))
    return not_set(about, says("not seen from here: ask whoever keeps the machine whether its disk is encrypted"))


def disk_line(runtime: Runtime) -> Line:
    folder = (runtime.database.folder or Path()).resolve()
    free = shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free
    seen = says("{number} MB free", number=free // 2**20)
    if free > LEAST_FREE:
        return green(says("disk"), seen)
    return red(says("disk"), seen, says("make room: a full disk closes the request part"))
