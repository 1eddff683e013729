"""The officer's page on what is kept for how long, and whether the jobs that erase it keep up."""

from datetime import timedelta
from typing import Any

from aiohttp import web
from babel.dates import format_skeleton
from babel.units import format_unit

from bot.desk.app_keys import RUNTIME
from bot.desk.operation.retention_words import JOBS, KINDS
from bot.desk.page import language_of, page, say
from bot.usecases.operation import retention
from bot.usecases.operation.retention import BY_ITSELF, Ticking

UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


async def show(request: web.Request) -> web.StreamResponse:
    runtime, language = request.app[RUNTIME], language_of(request)
    jobs = await retention.list_jobs(runtime)
    return page(
        request,
        "operation/retention.html",
        jobs=[(say(language, JOBS[job.name]), job, [_row(language, clock) for clock in job.clocks]) for job in jobs],
        by_itself=BY_ITSELF,
        well=not any(job.late or any(clock.late for clock in job.clocks) for job in jobs),
    )


def _row(language: str, ticking: Ticking) -> dict[str, Any]:
    month = ticking.next_month and format_skeleton("yMMMM", ticking.next_month, locale=language)
    return {
        "what": say(language, KINDS[ticking.clock.kind]),
        "lasts": duration(language, ticking.clock.lasts),
        "late": ticking.late,
        "next": month,
        "watched": bool(ticking.clock.rows),
    }


def duration(language: str, lasts: timedelta) -> str:
    """Return a limit in the largest unit that says it exactly."""
    unit, length = next((unit, length) for unit, length in UNITS if not lasts % length)
    return format_unit(lasts // length, f"duration-{unit}", locale=language)
