"""What workers can undo, who may, and for how long. The page offers exactly what is then allowed.

The audit keeps both the action and its undoing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.engine.priority import highest
from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import promises, sides
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.permissions import Gone, first_come, get_request, leads, name_of
from bot.usecases.casework.promises import SHOWN, TAKEN, TAKEN_BACK
from bot.usecases.casework.requests import OPEN
from bot.usecases.casework.states import (
    AWAITED_AFTER_A_CALL,
    CAME,
    IN_CONTACT,
    after,
    awaited_until,
    enter,
    is_locked_for_good,
    lowered,
)
from bot.usecases.refused import NotAllowed
from bot.usecases.services import notices
from bot.usecases.services.notices import NOTICE
from storage.audit import Entry
from storage.contact_requests import ContactRequest
from storage.database import Store

A_WRONG_OUTCOME = timedelta(minutes=15)
"""How long a worker can take back the outcome that she noted."""
FLAGGED, UNFLAGGED = "conflict_flagged", "conflict_unflagged"
RAISED, RAISE_TAKEN_BACK = "priority_raised", "priority_raise_taken_back"
URGENCY = {RAISED, RAISE_TAKEN_BACK, "priority_lowered"}
GOES_ON = {
    *TAKEN, *SHOWN, TAKEN_BACK, FLAGGED, UNFLAGGED, "attempt_noted", "person_came", "person_awaited", "promise_lapsed",
    "request_given_back", "request_met", "request_closed", "word_found_right",
    "letters_joined", "letters_parted",
}  # fmt: skip
"""Events after which a noted outcome stands, because somebody may have relied on it."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What this worker can undo now."""

    reopen: bool
    flagged_by: str
    """Who flagged a conflict of interest; empty if nobody did or this worker cannot remove the flag."""
    raised: bool
    attempt: str
    """The outcome that she can take back; empty if none."""


