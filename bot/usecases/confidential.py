"""Who alone reads a request of somebody who is known to people at the service, and where that reader is told."""

from storage.database import Store
from storage.social_services import SocialService
from storage.workers import Worker


async def reader_of(store: Store, service: SocialService) -> Worker | None:
    """The worker named for it, else the head of service; None where that one has left, or there is none."""
    colleagues = await store.workers.of_service(service.id)
    if service.reader_id:
        return next((one for one in colleagues if one.id == service.reader_id), None)
    return next((one for one in colleagues if one.role == "head"), None)


def address_of(service: SocialService, reader: Worker) -> str | None:
    """The reader's own address. A named reader has one of her own; the head's is the head's."""
    if reader.id == service.reader_id and service.reader_email:
        return service.reader_email
    return service.head_email if reader.role == "head" else None
