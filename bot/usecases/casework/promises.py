"""A worker's promise to care for a request: by when, and who hears of one that was not kept.

What came of it begins a promise anew, and a colleague promises for herself. Taking, showing and giving back do not:
otherwise one press every few hours would keep a request in silence for ever. All of it is read from the audit.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.deadlines import deadline
from bot.usecases.services import notices
from bot.usecases.services.notices import NOTICE_DEPUTY, NOTICE_HEAD
from storage.contact_requests import ContactRequest
from storage.database import Store

TAKEN = {"request_taken", "request_taken_over", "request_reopened"}
TAKEN_BACK = "attempt_taken_back"
CAME_OF_IT = {"attempt_noted", "person_came", "word_found_right"}
SHOWN = {"phone_revealed", "phone_revealed_outside"}


@dataclass(frozen=True, slots=True)
class Promise:
    """By when who takes a request now cares for it, and whether she let an earlier promise run out."""

    due: datetime
    broken: bool


async def given(runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn) -> Promise:
    """What a worker promises by taking a request: no later than she did before, unless something came of that."""
    now = runtime.now()
    due = await deadline(runtime, store, request, "taken")
    if request.worker_id == worker.id and is_late(request, now):
        return Promise(due, broken=True)
    since = await _promised_since(store, request, worker)
    before = await deadline(runtime, store, request, "taken", since) if since else due
    return Promise(due, broken=True) if before <= now else Promise(before, broken=False)


async def tell_of_broken(runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn) -> None:
    """Her head hears of it, or the deputy where she is the head. What was about to be told is told all the same."""
    if service := await store.services.by_id(request.service_id):
        kind = NOTICE_DEPUTY if worker.role == "head" else NOTICE_HEAD
        await notices.add(store, service, request, kind, runtime.now())


async def is_renewed_by_showing(store: Store, request: ContactRequest, now: datetime) -> bool:
    """Whether something came of it since the number was last shown, or the request was taken."""
    if request.status != "taken" or is_late(request, now):
        return False
    newest = await store.audit.entries(request.id, events={*TAKEN, *SHOWN, *CAME_OF_IT, TAKEN_BACK}, limit=1)
    return bool(newest) and newest[0].event in CAME_OF_IT


def is_late(request: ContactRequest, now: datetime) -> bool:
    return request.due_at is not None and request.due_at <= now


async def _promised_since(store: Store, request: ContactRequest, worker: SignedIn) -> datetime | None:
    """When she first took it, if nothing has come of that since, and no colleague had it."""
    since, taken_back = None, 0
    for entry in await store.audit.entries(request.id, events={*TAKEN, *CAME_OF_IT, TAKEN_BACK}):
        if entry.event == TAKEN_BACK:
            taken_back += 1
        elif entry.event == "attempt_noted" and taken_back:
            taken_back -= 1
        elif entry.event in CAME_OF_IT or entry.actor != worker.id:
            break
        else:
            since = entry.at
    return since
