"""Workers' notes: sealed before they arrive, read by who may read the request, and gone when it is."""

import asyncio

import pytest
from pyrage.x25519 import Identity

from bot.usecases.acting import SignedIn
from bot.usecases.casework import notes, requests, sweeping
from bot.usecases.casework.notes import MOST, SEALED_SIZE, NotSealed
from bot.usecases.casework.permissions import Gone, NoKey
from bot.usecases.person import contact, standing
from bot.usecases.refused import AlreadyTaken, NotFound
from bot.usecases.services.keys import SEALED
from tests.faces import Clock
from tests.people import OWN_RECIPIENT, a_desk_mate, a_request, a_service
from tests.usecases.office import Office

NOTE = SEALED.ljust(SEALED_SIZE, b"x")


async def writes(office: Office, by: SignedIn, sealed: bytes = NOTE, recipient: str = "") -> None:
    recipient = recipient or str(office.identity.to_public())
    await notes.write(office.runtime, by, office.reference, recipient, sealed)


async def reads(office: Office, by: SignedIn) -> list[str]:
    return [note.by for note in await notes.list_notes(office.runtime, by, office.reference)]


async def test_a_note_is_read_by_colleagues_until_one_of_them_takes_the_request(office: Office) -> None:
    await writes(office, office.ilze)
    assert await reads(office, office.second) == ["Ilze"]
    await requests.take(office.runtime, office.ilze, office.reference)
    with pytest.raises(AlreadyTaken):
        await reads(office, office.second)
    with pytest.raises(AlreadyTaken):
        await writes(office, office.second)
    async with office.runtime.database.store() as store:
        assert "note_written" in [entry.event for entry in await store.audit.entries(subject=office.reference)]


async def test_who_may_not_read_the_request_neither_reads_nor_writes_a_note(office: Office) -> None:
    await a_service(office.runtime, "riga", "riga")
    stranger = await a_desk_mate(office.runtime, "stranger", "head", "riga")
    without_key = await a_desk_mate(office.runtime, "new", "worker", "balvi")
    for who, refused in ((stranger, NotFound), (without_key, NoKey)):
        with pytest.raises(refused):
            await writes(office, who)
        with pytest.raises(refused):
            await reads(office, who)


async def test_a_note_that_nobody_can_read_is_removed_by_who_may_read_the_request_and_the_audit_says_so(
    office: Office,
) -> None:
    await writes(office, office.second)
    await writes(office, office.ilze)
    broken, whole = await notes.list_notes(office.runtime, office.ilze, office.reference)
    await a_service(office.runtime, "riga", "riga")
    stranger = await a_desk_mate(office.runtime, "stranger", "head", "riga")
    without_key = await a_desk_mate(office.runtime, "new", "worker", "balvi")
    for who, refused in ((stranger, NotFound), (without_key, NoKey)):
        with pytest.raises(refused):
            await notes.remove(office.runtime, who, office.reference, broken.id)
    await notes.remove(office.runtime, office.ilze, office.reference, broken.id)
    assert await notes.list_notes(office.runtime, office.second, office.reference) == [whole]
    with pytest.raises(NotFound):
        await notes.remove(office.runtime, office.ilze, office.reference, broken.id)
    async with office.runtime.database.store() as store:
        events = [entry.event for entry in await store.audit.entries(subject=office.reference)]
    assert events.count("note_removed") == 1


async def test_a_note_is_removed_from_its_own_request_only(office: Office) -> None:
    await writes(office, office.ilze)
    (note,) = await notes.list_notes(office.runtime, office.ilze, office.reference)
    await a_request(office.runtime, called="Cits")
    async with office.runtime.database.store() as store:
        other = next(request.id for request in await store.requests.waiting("balvi") if request.id != office.reference)
    with pytest.raises(NotFound):
        await notes.remove(office.runtime, office.ilze, other, note.id)
    assert await reads(office, office.ilze) == ["Ilze"]


@pytest.mark.parametrize("sealed", [b"", b"a note in plain words", NOTE[:-1], NOTE.replace(b"X25519", b"scrypt")])
async def test_only_what_is_sealed_to_one_size_is_kept(office: Office, sealed: bytes) -> None:
    with pytest.raises(NotSealed):
        await writes(office, office.ilze, sealed)
    assert await reads(office, office.ilze) == []


async def test_a_note_for_another_key_is_refused(office: Office) -> None:
    for other in (OWN_RECIPIENT, str(Identity.generate().to_public())):
        with pytest.raises(AlreadyTaken):
            await writes(office, office.ilze, recipient=other)


async def test_twenty_notes_are_the_most_also_when_they_come_at_once(office: Office) -> None:
    for _ in range(MOST - 2):
        await writes(office, office.ilze)
    done = await asyncio.gather(*(writes(office, office.ilze) for _ in range(4)), return_exceptions=True)
    assert {type(error) for error in done if error is not None} <= {NotSealed, AlreadyTaken}, "the second is told so"
    assert 0 < done.count(None) <= 2
    assert len(await reads(office, office.ilze)) == MOST - 2 + done.count(None)


@pytest.mark.parametrize("end", ["withdrawn", "closed", "expired"])
async def test_a_note_dies_with_its_request(office: Office, clock: Clock, end: str) -> None:
    await requests.take(office.runtime, office.ilze, office.reference)
    await writes(office, office.ilze)
    if end == "withdrawn":
        await contact.withdraw(office.runtime, office.receipt)
    elif end == "closed":
        await requests.close(office.runtime, office.ilze, office.reference, "met")
        with pytest.raises(Gone):  # nothing new is written into what is closed
            await writes(office, office.ilze)
        assert await reads(office, office.ilze) == ["Ilze"]
        clock.move(days=7)
    else:
        clock.move(days=31)
    await sweeping.sweep(office.runtime)
    with pytest.raises(Gone):
        await reads(office, office.ilze)
    with pytest.raises(Gone):
        await writes(office, office.ilze)
    async with office.runtime.database.store() as store:
        assert await store.notes.of_request(office.reference) == []


async def test_the_person_learns_nothing_of_a_note(office: Office) -> None:
    before = await standing.get_standing(office.runtime, office.receipt, "lv")
    await writes(office, office.ilze)
    assert await standing.get_standing(office.runtime, office.receipt, "lv") == before
