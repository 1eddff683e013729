"""By when the duty of a state is done."""

from datetime import datetime

from bot.runtime import Runtime
from bot.usecases import social_services
from bot.usecases.states import DUE_WITHIN
from storage.contact_requests import ContactRequest, Status
from storage.database import Store


async def deadline(runtime: Runtime, store: Store, request: ContactRequest, state: Status) -> datetime:
    """Counted in the hours of the service; by the clock where it has none."""
    within, now = DUE_WITHIN[state][request.priority], runtime.now()
    service = await store.services.by_id(request.service_id)
    counted = service and social_services.read_by(service.hours, within, now, social_services.closed_days(service))
    return counted or now + within
