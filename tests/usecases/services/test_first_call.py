"""When a service can reach a person first: as a patient reader of clock and calendar would find it, or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import Content
from bot.engine.request import DAYS, TIMES, Values, Window, inputs, read
from bot.runtime import RIGA
from bot.usecases.services.first_call import FirstCall, find_first_call, first_moment, mends, times_of
from bot.usecases.services.reading_hours import Calendar, calendar_of, public_holidays
from bot.usecases.services.sayings import said_moment, said_opening
from tests.storage.rows import a_service

OFFICE = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
OPEN = Calendar(OFFICE, public_holidays())
QUARTER = timedelta(minutes=15)
MONTH = 31


def riga(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIGA, fold=fold)


def times(*windows: tuple[str, str, str], until: str | None = "2026-12-29", way: str = "call") -> Values:
    known: Values = {"contact_mode": way, "windows": tuple(Window(*window) for window in windows)}
    return {**known, "valid_until": until} if until else known


SUNDAY = riga("2026-11-29T16:00")


@pytest.mark.parametrize(
    "windows, until, first",
    [
        ([("tue", "09:00", "10:00")], "2026-12-06", "2026-12-01T09:00"),
        ([("mon", "07:00", "24:00")], "2026-12-06", "2026-11-30T08:30"),  # the service opens later
        ([("sun", "15:00", "24:00"), ("wed", "16:30", "18:00")], "2026-12-06", "2026-12-02T16:30"),
        ([("sat", "10:00", "12:00")], "2026-12-29", None),  # never open
        ([("mon", "22:00", "24:00"), ("tue", "00:00", "02:00")], "2026-12-29", None),  # across midnight
        ([("mon", "17:00", "19:00")], "2026-12-29", None),  # it closes as she begins
        ([("wed", "10:00", "12:00")], "2026-12-01", None),  # over a day too early
        ([("tue", "10:00", "12:00")], "2026-12-01", "2026-12-01T10:00"),  # its last day counts
    ],
)
def test_the_first_moment_lies_in_her_times_and_in_the_hours_of_the_service(
    windows: list[tuple[str, str, str]], until: str, first: str | None
) -> None:
    assert find_first_call(times(*windows, until=until), OPEN, SUNDAY) == FirstCall(
        True, riga(first) if first else None
    )


def test_a_holiday_a_closed_day_and_the_rest_of_this_hour_are_waited_for() -> None:
    thursdays = times(("thu", "09:00", "10:00"), until="2027-01-20")
    assert find_first_call(thursdays, OPEN, riga("2026-12-18T09:00")).first == riga(
        "2027-01-07T09:00"
    )  # two eves are holidays
    closed = calendar_of(a_service(hours=OFFICE, closed_days=["2026-12-03"]))
    assert find_first_call(thursdays, closed, SUNDAY).first == riga("2026-12-10T09:00")
    assert find_first_call(thursdays, OPEN, riga("2026-12-03T09:31")).first == riga("2026-12-03T09:45")
    assert find_first_call(thursdays, OPEN, riga("2026-12-03T09:46")).first == riga("2026-12-10T09:00")


def test_nothing_is_waited_for_by_who_calls_or_comes() -> None:
    assert not find_first_call({"contact_mode": "i_will_come"}, OPEN, SUNDAY).waits
    assert not find_first_call({"contact_mode": "i_will_come"}, Calendar({}, ()), SUNDAY).unanswerable
    assert find_first_call(times(("mon", "09:00", "10:00")), None, SUNDAY).unanswerable


def test_an_hour_that_the_clock_leaves_out_or_shows_twice() -> None:
    night = Calendar({"sun": ["03:00", "03:45"]}, ())
    hers = [Window("sun", "03:00", "04:00")]
    assert first_moment(hers, date(2026, 3, 29), night, riga("2026-03-28T12:00")) is None  # clocks go from 3 to 4
    twice = date(2026, 10, 25)
    assert first_moment(hers, twice, night, riga("2026-10-25T03:20")) == riga("2026-10-25T03:30")
    assert first_moment(hers, twice, night, riga("2026-10-25T03:50")) == riga("2026-10-25T03:00", fold=1)


# --- Against brute force ----------------------------------------------------------------------------------------------


def by_brute_force(
    windows: Sequence[Window], until: date | None, hours: Mapping[str, Sequence[str]], closed: set[date], now: datetime
) -> datetime | None:
    """Every real quarter of an hour for a month, looked up on the wall."""
    for at in quarters(now):
        local = at.astimezone(RIGA)
        day, clock = DAYS[local.weekday()], f"{local:%H:%M}"
        reads = day in hours and hours[day][0] <= clock < hours[day][1]
        hers = any(window.day == day and window.begins <= clock < window.ends for window in windows)
        lasts = until is None or local.date() <= until
        if reads and hers and lasts and local.date() not in closed and local.date() not in public_holidays():
            return at
    return None


def quarters(now: datetime) -> Iterator[datetime]:
    utc = now.astimezone(UTC)
    at = utc.replace(minute=0, second=0, microsecond=0)
    while at < utc + timedelta(days=MONTH):
        if at >= utc:
            yield at
        at += QUARTER


def spans(steps: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, steps), st.integers(0, steps)).filter(lambda pair: pair[0] < pair[1])


def clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


DAY = st.sampled_from(DAYS)
OPENED = spans(95).map(lambda pair: [clock(quarter) for quarter in pair])
HOURS = st.dictionaries(DAY, OPENED, max_size=5) | OPENED.map(lambda pair: dict.fromkeys(DAYS, pair))
WINDOW = st.builds(lambda day, pair: Window(day, TIMES[pair[0]], TIMES[pair[1]]), DAY, spans(48))
EVERY_DAY = spans(48).map(lambda pair: [Window(day, TIMES[pair[0]], TIMES[pair[1]]) for day in DAYS])
WINDOWS = st.lists(WINDOW, min_size=1, max_size=6) | EVERY_DAY
"""Some times that seldom meet, and some that meet every day, so that what counts is the first and the last of them."""
AHEAD = st.none() | st.integers(0, 30) | st.integers(0, 2)
CLOSED = st.sets(st.integers(0, MONTH), max_size=25)
ODD_NIGHTS = [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 12, 23, tzinfo=UTC)]
NOW = st.builds(
    lambda begins, minutes: begins + timedelta(minutes=minutes),
    st.sampled_from([*ODD_NIGHTS, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)]),
    st.integers(-2 * 24 * 60, 40 * 24 * 60),
)


@given(WINDOWS, HOURS, AHEAD, CLOSED, NOW)
def test_no_moment_is_said_exactly_where_no_quarter_of_an_hour_would_do(
    windows: list[Window], hours: dict[str, list[str]], ahead: int | None, closed: set[int], now: datetime
) -> None:
    today = now.astimezone(RIGA).date()
    until = None if ahead is None else today + timedelta(ahead)
    own = {today + timedelta(day) for day in closed}
    service = a_service(hours=hours, closed_days=[day.isoformat() for day in own])
    found = first_moment(windows, until, calendar_of(service), now)
    expected = by_brute_force(windows, until, hours, own, now)
    if until is None and expected is None:  # it may come after the month that brute force has patience for
        assert found is None or found > now + timedelta(days=MONTH - 1)
    else:  # of two time zones Python never calls two moments equal in the hour that the clock goes twice through
        assert (found and found.astimezone(UTC)) == (expected and expected.astimezone(UTC))


@given(WINDOWS, HOURS, AHEAD.map(lambda days: days or 0), CLOSED, NOW)
def test_each_mend_that_is_offered_helps_and_can_be_sent_with_the_form(
    shipped: Content, windows: list[Window], hours: dict[str, list[str]], ahead: int, closed: set[int], now: datetime
) -> None:
    today = now.astimezone(RIGA).date()
    calendar = Calendar(hours, {today + timedelta(day) for day in closed})
    values: Values = {
        "contact_mode": "call",
        "phone": "+37126123456",
        "windows": tuple(windows[:3]),  # so many rows has the form
        "valid_until": (today + timedelta(ahead)).isoformat(),
    }
    for mend in mends(shipped.request, values, calendar, now, ["i_will_come"]):
        again = read(shipped.request, inputs(shipped.request, mend.values), today, ())
        assert not [
            problem for problem in again.problems if problem.field in ("windows", "valid_until", "contact_mode")
        ]
        assert not find_first_call(again.values, calendar, now).unanswerable
        assert find_first_call(again.values, calendar, now).first == mend.first
        assert mend.id in ("days", "week", "longer", "i_will_come")


def offered(content: Content, values: Values, calendar: Calendar = OPEN) -> dict[str, Values]:
    return {mend.id: mend.values for mend in mends(content.request, values, calendar, SUNDAY, ["i_will_call_you"])}


def test_the_narrowest_change_is_offered_and_none_that_does_not_help(shipped: Content) -> None:
    evening = offered(shipped, times(("mon", "18:00", "19:00"), until="2026-12-05"))
    assert list(evening) == ["days", "i_will_call_you"]
    assert evening["days"]["windows"] == (Window("mon", "08:30", "17:00"),)
    assert list(offered(shipped, times(("sat", "10:00", "12:00"), until="2026-12-05"))) == ["week", "i_will_call_you"]
    odd = Calendar({"mon": ["08:15", "16:45"]}, ())  # the form knows half hours only
    assert offered(shipped, times(("mon", "18:00", "19:00")), odd)["days"]["windows"] == (
        Window("mon", "08:30", "16:30"),
    )
    too_early = offered(shipped, times(("wed", "10:00", "12:00"), until="2026-12-01"))
    assert list(too_early) == ["week", "longer", "i_will_call_you"]
    assert too_early["longer"]["valid_until"] == "2026-12-29"


def test_what_she_was_told_holds_for_these_times_and_no_others() -> None:
    hers = times(("sat", "10:00", "12:00"))
    assert times_of(hers) == times_of({**hers, "note": "x"})
    assert len({times_of(form) for form in (hers, times(("sat", "10:00", "12:30")), {**hers, "valid_until": "x"})}) == 3


# --- In words ---------------------------------------------------------------------------------------------------------


def test_a_moment_is_said_in_the_case_that_the_language_needs(shipped: Content) -> None:
    at = riga("2026-12-01T09:00")
    assert said_moment(shipped, at, "lv") == "otrdien, 1. decembrī, plkst. 9.00"
    assert said_moment(shipped, at, "ru") == "во вторник, 1 декабря, в 9:00"
    assert said_moment(shipped, at, "en") == "on Tuesday, 1 December, at 9:00"


@pytest.mark.parametrize(
    "language, open_, closed",
    [
        ("lv", "Šodien atvērts līdz plkst. 17.00.", "Atvērs pirmdien, 30. novembrī, plkst. 8.30."),
        ("ru", "Сегодня открыто до 17:00.", "Откроется в понедельник, 30 ноября, в 8:30."),
        ("en", "Open today until 17:00.", "It opens on Monday, 30 November, at 8:30."),
    ],
)
def test_until_when_a_service_is_open_is_said_by_the_same_calendar(
    shipped: Content, language: str, open_: str, closed: str
) -> None:
    assert said_opening(shipped, OPEN, riga("2026-11-30T08:30"), language) == open_
    assert said_opening(shipped, OPEN, riga("2026-11-30T16:59"), language) == open_
    assert said_opening(shipped, OPEN, SUNDAY, language) == closed
    assert said_opening(shipped, Calendar({}, ()), SUNDAY, language) == ""
