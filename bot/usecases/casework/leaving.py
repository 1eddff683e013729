"""What becomes of a joined report that stands alone again, because it is parted or her own letter is erased.

And what becomes of what it forbade to her number, once it is erased itself.
"""

from datetime import datetime

from bot.engine.priority import highest
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import promises
from bot.usecases.casework.call_permission import call_until
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.passing import return_to_queue
from bot.usecases.casework.states import IN_CONTACT, enter
from bot.usecases.services import notices
from bot.usecases.services.notices import NOTICE
from storage.additions import Addition
from storage.contact_requests import IN_TOUCH, STILL_OPEN, ContactRequest
from storage.database import Store


async def leave(runtime: Runtime, store: Store, request: ContactRequest) -> None:
    """Settle what outlives a letter. Call it before the letter is erased.

    Nothing of it enters the audit, and each deadline counts from the full hour: she may be withdrawing at this minute.
    """
    reports = await store.joinings.reports_of(request.id)
    if reports:
        await store.requests.hold(request)  # her row before theirs, as everywhere, so that no two wait for each other
    for report in reports:
        if report.status in STILL_OPEN:
            report.priority = highest(report.priority, request.priority)
            await _go_on_alone(runtime, store, report)
    own = await store.requests.by_id(request.joined_to) if request.joined_to else None
    if own and own.sealed is not None:
        await _keep_forbidden(store, own, request)


async def begin_anew(runtime: Runtime, store: Store, report: ContactRequest) -> None:
    """Let a report that was joined by mistake begin anew: what was done for the other says nothing of it.

    Its holder promises no more time than before, so that joining and parting in turn gain none.
    """
    holder = await store.workers.by_id(report.worker_id) if report.worker_id else None
    if holder is None:
        await return_to_queue(store, report, runtime)
    elif _was_reached(report):
        enter(report, "contacted", await deadline(runtime, store, report, "contacted"))
    else:
        her = SignedIn(holder.id, holder.name, holder.login, holder.role, holder.service_id)
        promise = await promises.make_promise(runtime, store, report, her)
        enter(report, "taken", promise.due)
        if promise.broken:
            await promises.tell_of_broken(runtime, store, report, her)


async def _go_on_alone(runtime: Runtime, store: Store, report: ContactRequest) -> None:
    """Let a report go on without her request: it waits for no day of hers, and has a deadline of its own.

    A talk that there was stays one, so that the page behind the code of the report does not go back.
    """
    if report.status in IN_TOUCH:
        enter(report, report.status, await deadline(runtime, store, report, report.status, hers=True))
        if report.worker_id is None and (service := await store.services.by_id(report.service_id)):
            await notices.add(store, service, report, NOTICE, runtime.now())
    elif report.worker_id is None:
        await return_to_queue(store, report, runtime)
    else:
        enter(report, "taken", await deadline(runtime, store, report, "taken", hers=True))


async def _keep_forbidden(store: Store, own: ContactRequest, report: ContactRequest) -> None:
    """Keep with her request what the report forbids to her number: the two may be one, and she may have said so.

    Her additions keep their meaning: one that would have lifted it still does, and so does every later one.
    """
    answered = _answered_at(own, report)
    if report.call_blocked or answered:
        added = await store.additions.of_request(own.id)
        until = max([addition.id for addition in added if not _lifts(addition, report, answered)], default=0)
        own.unsafe_until = max(until, own.unsafe_until or 0)  # a word that is right already lifts it at once
    own.call_until = await call_until(store, own, [report])
    await store.requests.hold(own)


def _lifts(addition: Addition, report: ContactRequest, answered: datetime | None) -> bool:
    """Whether an addition with the right word is later than all that the report forbids. See `states.joint_lock`."""
    if report.call_blocked and addition.id <= (report.blocked_addition or 0):
        return False
    return answered is None or answered < addition.made_at


def _answered_at(own: ContactRequest, report: ContactRequest) -> datetime | None:
    """Return when somebody else last answered the number of the report, unless she was reached or came since."""
    reached = [attempt["at"] for attempt in (*own.attempts, *report.attempts) if attempt["outcome"] in IN_CONTACT]
    answered = [attempt["at"] for attempt in report.attempts if attempt["outcome"] == "other_person"]
    if not answered or max(reached, default="") > max(answered):
        return None
    return datetime.fromisoformat(max(answered))


def _was_reached(report: ContactRequest) -> bool:
    return any(attempt["outcome"] in IN_CONTACT for attempt in report.attempts)
