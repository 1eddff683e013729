"""The contact request as a form: what may be asked, what is assumed, and what is done with anything anybody sends."""

from collections.abc import Iterable
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.priority import PRIORITIES, priority
from bot.engine.problems import BrokenContent
from bot.engine.request import (
    DAYS,
    TIMES,
    Filled,
    Pair,
    Window,
    inputs,
    prefilled,
    read,
    read_request,
    removable,
    without,
)

TEXT = (Path(__file__).parents[2] / "dialogs" / "request.yaml").read_text(encoding="utf-8")
FORM = read_request(TEXT)
TODAY = date(2026, 11, 23)
PLACES = {"riga", "balvu-novads"}

PULL: tuple[Pair, ...] = (
    ("contact_mode", "i_will_call_you"),
    ("device_watched", "yes"),
    ("urgency_self", "this_week"),
    ("language", "ru"),
    ("age_band", "adult"),
    ("area", "riga"),
)
CALL: tuple[Pair, ...] = (
    ("contact_mode", "call"),
    ("device_watched", "no"),
    ("phone", "26 123 456"),
    ("phone_is", "mine_private"),
    ("windows1.day", "mon"),
    ("windows1.day", "wed"),
    ("windows1.from", "12:00"),
    ("windows1.to", "14:30"),
    ("urgency_self", "today"),
    ("language", "lv"),
    ("age_band", "adult"),
    ("area", "balvu-novads"),
)


def filled(*pairs: Pair, over: Iterable[Pair] = ()) -> Filled:
    """What is read from these inputs; `over` takes the place of inputs of the same name."""
    other = tuple(over)
    names = {name for name, _ in other}
    return read(FORM, [*(pair for pair in pairs if pair[0] not in names), *other], TODAY, PLACES)


def wrong(answer: Filled) -> set[tuple[str, str]]:
    return {(problem.field, problem.what) for problem in answer.problems}


def test_these_and_no_other_things_are_asked() -> None:
    assert set(FORM.fields) == {
        *("contact_mode", "device_watched", "phone", "phone_is", "windows", "valid_until", "voicemail_ok", "sms_ok"),
        *("caller_id", "if_other_answers", "if_call_drops", "code_word", "code_word_own", "max_attempts"),
        *("expects_message", "neutral_message", "coming_by"),
        *("urgency_self", "danger_gate", "about", "children", "lives_with"),
        *("language", "interpreter", "interpreter_not_local", "access_needs", "worker_sex", "age_band"),
        *("conflict_known", "conflict_reader", "wrote_before", "called", "topics", "topics_own", "topics_help"),
        *("who", "area", "note"),
    }
    assert {name for name, field in FORM.fields.items() if field.type in ("text", "phone")} == {
        *("phone", "code_word_own", "called", "note"),
    }
    assert FORM.fields["note"].longest == 300


def test_every_question_has_a_purpose() -> None:
    assert all(field.purpose for field in FORM.fields.values())
    with pytest.raises(BrokenContent, match="purpose"):
        read_request(TEXT.replace("purpose: what no other question covers", "purpose: ''"))


def test_a_form_that_cannot_work_is_refused() -> None:
    with pytest.raises(BrokenContent, match="can never hold"):
        read_request(TEXT.replace("when: {interpreter: [", "when: {interpretr: ["))
    with pytest.raises(BrokenContent, match="not an option"):
        read_request(TEXT.replace("default: say_wrong_number", "default: say_hello"))
    with pytest.raises(BrokenContent, match="YAML"):
        read_request("fields: [")


def test_the_person_can_make_the_contact_and_that_is_offered_first() -> None:
    assert FORM.fields["contact_mode"].options[:2] == ("i_will_call_you", "i_will_come")
    assert filled(*PULL).ready
    assert [consent.id for consent in FORM.consents_for(filled(*PULL).values)] == ["send_request"]


def test_nothing_is_assumed_but_denials() -> None:
    values = filled(*CALL).values
    assert values["voicemail_ok"] == values["sms_ok"] == "no"
    assert values["if_other_answers"] == "say_wrong_number"
    assert values["if_call_drops"] == "do_not_call_again"
    assert values["max_attempts"] == "1"
    assert values["danger_gate"] == "not_asked"
    assert values["valid_until"] == "2026-11-30"
    assert values["code_word"] == "none"
    assert not {"children", "lives_with", "topics", "called", "note", "who"} & set(values)


def test_the_numbers_and_times_of_a_call_are_read() -> None:
    answer = filled(*CALL)
    assert answer.ready
    assert answer.values["phone"] == "+37126123456"
    assert answer.values["windows"] == (Window("mon", "12:00", "14:30"), Window("wed", "12:00", "14:30"))
    assert [consent.id for consent in FORM.consents_for(answer.values)] == ["send_request", "contact_me_as_described"]


