"""No time finer than the hour: neither the promise nor the audit tells the minute in which a person did something."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.engine.risk import QUESTIONS
from bot.runtime import RIGA, Runtime
from bot.usecases.casework import receipts
from bot.usecases.operation import audit
from bot.usecases.person import additions, contact
from bot.usecases.services import delivery
from bot.usecases.services.reading_hours import promised_at, public_holidays, read_by
from storage.audit import Entry
from storage.social_services import SocialService
from tests.faces import Clock
from tests.storage.rows import a_service
from tests.usecases.person.contact_service import CALL, Service, sent

HOUR = timedelta(hours=1)
OFFICE = {
    "mon": ["08:30", "17:00"],
    "tue": ["08:30", "16:30"],
    "wed": ["09:15", "12:45"],
    "thu": ["08:00", "18:00"],
    "fri": ["08:30", "15:00"],
}
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)

Act = Callable[[Runtime, str], Awaitable[object]]


def reading(within: int) -> SocialService:
    return a_service(hours=OFFICE, reads_within_minutes=within)


@example(102, 600, 3000, 20)  # a Monday on which the office opens between the two
@given(st.integers(0, 2 * 365 * 24), st.integers(1, 3600), st.integers(1, 3600), st.integers(0, 30 * 60))
def test_a_promise_is_a_full_hour_and_the_same_for_everyone_of_one_hour(
    hour: int, one: int, other: int, within: int
) -> None:
    begins, service = BEGINS + hour * HOUR, reading(within)
    first, second = (promised_at(service, begins + timedelta(seconds=seconds)) for seconds in (one, other))
    assert first
    assert first == second
    assert (first.astimezone(RIGA).minute, first.second, first.microsecond) == (0, 0, 0)
    sooner = read_by(OFFICE, timedelta(minutes=within), begins + timedelta(seconds=max(one, other)), public_holidays())
    assert sooner
    assert first >= sooner, "it is rounded up, never down"


async def test_the_person_and_the_desk_are_told_the_same_full_hour(service: Service, clock: Clock) -> None:
    clock.move(minutes=7, seconds=41)
    receipt = await sent(service)
    row = await service.row(receipt)
    assert row.read_by == row.due_at == datetime(2026, 11, 23, 15, tzinfo=RIGA)
    assert receipt.words["service:read_by"].endswith("15:00")
    assert (await contact.get_offer(service.runtime, "balvu-novads", "lv")).promise.endswith("15.00")


async def test_a_tombstone_tells_no_more_than_the_hour(service: Service, clock: Clock) -> None:
    told = set()
    for minutes in (1, 14, 29, 44, 58):
        clock.now = datetime(2026, 11, 23, 10, minutes, 13, tzinfo=UTC)
        receipt = await sent(service, once=receipts.new_once())
        await contact.withdraw(service.runtime, receipt.code)
        row = await service.row(receipt)
        told.add((row.status, row.created_hour, row.read_by, row.due_at, row.purge_at))
    assert len(told) == 1


async def takes_back(runtime: Runtime, code: str) -> None:
    assert await contact.withdraw(runtime, code)


async def blocks(runtime: Runtime, code: str) -> None:
    assert await additions.block_calls(runtime, code)


async def answers(runtime: Runtime, code: str) -> None:
    assert await additions.answer_questions(runtime, code, {QUESTIONS[0]: "yes"}, "lv", "web")


@pytest.mark.parametrize(
    "act, event", [(takes_back, "request_withdrawn"), (blocks, "calls_blocked"), (answers, "request_added_to")]
)
async def test_what_a_person_did_enters_the_audit_with_the_next_notices_and_by_the_hour(
    service: Service, clock: Clock, act: Act, event: str
) -> None:
    clock.move(minutes=3)
    receipt = await sent(service, *CALL)
    await act(service.runtime, receipt.code)
    assert await hers(service.runtime) == []
    clock.move(minutes=11, seconds=59)
    await delivery.deliver_due(service.runtime)
    assert await hers(service.runtime) == []
    clock.move(seconds=1)
    await delivery.deliver_due(service.runtime)
    found = await hers(service.runtime)
    assert sorted(entry.event for entry in found) == sorted(["request_sent", event])
    assert {entry.at for entry in found} == {datetime(2026, 11, 23, 10, tzinfo=UTC)}
    assert await audit.find_break(service.runtime) is None


async def test_at_night_it_waits_for_the_morning(service: Service, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 23, 22, 40, tzinfo=RIGA)
    await sent(service)
    clock.now = datetime(2026, 11, 24, 8, 29, tzinfo=RIGA)
    await delivery.deliver_due(service.runtime)
    assert await hers(service.runtime) == []
    clock.now = datetime(2026, 11, 24, 8, 30, tzinfo=RIGA)
    await delivery.deliver_due(service.runtime)
    (entry,) = await hers(service.runtime)
    assert entry.at == datetime(2026, 11, 23, 22, tzinfo=RIGA)


async def test_what_was_settled_by_taking_back_tells_no_minute(service: Service, clock: Clock) -> None:
    clock.move(minutes=17)
    receipt = await sent(service)
    clock.move(minutes=4)
    await contact.withdraw(service.runtime, receipt.code)
    row = await service.row(receipt)
    async with service.runtime.database.store() as store:
        (errand,) = await store.outbox.of_request(row.id)
    assert errand.done_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


async def hers(runtime: Runtime) -> list[Entry]:
    async with runtime.database.store() as store:
        return [entry for entry in await store.audit.entries() if entry.actor == "person"]
