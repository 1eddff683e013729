"""The sole reader of requests from people who know somebody at the service, and the address for her notices.

She is the head of service or a worker named for it. If there is nobody, such a request is hidden from everyone.
"""

from collections.abc import Iterable
from typing import get_args

from storage.contact_requests import ENDED, ContactRequest, Status
from storage.database import Store
from storage.social_services import SocialService
from storage.workers import Worker

OPEN: frozenset[Status] = frozenset(get_args(Status)) - frozenset(ENDED)


async def reader_of(store: Store, service: SocialService) -> Worker | None:
    """Return the active worker who alone sees them; None if nobody may."""
    staff = await store.workers.of_service(service.id)
    if service.reader_id:
        return next((worker for worker in staff if worker.id == service.reader_id), None)
    return head_of(staff)


def head_of(staff: Iterable[Worker]) -> Worker | None:
    """Return the longest-serving head: a later one does not take over what was sent before."""
    return min(
        (worker for worker in staff if worker.role == "head"),
        key=lambda worker: (worker.created_at, worker.id),
        default=None,
    )


async def open_requests(store: Store, service_id: str) -> list[ContactRequest]:
    """Return the open requests that only the sole reader may see."""
    return [request for request in await store.requests.of_service(service_id, OPEN) if request.head_only]


def address_of(service: SocialService, reader: Worker) -> str | None:
    """Return the reader's own address; None if somebody else at the service reads there too."""
    own = service.reader_email or (service.head_email if reader.role == "head" else None)
    others = [service.email, service.deputy_email, None if reader.role == "head" else service.head_email]
    return own if own and own.casefold() not in {other.casefold() for other in others if other} else None


async def reader_addresses(store: Store, services: Iterable[SocialService]) -> dict[str, str | None]:
    """Return the sole reader's address by service id; None where nobody may be told."""
    found: dict[str, str | None] = {}
    for service in services:
        reader = await reader_of(store, service)
        found[service.id] = address_of(service, reader) if reader else None
    return found