def test_what_was_typed_under_a_choice_that_no_longer_holds_is_not_sent() -> None:
    answer = filled(*CALL, over=[("contact_mode", "i_will_come")])
    assert answer.ready
    assert not {"phone", "windows", "phone_is", "voicemail_ok", "valid_until"} & set(answer.values)


def test_everything_wrong_is_said_at_once() -> None:
    assert {field for field, _ in wrong(filled())} == {
        *("contact_mode", "device_watched", "urgency_self", "language", "age_band", "area"),
    }
    mistakes = [("phone", "112"), ("windows1.from", "14:30"), ("note", "x" * 301), ("valid_until", "2027-01-23")]
    assert wrong(filled(*CALL, over=mistakes)) == {
        ("phone", "phone"),
        ("windows", "order"),
        ("note", "long"),
        ("valid_until", "date"),
    }


def test_wrong_inputs_are_not_lost() -> None:
    assert ("phone", "abc") in filled(*CALL, over=[("phone", "abc")]).typed


@pytest.mark.parametrize(
    "row, what",
    [
        ([("windows1.from", "12:00"), ("windows1.to", "13:00")], "day"),
        ([("windows1.day", "mon"), ("windows1.from", "12:00")], "time"),
        ([("windows1.day", "mon"), ("windows1.from", "12:00"), ("windows1.to", "12:00")], "order"),
        ([("windows1.day", "someday")], "missing"),
    ],
)
def test_a_safe_time_is_a_day_and_two_times(row: list[Pair], what: str) -> None:
    rest = [pair for pair in CALL if not pair[0].startswith("windows")]
    assert wrong(filled(*rest, *row)) == {("windows", what)}


def test_a_safe_time_ends() -> None:
    assert FORM.fields["valid_until"].longest == 30
    assert filled(*CALL, over=[("valid_until", "2026-12-23")]).ready
    assert not filled(*CALL, over=[("valid_until", "2026-12-24")]).ready
    assert not filled(*CALL, over=[("valid_until", "2026-11-22")]).ready
    assert not filled(*CALL, over=[("valid_until", "9" * 50)]).ready


@pytest.mark.parametrize("age", ["under_13", "13_15", "16_17"])
def test_a_child_is_not_asked_to_send_but_shown_a_better_way(age: str) -> None:
    answer = filled(*PULL, over=[("age_band", age)])
    assert answer.minor
    assert not answer.ready
    assert filled(*PULL, over=[("age_band", "skip")]).ready


def test_skipped_is_not_an_answer() -> None:
    assert "children" not in filled(*PULL, ("children", "skip")).values
    assert filled(*PULL, ("children", "none")).values["children"] == "none"


def test_what_was_pressed_in_the_dialogue_is_there_already() -> None:
    answers = {"place": ("riga",), "topics": ("lawyer", "gold"), "age_band": ("adult",), "danger_gate": ("no",)}
    assert set(prefilled(FORM, answers | {"other": ("x",)}, "ru")) == {
        ("language", "ru"),
        ("area", "riga"),
        ("topics", "lawyer"),
        ("age_band", "adult"),
        ("danger_gate", "no"),
    }


def test_a_line_can_be_taken_away_and_takes_along_what_hangs_on_it() -> None:
    spoken: list[Pair] = [("language", "uk"), ("interpreter", "yes"), ("interpreter_not_local", "yes")]
    values = filled(*PULL, ("note", "Please by noon"), over=spoken).values
    assert removable(FORM, "note", values)
    assert not removable(FORM, "area", values)
    left = read(FORM, without(FORM, values, "interpreter"), TODAY, PLACES)
    assert left.ready
    kept = {name: value for name, value in values.items() if not name.startswith("interpreter")}
    assert left.values == kept | {"interpreter": "no"}


def test_an_interpreter_is_asked_about_only_where_another_language_is_spoken() -> None:
    assert "interpreter" not in filled(*PULL, ("interpreter", "yes")).values
    for language in ("uk", "en", "other"):
        assert filled(*PULL, over=[("language", language)]).values["interpreter"] == "no"


def test_an_own_word_wins_over_the_one_that_was_proposed() -> None:
    both = filled(*PULL, ("code_word", "lantern"), ("code_word_own", "sviestmaize"))
    assert both.ready
    assert both.values["code_word_own"] == "sviestmaize"
    assert "code_word" not in both.values
    assert filled(*PULL, ("code_word", "lantern"), ("code_word_own", " ")).values["code_word"] == "lantern"
    without_it = read(FORM, without(FORM, both.values, "code_word_own"), TODAY, PLACES).values
    assert without_it["code_word"] == "none"


