"""Takes a worker's copies of her service's key away, and warns a service that is left with fewer than two holders."""

from datetime import datetime

from bot.usecases.services import service_mails
from storage.database import Store
from storage.social_services import SocialService


async def erase_copies(store: Store, service: SocialService | None, worker_id: str, now: datetime) -> int:
    """Erase her copies, and mail every address of the service if fewer than two holders remain.

    Return how many living copies she held.
    """
    before = service and await store.services.recipient(service.id)
    taken = await store.services.erase_copies(worker_id, now)
    if service and before and await store.services.recipient(service.id) is None:
        await service_mails.tell(store, service, "few_holders", now)
    return taken
