"""Escalates requests that nobody takes in time: to the deputy, the head, another service. The person's page says so.

Each step that the service has set up follows the one before by a fixed span of its reading time. After the last, all of
them are told again on each day on which the service reads. A request being worked on past its deadline goes to the
head, and then to everybody at the service on each such day. The notices are worded as ever.

Another service cannot open the letter: it only learns which colleagues to call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.services import notices, reading_hours
from bot.usecases.services.notices import NOTICE, NOTICE_OF
from storage.contact_requests import IN_TOUCH, ContactRequest
from storage.database import Conflict, Store
from storage.social_services import SocialService

STEPS = tuple(NOTICE_OF)
LAST_DAY = timedelta(hours=24)
"""How long before an unread letter is erased everyone is told once more."""
LOOKS_BACK = 14
"""Days: no run of holidays is longer."""


def steps(service: SocialService, confidential: bool = False) -> list[str]:
    """Return the steps that are set up, in order. Of a confidential request nobody else at the service is told."""
    set_up = {"deputy": service.deputy_email, "head": service.head_email, "fallback": service.fallback_id}
    return [step for step in STEPS if set_up[step] and (step == "fallback" or not confidential)]


def due_steps(service: SocialService, read_by: datetime, confidential: bool = False) -> list[tuple[str, datetime]]:
    """Return when each step is due: the first as the promise ends, each other one span of reading time later."""
    span, closed = timedelta(minutes=service.escalates_within_minutes), reading_hours.closed_days(service)
    found, at = [], read_by
    for step in steps(service, confidential):
        found.append((step, at))
        counted = reading_hours.read_by(service.hours, span, at, closed)
        at = counted or reading_hours.notice_at(service, at + span)  # too few reading hours to wait for
    return found


def step_at(service: SocialService, read_by: datetime, now: datetime, confidential: bool = False) -> str:
    """Return the latest step due by now. Empty while the promise holds, or if no step is set up."""
    reached = [step for step, at in due_steps(service, read_by, confidential) if at <= now]
    return reached[-1] if reached else ""


def next_reminder(service: SocialService, told_at: datetime) -> datetime:
    """Return when all are told again: when the service next reads on a later day, or tomorrow if it never does."""
    tomorrow = datetime.combine(told_at.astimezone(RIGA).date() + timedelta(days=1), time(), RIGA)
    reads = reading_hours.read_by(service.hours, timedelta(0), tomorrow, reading_hours.closed_days(service))
    return reads or tomorrow


def last_call(service: SocialService, purge_at: datetime) -> datetime:
    """Return when to warn of an erasure: a day before, or earlier if the service does not read in between."""
    for days in range(1, LOOKS_BACK + 1):
        at = purge_at - days * LAST_DAY
        if reading_hours.notice_at(service, at) < purge_at:
            return at
    return purge_at - LAST_DAY


async def escalate(runtime: Runtime) -> int:
    """Escalate requests that wait too long. Return how many went a step further."""
    now = runtime.now()
    async with runtime.database.store() as store:
        late = [(request, service) for request, service, _ in await store.requests.overdue(now)]
        unread = await store.requests.unread(now + LOOKS_BACK * LAST_DAY)
    return sum([await _escalate_one(runtime, *found) for found in dict.fromkeys([*unread, *late])])


async def _escalate_one(runtime: Runtime, request_id: str, service_id: str) -> bool:
    """Take a request a step further in a transaction of its own, so that a Conflict does not hold up the others."""
    now = runtime.now()
    try:
        async with runtime.database.store() as store:
            service, request = await store.services.by_id(service_id), await store.requests.by_id(request_id)
            if service is None or request is None or request.due_at is None:
                return False
            step = _next_step(service, request, now)
            if step is None:
                return False
            told_now = _notified_by(step, service, request)
            if step == "last":
                request.last_called = True
            elif step in STEPS:
                request.escalated_to = step
            request.told_at = reading_hours.notice_at(service, now)
            for told in told_now:
                await _tell(store, service, request, told, now)
            store.audit.add("request_escalated", "system", request.id, step, at=now)
            return True
    except Conflict:
        return False


def _next_step(service: SocialService, request: ContactRequest, now: datetime) -> str | None:
    """Return the step to take now, "again" or "last" (everyone), or None if nobody has to be told."""
    unread = request.opened_in_time is None and request.status not in IN_TOUCH and not request.last_called
    if unread and now >= last_call(service, request.purge_at):
        return "last"
    if request.due_at is None or request.due_at > now or request.status == "taken":
        return None  # a broken promise returns to the queue first
    if request.status != "new":
        return _again(service, request, now) if request.escalated_to == "head" else "head"
    step = step_at(service, request.due_at, now, request.head_only)
    if _rank(step) > _rank(request.escalated_to):
        return step
    last = next(reversed(steps(service, request.head_only)), "")
    return _again(service, request, now) if _rank(request.escalated_to) >= _rank(last) else None


def _again(service: SocialService, request: ContactRequest, now: datetime) -> str | None:
    told_at = request.told_at
    if told_at is None or now >= next_reminder(service, told_at):
        return "again"
    next_at = reading_hours.notice_at(service, now).astimezone(RIGA).date()
    return "again" if told_at.astimezone(RIGA).date() > next_at else None  # the clock was set back


def _notified_by(step: str, service: SocialService, request: ContactRequest) -> list[str]:
    """Return who is told of a step; "" is the service itself. The other service learns only of untaken requests.

    If several steps are due at once, because no job ran for a while, none is left out.
    """
    if request.status != "new" and step in STEPS:
        return [step]
    if step in STEPS:
        set_up = steps(service, request.head_only)
        return [told for told in set_up if _rank(request.escalated_to) < _rank(told) <= _rank(step)]
    own = ["", *steps(service, request.head_only)]
    return own if request.status == "new" or step == "last" else [told for told in own if told != "fallback"]


def _rank(step: str) -> int:
    return STEPS.index(step) if step in STEPS else -1


async def _tell(store: Store, service: SocialService, request: ContactRequest, step: str, now: datetime) -> None:
    to = await store.services.by_id(service.fallback_id or "") if step == "fallback" else service
    if to:
        await notices.add(store, to, request, NOTICE_OF.get(step, NOTICE), now)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A service to call."""

    id: str
    names: Mapping[str, str]
    phone: str


async def list_neighbours(runtime: Runtime, worker: SignedIn) -> list[Neighbour]:
    """Return the services that leave requests unread and rely on the worker's service to call them."""
    async with runtime.database.store() as store:
        late = await store.requests.services_told_elsewhere()
        return [
            Neighbour(service.id, service.names, service.phone)
            for service in await store.services.all()
            if service.id in late and service.fallback_id == worker.service_id
        ]
