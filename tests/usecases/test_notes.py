"""Workers' notes: sealed before they arrive, read by who may read the request, and gone when it is."""

import asyncio
from dataclasses import dataclass

import pytest
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from bot.usecases import casework, contact, notes, standing, sweeping
from bot.usecases.casework import Gone, NoKey
from bot.usecases.notes import MOST, SEALED_SIZE, NotSealed
from bot.usecases.refused import AlreadyTaken, NotFound
from bot.usecases.service_keys import SEALED
from bot.usecases.workers import SignedIn
from tests.desk.people import OWN_RECIPIENT, a_desk_mate, a_key, a_request, a_service, the_request
from tests.faces import Clock

NOTE = SEALED.ljust(SEALED_SIZE, b"x")


@dataclass
class Office:
    """Two holders of the key, and one request that waits."""

    runtime: Runtime
    ilze: SignedIn
    second: SignedIn
    recipient: str
    reference: str
    code: str

    async def note(self, by: SignedIn, sealed: bytes = NOTE, recipient: str = "") -> None:
        await notes.write(self.runtime, by, self.reference, recipient or self.recipient, sealed)

    async def read(self, by: SignedIn) -> list[str]:
        return [one.by for one in await notes.of_request(self.runtime, by, self.reference)]


@pytest.fixture
async def office(runtime: Runtime) -> Office:
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    identity = await a_key(runtime, ilze)
    code = await a_request(runtime)
    async with runtime.database.store() as store:
        row = await store.workers.by_login("second-of-ilze")
    assert row
    second = SignedIn(row.id, row.name, row.login, row.role, row.service_id)
    return Office(runtime, ilze, second, str(identity.to_public()), await the_request(runtime), code)


async def test_a_note_is_read_by_colleagues_until_one_of_them_takes_the_request(office: Office) -> None:
    await office.note(office.ilze)
    assert await office.read(office.second) == ["Ilze"]
    await casework.take(office.runtime, office.ilze, office.reference)
    with pytest.raises(AlreadyTaken):
        await office.read(office.second)
    with pytest.raises(AlreadyTaken):
        await office.note(office.second)
    async with office.runtime.database.store() as store:
        assert "note_written" in [one.event for one in await store.audit.entries(subject=office.reference)]


async def test_who_may_not_read_the_request_neither_reads_nor_writes_a_note(office: Office) -> None:
    await a_service(office.runtime, "riga", "riga")
    stranger = await a_desk_mate(office.runtime, "stranger", "head", "riga")
    without_key = await a_desk_mate(office.runtime, "new", "worker", "balvi")
    for who, refused in ((stranger, NotFound), (without_key, NoKey)):
        with pytest.raises(refused):
            await office.note(who)
        with pytest.raises(refused):
            await office.read(who)


async def test_a_note_that_nobody_can_read_is_removed_by_who_may_read_the_request_and_the_audit_says_so(
    office: Office,
) -> None:
    await office.note(office.second)
    await office.note(office.ilze)
    broken, whole = await notes.of_request(office.runtime, office.ilze, office.reference)
    await a_service(office.runtime, "riga", "riga")
    stranger = await a_desk_mate(office.runtime, "stranger", "head", "riga")
    without_key = await a_desk_mate(office.runtime, "new", "worker", "balvi")
    for who, refused in ((stranger, NotFound), (without_key, NoKey)):
        with pytest.raises(refused):
            await notes.remove(office.runtime, who, office.reference, broken.id)
    await notes.remove(office.runtime, office.ilze, office.reference, broken.id)
    assert await notes.of_request(office.runtime, office.second, office.reference) == [whole]
    with pytest.raises(NotFound):
        await notes.remove(office.runtime, office.ilze, office.reference, broken.id)
    async with office.runtime.database.store() as store:
        events = [one.event for one in await store.audit.entries(subject=office.reference)]
    assert events.count("note_removed") == 1


async def test_a_note_is_removed_from_its_own_request_only(office: Office) -> None:
    await office.note(office.ilze)
    (note,) = await notes.of_request(office.runtime, office.ilze, office.reference)
    await a_request(office.runtime, called="Cits")
    async with office.runtime.database.store() as store:
        other = next(one.id for one in await store.requests.waiting("balvi") if one.id != office.reference)
    with pytest.raises(NotFound):
        await notes.remove(office.runtime, office.ilze, other, note.id)
    assert await office.read(office.ilze) == ["Ilze"]


@pytest.mark.parametrize("sealed", [b"", b"a note in plain words", NOTE[:-1], NOTE.replace(b"X25519", b"scrypt")])
async def test_only_what_is_sealed_to_one_size_is_kept(office: Office, sealed: bytes) -> None:
    with pytest.raises(NotSealed):
        await office.note(office.ilze, sealed)
    assert await office.read(office.ilze) == []


async def test_a_note_for_another_key_is_refused(office: Office) -> None:
    for other in (OWN_RECIPIENT, str(Identity.generate().to_public())):
        with pytest.raises(AlreadyTaken):
            await office.note(office.ilze, recipient=other)


async def test_twenty_notes_are_the_most_also_when_they_come_at_once(office: Office) -> None:
    for _ in range(MOST - 2):
        await office.note(office.ilze)
    done = await asyncio.gather(*(office.note(office.ilze) for _ in range(4)), return_exceptions=True)
    assert [type(one) for one in done if one is not None] == [NotSealed, NotSealed]
    assert len(await office.read(office.ilze)) == MOST


@pytest.mark.parametrize("end", ["withdrawn", "closed", "expired"])
async def test_a_note_dies_with_its_request(office: Office, clock: Clock, end: str) -> None:
    await casework.take(office.runtime, office.ilze, office.reference)
    await office.note(office.ilze)
    if end == "withdrawn":
        await contact.withdraw(office.runtime, office.code)
    elif end == "closed":
        await casework.close(office.runtime, office.ilze, office.reference, "met")
        with pytest.raises(Gone):  # nothing new is written into what is closed
            await office.note(office.ilze)
        assert await office.read(office.ilze) == ["Ilze"]
        clock.move(days=7)
    else:
        clock.move(days=31)
    await sweeping.sweep(office.runtime)
    with pytest.raises(Gone):
        await office.read(office.ilze)
    with pytest.raises(Gone):
        await office.note(office.ilze)
    async with office.runtime.database.store() as store:
        assert await store.notes.of_request(office.reference) == []


async def test_the_person_learns_nothing_of_a_note(office: Office) -> None:
    before = await standing.look(office.runtime, office.code, "lv")
    await office.note(office.ilze)
    assert await standing.look(office.runtime, office.code, "lv") == before
