"""Handles a worker's browser reporting that a key is not the one it should be.

At each unlocking the browser derives the public halves of its keys and compares them with those the program says it
seals to. If the service's key differs, letters would go to a stranger, so its form closes until the key is changed or
the head or operator settles the matter. A manipulated program could hide all this; docs/privacy.md says so.
"""

import logging
from typing import Literal, get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.refused import NotAllowed, NotFound
from bot.usecases.services import service_mails
from storage.database import Conflict

log = logging.getLogger(__name__)

What = Literal["service", "own", "given", "holder"]
"""Whose key: the service's, her own, a copy given by a colleague, or a colleague's own when the key is changed."""
WHATS: tuple[What, ...] = get_args(What)


async def report(runtime: Runtime, worker: SignedIn, what: What, stated: str, about: str = "") -> None:
    """Record a browser's finding. `stated` is the key the program says it seals to, `about` a colleague's id.

    Only a holder can close the form, and only over the present key. Raises NotAllowed if she holds none, Conflict if
    the key has changed, NotFound for an unknown service or colleague.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        service = await store.services.hold(worker.service_id or "")
        if service is None:
            raise NotFound
        if what == "holder" and about not in {colleague.id for colleague in await store.workers.of_service(service.id)}:
            raise NotFound
        if what == "service":
            if not await store.services.copies_of(worker.id):
                raise NotAllowed
            if stated != await store.services.newest(service.id):
                raise Conflict
            if service.key_differs_at is not None:
                return
            service.key_differs_at = now
            await service_mails.tell(store, service, "key_differs", now)
        subject = {"service": service.id, "holder": about}.get(what, worker.id)
        store.audit.add("key_differs", worker.id, subject, what, at=now)
    log.error("key_differs")  # counted by the operator's monitor
    runtime.caches.forget_world()


async def settle(runtime: Runtime, worker: SignedIn, service_id: str) -> None:
    """Open the form again, once head or operator has put things right. The next unlocking compares again.

    Raises NotFound for anybody else, and for an unknown service.
    """
    if worker.role not in ("head", "operator") or (worker.role == "head" and worker.service_id != service_id):
        raise NotFound
    async with runtime.database.store() as store:
        service = await store.services.hold(service_id)
        if service is None:
            raise NotFound
        if service.key_differs_at is not None:
            service.key_differs_at = None
            store.audit.add("key_settled", worker.id, service.id, at=runtime.now())
    runtime.caches.forget_world()
