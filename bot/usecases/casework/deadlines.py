"""By when the duty of a state is done."""

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
    """Counted from now, or from another moment, in the hours of the service; by the clock where it has none.

    `hers`: it begins with what the person does, so it is counted from the full hour and does not tell the minute.
    """
    within, begins = DUE_WITHIN[state][request.priority], since or runtime.now()
    begins = reading_hours.full_hour(begins) if hers else begins
    service = await store.services.by_id(request.service_id)
    counted = service and reading_hours.read_by(service.hours, within, begins, reading_hours.closed_days(service))
    return counted or begins + within


async def go_on(runtime: Runtime, store: Store, request: ContactRequest) -> None:
    """She has answered with the agreed word, so her worker goes on, or anybody where that worker left.

    An earlier deadline stays: what would be told sooner is told then.
    """
    to = after(request.status, "go_on" if request.worker_id else "give_back")
    due = await deadline(runtime, store, request, "taken")
    enter(request, to or request.status, min(due, request.due_at or due))
