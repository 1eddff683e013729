"""Where a person knows somebody at the service, one reader alone sees her request, and nobody else there is told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from bot.content import Content
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, queue, requests, sweeping
from bot.usecases.casework.handling import NobodyReads
from bot.usecases.operation import doctor_services
from bot.usecases.operation.doctor_line import Line
from bot.usecases.person import additions, contact
from bot.usecases.refused import NotFound
from bot.usecases.services import calendars, confidential, delivery, escalation
from bot.usecases.services.calendars import NotValid
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import a_desk_mate, a_request, a_service, in_the_queue, may_read_alone
from tests.storage.rows import tried
from tests.usecases.office import Office, an_office, takes_over
from tests.usecases.person.test_additions import MORNING
from tests.usecases.services.test_delivery import Post, listening, told_by

READER, FALLBACK = "reader@example.org", "riga@example.org"


@pytest.fixture
async def office(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Office]:
    """A service with a shared mailbox, a deputy, a head and another service behind it. On SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as runtime:
        made = await an_office(runtime, clock)
        await a_service(runtime, "riga", "riga")
        await changes(runtime, deputy_email="deputy@example.org", head_email=READER, fallback_id="riga")
        await may_read_alone(runtime, made.head, made.identity)
        await changes(runtime, reader_id=None, reader_email=None)  # the head reads alone as such, at her own address
        async with runtime.database.store() as store:
            await tried(store, "balvi", READER)
        yield made


async def changes(runtime: Any, **fields: Any) -> None:
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        for name, value in fields.items():
            setattr(service, name, value)


async def written(office: Office, **differs: str) -> None:
    """She has sent it."""
    office.receipt = await a_request(office.runtime, **{"conflict_known": "yes", "conflict_reader": "may", **differs})
    async with office.runtime.database.store() as store:
        (request,) = await store.requests.waiting("balvi")
    office.reference = request.id


async def told(office: Office, days: int, *doings: Callable[[], Awaitable[object]]) -> set[str]:
    """To whom mails go while something happens at the beginning of each day, and all jobs run."""
    post = Post()
    async with listening(post) as server:
        mailing = told_by(office.runtime, server)
        for day in range(days):
            if day < len(doings):
                await doings[day]()
            for _ in range(24):
                await sweeping.sweep(office.runtime)
                await escalation.escalate(office.runtime)
                await delivery.deliver_due(mailing)
                office.clock.move(hours=1)
    return {mail["To"] for mail in post.mails}


@pytest.mark.long
async def test_sent_late_and_about_to_go_it_is_told_to_its_reader_and_to_another_service(office: Office) -> None:
    await written(office)
    assert await told(office, 31) == {READER, FALLBACK}


@pytest.mark.long
async def test_whatever_is_done_with_it_nobody_else_is_told(office: Office) -> None:
    await written(office)
    runtime, reference, head = office.runtime, office.reference, office.head

    async def takes(then: Callable[..., Awaitable[object]], *given: object) -> None:
        await requests.take(runtime, head, reference)
        await then(runtime, head, reference, *given)

    to = await told(
        office,
        16,
        lambda: requests.take(runtime, head, reference),  # and let the promise lapse
        lambda: takes(handling.give_back),
        lambda: takes(handling.await_person, date(2026, 11, 27)),  # and past that day
        lambda: additions.change_times(runtime, office.receipt, MORNING, "lv"),
        lambda: takes(handling.note_attempt, "reached_not_safe", 1),
        lambda: additions.block_calls(runtime, office.receipt),
        lambda: takes(handling.note_arrival),  # and past its time
    )
    assert to == {READER, FALLBACK}


async def test_a_conflict_that_is_noticed_later_takes_back_what_was_about_to_be_told(office: Office) -> None:
    await written(office, conflict_known="no")
    office.clock.move(hours=7)  # in the evening: mails wait for the morning
    await escalation.escalate(office.runtime)
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    assert await told(office, 1) <= {READER, FALLBACK}


async def test_a_colleague_who_has_it_loses_it_and_the_reader_can_go_on(office: Office) -> None:
    await changes(office.runtime, reader_id=office.zane.id, reader_email="zane@example.org")
    for begun in (requests.take, handling.note_arrival):
        await written(office, conflict_known="no")
        runtime, reference = office.runtime, office.reference
        await requests.take(runtime, office.ilze, reference)
        if begun == handling.note_arrival:
            await handling.note_arrival(runtime, office.ilze, reference)
        await handling.flag_conflict(runtime, office.ilze, reference)
        for other in (office.ilze, office.head):
            with pytest.raises(NotFound):
                await requests.take(runtime, other, reference)
        assert (await requests.take(runtime, office.zane, reference)).mine
        await handling.erase_at_wish(runtime, office.zane, reference)


async def test_who_becomes_the_reader_takes_over_from_who_was(office: Office) -> None:
    await written(office)
    await requests.take(office.runtime, office.head, office.reference)
    await handling.note_arrival(office.runtime, office.head, office.reference)
    await changes(office.runtime, reader_id=office.zane.id, reader_email="zane@example.org")
    with pytest.raises(NotFound):
        await requests.get_envelope(office.runtime, office.head, office.reference)
    assert (await requests.get_envelope(office.runtime, office.zane, office.reference)).readable
    await takes_over(office, office.zane)
    await requests.close(office.runtime, office.zane, office.reference, "met")


