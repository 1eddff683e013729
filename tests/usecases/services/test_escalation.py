"""What nobody takes goes on, step by step, in reading hours, then to all every day; and the person can see to whom."""

from datetime import date, datetime, timedelta

import pytest

from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, letters, queue, requests, sweeping
from bot.usecases.casework.showings import ToldFirst
from bot.usecases.person import standing
from bot.usecases.services import delivery, reading_hours
from bot.usecases.services.escalation import escalate, last_call, list_neighbours, step_at
from bot.usecases.services.notices import NOTICE, NOTICE_DEPUTY, NOTICE_HEAD
from storage.social_services import SocialService
from tests.faces import Clock
from tests.people import HOURS, a_desk_mate, a_key, a_request, a_service, the_request
from tests.usecases.services.test_delivery import Post, listening, told_by


def riga(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIGA)


def a_calendar(**differs: object) -> SocialService:
    service = SocialService(
        id="balvi", names={}, places=[], phone="", hours=HOURS, reads_within_minutes=120,
        deputy_email="deputy@example.org", head_email="head@example.org", fallback_id="riga",
    )  # fmt: skip
    for name, value in differs.items():
        setattr(service, name, value)
    return service


@pytest.mark.parametrize(
    "now, step",
    [
        ("2026-11-20T15:59", ""),
        ("2026-11-20T16:00", "deputy"),  # a Friday
        ("2026-11-20T17:00", "deputy"),
        ("2026-11-22T12:00", "deputy"),  # nobody reads on a Sunday, so nobody is late
        ("2026-11-23T09:29", "deputy"),
        ("2026-11-23T09:30", "head"),
        ("2026-11-23T11:30", "fallback"),
    ],
)
def test_each_step_comes_a_span_of_reading_time_after_the_last(now: str, step: str) -> None:
    assert step_at(a_calendar(), riga("2026-11-20T16:00"), riga(now)) == step


def test_a_step_that_is_not_set_up_is_passed_over() -> None:
    at = riga("2026-11-23T12:00")
    assert step_at(a_calendar(deputy_email=None), at, at) == "head"
    assert step_at(a_calendar(deputy_email=None, head_email=None), at, at) == "fallback"
    assert step_at(a_calendar(deputy_email=None, head_email=None, fallback_id=None), at, at) == ""


def test_a_day_that_the_service_is_closed_counts_for_nobody() -> None:
    closed = a_calendar(closed_days=["2026-11-24"])
    days = reading_hours.closed_days(closed)
    read = reading_hours.read_by(HOURS, timedelta(hours=1), riga("2026-11-23T16:30"), days)
    assert read == riga("2026-11-25T09:00")
    assert reading_hours.notice_at(closed, riga("2026-11-23T17:30")) == riga("2026-11-25T08:30")


@pytest.fixture
async def service(runtime: Runtime) -> Runtime:
    await a_service(runtime, "riga", "riga")
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    async with runtime.database.store() as store:
        one = await store.services.by_id("balvi")
        assert one
        one.deputy_email, one.head_email, one.fallback_id = "deputy@example.org", "head@example.org", "riga"
    return runtime


async def test_the_escalation_is_told_to_each_once_and_to_the_person_when_she_looks(
    service: Runtime, clock: Clock
) -> None:
    receipt = await a_request(service)  # at noon on a Monday, promised by 14:00
    rinalds = await a_desk_mate(service, "rinalds", "worker", "riga")
    said, post = [], Post()
    async with listening(post) as server:
        mailing = told_by(service, server)
        for hours in (2, 2, 2, 14, 2, 0):
            await escalate(service)
            assert await escalate(service) == 0  # once
            before = await looks(mailing, receipt)
            await delivery.deliver_due(mailing)
            said.append((clock().astimezone(RIGA).hour, before, await looks(mailing, receipt)))
            clock.move(hours=hours)
    assert said == [
        (12, ("new", "", ""), ("new", "", "")),
        (14, ("late", "", ""), ("late", "deputy", "")),  # nobody is said to know whom no mail has told
        (16, ("late", "deputy", ""), ("late", "head", "")),
        (18, ("late", "head", ""), ("late", "head", "")),
        (8, ("late", "head", ""), ("late", "head", "")),
        (10, ("late", "head", ""), ("late", "fallback", "")),
    ]
    assert [mail["To"] for mail in post.mails] == [
        "balvi@example.org", "deputy@example.org", "head@example.org", "riga@example.org",
    ]  # fmt: skip
    assert [neighbour.id for neighbour in await list_neighbours(service, rinalds)] == ["balvi"]


