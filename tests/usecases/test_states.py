"""Every state against every deed, in one table that can be read; and when calling is locked."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.usecases.states import DEEDS, NEXT, OUTCOMES, STATES, after, age, deed_of, lock, lowered, raised

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)

# What each deed makes of each state. A dash: it cannot be done.
TABLE = """
             take       give_back  lapse  miss       reach      meet  close
new          taken      -          -      -          -          -     closed
taken        taken      new        new    taken      contacted  -     closed
contacted    contacted  -          -      contacted  contacted  met   closed
met          met        -          -      -          -          -     closed
closed       -          -          -      -          -          -     -
withdrawn    -          -          -      -          -          -     -
expired      -          -          -      -          -          -     -
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]


def test_every_deed_in_every_state_leads_where_the_table_says() -> None:
    assert tuple(HEAD) == DEEDS
    assert {row[0] for row in ROWS} == {*STATES, "withdrawn", "expired"}
    for state, *leads in ROWS:
        for deed, to in zip(DEEDS, leads, strict=True):
            assert after(state, deed) == (None if to == "-" else to), (state, deed)  # type: ignore[arg-type]
    assert len(NEXT) == sum(to != "-" for _, *leads in ROWS for to in leads)


def test_only_a_verified_person_counts_as_reached() -> None:
    assert [one for one in OUTCOMES if deed_of(one) == "reach"] == ["reached_verified"]


def tried(*outcomes: str, ago: timedelta = timedelta(hours=2)) -> list[dict[str, str]]:
    return [{"at": (NOW - ago).isoformat(), "outcome": one} for one in outcomes]


@pytest.mark.parametrize(
    "attempts, most, locked",
    [
        ([], 3, ""),
        (tried("no_answer", "other_person"), 3, ""),
        (tried("no_answer", "other_person", "reached_not_safe"), 3, "limit"),
        (tried("no_answer"), 1, "limit"),
        (tried("no_answer", "reached_verified"), 2, ""),  # who was reached was no failure
        (tried("wrong_number"), 3, "wrong_number"),
        (tried("no_answer", ago=timedelta(minutes=59)), 3, "pause"),
        (tried("no_answer", ago=timedelta(hours=1)), 3, ""),
    ],
)
def test_calling_is_locked_by_what_was_tried(attempts: list[dict[str, str]], most: int, locked: str) -> None:
    assert lock(attempts, most, NOW) == locked


def test_a_deadline_is_told_an_hour_before_and_after_it() -> None:
    due = NOW + timedelta(minutes=59)
    assert [age(None, NOW), age(NOW + timedelta(hours=2), NOW), age(due, NOW), age(NOW, NOW)] == [
        "",
        "",
        "soon",
        "late",
    ]


def test_words_go_one_step_and_have_ends() -> None:
    assert [raised("in_order"), raised("next_working_day"), raised("today")] == ["next_working_day", "today", "today"]
    assert [lowered("today"), lowered("next_working_day"), lowered("in_order")] == [
        "next_working_day", "in_order", "in_order",
    ]  # fmt: skip
