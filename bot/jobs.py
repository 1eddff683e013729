"""The timetable: which use case runs when. APScheduler only triggers checks; the database says what is due.

Of several replicas, one leads and does the timed work, and another takes over when it is gone. Jobs also claim their
work in the database, so that a replica that has just lost the lead does no harm.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.casework import slips, sweeping
from bot.usecases.content import revisions
from bot.usecases.operation import audit, closings, doctor, overdue, yearly
from bot.usecases.person import counting, emptying, leaving
from bot.usecases.person.emptying import Vanish
from bot.usecases.person.outage import Trouble
from bot.usecases.services import delivery, escalation, flood_alarm, trials

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]

EVERYWHERE = frozenset({"follow_revision", "empty_unkept", "open_database", "write_counts", "write_left"})
"""Jobs each replica runs for itself."""
LOOK_AT_CLOCK = 1.0
SAY_AGAIN = 60.0
"""Seconds between two lines of the log that say that the database is away."""
JUMPED = 1.0
"""Seconds the clock may move against a monotonic one between two checks; more means somebody set it."""


def timetable(
    runtime: Runtime,
    vanish: Vanish | None,
    rename: Callable[[], None] | None = None,
    empty_unkept: Job | None = None,
    look_after_webhook: Job | None = None,
) -> dict[str, tuple[timedelta, Job]]:
    """Return every job by name, with its interval.

    `vanish` and `empty_unkept` empty chats, `rename` tells Telegram the bot's name and descriptions,
    `look_after_webhook` checks that Telegram still posts to us. Without Telegram they are None.
    """
    named = runtime.content

    async def follow_revision() -> None:
        nonlocal named
        await revisions.follow(runtime)
        content = runtime.content
        if content is not named:
            if rename and _bot_words(content) != _bot_words(named):
                rename()
            named = content

    has_started = False

    async def look() -> None:
        """Every job runs at the start; this one waits for its second turn: it works, and asks other servers."""
        nonlocal has_started
        if has_started:
            await doctor.look(runtime)
        has_started = True

    return {
        "follow_revision": (timedelta(seconds=1), follow_revision),
        "expire_conversations": (timedelta(seconds=20), lambda: emptying.end_and_empty(runtime, vanish)),
        "empty_unkept": (timedelta(minutes=1), empty_unkept or nothing),
        "look_after_webhook": (timedelta(minutes=3), look_after_webhook or nothing),
        "open_database": (timedelta(seconds=5), lambda: open_database(runtime)),
        "deliver_notices": (timedelta(seconds=15), lambda: delivery.deliver_due(runtime)),
        "sweep_requests": (timedelta(minutes=1), lambda: sweeping.sweep(runtime)),
        "escalate_requests": (timedelta(minutes=1), lambda: escalation.escalate(runtime)),
        "tell_floods": (timedelta(minutes=1), lambda: flood_alarm.tell(runtime)),
        "tell_unready": (timedelta(hours=1), lambda: trials.tell_unready(runtime)),
        "look": (timedelta(hours=1), look),
        "tell_owners": (timedelta(hours=1), lambda: overdue.tell_owners(runtime)),
        "write_counts": (timedelta(minutes=1), lambda: counting.flush(runtime)),
        "write_left": (timedelta(seconds=5), lambda: leaving.write_down(runtime)),
        "publish_counts": (timedelta(hours=1), lambda: publish_counts(runtime)),
        "forget_old": (timedelta(hours=1), lambda: audit.forget(runtime)),
        "shrink_database": (timedelta(minutes=5), runtime.database.shrink),
    }


def _bot_words(content: Content) -> list[dict[str, str]]:
    """Return the name and descriptions of the bot in Telegram, by language."""
    return [{key: text for key, text in said.items() if key.startswith("bot.")} for said in content.words.values()]


@asynccontextmanager
async def scheduled(runtime: Runtime, jobs: dict[str, tuple[timedelta, Job]]) -> AsyncIterator[None]:
    """Run the jobs in this process, starting at once with work that became due while no process ran.

    A job waits for its previous run to end, and no job can stop another.
    """
    scheduler = AsyncIOScheduler()
    for name, (every, job) in jobs.items():
        scheduler.add_job(
            run, "interval", (runtime, name, job), seconds=every.total_seconds(),
            coalesce=True, max_instances=1, misfire_grace_time=None, next_run_time=datetime.now(UTC),
        )  # fmt: skip
    scheduler.start()
    minding = asyncio.create_task(_mind_the_clock(scheduler), name="clock")
    try:
        yield
    finally:
        minding.cancel()
        scheduler.shutdown(wait=False)


async def _mind_the_clock(scheduler: AsyncIOScheduler) -> None:
    """Run every job now if somebody set the clock: set back by an hour, each would otherwise wait that hour."""
    steady = asyncio.get_running_loop().time
    before = datetime.now(UTC).timestamp() - steady()
    while True:
        await asyncio.sleep(LOOK_AT_CLOCK)
        now = datetime.now(UTC)
        if abs(now.timestamp() - steady() - before) > JUMPED:
            log.warning("clock_jumped")
            for job in scheduler.get_jobs():
                job.modify(next_run_time=now)
        before = now.timestamp() - steady()


async def run(runtime: Runtime, name: str, job: Job) -> None:
    """Run a job if this replica should. A failure is logged by name, and the job runs again at its next time."""
    try:
        if name in EVERYWHERE or await runtime.database.leads():
            with runtime.metrics.jobs.labels(name).time():
                await job()
            runtime.pending.ran[name] = runtime.now()
    except Trouble as trouble:
        runtime.metrics.failed_jobs.labels(name).inc()
        now = asyncio.get_running_loop().time()
        if now >= runtime.health.silent_until:  # many jobs fail every few seconds, all for one reason
            runtime.health.silent_until = now + SAY_AGAIN
            log.warning("job_without_database", extra={"job": name, "error": trouble.why or trouble.args[0]})
    except Exception:
        runtime.metrics.failed_jobs.labels(name).inc()
        log.exception("job_failed", extra={"job": name})


async def open_database(runtime: Runtime) -> None:
    """Open the database if it could not be reached at the start."""
    if not runtime.database.is_open:
        await runtime.database.open()


async def publish_counts(runtime: Runtime) -> None:
    """Publish the counts of past weeks, quarters and years."""
    await counting.publish(runtime)
    await closings.blur(runtime)
    await slips.freeze(runtime)
    await yearly.publish(runtime)


async def nothing() -> None:
    """Do nothing: without Telegram there are no chats."""
