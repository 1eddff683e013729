"""What is noted about a request while it is worked on: attempts, urgency, who must not see it, how long it is kept.

Nothing here knows the letter. What it says about safe times and the number of attempts is told by the worker's
browser, so the server takes it only where it makes things stricter.
"""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import get_args

from bot.runtime import RIGA, Runtime
from bot.usecases import notices, social_services
from bot.usecases.casework import (
    KEPT_AT_MOST,
    OPEN,
    Gone,
    first_come,
    leads,
    letter_of,
    of_own_service,
    refuse_locked,
    refuse_unsafe,
)
from bot.usecases.confidential import reader_of
from bot.usecases.deadlines import deadline
from bot.usecases.notices import NOTICE, NOTICE_HEAD
from bot.usecases.promises import SHOWN
from bot.usecases.refused import NotAllowed, Refused
from bot.usecases.states import (
    AWAITED_AFTER_A_CALL,
    CAME,
    MOST_ATTEMPTS,
    Outcome,
    after,
    awaited_until,
    deed_of,
    enter,
    is_locked_for_good,
    lowered,
    needs_head,
    raised,
)
from bot.usecases.workers import SignedIn
from storage.contact_requests import ContactRequest
from storage.database import Store, Trouble

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
EXTENDED_BY = timedelta(days=30)
SHORTEST_REASON, LONGEST_REASON = 10, 200
NUMBERS = re.compile(r"(\d\W?){5,}")


class NobodyReads(Refused):
    """The service has nobody who reads such requests alone: it would be hidden from everybody."""


class NoReason(Refused):
    """A reason in words is needed: not too short, and without anything that looks like a phone number or a code."""


def reason_in_words(text: str) -> str:
    """The data-protection officer reads it, so it must not name or number a person."""
    said = " ".join(text.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON or NUMBERS.search(said):
        raise NoReason
    return said


@first_come
async def attempt(runtime: Runtime, worker: SignedIn, reference: str, outcome: Outcome, most: int) -> None:
    """Note how a call went, by its code only. `most` comes out of the sealed request and can only lower the limit.

    What happened is noted even when calls were locked, the promise ran out or somebody took the request over meanwhile:
    who was shown the number may have called. Where no further call follows from what was agreed, it waits for her.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        shown = await _was_shown_the_number(store, request, worker)
        to = after(request.status, deed_of(outcome))
        if to is None or not (shown or (request.status != "new" and _holds(request, worker))):
            raise NotAllowed
        request.most_attempts = max(1, min(most, request.most_attempts, MOST_ATTEMPTS))
        if not shown:
            refuse_locked(request, worker, now)
        newest = await store.additions.newest(request.id)
        request.attempts = [*request.attempts, {"at": now.isoformat(), "outcome": outcome, "additions": str(newest)}]
        if to != "new":
            await _has_it(store, request, worker, now)
        if to == "taken" and is_locked_for_good(request, now):
            last = (now + AWAITED_AFTER_A_CALL).astimezone(RIGA).date()
            enter(request, after("taken", "wait") or to, awaited_until(last, now))
        elif to != request.status or to == "taken" or outcome == "reached_verified":
            enter(request, to, await deadline(runtime, store, request, to))
        store.audit.add("attempt_noted", worker.id, request.id, outcome, at=now)
        if needs_head(request, now):
            await _tell_head(store, request, runtime)


@first_come
async def came(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """She called or came herself, and the agreed word was right: in contact, whatever was tried before.

    Whoever hears her takes what nobody has taken yet. Where she was met already, that stays so.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        await letter_of(store, request, worker)
        await _has_it(store, request, worker, now)
        to = after(request.status, "come")
        if to is None or not _holds(request, worker):
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
        if not _holds(request, worker):
            raise NotAllowed
        await store.consents.withdraw(request.id, now)
        if await store.requests.erase(request.id, "withdrawn", "erased_at_desk", by=worker.id):
            await store.outbox.settle(request.id, now)
            store.audit.add("request_erased_at_wish", worker.id, request.id, at=now)
    with suppress(Trouble):  # a job does it again; what counts is that the letter is gone
        await runtime.database.shrink()


@first_come
async def reveal_outside(runtime: Runtime, worker: SignedIn, reference: str, reason: str) -> None:
    """The head of service shows the number although it is not safe now, and says why. Never after the permission."""
    now, said = runtime.now(), reason_in_words(reason)
    async with runtime.database.store() as store:
        request = await of_own_service(store, worker, reference)
        if request.sealed is None or request.status not in OPEN:
            raise Gone(request.status)
        if not leads(request, worker):
            raise NotAllowed
        refuse_unsafe(request, now)
        store.audit.add("phone_revealed_outside", worker.id, request.id, said, at=now)


@first_come
async def give_back(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """The promise is taken back: the request waits for anyone again."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _held(store, worker, reference)
        if after(request.status, "give_back") is None:
            raise NotAllowed
        await _to_queue(store, request, runtime)
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
    Raises NobodyReads where there is no such reader.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _open(store, worker, reference)
        service = await store.services.by_id(request.service_id)
        reader = service and await reader_of(store, service)
        if reader is None:
            raise NobodyReads
        request.head_only = True
        await store.outbox.settle(request.id, now)  # what was still to be told would go to everybody
        taken_away = request.worker_id not in (None, reader.id)
        if taken_away and request.status == "taken":
            await _to_queue(store, request, runtime)
        else:
            request.worker_id = None if taken_away else request.worker_id
            enter(request, request.status, request.due_at)
            await _tell_head(store, request, runtime)
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
    if not _holds(request, worker):
        raise NotAllowed
    return request


def _holds(request: ContactRequest, worker: SignedIn) -> bool:
    return request.worker_id == worker.id or leads(request, worker)


async def _has_it(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> None:
    """Whoever spoke with her takes what nobody has taken yet."""
    if request.status == "new":
        request.worker_id = worker.id
        await store.outbox.settle(request.id, now)
        store.audit.add("request_taken", worker.id, request.id, at=now)


async def _was_shown_the_number(store: Store, request: ContactRequest, worker: SignedIn) -> bool:
    """Whether a call of hers is still to be noted: each showing of the number stands in the audit."""
    of_calls = await store.audit.entries(request.id, events={"attempt_noted", *SHOWN})
    newest = next((entry for entry in of_calls if entry.actor == worker.id), None)
    return newest is not None and newest.event in SHOWN


async def _to_queue(store: Store, request: ContactRequest, runtime: Runtime) -> None:
    """It waits for anyone again, with a deadline as if it had been sent now."""
    now = runtime.now()
    service = await store.services.by_id(request.service_id)
    enter(request, "new", (service and social_services.promised_at(service, now)) or now)
    request.worker_id = None
    if service:
        await notices.add(store, service, request, NOTICE, now)


async def _tell_head(store: Store, request: ContactRequest, runtime: Runtime) -> None:
    if service := await store.services.by_id(request.service_id):
        await notices.add(store, service, request, NOTICE_HEAD, runtime.now())