async def test_when_its_reader_leaves_nobody_at_the_service_sees_it_or_is_told(office: Office) -> None:
    await may_read_alone(office.runtime, office.zane, office.identity)
    await written(office)
    await requests.take(office.runtime, office.zane, office.reference)
    await workers.leave(office.runtime, "zane")
    for left in (office.ilze, office.head):
        assert await in_the_queue(office.runtime, left) == []
    assert await told(office, 3) == {FALLBACK}
    await changes(office.runtime, reader_id=None, reader_email=None)
    assert [request.reference for request in await in_the_queue(office.runtime, office.head)] == [office.reference]


async def test_no_list_of_what_has_ended_shows_it_to_others(office: Office) -> None:
    await written(office)
    await contact.withdraw(office.runtime, office.receipt)
    assert [request.state for request in await queue.list_requests(office.runtime, office.head)] == ["withdrawn"]
    assert await queue.list_requests(office.runtime, office.ilze) == []


@pytest.mark.parametrize(
    "fields, address",
    [
        ({}, READER),
        ({"reader_email": "own@example.org"}, "own@example.org"),
        ({"head_email": "Balvi@example.org"}, None),  # the mailbox of all
        ({"reader_email": "deputy@example.org"}, None),
        ({"head_email": None}, None),
        ({"reader_id": "zane"}, None),  # the head's is not hers
        ({"reader_id": "zane", "reader_email": READER}, None),
        ({"reader_id": "zane", "reader_email": "zane@example.org"}, "zane@example.org"),
        ({"reader_id": "head"}, READER),
        ({"reader_id": "nobody", "reader_email": "zane@example.org"}, None),
    ],
)
async def test_it_goes_to_the_readers_own_address_or_to_none(
    office: Office, fields: dict[str, Any], address: str | None
) -> None:
    ids: dict[str, SignedIn] = {"zane": office.zane, "head": office.head}
    if name := fields.get("reader_id"):
        fields = {**fields, "reader_id": ids[name].id if name in ids else name}
    await changes(office.runtime, **fields)
    async with office.runtime.database.store() as store:
        found = await confidential.reader_addresses(store, await store.services.all())
    assert found["balvi"] == address


async def test_where_nobody_reads_alone_a_conflict_is_refused_and_hides_nothing(office: Office) -> None:
    await written(office, conflict_known="no")
    await workers.leave(office.runtime, "head")
    with pytest.raises(NobodyReads):
        await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    (seen,) = await in_the_queue(office.runtime, office.zane)
    assert (seen.reference, seen.head_only) == (office.reference, False)
    assert await hidden(office) == []
    await changes(office.runtime, reader_id=office.zane.id, reader_email="zane@example.org")
    await handling.flag_conflict(office.runtime, office.ilze, office.reference)
    assert await in_the_queue(office.runtime, office.ilze) == []


async def test_the_doctor_counts_what_nobody_sees_since_its_reader_left(office: Office) -> None:
    await written(office)
    assert await hidden(office) == []
    await workers.leave(office.runtime, "head")
    (line,) = await hidden(office)
    assert "1 open requests are hidden from everybody" in line.said
    assert "--reader" in line.todo


async def hidden(office: Office) -> list[Line]:
    """The red lines about people who know somebody there."""
    lines = [line async for line in doctor_services.lines(office.runtime)]
    return [line for line in lines if line.well is False and "people who know" in line.name]


async def test_the_reader_stays_the_same_while_requests_are_open_that_nobody_else_may_see(office: Office) -> None:
    await may_read_alone(office.runtime, office.zane, office.identity)
    await changes(office.runtime, reader_id=None, reader_email=None)
    naming = {"reader_id": office.zane.id, "reader_email": "zane@example.org"}
    await written(office)
    with pytest.raises(NotValid) as refused:
        await names_in_the_calendar(office, naming)
    assert refused.value.problems == {"reader_id": "bound"}
    assert [request.reference for request in await in_the_queue(office.runtime, office.head)] == [office.reference]
    await names_in_the_calendar(office, {"reader_id": office.head.id, "reader_email": READER})  # the same one
    await contact.withdraw(office.runtime, office.receipt)
    assert await names_in_the_calendar(office, naming) == ["reader_email", "reader_id"]


async def test_when_the_reader_has_left_another_can_be_named(office: Office) -> None:
    await may_read_alone(office.runtime, office.zane, office.identity)
    await written(office)
    await workers.leave(office.runtime, "zane")
    await names_in_the_calendar(office, {"reader_id": office.head.id, "reader_email": READER})
    assert [request.reference for request in await in_the_queue(office.runtime, office.head)] == [office.reference]


async def test_a_head_who_comes_later_does_not_take_over_what_was_sent(office: Office) -> None:
    await written(office)
    office.clock.move(days=1)
    later = await a_desk_mate(office.runtime, "aija", "head", "balvi")
    assert await in_the_queue(office.runtime, later) == []
    assert len(await in_the_queue(office.runtime, office.head)) == 1


async def names_in_the_calendar(office: Office, typed: dict[str, str]) -> list[str]:
    view = await calendars.get_view(office.runtime, None, "balvi")
    return sorted(await calendars.change(office.runtime, None, "balvi", {**view.written, **typed}, view.version))