async def test_another_service_is_named_where_people_can_write_to_it(service: Runtime, clock: Clock) -> None:
    receipt = await a_request(service)
    await a_key(service, await a_desk_mate(service, "rinalds", "worker", "riga"))
    clock.move(days=1)
    await escalate(service)
    async with listening(Post()) as server:
        mailing = told_by(service, server)
        await delivery.deliver_due(mailing)
        assert await looks(mailing, receipt) == ("late", "fallback", "Sociālais dienests riga")


async def test_while_no_mail_leaves_for_a_day_nobody_counts_as_told_and_afterwards_each_is_told_once(
    service: Runtime, clock: Clock
) -> None:
    receipts = [await a_request(service) for _ in range(3)]  # at noon on a Monday, promised by 14:00
    post = Post()
    async with listening(post) as server:
        mailing = told_by(service, server)
    for _ in range(24 * 4):
        await escalate(mailing)
        assert await delivery.deliver_due(mailing) == 0
        clock.move(minutes=15)
    async with listening(post) as server:
        assert [await looks(mailing, receipt) for receipt in receipts] == [("late", "", "")] * 3
        async with service.database.store() as store:
            assert await store.outbox.waiting() == 4 * 3
            one, *_ = await store.requests.waiting("balvi")
            waiting = await store.outbox.of_request(one.id)
        assert max(errand.attempts for errand in waiting) <= 31, "later and later, and then every hour"
        mailing = told_by(service, server)
        for _ in range(5):
            await delivery.deliver_due(mailing)
            clock.move(minutes=15)
        assert sorted(mail["To"] for mail in post.mails) == [
            "balvi@example.org", "deputy@example.org", "head@example.org", "riga@example.org",
        ]  # fmt: skip
        assert {look[1] for look in [await looks(mailing, receipt) for receipt in receipts]} == {"fallback"}
        async with service.database.store() as store:
            assert await store.outbox.waiting() == 0


async def looks(runtime: Runtime, receipt: str) -> tuple[str, str, str]:
    found = await standing.get_standing(runtime, receipt, "lv")
    assert found
    return found.state, found.escalated_to, found.told_name


async def ilze_of(runtime: Runtime) -> SignedIn:
    """She holds the key."""
    async with runtime.database.store() as store:
        row = await store.workers.by_login("ilze")
    assert row
    return SignedIn(row.id, row.name, row.login, row.role, row.service_id)


async def untold(runtime: Runtime, reference: str) -> list[tuple[str, str]]:
    """Which services are about to be told of a request, and in which role. Now they are."""
    async with runtime.database.store() as store:
        errands = [errand for errand in await store.outbox.of_request(reference) if errand.done_at is None]
        await store.outbox.settle(reference, runtime.now())
    return [(errand.service_id, errand.kind) for errand in errands]


ALL = [("balvi", NOTICE), ("balvi", NOTICE_DEPUTY), ("balvi", NOTICE_HEAD), ("riga", NOTICE)]
OWN = ALL[:3]


async def test_a_look_ends_nothing(service: Runtime, clock: Clock) -> None:
    await a_request(service)
    ilze, reference = await ilze_of(service), await the_request(service)
    await untold(service, reference)
    await letters.fetch(service, ilze, reference)
    await letters.confirm(service, ilze, reference)
    await letters.look_through(service, ilze, "find")
    clock.move(hours=2)
    assert await escalate(service) == 1
    assert await untold(service, reference) == [("balvi", NOTICE_DEPUTY)]


