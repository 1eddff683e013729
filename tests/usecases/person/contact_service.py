"""A service that holds a key, the forms that people send to it, what it reads, and what the database keeps of that."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.engine.request import Filled, Pair, read
from bot.runtime import Runtime
from bot.usecases.casework import receipts
from bot.usecases.person import contact
from bot.usecases.person.contact import Receipt, Sending, send
from bot.usecases.person.standing import get_standing
from storage.consents import Consent
from storage.contact_requests import ContactRequest
from storage.outbox import Errand
from tests.storage.rows import a_key, a_service, a_worker, reachable

ONCE = "0123456789abcdef" * 2
BOTH = ("send_request", "contact_me_as_described")
PULL: dict[str, str] = {
    "contact_mode": "i_will_call_you",
    "device_watched": "yes",
    "urgency_self": "this_week",
    "language": "ru",
    "age_band": "adult",
    "area": "balvu-novads",
}
CALL: list[Pair] = [
    *(PULL | {"contact_mode": "call", "device_watched": "no"}).items(),
    ("phone", "26123456"),
    ("phone_is", "mine_private"),
    ("windows1.day", "wed"),
    ("windows1.from", "12:00"),
    ("windows1.to", "14:30"),
    ("code_word", "umbrella"),
    ("note", "CANARY-note"),
]


@dataclass
class Service:
    """A service with a key, and who holds it."""

    runtime: Runtime
    identity: Identity

    async def letter(self, receipt: Receipt) -> dict[str, Any]:
        """What its worker reads."""
        request = await self.row(receipt)
        assert request.sealed
        return dict(json.loads(decrypt(request.sealed, [self.identity])))

    async def row(self, receipt: Receipt) -> ContactRequest:
        mark = await receipts.hashed(self.runtime, receipt.code)
        async with self.runtime.database.store() as store:
            found = await store.requests.by_receipt(mark)
            assert found
            whole = await store.requests.by_id(found.id)
            assert whole
            return whole

    async def errands(self) -> list[Errand]:
        async with self.runtime.database.store() as store:
            return await store.outbox.claim(self.runtime.now(), 10, timedelta(0))

    async def agreed(self, request: ContactRequest) -> Consent:
        async with self.runtime.database.store() as store:
            (consent,) = await store.consents.of_request(request.id)
            return consent

    async def audit(self) -> list[tuple[str, str]]:
        """Once the next notices have gone out. What people did since the last ones comes in an order of chance."""
        async with self.runtime.database.store() as store:
            await store.audit.enter(self.runtime.now() + timedelta(days=7))
        async with self.runtime.database.store() as store:
            return [(entry.event, entry.actor) for entry in await store.audit.entries()]

    async def empty(self) -> bool:
        async with self.runtime.database.store() as store:
            return not await store.requests.waiting("balvi")


async def furnished(runtime: Runtime) -> Service:
    identity = Identity.generate()
    hours = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    async with runtime.database.store() as store:
        await store.services.put(a_service(hours=hours, reads_within_minutes=120))
        for holder in ("ilze", "janis"):
            await store.workers.add(a_worker(id=holder, login=holder))
            await store.services.add_key(a_key(recipient=str(identity.to_public()), held_by=holder))
        await reachable(store, "balvi")
    return Service(runtime, identity)


def filled(runtime: Runtime, *pairs: Pair, **over: str) -> Filled:
    form, places = runtime.content.request, runtime.content.dialogue.municipalities
    given = [pair for pair in pairs if pair[0] not in over] or list((PULL | over).items())
    return read(form, [*given, *over.items()], runtime.now().date(), places)


async def sent(
    service: Service, *pairs: Pair, once: str = ONCE, channel: contact.Channel = "web", **over: str
) -> Receipt:
    draft = filled(service.runtime, *pairs, **over)
    return await send(service.runtime, Sending(draft, BOTH, once, "ru", channel))


async def standing(service: Service, receipt: Receipt) -> str | None:
    found = await get_standing(service.runtime, receipts.grouped(receipt.code), "lv")
    return found.state if found else None


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
