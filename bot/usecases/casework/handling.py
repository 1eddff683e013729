"""What is noted about a request while it is worked on: attempts, urgency, who must not see it, how long it is kept.

Nothing here knows the letter. What it says about safe times and the number of attempts is told by the worker's
browser, so the server takes it only where it makes things stricter.
"""

from contextlib import suppress
from datetime import date, timedelta
from typing import get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.calls import attempt as attempt
from bot.usecases.casework.calls import reveal_outside as reveal_outside
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.passing import has_it, tell_head, to_queue
from bot.usecases.casework.permissions import Gone, first_come, holds, letter_of, of_own_service
from bot.usecases.casework.reasons import NoReason as NoReason
from bot.usecases.casework.reasons import reason_in_words as reason_in_words
from bot.usecases.casework.requests import KEPT_AT_MOST, OPEN
from bot.usecases.casework.states import CAME, Outcome, after, awaited_until, enter, lowered, raised
from bot.usecases.refused import NotAllowed, Refused
from bot.usecases.services.confidential import reader_of
from storage.contact_requests import ContactRequest
from storage.database import Store, Trouble

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
EXTENDED_BY = timedelta(days=30)


class NobodyReads(Refused):
    """The service has nobody who reads such requests alone: it would be hidden from everybody."""


@first_come
async def came(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """She called or came herself, and the agreed word was right: in contact, whatever was tried before.

    Whoever hears her takes what nobody has taken yet. Where she was met already, that stays so.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        await letter_of(store, request, worker)
        await has_it(store, request, worker, now)
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
    """She said that she will call or come: nothing lapses until the day she named, 14 days at most."""
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
    """She has lost her code, said the agreed word and wants everything gone: it is, at once, and cannot come back.

    Also in the days after it was closed. The tombstone says at the desk of whom it was erased.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        if request.sealed is None:
            raise Gone(request.status)
        if not holds(request, worker):
            raise NotAllowed
        await store.consents.withdraw(request.id, now)
        if await store.requests.erase(request.id, "withdrawn", "erased_at_desk", by=worker.id):
            await store.outbox.settle(request.id, now)
            store.audit.add("request_erased_at_wish", worker.id, request.id, at=now)
    with suppress(Trouble):  # a job does it again; what counts is that the letter is gone
        await runtime.database.shrink()


@first_come
async def give_back(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """The promise is taken back: the request waits for anyone again."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _held(store, worker, reference)
        if after(request.status, "give_back") is None:
            raise NotAllowed
        await to_queue(store, request, runtime)
        store.audit.add("request_given_back", worker.id, request.id, at=now)


@first_come
async def meet(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Met, or referred: what follows stands in the service's own files."""
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
    """One step more urgent, by whoever sees that it is."""
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        if request.priority == raised(request.priority):
            return  # a colleague was faster, and nothing is more urgent than today
        request.priority = raised(request.priority)
        store.audit.add("priority_raised", worker.id, request.id, request.priority, at=runtime.now())


@first_come
async def lower_priority(runtime: Runtime, worker: SignedIn, reference: str, reason: str) -> None:
    """One step less urgent, with a reason."""
    said = reason_in_words(reason)
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        request.priority = lowered(request.priority)
        store.audit.add("priority_lowered", worker.id, request.id, said, at=runtime.now())


@first_come
async def flag_conflict(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """The worker knows the person, or the person the worker: from now on one reader alone sees it.

    Whoever had it and is not that reader has it no longer: nobody could act on it otherwise. Its steps begin anew.
    Raises NobodyReads where there is no such reader. Where it is so already nothing is done: what the person said
    herself never looks as if a worker had said it.
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
        await store.outbox.settle(request.id, now)  # what was still to be told would go to everybody
        taken_away = request.worker_id not in (None, reader.id)
        if taken_away and request.status == "taken":
            await to_queue(store, request, runtime)
        else:
            request.worker_id = None if taken_away else request.worker_id
            enter(request, request.status, request.due_at)
            await tell_head(store, request, runtime)
        store.audit.add("conflict_flagged", worker.id, request.id, at=now)


@first_come
async def extend(runtime: Runtime, worker: SignedIn, reference: str, reason: str) -> None:
    """Keep the letter 30 days longer, never beyond 90 days from its sending, with a reason."""
    said = reason_in_words(reason)
    async with runtime.database.store() as store:
        request = await _held(store, worker, reference)
        latest = request.created_hour + KEPT_AT_MOST
        if request.purge_at >= latest:
            raise NotAllowed
        request.purge_at, request.last_called = min(request.purge_at + EXTENDED_BY, latest), False
        store.audit.add("request_extended", worker.id, request.id, said, at=runtime.now())


@first_come
async def printed(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """The request is about to stand on paper, which no clock of ours erases."""
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        await letter_of(store, request, worker)
        store.audit.add("request_printed", worker.id, request.id, at=runtime.now())


async def _open(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    request = await of_own_service(store, worker, reference)
    if request.status not in OPEN:
        raise Gone(request.status)
    return request


async def _held(store: Store, worker: SignedIn, reference: str) -> ContactRequest:
    """Open, and the worker's own; who leads may act on each."""
    request = await _open(store, worker, reference)
    if not holds(request, worker):
        raise NotAllowed
    return request
