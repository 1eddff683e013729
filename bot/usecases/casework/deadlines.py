"""Deadlines for the duty that each state of a request carries."""

from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.casework.states import DUE_WITHIN, after, enter
from bot.usecases.services import reading_hours
from storage.contact_requests import ContactRequest, Status
from storage.database import Store


async def deadline(
    runtime: Runtime,
    store: Store,
    request: ContactRequest,
    state: Status,
    since: datetime | None = None,
    *,
    hers: bool = False,
) -> datetime:
    """Return the deadline of a state, counted from `since` or now, in the service's hours or by the clock without any.

    `hers`: the person's own step starts it, so it counts from the full hour and does not reveal the minute.
    """
    within, begins = DUE_WITHIN[state][request.priority], since or runtime.now()
    begins = reading_hours.full_hour(begins) if hers else begins
    service = await store.services.by_id(request.service_id)
    counted = service and reading_hours.read_by(service.hours, within, begins, reading_hours.closed_days(service))
    return counted or begins + within


async def go_on(runtime: Runtime, store: Store, request: ContactRequest) -> None:
    """Resume after the person answered with the agreed word: with her worker, or with anyone if that worker left.

    An earlier deadline stays, so that no reminder comes later than it would have.
    """
    to = after(request.status, "go_on" if request.worker_id else "give_back")
    due = await deadline(runtime, store, request, "taken")
    enter(request, to or request.status, min(due, request.due_at or due))
