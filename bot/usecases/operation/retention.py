"""What is kept for how long, by the job that erases it, and whether nothing is kept beyond its time.

Each limit is the constant that the job itself uses. A test holds the list to the table of docs/privacy.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.content import Content
from bot.runtime import RIGA, Runtime
from bot.usecases.accounts import attempts, workers
from bot.usecases.casework import queue, slips
from bot.usecases.casework.retention import EXTENDED_BY, KEPT_AT_MOST, KEPT_CLOSED
from bot.usecases.challenges import CHALLENGE_FOR
from bot.usecases.operation.audit import A_DAY, A_YEAR
from bot.usecases.operation.doctor import JOBS_WITHIN, REGULAR_JOBS, SELDOM
from bot.usecases.person import converse, counting, form_links, leaving
from bot.usecases.services import delivery, trials

BY_ITSELF = ""
"""No job: what is over counts for nothing, wherever it is looked at."""
PATIENCE = SELDOM + timedelta(hours=1)
"""How long past its time something may still be there: jobs run within the hour, and many times are by the hour."""
TOLD_FROM = timedelta(days=30)
"""The month in which something is erased next is told of clocks of this length and longer. Of shorter ones it would say
that somebody writes to us at this moment."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One kind of data and how long it is kept. `rows` names what shows in storage that its job keeps up."""

    kind: str
    lasts: timedelta
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Ticking:
    """A clock as it stands. `next_month` holds the first day of the month in which something is erased next."""

    clock: Clock
    late: bool
    next_month: date | None


@dataclass(frozen=True, slots=True)
class Job:
    """A job that erases, when it last ran on any replica, and its clocks."""

    name: str
    ran: datetime | None
    late: bool
    clocks: tuple[Ticking, ...]


def clocks(content: Content) -> Mapping[str, tuple[Clock, ...]]:
    """Return the clocks by the name of the job that erases what is over."""
    form = content.request
    return {
        "expire_conversations": (
            Clock("conversation", converse.IDLE, "conversations"),
            Clock("conversation_at_most", converse.HARD_LIMIT, "conversations"),
            Clock("chat", converse.TRACES_FOR, "traces"),
            Clock("left_page", leaving.LASTS, "left_pages"),
            Clock("press", converse.HEARD_FOR, "updates_heard"),
            Clock("form_link", form_links.GOOD_FOR, "updates_heard"),
            Clock("passkey_question", CHALLENGE_FOR, "updates_heard"),
            Clock("key_question", CHALLENGE_FOR, "updates_heard"),
        ),
        "sweep_requests": (
            Clock("open_request", timedelta(days=form.erased_after_days), "letters"),
            Clock("extension", EXTENDED_BY, "letters"),
            Clock("closed_request", KEPT_CLOSED, "letters"),
            Clock("closed_at_most", KEPT_AT_MOST, "letters"),
        ),
        "deliver_notices": (Clock("notice", delivery.DAYS_REMEMBERED, "notices"),),
        "tell_unready": (Clock("test_mail", trials.VALID, "test_mails"),),
        "forget_old": (
            Clock("tombstone", A_YEAR, "tombstones"),
            Clock("confidential", queue.ENDED_SHOWN, "marks"),
            Clock("flood", queue.ENDED_SHOWN, "marks"),
            Clock("consent", A_YEAR, "consents"),
            Clock("audit", A_YEAR, "audit"),
            Clock("key_copies", KEPT_AT_MOST, "key_copies"),
            Clock("known_browser", attempts.KNOWN_FOR, "known_browsers"),
            Clock("session_row", A_DAY, "sessions"),
        ),
        "publish_counts": (
            Clock("presses", counting.A_WEEK, "daily_counts"),
            Clock("weeks", counting.KEPT, "published_counts"),
            Clock("years", counting.KEPT, "published_counts"),
            Clock("closings", counting.KEPT, "published_counts"),
            Clock("quarter_sums", slips.EXACT_FOR),
            Clock("quarter_editions", slips.EDITIONS_FOR),
        ),
        BY_ITSELF: (
            Clock("withdrawn", queue.WITHDRAWN_SHOWN),
            Clock("permission", timedelta(days=int(form.fields["valid_until"].default or 0))),
            Clock("session_idle", workers.IDLE),
            Clock("session", workers.LONGEST),
            Clock("confirmation", workers.CONFIRMED_FOR),
            Clock("invitation", workers.INVITED_FOR),
            Clock("conduct", workers.AGREED_FOR),
        ),
    }


async def list_jobs(runtime: Runtime) -> list[Job]:
    """Return every job that erases, with its clocks as they stand; last what needs no job."""
    now = runtime.now()
    async with runtime.database.store() as store:
        ran, ends, begins = await store.counts.runs(), await store.clocks.ends(), await store.clocks.begins()
        newest = await store.audit.entries(limit=1)
    counted_from = {"audit": min([now, *(entry.at for entry in newest)])}  # its year is counted back from there

    def ticking(clock: Clock) -> Ticking:
        since = begins.get(clock.rows)
        end = ends.get(clock.rows) or (since and since + clock.lasts)
        told = end.astimezone(RIGA).date().replace(day=1) if end and clock.lasts >= TOLD_FROM else None
        return Ticking(clock, bool(end and counted_from.get(clock.rows, now) - end > PATIENCE), told)

    def job(name: str, its: tuple[Clock, ...]) -> Job:
        at, patience = ran.get(name), JOBS_WITHIN if name in REGULAR_JOBS else SELDOM
        late = name != BY_ITSELF and (at is None or now - at > patience)
        return Job(name, at, late, tuple(ticking(clock) for clock in its))

    return [job(name, its) for name, its in clocks(runtime.content).items()]
