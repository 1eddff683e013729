"""Which questions share a page, and what a page asks of somebody who has answered others."""

from pathlib import Path

import pytest

from bot.engine.request import RequestForm, Values, read_request
from bot.engine.request_pages import after, asked_on, before, page_of, pages_of, wrong_pages

TEXT = (Path(__file__).parents[2] / "dialogs" / "request.yaml").read_text(encoding="utf-8")
FORM = read_request(TEXT)
CALLED: Values = {"contact_mode": "call", "phone_is": "trusted_person"}


def in_pages(**pages: tuple[str, ...]) -> RequestForm:
    """The form as it is shipped, in these pages; all other questions come last."""
    named = {name for names in pages.values() for name in names}
    rest = tuple(name for names in pages_of(FORM).values() for name in names if name not in named)
    return FORM.model_copy(update={"pages": {**pages, "rest": rest}})


APART = in_pages(how=("contact_mode",), phone=("phone", "phone_is"), when=("windows", "valid_until"))


def test_each_question_stands_on_one_page_and_the_shipped_form_is_right() -> None:
    asked = [name for names in pages_of(FORM).values() for name in names]
    assert sorted(asked) == sorted(name for name, field in FORM.fields.items() if field.type != "auto")
    assert list(wrong_pages(FORM)) == list(wrong_pages(APART)) == []


def test_a_form_from_before_there_were_pages_asks_everything_on_one() -> None:
    start, end = TEXT.index("\npages:\n"), TEXT.index("\nfields:\n")
    old = read_request(TEXT[:start] + TEXT[end:])
    assert list(pages_of(old).values()) == list(pages_of(FORM).values())
    assert list(wrong_pages(old)) == []


def test_what_hangs_on_an_answer_of_the_same_page_is_asked_with_its_condition() -> None:
    (asked,) = (asked_on(FORM, page, {}) for page in pages_of(FORM))
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
