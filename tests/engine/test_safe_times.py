"""Safe times: rows of the form become windows of single days, and go back into as many rows without a loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.safe_times import BEGINNINGS, DAYS, ENDS, WINDOW_ROWS, Pair, Window, read_windows, window_inputs

Filled = tuple[set[str], str, str]


def row(number: int, days: str, begins: str, ends: str) -> list[Pair]:
    name = f"windows{number}"
    return [*((f"{name}.day", day) for day in days.split()), (f"{name}.from", begins), (f"{name}.to", ends)]


def windows(*rows: tuple[str, str, str]) -> tuple[Window, ...] | None:
    read, wrong = read_windows([pair for number, line in enumerate(rows, 1) for pair in row(number, *line)])
    assert wrong is None
    return read


def test_a_time_that_goes_on_after_midnight_is_the_evening_and_the_next_morning() -> None:
    assert windows(("mon", "22:00", "02:00")) == (Window("mon", "22:00", "24:00"), Window("tue", "00:00", "02:00"))
    assert windows(("sun", "23:30", "00:30")) == (Window("mon", "00:00", "00:30"), Window("sun", "23:30", "24:00"))


@pytest.mark.parametrize("midnight", ["00:00", "24:00"])
def test_midnight_as_an_end_has_two_names_and_one_meaning(midnight: str) -> None:
    assert windows(("fri", "22:00", midnight)) == (Window("fri", "22:00", "24:00"),)
    assert windows(("fri", "00:00", midnight)) == (Window("fri", "00:00", "24:00"),)


def test_the_same_hour_twice_is_no_time() -> None:
    assert read_windows(row(1, "mon", "12:00", "12:00")) == (None, "order")


def test_a_time_over_midnight_is_one_row_of_the_form_again() -> None:
    night = row(1, "fri sat sun", "22:00", "02:00")
    read, _ = read_windows(night)
    assert read
    assert set(window_inputs(read)) == set(night)


def test_three_rows_over_midnight_fit_into_the_three_rows_they_came_from() -> None:
    rows = (("mon", "22:00", "02:00"), ("wed", "21:00", "01:00"), ("sat", "23:00", "03:00"))
    read = windows(*rows)
    assert read
    assert set(window_inputs(read)) == {pair for number, line in enumerate(rows, 1) for pair in row(number, *line)}


def test_more_times_than_the_form_can_hold_are_refused_instead_of_dropped() -> None:
    hours = ("08:00", "09:00", "10:00", "11:00")
    with pytest.raises(ValueError, match="rows"):
        window_inputs([Window("mon", begins, "12:00") for begins in hours])


FEW = st.sampled_from(["00:00", "01:00", "22:00", "23:00"])
"""Hours that meet each other often."""
DAYS_OF = st.sets(st.sampled_from(DAYS), min_size=1)
ROWS = st.lists(
    st.tuples(DAYS_OF, FEW | st.sampled_from(BEGINNINGS), FEW | st.sampled_from(ENDS)), max_size=len(WINDOW_ROWS)
)


@given(ROWS)
def test_whatever_was_read_goes_back_into_the_rows_and_is_read_the_same(rows: list[Filled]) -> None:
    typed = [pair for number, line in enumerate(rows, 1) for pair in row(number, " ".join(line[0]), *line[1:])]
    read, wrong = read_windows(typed)
    if read is None:
        assert wrong in (None, "order")
        return
    again = window_inputs(read)
    assert {name.partition(".")[0] for name, _ in again} <= set(WINDOW_ROWS)
    assert read_windows(again) == (read, None)
