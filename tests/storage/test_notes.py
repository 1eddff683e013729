"""What workers note lies beside the request, and goes with it."""

import asyncio

import pytest

from storage.database import Conflict, Database
from tests.storage.rows import NOW, a_note, a_request, an_addition, furnish


@pytest.fixture(autouse=True)
async def sent(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.requests.add(a_request("one", sealed_to="age1first"))


async def letters(database: Database) -> list[bytes]:
    async with database.store() as store:
        return [note.sealed for note in await store.notes.of_request("one")]


async def test_notes_are_read_in_their_order_and_tell_their_hour_only(database: Database) -> None:
    async with database.store() as store:
        await store.notes.add(a_note(sealed=b"first"))
        await store.notes.add(a_note(sealed=b"second", worker_id="janis"))
    assert await letters(database) == [b"first", b"second"]
    async with database.store() as store:
        assert (await store.notes.count("one"), await store.notes.count("two")) == (2, 0)
        (first, second) = await store.notes.of_request("one")
    assert (first.made_at, second.worker_id) == (NOW.replace(minute=0, second=0), "janis")


@pytest.mark.parametrize("status", ["withdrawn", "expired", "closed"])
async def test_erasing_a_request_erases_its_notes(database: Database, status: str) -> None:
    async with database.store() as store:
        await store.notes.add(a_note())
        await store.requests.add(a_request("two"))
        await store.notes.add(a_note(request_id="two"))
    async with database.store() as store:
        assert await store.requests.erase("one", status)  # type: ignore[arg-type]
    assert await letters(database) == []
    async with database.store() as store:
        assert await store.notes.count("two") == 1


async def test_noting_and_withdrawing_at_the_same_moment_leave_nothing_behind(database: Database) -> None:
    async def note() -> None:
        async with database.store() as store:
            request = await store.requests.by_id("one")
            assert request
            if request.status == "new":
                await store.requests.hold(request)
                await store.notes.add(a_note())

    async def withdraw() -> None:
        async with database.store() as store:
            await store.requests.erase("one", "withdrawn")

    done = await asyncio.gather(*(note() for _ in range(5)), withdraw(), return_exceptions=True)
    assert not [error for error in done if error is not None and not isinstance(error, Conflict)]
    assert await letters(database) == []


async def test_what_lies_beside_a_letter_and_is_sealed_to_an_earlier_key_is_found(database: Database) -> None:
    async with database.store() as store:
        await store.notes.add(a_note())
        await store.notes.add(a_note(sealed_to="age1second"))
        await store.additions.add(an_addition(sealed_to="age1first"))
        await store.additions.add(an_addition())  # from before it was kept
        found = await store.resealing.beside("balvi", "age1second")
        assert found == [("one", "additions", 1), ("one", "additions", 2), ("one", "notes", 1)]
        assert await store.resealing.beside("riga", "age1second") == []
