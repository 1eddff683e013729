"""The social service of the tests about requests: who works there, and the request that waits. See conftest.py."""

from dataclasses import dataclass

from pyrage.x25519 import Identity

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import requests
from bot.usecases.casework.showings import ToldFirst, Truth
from storage.contact_requests import ContactRequest
from storage.outbox import Errand
from tests.begun import begun
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_request, a_service, the_request


@dataclass
class Office:
    """Ilze and a second worker hold the key; Zane and the head do not. One request waits, where one was sent."""

    runtime: Runtime
    clock: Clock
    ilze: SignedIn
    second: SignedIn
    zane: SignedIn
    head: SignedIn
    identity: Identity
    receipt: str = ""
    reference: str = ""

    async def events(self) -> list[str]:
        """What workers did, in its order. That it was sent enters the audit with the next notices."""
        async with self.runtime.database.store() as store:
            entries = reversed(await store.audit.entries(subject=self.reference))
            return [entry.event for entry in entries if entry.actor != "person"]

    async def waiting(self) -> int:
        async with self.runtime.database.store() as store:
            return await store.outbox.waiting()

    async def errands(self) -> list[Errand]:
        """What is to be told of the request, and what was told lately."""
        async with self.runtime.database.store() as store:
            return await store.outbox.of_request(self.reference)

    async def to_be_told(self) -> list[str]:
        return [errand.kind for errand in await self.errands() if errand.done_at is None]

    async def row(self) -> ContactRequest:
        async with self.runtime.database.store() as store:
            found = await store.requests.by_id(self.reference)
        assert found
        return found


async def takes_over(office: Office, worker: SignedIn) -> Truth:
    """She is told how it stands, and says yes. What she was told."""
    try:
        await requests.take_over(office.runtime, worker, office.reference)
    except ToldFirst as first:
        await requests.take_over(office.runtime, worker, office.reference, first.truth.mark)
        return first.truth
    raise AssertionError("she was told nothing")


async def shows(office: Office, worker: SignedIn) -> Truth:
    """The number, although a colleague has it: she is told so, and says yes. What she was told."""
    try:
        await requests.reveal(office.runtime, worker, office.reference)
    except ToldFirst as first:
        await requests.reveal(office.runtime, worker, office.reference, first.truth.mark)
        return first.truth
    raise AssertionError("she was told nothing")


Staff = tuple[SignedIn, SignedIn, SignedIn, SignedIn, Identity]
"""Ilze, the second who holds the key, Zane, the head; and that key."""


async def an_office(runtime: Runtime, clock: Clock) -> Office:
    """Before anybody has written to it. The database has to be empty."""
    return Office(runtime, clock, *await begun(runtime, clock, _staff))


async def written_to(runtime: Runtime, clock: Clock) -> Office:
    """Somebody has written to it."""
    staff, receipt, reference = await begun(runtime, clock, _staff_and_request)
    return Office(runtime, clock, *staff, receipt, reference)


async def _staff_and_request(runtime: Runtime, clock: Clock) -> tuple[Staff, str, str]:
    return await _staff(runtime, clock), await a_request(runtime), await the_request(runtime)


async def _staff(runtime: Runtime, _: Clock) -> Staff:
    await a_service(runtime)
    ilze, zane, head = [
        await a_desk_mate(runtime, login, "head" if login == "head" else "worker", "balvi")
        for login in ("ilze", "zane", "head")
    ]
    identity = await a_key(runtime, ilze)
    async with runtime.database.store() as store:
        row = await store.workers.by_login("second-of-ilze")
    assert row
    second = SignedIn(row.id, row.name, row.login, row.role, row.service_id)
    return ilze, second, zane, head, identity
