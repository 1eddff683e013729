"""No edition shows, or lets compute, a number or a complement of one to four: every population up to sixty."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

import pytest

from bot.content import Content
from bot.engine.monitoring import Counted, MonitoringForm
from bot.engine.suppression import told, told_total, told_within

DANGEROUS = {1, 2, 3, 4}
MOST = 60
OF_TWO = 30
"""The largest population tried where two questions divide it in four."""
Cells = dict[str, int]


def test_whoever_knows_the_rule_and_the_total_computes_no_small_number() -> None:
    """Everything that looks alike when published is what a reader has to choose from."""
    alike: dict[tuple[object, object], list[tuple[int, int]]] = defaultdict(list)
    for total in range(MOST + 1):
        for number in range(total + 1):
            alike[told_total(total), told(number, total)].append((number, total))
    assert len(alike) > MOST
    for published, candidates in alike.items():
        assert not {number for number, _ in candidates} <= DANGEROUS, published
        assert not {total - number for number, total in candidates} <= DANGEROUS, published
        assert not {total for _, total in candidates} <= DANGEROUS, published


def test_of_a_question_within_another_neither_it_nor_the_rest_of_its_whole_can_be_computed() -> None:
    """Such as reports, and those that the person agreed to: every way to divide up to sixty cases in three."""
    nothing_points_at_anybody(
        (
            (told_total(total), told(whole, total), told_within(part, whole, total)),
            {
                "part": part, "rest of the whole": whole - part, "outside": total - whole,
                "whole": whole, "without the part": total - part, "total": total,
            },
        )
        for total in range(MOST + 1) for whole in range(total + 1) for part in range(whole + 1)
    )  # fmt: skip


def test_told_of_all_cases_it_could_be_computed() -> None:
    """Why there is a rule of its own: 13 cases, 8 reports, 6 of them agreed to, and so two that were not."""
    with pytest.raises(AssertionError, match="rest of the whole"):
        nothing_points_at_anybody(
            ((told_total(13), told(whole, 13), told(part, 13)), {"rest of the whole": whole - part})
            for whole in range(14)
            for part in range(whole + 1)
        )


def test_of_two_questions_that_say_nothing_about_each_other_no_small_part_can_be_computed() -> None:
    """Neither of all cases, nor of the cases of one whole: every way to divide them in four."""
    nothing_points_at_anybody(
        (
            (told_total(both + first + second + neither), told(both + first, total), told(both + second, total)),
            {"both": both, "first alone": first, "second alone": second, "neither": neither},
        )
        for total in range(OF_TWO + 1)
        for both, first, second in product(range(total + 1), repeat=3)
        if (neither := total - both - first - second) >= 0
    )


def test_what_follows_from_another_answer_is_told_within_it(shipped: Content) -> None:
    """A conversation is held with whom one reached, a person agrees to a report that there is."""
    assert {name: question.within for name, question in shipped.monitoring.questions.items() if question.within} == {
        "agreed": "reported",
        "conversation": "in_contact",
        "rehabilitation": "in_contact",
        "shelter": "in_contact",
        "lawyer": "in_contact",
        "child_rehabilitation": "children",
    }
    told_of = shipped.monitoring.told({"reported": 16, "agreed": 10, "in_contact": 20, "conversation": 18}, 30)
    assert (told_of["reported"], told_of["agreed"]) == (16, 10)
    assert (told_of["in_contact"], told_of["conversation"]) == (20, "most")
    assert shipped.monitoring.implied({"conversation", "course"}) == {"conversation", "in_contact", "course"}


@pytest.mark.parametrize("within", ["nowhere", "part"])
def test_a_question_within_none_or_within_one_that_is_within_another_is_refused(within: str) -> None:
    questions = {"whole": Counted(), "part": Counted(within="whole"), "third": Counted(within=within)}
    with pytest.raises(ValueError, match="third"):
        MonitoringForm(version="", questions=questions)


def nothing_points_at_anybody(populations: Iterable[tuple[object, Cells]]) -> None:
    """Whatever looks alike when published is what a reader has to choose from, for every cell."""
    alike: dict[object, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for published, cells in populations:
        for name, number in cells.items():
            alike[published][name].add(number)
    assert alike
    for published, candidates in alike.items():
        for name, numbers in candidates.items():
            assert not numbers <= DANGEROUS, (name, published)


def test_thirteen_cases_and_most_families_not_known_before_can_be_told() -> None:
    assert (told_total(13), told(12, 13), told(8, 13)) == (13, "most", 8)


def test_nine_cases_are_too_few_to_be_divided() -> None:
    assert {told(number, 9) for number in range(10)} == {"nothing"}
    assert (told_total(4), told_total(5)) == (None, 5)