async def get_undoing(runtime: Runtime, worker: SignedIn, reference: str) -> Undoing:
    """Return what this worker can undo now. Raises NotFound."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        flag = await _flag(store, request, worker)
        attempt = await _attempt(store, request, worker, now)
        return Undoing(
            await _may_reopen(store, request, worker, now),
            (await name_of(store, flag.actor) or "–") if flag else "",
            await _was_raised(store, request, worker, now),
            attempt["outcome"] if attempt else "",
        )


@first_come
async def reopen(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Reopen a request that was closed by mistake, while its letter is kept. It is not erased any later.

    The worker holds it then, with a promise no later than before the closing. Raises NotAllowed, Gone, HeadAllots.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        if not await _may_reopen(store, request, worker, now):
            raise NotAllowed if request.status in OPEN or request.sealed else Gone(request.status)
        await sides.must_be_free(store, request, worker)
        promise = await promises.make_promise(runtime, store, request, worker)
        spoken = any(attempt["outcome"] in IN_CONTACT for attempt in request.attempts)
        to = after(request.status, "resume" if spoken else "reopen") or request.status
        request.closed_as, request.worker_id = None, worker.id
        if to == "taken" and is_locked_for_good(request, now):
            last = (now + AWAITED_AFTER_A_CALL).astimezone(RIGA).date()
            enter(request, after(to, "wait") or to, awaited_until(last, now))
        else:
            enter(request, to, promise.due if to == "taken" else await deadline(runtime, store, request, to))
        if promise.broken:
            await promises.tell_of_broken(runtime, store, request, worker)
        await promises.note_holder(store, request, "request_reopened", worker.id, at=now)


async def _may_reopen(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> bool:
    """Whether its closer or whoever leads may reopen it. Not if the person declined: that was her decision."""
    if request.status != "closed" or request.closed_as == "declined" or request.joined_to:
        return False
    if request.sealed is None or request.purge_at <= now:
        return False
    closed = await _newest(store, request, {"request_closed"})
    return leads(request, worker) or (closed is not None and closed.actor == worker.id)


@first_come
async def unflag_conflict(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Show a request to the whole service again that a colleague flagged by mistake. Its reminders start again.

    Raises NotFound to those who cannot see it, NotAllowed if the person herself said that she knows somebody, which
    leaves no audit entry.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        if await _flag(store, request, worker) is None:
            raise NotAllowed
        request.head_only = False
        enter(request, request.status, request.due_at)
        service = await store.services.by_id(request.service_id)
        if service and request.worker_id is None:
            await notices.add(store, service, request, NOTICE, now)
        store.audit.add(UNFLAGGED, worker.id, request.id, at=now)


async def _flag(store: Store, request: ContactRequest, worker: SignedIn) -> Entry | None:
    if not (request.head_only and request.status in OPEN and leads(request, worker)):
        return None
    if request.joined_to or await store.joinings.reports_of(
        request.id
    ):  # a report may be hidden for a reason of its own
        return None
    newest = await _newest(store, request, {FLAGGED, UNFLAGGED})
    return newest if newest and newest.event == FLAGGED else None


@first_come
async def take_back_raise(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Undo raising the urgency, on the same day and without a reason. Raises NotAllowed."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        if not await _was_raised(store, request, worker, now):
            raise NotAllowed
        request.priority = lowered(request.priority)
        store.audit.add(RAISE_TAKEN_BACK, worker.id, request.id, request.priority, at=now)


async def _was_raised(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> bool:
    """Whether this worker raised the urgency today, nothing has changed it since, and no joined report is as urgent.

    The person's additions may raise it, too. Only their hour is known, so one from that hour counts as later.
    """
    newest = await _newest(store, request, URGENCY)
    if (
        request.status not in OPEN
        or request.joined_to
        or newest is None
        or newest.event != RAISED
        or newest.actor != worker.id
    ):
        return False
    if newest.at.astimezone(RIGA).date() != now.astimezone(RIGA).date() or newest.reason != request.priority:
        return False
    hour = newest.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if any(addition.made_at >= hour for addition in await store.additions.of_request(request.id)):
        return False
    below = lowered(request.priority)
    reports = await store.joinings.reports_of(request.id)
    return all(highest(below, report.priority) == below for report in reports)


@first_come
async def take_back_attempt(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Undo a wrong outcome: limit, locks, state and deadline become as if it had not been noted.

    The worker is asked again how the call went; until then the number counts as shown to her. Raises NotAllowed.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        last = await _attempt(store, request, worker, now)
        if last is None:
            raise NotAllowed
        before = next((status for status in (*OPEN, "closed") if status == last["from"]), request.status)
        due = datetime.fromisoformat(last["due"]) if last["due"] else None
        request.attempts = request.attempts[:-1]
        request.most_attempts = int(last.get("limit", request.most_attempts))
        if before == "new" and request.status != "new":  # nobody had it, so it waits for anyone again
            request.worker_id = None
            if service := await store.services.by_id(request.service_id):
                await notices.add(store, service, request, NOTICE, now)
        if (before, due) != (request.status, request.due_at):
            enter(request, before, due)
        store.audit.add(TAKEN_BACK, worker.id, request.id, last["outcome"], at=now)


async def _attempt(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> dict[str, str] | None:
    """Return the newest attempt if it is this worker's own, recent, and nothing has happened since."""
    last = request.attempts[-1] if request.attempts else None
    if last is None or last["outcome"] == CAME or "from" not in last:
        return None
    if last["from"] == "taken" and request.worker_id is None:  # its holder has left the service since
        return None
    at = datetime.fromisoformat(last["at"])
    newest = await _newest(store, request, GOES_ON)
    if newest is None or (newest.event, newest.actor, newest.at) != ("attempt_noted", worker.id, at):
        return None
    return last if at <= now < at + A_WRONG_OUTCOME else None


async def _newest(store: Store, request: ContactRequest, events: set[str]) -> Entry | None:
    found = await store.audit.entries(request.id, events=events, limit=1)
    return found[0] if found else None
