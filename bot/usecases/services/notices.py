"""Notices that something waits: who gets each, and who has really been reached when a person asks."""

from datetime import datetime, timedelta

from bot.runtime import Runtime
from bot.usecases.services import reading_hours
from bot.usecases.services.offers import load_known, reaches
from bot.usecases.services.reading_hours import closed_days, full_hour, read_by
from storage.contact_requests import ContactRequest
from storage.database import Store
from storage.outbox import Errand
from storage.social_services import SocialService

A_WHILE = timedelta(hours=1)
"""A mail retried within this time also covers what came in meanwhile."""

NOTICE = "something_waits"
NOTICE_DEPUTY = "something_waits_deputy"
NOTICE_HEAD = "something_waits_head"
"""To the service's deputy or head, in the same words."""
NOTICE_READER = "something_waits_reader"
"""To the sole reader of requests from people who know somebody at the service, in the same words."""
NOTICE_OF = {"deputy": NOTICE_DEPUTY, "head": NOTICE_HEAD, "fallback": NOTICE}
"""The steps of escalation and the notice of each; the last goes to another service."""


async def add(store: Store, service: SocialService, request: ContactRequest, kind: str, now: datetime) -> None:
    """Tell somebody at a service with its next notices. Of a confidential request only the sole reader is told.

    A notice of the same request to the same people that is about to go out is not repeated.
    """
    if request.head_only and service.id == request.service_id:
        kind = NOTICE_READER
    due = reading_hours.notice_at(service, now)
    if not await store.outbox.will_tell(request.id, service.id, kind, now, due + A_WHILE):
        await store.outbox.add(Errand(kind=kind, service_id=service.id, request_id=request.id, due_at=due))


async def record_later(store: Store, request: ContactRequest, event: str, now: datetime) -> None:
    """Let what the person did enter the audit when the next notices of the service go out, or would."""
    service = await store.services.by_id(request.service_id)
    reads = service and read_by(service.hours, timedelta(0), now, closed_days(service))
    store.audit.add_later(event, request.id, at=now, due=reads or full_hour(now))


async def last_notified(runtime: Runtime, store: Store, request: ContactRequest, language: str) -> tuple[str, str]:
    """Return the last step that a mail has reached: "", "deputy", "head" or "fallback", and that service's name.

    The name is empty if people cannot write to the service. Mails that still wait, or were no longer needed, count for
    nobody, nor do those sent before the present deadline.
    """
    if not request.escalated_to or request.due_at is None:
        return "", ""
    since, known = request.due_at, await store.outbox.of_request(request.joined_to or request.id)
    errands = [errand for errand in known if errand.sent_at and errand.sent_at >= since]
    here = {errand.kind for errand in errands if errand.service_id == request.service_id}
    elsewhere = next((errand.service_id for errand in reversed(errands) if errand.service_id != request.service_id), "")
    if elsewhere and request.escalated_to == "fallback":
        return "fallback", await _named(runtime, store, elsewhere, language)
    own = [step for step in ("deputy", "head") if NOTICE_OF[step] in here]
    return (own[-1], "") if own else ("", "")


async def _named(runtime: Runtime, store: Store, service_id: str, language: str) -> str:
    """Return the name of the service; empty if people cannot write to it."""
    service = await store.services.by_id(service_id)
    if service is None or not reaches(runtime, await load_known(store))[service.id].addressable:
        return ""
    return service.names.get(language) or next(iter(service.names.values()), "")
