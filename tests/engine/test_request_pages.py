"""Which questions share a page, and what a page asks of somebody who has answered others."""

from pathlib import Path

import pytest

from bot.engine.request import RequestForm, Values, read_request
from bot.engine.request_pages import (
    after,
    asked_on,
    before,
    can_be_added,
    leads_on,
    page_of,
    pages_of,
    progress,
    walked,
    wrong_pages,
)

TEXT = (Path(__file__).parents[2] / "dialogs" / "request.yaml").read_text(encoding="utf-8")
FORM = read_request(TEXT)
CALLED: Values = {"contact_mode": "call", "phone_is": "trusted_person"}


def in_pages(**pages: tuple[str, ...]) -> RequestForm:
    """The form as it is shipped, in these pages; all other questions come last."""
    named = {name for names in pages.values() for name in names}
    rest = tuple(name for name, field in FORM.fields.items() if field.type != "auto" and name not in named)
    return FORM.model_copy(update={"pages": {**pages, "rest": rest}, "added": ()})


APART = in_pages(how=("contact_mode",), phone=("phone", "phone_is"), when=("windows", "valid_until"))


def test_each_question_stands_on_one_page_and_the_shipped_form_is_right() -> None:
    asked = [name for names in pages_of(FORM).values() for name in names]
    assert sorted(asked) == sorted(name for name, field in FORM.fields.items() if field.type != "auto")
    assert list(wrong_pages(FORM)) == list(wrong_pages(APART)) == []


def test_a_form_from_before_there_were_pages_asks_everything_on_one() -> None:
    start, end = TEXT.index("\npages:\n"), TEXT.index("\nfields:\n")
    old = read_request(TEXT[:start] + TEXT[end:])
    (asked,) = pages_of(old).values()
    assert sorted(asked) == sorted(name for names in pages_of(FORM).values() for name in names)
    assert leads_on(old, asked_on(old, "all", {})) is None, "below the last question there may be others still unread"
    assert list(wrong_pages(old)) == []


def test_what_hangs_on_an_answer_of_the_same_page_is_asked_with_its_condition() -> None:
    whole = in_pages()
    asked = asked_on(whole, "rest", {})
    assert asked["phone"] == FORM.fields["phone"].when
    assert asked["expects_message"] == FORM.fields["expects_message"].when


def test_what_hangs_on_an_answer_of_another_page_is_asked_or_not_at_all() -> None:
    assert asked_on(APART, "phone", {"contact_mode": "call"}) == {"phone": (), "phone_is": ()}
    assert asked_on(APART, "phone", {"contact_mode": "i_will_come"}) == {}
    assert asked_on(APART, "phone", {}) == {}


def test_of_several_conditions_those_of_this_page_are_left() -> None:
    assert asked_on(APART, "rest", CALLED)["expects_message"] == ({"sms_ok": ("yes_neutral_text",)},)
    written = {**CALLED, "contact_mode": "sms"}
    assert asked_on(APART, "rest", written)["expects_message"] == ()
    assert "sms_ok" not in asked_on(APART, "rest", written)
    assert "expects_message" not in asked_on(APART, "rest", {**written, "phone_is": "mine_private"})


# --- The pages as they are shipped ------------------------------------------------------------------------------------

KNOWN: Values = {"about": "done_to_me", "area": "balvu-novads", "language": "lv", "sms_ok": "no", "voicemail_ok": "no"}
WAYS = {
    "call": ["how", "you", "others", "phone", "times", "word", "talk"],
    "sms": ["how", "you", "others", "phone", "times", "word", "talk"],
    "i_will_call_you": ["how", "you", "others", "word", "talk"],
    "i_will_come": ["how", "you", "others", "word", "talk"],
}
SR8 = {
    *("phone_is", "device_watched", "if_other_answers", "code_word", "language", "access_needs", "children"),
    *("conflict_known", "interpreter"),
}


