"""What workers note while they work on a request: attempts, urgency, conflicts of interest, how long it is kept.

The server cannot read the letter. The browser reports safe times and attempt limits, and the server accepts them only
if they tighten the rules.
"""

from contextlib import suppress
from datetime import date
from typing import get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import leaving, promises
from bot.usecases.casework.calls import note_attempt as note_attempt
from bot.usecases.casework.calls import reveal_outside as reveal_outside
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.passing import return_to_queue, take_if_new, tell_head
from bot.usecases.casework.permissions import Gone, first_come, get_letter, get_request, holds, refuse_joined
from bot.usecases.casework.reasons import NoReason as NoReason
from bot.usecases.casework.reasons import reason_in_words as reason_in_words
from bot.usecases.casework.requests import OPEN
from bot.usecases.casework.retention import EXTENDED_BY, KEPT_AT_MOST
from bot.usecases.casework.states import CAME, Outcome, after, awaited_until, enter, lowered, raised
from bot.usecases.refused import NotAllowed, Refused
from bot.usecases.services.confidential import reader_of
from storage.contact_requests import ContactRequest
from storage.database import Store, Trouble

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class NobodyReads(Refused):
    """The service has no one reader for such requests, so this one would be hidden from everybody."""


@first_come
async def note_arrival(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Note that the person called or came with the right word: she is in contact, whatever was tried before.

    A worker who hears her takes the request if nobody has. A request that was met stays met. Raises Gone, NotAllowed.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        await get_letter(store, request, worker)
        await take_if_new(store, request, worker, now)
        to = after(request.status, "come")
        if to is None or not holds(request, worker):
            raise NotAllowed
        newest = await store.additions.newest(request.id)
        request.attempts = [*request.attempts, {"at": now.isoformat(), "outcome": CAME, "additions": str(newest)}]
        if to != request.status or to == "contacted":
            enter(request, to, await deadline(runtime, store, request, to))
        store.audit.add("person_came", worker.id, request.id, at=now)


@first_come
async def await_person(runtime: Runtime, worker: SignedIn, reference: str, day: date) -> None:
    """Wait until the day on which the person will call or come, 14 days at most. Raises Gone, NotAllowed."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _held(store, worker, reference)
        to = after(request.status, "wait")
        if to is None:
            raise NotAllowed
        enter(request, to, awaited_until(day, now))
        store.audit.add("person_awaited", worker.id, request.id, at=now)


@first_come
async def erase_at_wish(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Erase a request at once for a person who has lost her code but said the agreed word. It cannot come back.

    This works in the days after closing, too. The desk's tombstone shows who erased it. Raises Gone, NotAllowed.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        if request.sealed is None:
            raise Gone(request.status)
        if not holds(request, worker):
            raise NotAllowed
        await store.consents.withdraw(request.id, now)
        await leaving.leave(runtime, store, request)
        if await store.requests.erase(request.id, "withdrawn", "erased_at_desk", by=worker.id):
            await store.outbox.settle(request.id, now)
            store.audit.add("request_erased_at_wish", worker.id, request.id, at=now)
    with suppress(Trouble):  # a job tries again; the letter is gone already
        await runtime.database.shrink()


@first_come
async def give_back(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Give up a request: it waits for anyone again. Raises Gone, NotAllowed."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _held(store, worker, reference)
        if after(request.status, "give_back") is None:
            raise NotAllowed
        await return_to_queue(store, request, runtime)
        store.audit.add("request_given_back", worker.id, request.id, at=now)


@first_come
async def meet(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Note that the person was met or referred; the service's own files hold what follows. Raises Gone, NotAllowed."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _held(store, worker, reference)
        to = after(request.status, "meet")
        if to is None:
            raise NotAllowed
        enter(request, to, await deadline(runtime, store, request, to))
        store.audit.add("request_met", worker.id, request.id, at=now)


@first_come
async def raise_priority(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Make a request one step more urgent; everyone who sees it may. Raises Gone."""
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        if request.priority == raised(request.priority):
            return  # a colleague was faster; nothing is more urgent than today
        request.priority = raised(request.priority)
        store.audit.add("priority_raised", worker.id, request.id, request.priority, at=runtime.now())


@first_come
async def lower_priority(runtime: Runtime, worker: SignedIn, reference: str, reason: str) -> None:
    """Make a request one step less urgent, with a reason. Raises NoReason, Gone."""
    said = reason_in_words(reason)
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        request.priority = lowered(request.priority)
        store.audit.add("priority_lowered", worker.id, request.id, said, at=runtime.now())


@first_come
async def flag_conflict(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Hide a request from all but one reader, because a worker and the person know each other.

    A holder who is not that reader loses it, or nobody could act on it. Its reminders start again. Does nothing if it
    is hidden already, so that a wish of the person's never looks like a worker's mark. Raises Gone, NobodyReads.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        if request.head_only:
            return
        service = await store.services.by_id(request.service_id)
        reader = service and await reader_of(store, service)
        if reader is None:
            raise NobodyReads
        request.head_only = True
        await promises.settle(store, request, now)  # pending notices would go to everybody
        taken_away = request.worker_id not in (None, reader.id)
        if taken_away and request.status == "taken":
            await return_to_queue(store, request, runtime)
        else:
            request.worker_id = None if taken_away else request.worker_id
            enter(request, request.status, request.due_at)
            await tell_head(store, request, runtime)
        for row in (request, *await store.joinings.reports_of(request.id)):  # hidden with it, shown again by itself
            store.audit.add("conflict_flagged", worker.id, row.id, at=now)


@first_come
async def extend(runtime: Runtime, worker: SignedIn, reference: str, reason: str) -> None:
    """Keep the letter 30 days longer, at most 90 days from sending. Raises NoReason, Gone, NotAllowed."""
    said = reason_in_words(reason)
    async with runtime.database.store() as store:
        request = await _held(store, worker, reference)
        latest = request.created_hour + KEPT_AT_MOST
        if request.purge_at >= latest:
            raise NotAllowed
        request.purge_at, request.last_called = min(request.purge_at + EXTENDED_BY, latest), False
        for report in await store.joinings.reports_of(request.id):  # one case, each letter within its own limit
            report.purge_at = min(report.purge_at + EXTENDED_BY, report.created_hour + KEPT_AT_MOST)
        store.audit.add("request_extended", worker.id, request.id, said, at=runtime.now())


@first_come
async def note_printing(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Audit that a request is printed, because no clock of ours erases paper. Raises Gone, AlreadyTaken."""
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        await get_letter(store, request, worker)
        store.audit.add("request_printed", worker.id, request.id, at=runtime.now())


@first_come
async def note_copying(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Audit that a request goes into the service's record system, where no clock of ours erases it.

    Raises Gone, AlreadyTaken.
    """
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        await get_letter(store, request, worker)
        store.audit.add("request_copied", worker.id, request.id, at=runtime.now())


async def _open(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    """Return an open request that stands for itself. Raises NotFound, Gone, and Joined for a joined report."""
    request = await get_request(store, worker, reference)
    if request.status not in OPEN:
        raise Gone(request.status)
    refuse_joined(request)
    return request


async def _held(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    """Return an open request that the worker holds; whoever leads may act on any."""
    request = await _open(store, worker, reference)
    if not holds(request, worker):
        raise NotAllowed
    return request
