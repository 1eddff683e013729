"""A worker's promise to look after a request: its deadline, and who is told when it is broken.

A result, such as a call, starts the promise again, and a colleague makes a promise of her own. Taking, showing and
giving back do not: one press every few hours would keep a request silent for ever. All of this is read from the audit.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.deadlines import deadline
from bot.usecases.services import notices
from bot.usecases.services.notices import NOTICE_DEPUTY, NOTICE_HEAD
from storage.audit import Entry
from storage.contact_requests import ContactRequest
from storage.database import Store

HANDED_OVER = "request_handed_over"
TAKEN = {"request_taken", "request_taken_over", "request_reopened", HANDED_OVER}
TAKEN_BACK = "attempt_taken_back"
CAME_OF_IT = {"attempt_noted", "person_came", "word_found_right"}
SHOWN = {"phone_revealed", "phone_revealed_outside"}


@dataclass(frozen=True, slots=True)
class Promise:
    """When a worker who takes a request now has to act, and whether she let an earlier promise run out."""

    due: datetime
    broken: bool


async def make_promise(runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn) -> Promise:
    """Return what a worker promises by taking a request: no later than before, unless that promise had a result."""
    now = runtime.now()
    due = await deadline(runtime, store, request, "taken")
    if request.worker_id == worker.id and is_late(request, now):
        return Promise(due, broken=True)
    since = await _promised_since(store, request, worker)
    before = await deadline(runtime, store, request, "taken", since) if since else due
    return Promise(due, broken=True) if before <= now else Promise(before, broken=False)


async def note_holder(
    store: Store, request: ContactRequest, event: str, actor: str, reason: str | None = None, *, at: datetime
) -> None:
    """Note in the audit who has a request from now on, and with it every report that is joined to it."""
    for reference in await store.joinings.case_of(request.id):
        store.audit.add(event, actor, reference, reason, at=at)


async def settle(store: Store, request: ContactRequest, at: datetime) -> None:
    """Settle what would tell of a request or of a report that is joined to it: somebody has them, or they ended."""
    for reference in await store.joinings.case_of(request.id):
        await store.outbox.settle(reference, at)


async def tell_of_broken(runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn) -> None:
    """Notify her head, or the deputy if she is the head. Pending notices still go out."""
    if service := await store.services.by_id(request.service_id):
        kind = NOTICE_DEPUTY if worker.role == "head" else NOTICE_HEAD
        await notices.add(store, service, request, kind, runtime.now())


async def is_renewed_by_showing(store: Store, request: ContactRequest, now: datetime) -> bool:
    """Whether there was a result since the number was last shown or the request was taken."""
    if request.status != "taken" or is_late(request, now):
        return False
    newest = await store.audit.entries(request.id, events={*TAKEN, *SHOWN, *CAME_OF_IT, TAKEN_BACK}, limit=1)
    return bool(newest) and newest[0].event in CAME_OF_IT


def taker_in(entry: Entry) -> str:
    """Return who has the request since this entry: whoever took it, or whom the head gave it to."""
    return (entry.reason or "") if entry.event == HANDED_OVER else entry.actor


def is_late(request: ContactRequest, now: datetime) -> bool:
    return request.due_at is not None and request.due_at <= now


async def _promised_since(store: Store, request: ContactRequest, worker: SignedIn) -> datetime | None:
    """Return when she first took it, if there has been no result since and no colleague had it."""
    since, taken_back = None, 0
    for entry in await store.audit.entries(request.id, events={*TAKEN, *CAME_OF_IT, TAKEN_BACK}):
        if entry.event == TAKEN_BACK:
            taken_back += 1
        elif entry.event == "attempt_noted" and taken_back:
            taken_back -= 1
        elif entry.event in CAME_OF_IT or taker_in(entry) != worker.id:
            break
        else:
            since = entry.at
    return since
