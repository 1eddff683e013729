"""What nobody opened in time goes on: to the deputy, to the head, to another service; and the person is told so.

Each step that the service has set up comes one span of its reading time after the one before. Who is told gets the
same words as ever. Another service cannot open the letter: it only learns which colleagues to ring up.
"""

from datetime import datetime, timedelta

from bot.runtime import Runtime
from bot.usecases import social_services
from bot.usecases.notices import NOTICE, NOTICE_OF
from bot.usecases.workers import SignedIn
from storage.contact_requests import ContactRequest
from storage.database import Conflict, Store
from storage.outbox import Errand
from storage.social_services import SocialService

STEPS = tuple(NOTICE_OF)
LAST_DAY = timedelta(hours=24)
"""Before a letter that nobody opened is erased, everyone is told once more."""
LOOKS_BACK = 14
"""Days: no row of holidays is longer."""


def steps(service: SocialService) -> list[str]:
    """The steps that are set up, in their order."""
    set_up = {"deputy": service.deputy_email, "head": service.head_email, "fallback": service.fallback_id}
    return [step for step in STEPS if set_up[step]]


def due(service: SocialService, read_by: datetime) -> list[tuple[str, datetime]]:
    """When each step that is set up is due: the first as the promise ends, the others spans of reading time on."""
    span, closed = timedelta(minutes=service.escalates_within_minutes), social_services.closed_days(service)
    found, at = [], read_by
    for step in steps(service):
        found.append((step, at))
        counted = social_services.read_by(service.hours, span, at, closed)
        at = counted or social_services.notice_at(service, at + span)  # who reads so little is waited for no longer
    return found


def step_at(service: SocialService, read_by: datetime, now: datetime) -> str:
    """Who should know by now. Empty while the promise holds, and where nobody is set up."""
    reached = [step for step, at in due(service, read_by) if at <= now]
    return reached[-1] if reached else ""


def last_call(service: SocialService, purge_at: datetime) -> datetime:
    """A day before the letter goes; where nobody reads on that day, as many days before as someone does."""
    for days in range(1, LOOKS_BACK + 1):
        at = purge_at - days * LAST_DAY
        if social_services.notice_at(service, at) < purge_at:
            return at
    return purge_at - LAST_DAY


async def escalate(runtime: Runtime) -> int:
    """Tell who must know of requests that nobody opened in time. How many went a step further."""
    now = runtime.now()
    async with runtime.database.store() as store:
        late = [(one.id, one.service_id) for one in await store.requests.unread(now)]
    return sum([await _one_further(runtime, request, service) for request, service in late])


async def _one_further(runtime: Runtime, request_id: str, service_id: str) -> bool:
    """In a transaction of its own: one that is opened at this moment must not hold up the others."""
    now = runtime.now()
    try:
        async with runtime.database.store() as store:
            service, request = await store.services.by_id(service_id), await store.requests.by_id(request_id)
            if service is None or request is None or request.opened_count or request.status not in ("new", "taken"):
                return False
            if not request.last_called and now >= last_call(service, request.purge_at):
                return await _call_everyone(store, service, request, now)
            step = step_at(service, request.read_by, now)
            if _rank(step) <= _rank(request.escalated_to):
                return False
            request.escalated_to = step
            await _tell(store, service, request, step, now)
            store.audit.add("request_escalated", "system", request.id, step, at=now)
            return True
    except Conflict:
        return False


async def _call_everyone(store: Store, service: SocialService, request: ContactRequest, now: datetime) -> bool:
    """The service itself and each step that is set up, whoever was told before."""
    request.last_called = True
    await _tell(store, service, request, "", now)
    for step in steps(service):
        request.escalated_to = step
        await _tell(store, service, request, step, now)
    store.audit.add("request_escalated", "system", request.id, "last", at=now)
    return True


def _rank(step: str) -> int:
    return STEPS.index(step) if step else -1


async def _tell(store: Store, service: SocialService, request: ContactRequest, step: str, now: datetime) -> None:
    to = await store.services.by_id(service.fallback_id or "") if step == "fallback" else service
    if to is None:
        return
    sent_at = social_services.notice_at(to, now)
    kind = NOTICE_OF.get(step, NOTICE)
    await store.outbox.add(Errand(kind=kind, service_id=to.id, request_id=request.id, due_at=sent_at))


async def neighbours(runtime: Runtime, worker: SignedIn) -> list[SocialService]:
    """The services that do not open what waits there, and count on the worker's service to ring them up."""
    async with runtime.database.store() as store:
        late = {one.service_id for one in await store.requests.unread(runtime.now()) if one.escalated_to == "fallback"}
        return [one for one in await store.services.all() if one.id in late and one.fallback_id == worker.service_id]
