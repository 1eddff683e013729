"""One calendar: the promise to a person, the first notice and every step beyond never contradict each other."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.engine.request import DAYS
from bot.runtime import RIGA
from bot.usecases.services import calendars, escalation, reading_hours
from bot.usecases.services.calendar_form import FEWEST, MOST
from storage.social_services import SocialService
from tests.people import HOURS


def riga(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIGA)


def a_calendar(**differs: object) -> SocialService:
    service = SocialService(
        id="balvi", names={}, places=[], phone="", hours=HOURS, reads_within_minutes=120, email="a@example.org",
        deputy_email="deputy@example.org", head_email="head@example.org", fallback_id="riga",
    )  # fmt: skip
    for name, value in differs.items():
        setattr(service, name, value)
    return service


NOON = a_calendar(hours={day: ["12:00", "12:15"] for day in DAYS})
NOT_ON_TUESDAY = {day: hours for day, hours in HOURS.items() if day != "tue"}


@pytest.mark.parametrize(
    "differs, sent, notice, read_by, deputy_mailed, head, fallback",
    [
        # while they read, a Monday
        ({}, "2026-11-23T09:07", "2026-11-23T09:15", "2026-11-23T12:00", "2026-11-23T12:00",
         "2026-11-23T14:00", "2026-11-23T16:00"),
        # in the evening
        ({}, "2026-11-23T19:40", "2026-11-24T08:30", "2026-11-24T11:00", "2026-11-24T11:00",
         "2026-11-24T13:00", "2026-11-24T15:00"),
        # on a Friday evening
        ({}, "2026-11-20T18:00", "2026-11-23T08:30", "2026-11-23T11:00", "2026-11-23T11:00",
         "2026-11-23T13:00", "2026-11-23T15:00"),
        # before Līgo and Jāņi, with the 22nd moved to a Saturday in 2026
        ({}, "2026-06-19T16:30", "2026-06-19T16:30", "2026-06-25T11:00", "2026-06-25T11:00",
         "2026-06-25T13:00", "2026-06-25T15:00"),
        # before and on the 18th of November
        ({}, "2026-11-17T16:00", "2026-11-17T16:00", "2026-11-19T10:00", "2026-11-19T10:00",
         "2026-11-19T12:00", "2026-11-19T14:00"),
        ({}, "2026-11-18T12:00", "2026-11-19T08:30", "2026-11-19T11:00", "2026-11-19T11:00",
         "2026-11-19T13:00", "2026-11-19T15:00"),
        # before Christmas, and on it; the 24th to the 26th, then a weekend
        ({}, "2026-12-23T15:30", "2026-12-23T15:30", "2026-12-28T10:00", "2026-12-28T10:00",
         "2026-12-28T12:00", "2026-12-28T14:00"),
        ({}, "2026-12-25T10:00", "2026-12-28T08:30", "2026-12-28T11:00", "2026-12-28T11:00",
         "2026-12-28T13:00", "2026-12-28T15:00"),
        # a day that the service itself is closed
        ({"closed_days": ["2026-11-24"]}, "2026-11-23T16:30", "2026-11-23T16:30", "2026-11-25T11:00",
         "2026-11-25T11:00", "2026-11-25T13:00", "2026-11-25T15:00"),
        # a weekday without hours
        ({"hours": NOT_ON_TUESDAY}, "2026-11-24T10:00", "2026-11-25T08:30", "2026-11-25T11:00", "2026-11-25T11:00",
         "2026-11-25T13:00", "2026-11-25T15:00"),
        # a promise that ends as the service closes: the deputy's mail leaves when it opens again, before the next step
        ({}, "2026-11-20T15:00", "2026-11-20T15:00", "2026-11-20T17:00", "2026-11-23T08:30",
         "2026-11-23T10:30", "2026-11-23T12:30"),
    ],
)  # fmt: skip
def test_promise_notice_and_steps_come_from_one_calendar(
    differs: dict[str, object], sent: str, notice: str, read_by: str, deputy_mailed: str, head: str, fallback: str
) -> None:
    service = a_calendar(**differs)
    promised = reading_hours.promised_at(service, riga(sent))
    assert promised == riga(read_by)
    assert reading_hours.notice_at(service, riga(sent)) == riga(notice)
    steps = dict(escalation.due_steps(service, promised))
    assert reading_hours.notice_at(service, steps["deputy"]) == riga(deputy_mailed)
    assert (steps["deputy"], steps["head"], steps["fallback"]) == (promised, riga(head), riga(fallback))
    never_contradicts(service, riga(sent))


def never_contradicts(service: SocialService, sent: datetime) -> None:
    promised = reading_hours.promised_at(service, sent)
    assert promised
    first = reading_hours.notice_at(service, sent)
    steps = [at for _, at in escalation.due_steps(service, promised)]
    mailed = [reading_hours.notice_at(service, at) for at in steps]
    for at in (first, *steps[1:], *mailed):
        assert is_open(service, at), at
    assert promised.astimezone(RIGA).minute == 0
    assert any(is_open(service, promised - quarter * timedelta(minutes=15)) for quarter in range(4)), (
        "the hour in which it is read"
    )
    assert sent <= first <= promised  # they are told before they have to have read
    assert steps == sorted(set(steps))
    assert steps[0] == promised  # nobody is late before the promise ends
    assert mailed == sorted(mailed)
    assert all(at <= next_ for at, next_ in zip(mailed, steps[1:], strict=False))  # each has had a time to read
    assert escalation.step_at(service, promised, promised - timedelta(seconds=1)) == ""
    for (step, at), before in zip(escalation.due_steps(service, promised), ("", "deputy", "head"), strict=True):
        assert escalation.step_at(service, promised, at) == step
        assert escalation.step_at(service, promised, at - timedelta(seconds=1)) == before


def is_open(service: SocialService, at: datetime) -> bool:
    """Written once more and differently, so that a mistake in the calendar is not repeated here."""
    local = at.astimezone(RIGA)
    begins, ends = (time.fromisoformat(text) for text in service.hours.get(f"{local:%a}".lower(), ("23:59", "00:00")))
    closed = local.date().isoformat() in service.closed_days or local.date() in reading_hours.public_holidays()
    return begins <= local.time() <= ends and not closed


QUARTERS = st.integers(0, 95)
DAY = st.tuples(QUARTERS, QUARTERS).filter(lambda pair: pair[0] < pair[1])
WEEK = st.dictionaries(st.sampled_from(DAYS), DAY, min_size=1)
FIRST = date(2026, 1, 1)
MINUTES = st.integers(FEWEST, MOST)


@pytest.mark.long
@given(WEEK, st.sets(st.integers(0, 800), max_size=40), st.integers(0, 600 * 24 * 60), MINUTES, MINUTES)
def test_no_hours_and_no_closed_days_make_it_contradict_itself(
    week: dict[str, tuple[int, int]], closed: set[int], minute: int, within: int, span: int
) -> None:
    service = a_calendar(
        hours={day: [clock(begins), clock(ends)] for day, (begins, ends) in week.items()},
        closed_days=[(FIRST + timedelta(number)).isoformat() for number in closed],
        reads_within_minutes=within,
        escalates_within_minutes=span,
    )
    sent = datetime.combine(FIRST, time(), RIGA) + timedelta(minutes=minute)
    promised = reading_hours.promised_at(service, sent)
    assume(promised)  # who reads so little that it takes two months promises nothing, and is offered to nobody
    assert promised
    days = reading_hours.closed_days(service)
    steps = [at for _, at in escalation.due_steps(service, promised)]
    assume(all(reading_hours.read_by(service.hours, timedelta(0), at, days) for at in steps))
    never_contradicts(service, sent)


def clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


def test_a_service_without_hours_foresees_nothing_and_one_with_hours_three_moments() -> None:
    now = riga("2026-11-23T12:00")
    assert [(moment.when, moment.read_by, moment.steps) for moment in calendars.foresee(a_calendar(hours={}), now)] == [
        (when, None, ()) for when in ("now", "friday", "midsummer")
    ]
    closing = {
        moment.when: dict(moment.steps) for moment in calendars.foresee(a_calendar(), riga("2026-11-20T15:00"), NOON)
    }
    assert closing["now"] == {
        "deputy": riga("2026-11-23T08:30"),  # the promise ends as the service closes, so the mail leaves on Monday
        "head": riga("2026-11-23T10:30"),
        "fallback": riga("2026-11-24T12:00"),  # in the hours of the other service
    }
    foreseen = {moment.when: (moment.at, moment.read_by) for moment in calendars.foresee(a_calendar(), now)}
    assert foreseen == {
        "now": (now, riga("2026-11-23T14:00")),
        "friday": (riga("2026-11-27T18:00"), riga("2026-11-30T11:00")),
        "midsummer": (riga("2027-06-22T18:00"), riga("2027-06-25T11:00")),
    }


def test_public_holidays_are_listed_by_their_names() -> None:
    listed = dict(calendars.public_holidays(date(2026, 11, 18), "ru"))
    assert date(2026, 11, 18) in listed
    assert listed[date(2027, 6, 24)] == dict(calendars.public_holidays(date(2027, 1, 1), "ru"))[date(2027, 6, 24)]
    assert all(day in reading_hours.public_holidays() for day in listed)
    assert dict(calendars.public_holidays(date(2026, 11, 18), "en"))[date(2026, 12, 24)] == "Christmas Eve"
