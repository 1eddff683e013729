"""The hours of a line, written for the program, say when it opens or closes next."""

from datetime import date, datetime

import pytest

from bot.engine.opening import Change, clock_times, read_opening

INDEPENDENCE_DAY = date(2026, 11, 18)  # a Wednesday
HOLIDAYS = frozenset({INDEPENDENCE_DAY})
PREVENTION = "working days 6:00-12:00; working days 18:00-24:00; days off 0:00-24:00"


@pytest.mark.parametrize(
    "hours,at,change",
    [
        ("every day 12:00-22:00", "2026-11-23 11:59", "opens 2026-11-23 12:00"),
        ("every day 12:00-22:00", "2026-11-23 12:00", "closes 2026-11-23 22:00"),
        ("every day 12:00-22:00", "2026-11-23 21:59", "closes 2026-11-23 22:00"),
        ("every day 12:00-22:00", "2026-11-23 22:00", "opens 2026-11-24 12:00"),
        ("every day 12:00-22:00", "2026-11-18 13:00", "closes 2026-11-18 22:00"),  # on a holiday, too
        (PREVENTION, "2026-11-23 13:00", "opens 2026-11-23 18:00"),
        (PREVENTION, "2026-11-17 20:00", "closes 2026-11-19 00:00"),  # through the night into the holiday, to its end
        (PREVENTION, "2026-11-19 00:00", "opens 2026-11-19 06:00"),
        (PREVENTION, "2026-11-20 23:59", "closes 2026-11-23 00:00"),  # through the weekend
        ("mon-fri 9:00-17:00", "2026-11-20 17:00", "opens 2026-11-23 09:00"),
        ("mon-fri 9:00-17:00", "2026-11-18 10:00", "closes 2026-11-18 17:00"),  # says nothing of holidays
        ("sat 9:00-10:00", "2026-11-21 10:00", "opens 2026-11-28 09:00"),
        ("every day 18:00-24:00; every day 0:00-2:00", "2026-11-23 23:30", "closes 2026-11-24 02:00"),
    ],
)
def test_what_changes_next_is_known_across_boundaries_nights_weekends_and_holidays(
    hours: str, at: str, change: str
) -> None:
    how, _, when = change.partition(" ")
    found = read_opening(hours).next_change(datetime.fromisoformat(at), HOLIDAYS)
    assert found == Change(open=how == "closes", at=datetime.fromisoformat(when))


def test_what_answers_day_and_night_never_changes() -> None:
    at = datetime.fromisoformat("2026-11-23 03:00")
    assert read_opening("every day 0:00-24:00").next_change(at, HOLIDAYS) is None


WRONG = (
    *("12:00-22:00", "every day 22:00-12:00", "every day 12:00-24:30", "fri-mon 9:00-17:00", "every day 9:60-10:00"),
    *("every day 12:00–22:00", "every day 9:00-17:00;"),
)


@pytest.mark.parametrize("wrong", WRONG)
def test_hours_written_otherwise_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its message is the text itself, or the part that is wrong
        read_opening(wrong)


def test_the_times_of_a_text_are_read_in_every_language() -> None:
    latvian, russian = "darba dienās 6.00–12.00 un 18.00–24.00", "с 6:00 до 12:00 и с 18:00 до 24:00"
    for text in (latvian, russian, "6:00–12:00, 18:00–24:00"):
        assert clock_times(text) == read_opening(PREVENTION).clock_times
