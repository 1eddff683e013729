"""The timetable: which use case runs when. APScheduler only says when to look; what is due stands in the database."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases import casework, delivery, escalation, operation, privacy, revisions
from bot.usecases.privacy import Traces

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]
Vanish = Callable[[Traces], Awaitable[bool]]


def timetable(runtime: Runtime, vanish: Vanish | None, rename: Job | None = None) -> dict[str, tuple[timedelta, Job]]:
    """Every job by its name, with how often it looks.

    `vanish` empties a chat, `rename` tells Telegram the words by which the bot is seen; None where there is none.
    """
    named = runtime.content

    async def expire() -> None:
        for traces in await privacy.expire(runtime):
            if vanish and await vanish(traces):
                await privacy.vanished(runtime, traces.key)

    async def follow_revision() -> None:
        nonlocal named
        await revisions.follow(runtime)
        content = runtime.content
        if content is not named:
            if rename and _bot_words(content) != _bot_words(named):
                await rename()
            named = content

    return {
        "follow_revision": (timedelta(seconds=1), follow_revision),
        "expire_conversations": (timedelta(seconds=20), expire),
        "deliver_notices": (timedelta(seconds=15), lambda: delivery.deliver_due(runtime)),
        "sweep_requests": (timedelta(minutes=1), lambda: casework.sweep(runtime)),
        "escalate_requests": (timedelta(minutes=1), lambda: escalation.escalate(runtime)),
        "forget_old": (timedelta(hours=1), lambda: operation.forget(runtime)),
        "shrink_database": (timedelta(minutes=5), runtime.database.shrink),
    }


def _bot_words(content: Content) -> list[dict[str, str]]:
    """How the bot is seen in Telegram."""
    return [{key: text for key, text in said.items() if key.startswith("bot.")} for said in content.words.values()]


def start(jobs: dict[str, tuple[timedelta, Job]]) -> AsyncIOScheduler:
    """Begin to run the jobs in this process. Each waits for its last run to end, and none can stop another."""
    scheduler = AsyncIOScheduler()
    for name, (every, job) in jobs.items():
        scheduler.add_job(
            run, "interval", (name, job), seconds=every.total_seconds(), coalesce=True, max_instances=1,
            misfire_grace_time=None,
        )  # fmt: skip
    scheduler.start()
    return scheduler


async def run(name: str, job: Job) -> None:
    """Run one job. A failure is logged by name, and tried again when the job's time comes next."""
    try:
        await job()
    except Exception:
        log.exception("job_failed", extra={"job": name})
