"""Every state against every action, in one table that can be read; and when calling is locked."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime import RIGA
from bot.usecases.casework.states import (
    ACTIONS,
    NEXT,
    OUTCOMES,
    STATES,
    action_of,
    after,
    age,
    awaited_until,
    lock,
    lowered,
    missed,
    raised,
)
from storage.contact_requests import STILL_OPEN

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)

# What each action makes of each state. A dash: it cannot be done.
TABLE = """
             take       give_back  lapse  miss       reach      come       wait     go_on  meet  close  reopen resume
new          taken      -          -      new        contacted  contacted  -        -      -     closed -      -
taken        taken      new        new    taken      contacted  contacted  awaited  -      -     closed -      -
awaited      awaited    new        -      awaited    contacted  contacted  -        taken  -     closed -      -
contacted    contacted  -          -      contacted  contacted  contacted  -        -      met   closed -      -
met          met        -          -      met        met        met        -        -      -     closed -      -
closed       -          -          -      -          -          -          -        -      -     -      taken  contacted
withdrawn    -          -          -      -          -          -          -        -      -     -      -      -
expired      -          -          -      -          -          -          -        -      -     -      -      -
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]


def test_every_action_in_every_state_leads_where_the_table_says() -> None:
    assert tuple(HEAD) == ACTIONS
    assert {row[0] for row in ROWS} == {*STATES, "withdrawn", "expired"}
    for state, *leads in ROWS:
        for action, to in zip(ACTIONS, leads, strict=True):
            assert after(state, action) == (None if to == "-" else to), (state, action)  # type: ignore[arg-type]
    assert len(NEXT) == sum(to != "-" for _, *leads in ROWS for to in leads)


def test_every_state_but_the_last_is_open() -> None:
    assert {*STATES} - {"closed"} == STILL_OPEN


def test_only_a_verified_person_counts_as_reached() -> None:
    assert [outcome for outcome in OUTCOMES if action_of(outcome) == "reach"] == ["reached_verified"]


def tried(*outcomes: str, ago: timedelta = timedelta(hours=2)) -> list[dict[str, str]]:
    return [{"at": (NOW - ago).isoformat(), "outcome": outcome} for outcome in outcomes]


@pytest.mark.parametrize(
    "attempts, most, locked",
    [
        ([], 3, ""),
        (tried("no_answer", "no_answer", "reached_not_safe"), 3, "limit"),
        (tried("no_answer", "other_person"), 3, "other_person"),
        (tried("other_person", ago=timedelta(days=20)), 3, "other_person"),
        (tried("other_person", "came"), 3, ""),
        (tried("other_person", "reached_verified", "other_person"), 3, "other_person"),
        (tried("wrong_number", "came"), 3, "wrong_number"),  # she was there; the number is as wrong as before
        (tried("no_answer"), 1, "limit"),
        (tried("no_answer", "reached_verified"), 2, ""),  # who was reached was no failure
        (tried("wrong_number"), 3, "wrong_number"),
        (tried("no_answer", ago=timedelta(minutes=59)), 3, "pause"),
        (tried("no_answer", ago=timedelta(hours=1)), 3, ""),
    ],
)
def test_calling_is_locked_by_what_was_tried(attempts: list[dict[str, str]], most: int, locked: str) -> None:
    assert lock(attempts, most, NOW) == locked


def test_new_times_with_the_right_word_let_calls_begin_anew_except_to_a_wrong_number() -> None:
    before, after_ = {"additions": "3"}, {"additions": "4"}
    old = [attempt | before for attempt in tried("no_answer", "other_person", "wrong_number")]
    assert [attempt["outcome"] for attempt in missed(old, 4)] == ["wrong_number"]
    assert missed(old, 3) == old, "what was tried after these times were known still counts"
    new = [attempt | after_ for attempt in tried("other_person")]
    assert lock([*old[:2], *new], 3, NOW, 4) == "other_person"
    assert lock(old[:2], 3, NOW, 4) == ""


@pytest.mark.parametrize(
    "day, until",
    [
        ("2026-11-23", "2026-11-24"),
        ("2026-11-26", "2026-11-27"),  # the whole day that she named
        ("2026-11-01", "2026-11-24"),  # a day that is over is today
        ("2026-12-24", "2026-12-08"),  # fourteen days, no more
    ],
)
def test_she_is_awaited_to_the_end_of_her_day_and_not_longer_than_a_fortnight(day: str, until: str) -> None:
    last = datetime.combine(datetime.fromisoformat(until), datetime.min.time(), RIGA)
    assert awaited_until(datetime.fromisoformat(day).date(), NOW) == last


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
