"""How a request changes hands: to the worker who spoke with the person, back to the queue, up to the head."""

from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import promises, sides
from bot.usecases.casework.states import enter
from bot.usecases.services import notices, reading_hours
from bot.usecases.services.notices import NOTICE, NOTICE_HEAD
from storage.contact_requests import ContactRequest
from storage.database import Store


async def take_if_new(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> None:
    """Give a request that nobody has taken to the worker who spoke with the person. Raises HeadAllots."""
    if request.status == "new":
        await sides.must_be_free(store, request, worker)
        request.worker_id = worker.id
        await promises.settle(store, request, now)
        await promises.note_holder(store, request, "request_taken", worker.id, at=now)


async def return_to_queue(store: Store, request: ContactRequest, runtime: Runtime) -> None:
    """Let a request wait for anyone again, with a deadline as if it had just been sent."""
    now = runtime.now()
    service = await store.services.by_id(request.service_id)
    enter(request, "new", (service and reading_hours.promised_at(service, now)) or now)
    request.worker_id = None
    if service:
        await notices.add(store, service, request, NOTICE, now)


async def tell_head(store: Store, request: ContactRequest, runtime: Runtime) -> None:
    if service := await store.services.by_id(request.service_id):
        await notices.add(store, service, request, NOTICE_HEAD, runtime.now())
