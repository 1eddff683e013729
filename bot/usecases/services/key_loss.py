"""A worker's copies of the key of her service end; a service that so falls under two holders is told at once."""

from datetime import datetime

from bot.usecases.services import mail
from storage.database import Store
from storage.social_services import SocialService


async def erase_copies(store: Store, service: SocialService | None, worker_id: str, now: datetime) -> int:
    """Erase her copies. Where fewer than two are left with one, every address of the service is mailed.

    How many living copies she held.
    """
    before = service and await store.services.recipient(service.id)
    taken = await store.services.take_away(worker_id, now)
    if service and before and await store.services.recipient(service.id) is None:
        await mail.tell(store, service, "few_holders", now)
    return taken