async def test_who_takes_it_ends_the_steps_and_a_broken_promise_begins_them_anew(
    service: Runtime, clock: Clock
) -> None:
    await a_request(service)
    ilze, reference = await ilze_of(service), await the_request(service)
    clock.move(hours=4)
    await escalate(service)
    await requests.take(service, ilze, reference)
    assert await untold(service, reference) == []
    assert (await requests.get_envelope(service, ilze, reference)).escalated_to == ""
    clock.move(hours=2)
    assert await escalate(service) == 0
    clock.move(days=1)
    await sweeping.sweep(service)
    assert await escalate(service) == 1
    assert await untold(service, reference) == ALL[:2], "its service, and the first step at once"


@pytest.mark.long
async def test_when_all_were_told_all_are_told_again_on_each_day_on_which_the_service_reads(
    service: Runtime, clock: Clock
) -> None:
    await a_request(service)  # on Monday 23 November
    reference = await the_request(service)
    async with service.database.store() as store:
        balvi = await store.services.by_id("balvi")
        assert balvi
        balvi.closed_days = ["2026-11-26"]
    told = []
    for _ in range(9 * 24 * 4):
        if await escalate(service):
            told.append((clock().astimezone(RIGA).strftime("%a %d %H:%M"), await untold(service, reference)))
        clock.move(minutes=15)
    assert told == [
        ("Mon 23 14:00", [("balvi", NOTICE), ("balvi", NOTICE_DEPUTY)]),  # nothing of it had been sent yet
        ("Mon 23 16:00", [("balvi", NOTICE_HEAD)]),
        ("Tue 24 09:30", [("riga", NOTICE)]),
        ("Wed 25 08:30", ALL),  # closed on Thursday
        ("Fri 27 08:30", ALL),
        ("Mon 30 08:30", ALL),
        ("Tue 01 08:30", ALL),
        ("Wed 02 08:30", ALL),
    ]


async def test_where_nobody_else_is_set_up_the_service_is_told_again_each_day_also_without_hours(
    service: Runtime, clock: Clock
) -> None:
    await a_request(service)
    reference = await the_request(service)
    await untold(service, reference)
    async with service.database.store() as store:
        balvi = await store.services.by_id("balvi")
        assert balvi
        balvi.deputy_email = balvi.head_email = balvi.fallback_id = None
        balvi.hours = {}
    told = []
    for _ in range(3 * 24):
        clock.move(hours=1)
        if await escalate(service):
            told.append((clock().astimezone(RIGA).day, await untold(service, reference)))
    assert told == [(day, [("balvi", NOTICE)]) for day in (23, 24, 25, 26)]


async def test_while_nothing_ran_no_step_is_left_out(service: Runtime, clock: Clock) -> None:
    await a_request(service)
    reference = await the_request(service)
    await untold(service, reference)
    clock.move(days=1)
    await escalate(service)
    assert await untold(service, reference) == ALL[1:]


async def test_a_step_that_is_taken_away_stops_nothing(service: Runtime, clock: Clock) -> None:
    await a_request(service)
    reference = await the_request(service)
    clock.move(days=1)
    await escalate(service)
    await untold(service, reference)
    async with service.database.store() as store:
        balvi = await store.services.by_id("balvi")
        assert balvi
        balvi.fallback_id = None
    clock.move(days=1)
    await escalate(service)
    assert await untold(service, reference) == OWN


async def test_a_clock_that_was_put_back_silences_nobody(service: Runtime, clock: Clock) -> None:
    await a_request(service)
    reference = await the_request(service)
    clock.move(days=29 * 12)
    await escalate(service)
    await escalate(service)
    await untold(service, reference)
    clock.move(days=-28 * 12)
    assert await escalate(service) == 1
    assert await untold(service, reference)
    assert await escalate(service) == 0