def test_a_word_can_be_taken_away_and_no_word_cannot() -> None:
    assert removable(FORM, "code_word", filled(*PULL, ("code_word", "lantern")).values)
    assert not removable(FORM, "code_word", filled(*PULL).values)


def test_a_word_that_is_proposed_no_longer_is_no_word() -> None:
    assert filled(*PULL, ("code_word", "gull")).values["code_word"] == "none"


def test_a_text_is_one_line_of_ordinary_characters() -> None:
    assert filled(*PULL, ("called", " Anna\u202e\x00\r\n  B\u0301 ")).values["called"] == "Anna B\u0301"


def test_a_place_we_do_not_know_is_no_place() -> None:
    assert wrong(filled(*PULL, over=[("area", "atlantis")])) == {("area", "missing")}


def test_more_urgent_answers_never_lower_the_priority() -> None:
    gates, urgencies = ("no", "not_asked", "not_sure", "yes"), ("when_possible", "this_week", "today")
    rank = {
        (gate, urgency): PRIORITIES.index(
            priority(filled(*PULL, over=[("danger_gate", gate), ("urgency_self", urgency)]).values)
        )
        for gate, urgency in product(gates, urgencies)
    }
    for gate, urgency in rank:
        for more in urgencies[urgencies.index(urgency) :]:
            assert rank[gate, more] >= rank[gate, urgency]
        assert rank["yes", urgency] == PRIORITIES.index("today") >= rank[gate, urgency]
    assert rank["no", "this_week"] == PRIORITIES.index("next_working_day")
    assert rank["not_asked", "when_possible"] == PRIORITIES.index("in_order")


WINDOW_INPUTS = ["windows1.day", "windows1.from", "windows1.to", "windows2.day"]
NAMES = st.text() | st.sampled_from([*FORM.fields, *WINDOW_INPUTS, "do"])
TEXTS = (
    st.text(alphabet=st.characters(), max_size=400)
    | st.sampled_from([option for field in FORM.fields.values() for option in field.options])
    | st.sampled_from([*DAYS, *TIMES, *PLACES, "26123456", "2026-11-30"])
)


@given(st.lists(st.tuples(NAMES, TEXTS), max_size=60))
def test_whatever_is_sent_is_read_without_raising(pairs: list[Pair]) -> None:
    answer = read(FORM, pairs, TODAY, PLACES)
    assert set(answer.values) <= set(FORM.fields)
    assert set(answer.typed) <= set(pairs)
    assert priority(answer.values) in PRIORITIES


def choices(name: str) -> st.SearchStrategy[list[Pair]]:
    """Inputs that a person could have made for one field."""
    field = FORM.fields[name]
    match field.type:
        case "one" | "auto":
            return st.sampled_from(field.options).map(lambda option: [(name, option)])
        case "several":
            return st.lists(st.sampled_from(field.options)).map(lambda some: [(name, option) for option in some])
        case "windows":
            row = st.tuples(st.sets(st.sampled_from(DAYS), min_size=1), st.sampled_from(TIMES), st.sampled_from(TIMES))
            return st.lists(row, min_size=1, max_size=3).map(rows)
        case "phone":
            return st.sampled_from(["26123456", "+442079460958"]).map(lambda number: [(name, number)])
        case "code":
            return st.sampled_from(["1234567890123456", "1234 5678 9012 3456"]).map(lambda code: [(name, code)])
        case "place":
            return st.sampled_from(sorted(PLACES)).map(lambda place: [(name, place)])
        case "date":
            return st.just([(name, "2026-12-01")])
        case "text":
            return st.text(max_size=field.longest).map(lambda text: [(name, text)])


def rows(some: list[tuple[set[str], str, str]]) -> list[Pair]:
    pairs: list[Pair] = []
    for number, (days, begins, ends) in enumerate(some, start=1):
        pairs += [(f"windows{number}.day", day) for day in days]
        pairs += [(f"windows{number}.from", begins), (f"windows{number}.to", ends)]
    return pairs


@given(st.tuples(*(choices(name) for name in FORM.fields)))
def test_a_draft_travels_through_the_page_unchanged(several: tuple[list[Pair], ...]) -> None:
    answer = read(FORM, [pair for pairs in several for pair in pairs], TODAY, PLACES)
    again = read(FORM, inputs(FORM, answer.values), TODAY, PLACES)
    assert again.values == answer.values
    if answer.ready:
        assert again.ready
