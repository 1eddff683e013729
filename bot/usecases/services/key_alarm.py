"""A key that differs from what it should be: a worker's browser found it, and says so here.

At each unlocking the browser derives the public half of what it holds, and compares it with what the program says it
seals to. Where the service's differs, letters would go to a stranger: its form closes until the key is changed, or
until head or operator settles it. A program that was changed could hide all this; docs/privacy.md says so.
"""

import logging
from typing import Literal, get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.refused import NotAllowed, NotFound
from bot.usecases.services import mail
from storage.database import Conflict

log = logging.getLogger(__name__)

What = Literal["service", "own", "given", "holder"]
"""Whose key: the service's; her own; the copy that a colleague gave her; a colleague's, at a change of the key."""
WHATS: tuple[What, ...] = get_args(What)


async def report(runtime: Runtime, worker: SignedIn, what: What, stated: str, about: str = "") -> None:
    """What a browser found. `stated` is the key that the program said it seals to, `about` a colleague's id.

    Only a holder closes the form, and only for what is still stated: raises NotAllowed, and Conflict where it changed.
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
            await mail.tell(store, service, "key_differs", now)
        subject = {"service": service.id, "holder": about}.get(what, worker.id)
        store.audit.add("key_differs", worker.id, subject, what, at=now)
    log.error("key_differs")  # counted by the monitor
    runtime.caches.forget_world()


async def settle(runtime: Runtime, worker: SignedIn, service_id: str) -> None:
    """Head or operator found out why, and put it right: people can write again. The next unlocking compares anew."""
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