@pytest.mark.parametrize("mode", WAYS)
def test_somebody_passes_so_many_pages_and_is_told_which_one_it_is(mode: str) -> None:
    values = {**KNOWN, "contact_mode": mode}
    assert walked(FORM, values) == WAYS[mode]
    most = len(WAYS[mode]) + 2
    assert [progress(FORM, page, values) for page in WAYS[mode]] == [(here, most) for here in range(1, most - 1)]
    assert progress(FORM, None, values) == (most - 1, most), "the review; the receipt is the last"


def test_before_the_way_is_chosen_the_longest_counts_so_that_the_number_only_shrinks() -> None:
    assert progress(FORM, "how", KNOWN) == (1, 9)


@pytest.mark.parametrize("mode", WAYS)
def test_no_page_asks_more_than_a_pair_unless_an_answer_asks_for_it(mode: str) -> None:
    values = {**KNOWN, "contact_mode": mode}
    for page in walked(FORM, values):
        asked = [name for name, when in asked_on(FORM, page, values).items() if not when and name != "code_word_own"]
        assert 1 <= len(asked) <= 2, page


def test_whoever_is_called_is_asked_everything_that_keeps_a_call_safe() -> None:
    values = {**KNOWN, "contact_mode": "call"}
    asked = {name for page in walked(FORM, values) for name in asked_on(FORM, page, values)}
    assert asked >= SR8


@pytest.mark.parametrize("mode", WAYS)
def test_what_identifies_her_is_asked_after_her_age(mode: str) -> None:
    way = WAYS[mode]
    for later in ("phone", "windows", "note", "called"):
        page = page_of(FORM, later)
        assert page in FORM.added or page not in way or way.index("you") < way.index(page)


def test_an_answer_that_needs_no_second_one_leads_on() -> None:
    values = {**KNOWN, "contact_mode": "call"}
    led = {page: leads_on(FORM, asked_on(FORM, page, values)) for page in walked(FORM, values)}
    assert led == {
        "how": "contact_mode",
        "you": "age_band",
        "others": "conflict_known",
        "phone": "phone_is",
        "times": None,
        "word": None,
        "talk": "children",
    }
    written = {**KNOWN, "contact_mode": "sms"}
    assert leads_on(FORM, asked_on(FORM, "phone", written)) is None, "whose phone it is decides what else is asked"


def test_what_need_not_be_answered_is_offered_and_what_was_answered_is_not() -> None:
    values = {**KNOWN, "contact_mode": "i_will_come", "children": "none"}
    offered = can_be_added(FORM, values)
    assert {"note", "topics", "called", "who", "wrote_before", "access_needs"} <= set(offered)
    assert not {"children", "area", "voicemail_ok", "code_word_own", "phone"} & set(offered)
    assert "note" not in can_be_added(FORM, {**values, "note": "x"})


def test_a_page_that_can_be_passed_by_is_asked_where_something_needed_is_missing() -> None:
    unknown = {name: value for name, value in KNOWN.items() if name != "area"}
    assert walked(FORM, unknown)[0] == "place"
    assert before(FORM, "you", unknown) == "how"


@pytest.mark.parametrize(
    "added, rule", [((*FORM.added, "weather"), "unknown page"), (tuple(FORM.pages), "nothing but additions")]
)
def test_pages_that_cannot_be_passed_by_are_refused(added: tuple[str, ...], rule: str) -> None:
    assert [problem.rule for problem in wrong_pages(FORM.model_copy(update={"added": added}))] == [rule]


@pytest.mark.parametrize(
    "mode, way", [("call", ["how", "phone", "when", "rest"]), ("i_will_call_you", ["how", "rest"])]
)
def test_a_page_on_which_nothing_is_left_to_ask_is_passed_over_both_ways(mode: str, way: list[str]) -> None:
    values: Values = {"contact_mode": mode}
    assert [after(APART, page, values) for page in way] == [*way[1:], None]
    assert [before(APART, page, values) for page in way] == [None, *way[:-1]]


def test_a_question_is_found_by_its_page_and_what_stands_on_none_leads_to_the_first() -> None:
    assert page_of(APART, "valid_until") == "when"
    assert page_of(APART, "conflict_reader") == page_of(APART, "weather") == "how"