async def test_told_on_a_day_off_they_are_not_told_twice_as_the_week_begins(service: Runtime, clock: Clock) -> None:
    await a_request(service)
    reference = await the_request(service)
    clock.now = riga("2026-11-28T12:00")  # a Saturday
    await escalate(service)
    clock.now = riga("2026-11-30T08:30")
    assert await escalate(service) == 0
    assert await untold(service, reference) == ALL
    clock.now = riga("2026-12-01T08:30")
    assert await escalate(service) == 1
    assert await untold(service, reference) == ALL


@pytest.mark.parametrize("begun", ["awaited", "contacted", "met"])
async def test_what_was_begun_and_is_past_its_time_is_told_to_the_head_and_then_to_all_of_the_service(
    service: Runtime, clock: Clock, begun: str
) -> None:
    await a_request(service)
    ilze, reference = await ilze_of(service), await the_request(service)
    await requests.take(service, ilze, reference)
    if begun == "awaited":
        await handling.await_person(service, ilze, reference, date(2026, 11, 26))
    else:
        await handling.note_arrival(service, ilze, reference)
    if begun == "met":
        await handling.meet(service, ilze, reference)
    due = (await requests.get_envelope(service, ilze, reference)).due_at
    assert due
    clock.now = due - timedelta(minutes=1)
    assert await escalate(service) == 0
    clock.now = due
    assert await escalate(service) == 1
    assert await untold(service, reference) == [("balvi", NOTICE_HEAD)]
    clock.move(days=4)
    assert await escalate(service) == 1
    assert await untold(service, reference) == OWN, "another service need not know"
    head = await a_desk_mate(service, "head", "head", "balvi")
    with pytest.raises(ToldFirst) as first:
        await requests.take_over(service, head, reference)
    await requests.take_over(service, head, reference, first.value.truth.mark)
    clock.move(hours=1)
    assert await escalate(service) == 0


@pytest.mark.parametrize(
    "purge_at, called",
    [
        ("2026-11-25T12:00", "2026-11-24T12:00"),
        ("2026-11-23T12:00", "2026-11-22T12:00"),  # a Sunday: who comes on Monday morning still reads it
        ("2026-11-23T08:00", "2026-11-20T08:00"),  # but not who comes after it is gone
        ("2026-12-27T12:00", "2026-12-23T12:00"),  # a Sunday after Christmas
    ],
)
def test_everyone_is_called_a_day_before_or_on_the_last_day_when_somebody_reads(purge_at: str, called: str) -> None:
    assert last_call(a_calendar(), riga(purge_at)) == riga(called)
    assert last_call(a_calendar(hours={}), riga(purge_at)) == riga(purge_at) - timedelta(days=1)


async def test_a_letter_that_nobody_read_goes_with_everyone_told_and_its_tombstone_says_so(
    service: Runtime, clock: Clock
) -> None:
    await a_request(service)
    reference = await the_request(service)
    zane = await a_desk_mate(service, "zane", "worker", "balvi")
    clock.move(days=28, hours=23)
    await escalate(service)
    assert (await requests.get_envelope(service, zane, reference)).escalated_to == "fallback"  # the last step, long ago
    assert not (await requests.get_envelope(service, zane, reference)).expiring
    await untold(service, reference)
    clock.move(hours=1)
    assert await escalate(service) == 1
    assert await escalate(service) == 0  # once
    told = [("balvi", NOTICE), ("balvi", NOTICE_DEPUTY), ("balvi", NOTICE_HEAD), ("riga", NOTICE)]
    async with service.database.store() as store:
        claimed = await store.outbox.claim(clock() + timedelta(hours=2), 50, timedelta(seconds=1))
        entries = await store.audit.entries(subject=reference)
    assert sorted((errand.service_id, errand.kind) for errand in claimed if errand.due_at >= clock()) == told
    assert next(entry.reason for entry in entries if entry.event == "request_escalated") == "last"
    envelope = await requests.get_envelope(service, zane, reference)
    assert (envelope.expiring, envelope.read, envelope.escalated_to) == (True, False, "fallback")
    clock.move(days=1)
    await sweeping.sweep(service)
    (tombstone,) = await queue.list_requests(service, zane)
    assert (tombstone.closed_as, tombstone.read, tombstone.expiring) == ("expired", False, False)
