"""By when a request is read: counted in the service's own hours, said in the grammar of each language."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import Content
from bot.runtime import RIGA, Runtime
from bot.usecases.services import offers
from bot.usecases.services.reading_hours import public_holidays, read_by
from bot.usecases.services.sayings import said_day, said_hours, said_time
from tests.faces import Clock
from tests.patience import patiently
from tests.storage.rows import a_key, a_service, a_worker, reachable

OFFICE = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
HOURS = timedelta(hours=1)


def riga(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIGA)


@pytest.mark.parametrize(
    "sent, within, read",
    [
        ("2026-11-23T12:00", 2 * HOURS, "2026-11-23T14:00"),  # a Monday, while they read
        ("2026-11-23T12:07", 2 * HOURS, "2026-11-23T14:15"),  # in quarters of an hour, never too early
        ("2026-11-23T06:00", 2 * HOURS, "2026-11-23T10:30"),  # before they begin
        ("2026-11-20T16:00", 2 * HOURS, "2026-11-23T09:30"),  # Friday afternoon: the rest on Monday
        ("2026-11-21T12:00", 2 * HOURS, "2026-11-23T10:30"),  # Saturday
        ("2026-11-23T08:30", 8.5 * HOURS, "2026-11-23T17:00"),  # the whole day, to its last minute
        ("2026-11-17T16:00", 2 * HOURS, "2026-11-19T09:30"),  # the 18th of November is a holiday
        ("2026-12-23T16:30", 1 * HOURS, "2026-12-28T09:00"),  # Christmas
        ("2026-10-23T16:30", 1 * HOURS, "2026-10-26T09:00"),  # the clocks change in between
    ],
)
def test_only_the_hours_in_which_the_service_reads_are_counted(sent: str, within: timedelta, read: str) -> None:
    assert read_by(OFFICE, within, riga(sent), public_holidays()) == riga(read)


def test_a_holiday_moved_to_monday_is_a_holiday() -> None:
    assert date(2025, 5, 5) in public_holidays()  # the 4th of May 2025 was a Sunday


def test_a_service_that_never_reads_promises_nothing() -> None:
    assert read_by({}, HOURS, riga("2026-11-23T12:00"), public_holidays()) is None


@given(st.integers(0, 2 * 365 * 24 * 3600), st.integers(0, 30 * 60))
def test_a_promise_lies_in_reading_hours_and_never_before_the_request(seconds: int, minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    promised = read_by(OFFICE, timedelta(minutes=minutes), now, public_holidays())
    assert promised
    assert promised >= now
    assert promised.strftime("%a").lower() in OFFICE
    assert "08:30" <= promised.strftime("%H:%M") <= "17:00"


def test_the_promise_is_said_in_the_case_that_the_language_needs(shipped: Content) -> None:
    at = riga("2026-11-23T10:00")
    assert said_time(shipped, at, "lv") == "līdz pirmdienai, 23. novembrim, plkst. 10.00"
    assert said_time(shipped, at, "ru") == "до понедельника, 23 ноября, 10:00"
    assert said_time(shipped, at, "en") == "by Monday, 23 November, 10:00"
    assert said_day(shipped, date(2027, 3, 3), "lv") == "līdz trešdienai, 3. martam"
    assert said_day(shipped, date(2027, 3, 3), "ru") == "до среды, 3 марта"
    assert said_day(shipped, date(2027, 3, 3), "en") == "by Wednesday, 3 March"


def test_days_with_equal_hours_are_said_together(shipped: Content) -> None:
    hours = {**OFFICE, "fri": ["08:30", "15:00"]}
    assert said_hours(shipped, hours, "lv") == "pirmdien–ceturtdien 8.30–17.00, piektdien 8.30–15.00"
    assert said_hours(shipped, hours, "ru") == "понедельник–четверг 8:30–17:00, пятница 8:30–15:00"
    assert said_hours(shipped, hours, "en") == "Monday–Thursday 8:30–17:00, Friday 8:30–15:00"


async def test_a_service_with_a_key_can_be_addressed_and_without_one_only_rung_up(runtime: Runtime) -> None:
    async with runtime.database.store() as store:
        await store.services.put(a_service(hours=OFFICE))
        await store.workers.add(a_worker(id="ilze"))
        await store.workers.add(a_worker(id="janis", login="janis"))
    assert await offers.addressable_places(runtime) == frozenset()
    closed = await offers.get_offer(runtime, "balvu-novads", "ru")
    assert not closed.open
    assert closed.words["service:phone"] == "+371 00000000"

    async with runtime.database.store() as store:
        await store.services.add_key(a_key())
    assert await offers.addressable_places(runtime) == frozenset()  # one holder may fall ill
    async with runtime.database.store() as store:
        await store.services.add_key(a_key(held_by="janis"))
    assert await offers.addressable_places(runtime) == frozenset()  # nobody would be told
    async with runtime.database.store() as store:
        await reachable(store, "balvi")
    assert await offers.addressable_places(runtime) == {"balvu-novads"}
    offer = await offers.get_offer(runtime, "balvu-novads", "ru")
    assert offer.open
    assert offer.words["service:name"] == "Социальная служба Балвского края"
    assert offer.words["service:read_by"] == offer.promise != ""


async def test_a_service_nobody_has_set_up_here_is_told_from_the_directory(runtime: Runtime) -> None:
    offer = await offers.get_offer(runtime, "riga", "lv")
    assert not offer.open
    assert offer.name == "Rīgas Sociālais dienests"
    assert "67105048" in offer.phone
    assert (await offers.get_offer(runtime, "jelgava", "lv")).phone == "numuru var uzzināt pašvaldībā"


async def test_while_one_looks_a_service_up_again_nobody_else_waits_for_it(runtime: Runtime, clock: Clock) -> None:
    async with runtime.database.store() as store:
        await store.services.put(a_service(hours=OFFICE, phone="+371 11111111"))
    before = await offers.service_words(runtime, "balvu-novads", "lv")
    async with runtime.database.store() as store:
        await store.services.put(a_service(hours=OFFICE, phone="+371 22222222"))
    clock.move(seconds=5)
    async with runtime.database.store():  # who looks must wait for this
        looking = asyncio.create_task(offers.service_words(runtime, "balvu-novads", "lv"))
        await asyncio.sleep(0)
        async with patiently():
            assert await offers.service_words(runtime, "balvu-novads", "lv") == before
    assert (await looking)["service:phone"] == "+371 22222222"
