"""Who called or came was heard, whether or not anybody opened her letter: nobody says then that nobody has read it."""

from collections.abc import AsyncIterator

import pytest

from bot.content import Content
from bot.usecases.casework import handling, queue, requests, sweeping
from bot.usecases.person import standing
from bot.usecases.services.escalation import escalate
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_request, a_service, the_request
from tests.usecases.office import Office


@pytest.fixture
async def office(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Office]:
    """She came, and nobody has opened her letter. On SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as runtime:
        await a_service(runtime)
        ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
        zane = await a_desk_mate(runtime, "zane", "worker", "balvi")
        head = await a_desk_mate(runtime, "head", "head", "balvi")
        identity = await a_key(runtime, ilze)
        receipt = await a_request(runtime)
        made = Office(
            runtime, clock, ilze, ilze, zane, head, identity, receipt=receipt, reference=await the_request(runtime)
        )
        await handling.note_arrival(runtime, ilze, made.reference)
        yield made


async def test_nobody_is_called_to_read_what_was_settled_in_person(office: Office) -> None:
    office.clock.move(days=29, hours=12)
    await escalate(office.runtime)
    assert "last" not in await steps(office)
    envelope = await requests.get_envelope(office.runtime, office.ilze, office.reference)
    assert not envelope.expiring
    async with office.runtime.database.store() as store:
        assert await store.requests.services_told_elsewhere() == set()


async def test_whoever_comes_after_the_last_call_ends_it(office: Office) -> None:
    async with office.runtime.database.store() as store:
        row = await store.requests.by_id(office.reference)
        assert row
        row.last_called = True  # before she came
    assert not (await requests.get_envelope(office.runtime, office.ilze, office.reference)).expiring
    async with office.runtime.database.store() as store:
        assert await store.requests.services_told_elsewhere() == set()
    found = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert found
    assert (found.state, found.erased_soon) == ("contacted", False)


async def test_its_time_runs_out_without_a_word_that_nobody_has_read_it(office: Office) -> None:
    office.clock.move(days=31)
    await sweeping.sweep(office.runtime)
    found = await standing.get_standing(office.runtime, office.receipt, "lv")
    assert found
    assert found.state == "expired"
    (tombstone,) = await queue.list_requests(office.runtime, office.ilze, {"expired"})
    assert (tombstone.closed_as, tombstone.read) == ("expired_in_contact", False)


async def test_what_was_neither_read_nor_heard_is_still_called_out_and_ends_unread(office: Office) -> None:
    receipt = await a_request(office.runtime)
    office.reference = await the_request(office.runtime)
    office.clock.move(days=29, hours=12)
    await escalate(office.runtime)
    assert "last" in await steps(office)
    office.clock.move(days=2)
    await sweeping.sweep(office.runtime)
    found = await standing.get_standing(office.runtime, receipt, "lv")
    assert found
    assert found.state == "expired_unread"


async def steps(office: Office) -> list[str | None]:
    async with office.runtime.database.store() as store:
        entries = await store.audit.entries(subject=office.reference)
    return [entry.reason for entry in entries if entry.event == "request_escalated"]
