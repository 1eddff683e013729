"""The invented cases: what a file of them has to hold, and that nothing in ours is real."""

import pytest

from bot.content import Content, files_of, parse
from bot.engine.practice import FILE, STEPS, read_practice
from bot.engine.problems import BrokenContent
from bot.usecases.content.round_walks import is_personal
from tests.conftest import ROOT

OURS = (ROOT / FILE).read_text()
TITLE = 'en: "A family you know"'


def test_there_are_four_cases_of_five_steps(shipped: Content) -> None:
    assert [*shipped.practice.cases] == ["other_answers", "known_family", "two_accounts", "own_violence"]
    for case in shipped.practice.cases.values():
        assert (*case.steps,) == STEPS


def test_every_choice_leads_to_a_card_of_the_guidance(shipped: Content) -> None:
    cases = shipped.practice.cases.values()
    named = {choice.card for case in cases for step in case.steps.values() for choice in step.choices.values()}
    assert named <= shipped.guidance.cards.keys()


def test_nothing_in_them_looks_like_a_number_or_an_address_of_somebody() -> None:
    assert not is_personal(OURS)


def test_each_letter_says_first_that_it_is_invented(shipped: Content) -> None:
    said = {"lv": "IZDOMĀTS.", "ru": "ВЫДУМАНО.", "en": "INVENTED."}
    for case in shipped.practice.cases.values():
        assert {language: text.partition("\n")[0] for language, text in case.letter.items()} == said


@pytest.mark.parametrize(
    "old, new, why",
    [
        (TITLE, "", "said in lv, ru, en"),
        (TITLE, 'en: "A family at 29 123 456"', "names no number"),
        (TITLE, f'en: "{"word " * 121}"', "at most 120 words"),
        ("      call:\n", "      phoning:\n", "call"),
        ("source: docs/safety.md\n", "\n", "Field required"),
    ],
)
def test_a_case_that_lacks_something_is_refused_with_the_reason(old: str, new: str, why: str) -> None:
    assert old in OURS
    with pytest.raises(BrokenContent, match=why):
        read_practice(OURS.replace(old, new, 1))


def test_a_step_without_a_choice_is_refused() -> None:
    shown = OURS[OURS.index("          message:") : OURS.index("      call:")]
    with pytest.raises(BrokenContent, match="at least two choices"):
        read_practice(OURS.replace(shown, "", 1))


def test_a_case_that_names_a_card_which_is_not_there_is_refused() -> None:
    files = files_of(ROOT)
    with pytest.raises(BrokenContent, match="there is no card two_accounts"):
        parse(files | {FILE: OURS.replace("card: neck", "card: two_accounts", 1)})


def test_a_package_from_before_the_practice_has_our_cases_even_where_it_lacks_our_cards(shipped: Content) -> None:
    cards = shipped.files["dialogs/guidance.yaml"].replace("  own_strain:\n", "  own_weight:\n")
    before = {name: text for name, text in shipped.files.items() if name != FILE} | {"dialogs/guidance.yaml": cards}
    assert parse(before).practice == shipped.practice


@pytest.mark.parametrize("place", ["menu", "practice/known_family", "practice/none/call", "practice/known_family/end"])
def test_a_comment_is_about_a_step_that_there_is_or_about_something_else(shipped: Content, place: str) -> None:
    assert shipped.practice.find(place) is None
    assert shipped.practice.find("practice/known_family/call") == (shipped.practice.cases["known_family"], "call")
