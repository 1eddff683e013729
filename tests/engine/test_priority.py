"""The whole truth table of how soon a request is read: every answer to every question, one by one (sR12)."""

from itertools import product

import pytest

from bot.engine.priority import Answer, priority

QUESTIONS = ("S1", "S2", "S3", "S4", "S5", "S6", "S7")
ANSWERS: tuple[Answer, ...] = ("not_answered", "no", "not_sure", "yes")
GATES = ("not_asked", "no", "not_sure", "yes")
URGENCIES = ("when_possible", "this_week", "today")
WORDS = ("in_order", "next_working_day", "today")


def rank(answers: tuple[Answer, ...], gate: str, urgency: str) -> int:
    return WORDS.index(priority(dict(zip(QUESTIONS, answers, strict=True)), gate, urgency))


def as_written(answers: tuple[Answer, ...], gate: str, urgency: str) -> int:
    """The table of safety.md B, row by row, each of its reasons with the word it asks for; the highest holds."""
    one, two, three, four, five, six, seven = answers
    asked = [2 if gate == "yes" else 0, {"today": 2, "this_week": 1}.get(urgency, 0)]
    asked += [{"yes": 2, "not_sure": 1}.get(answer, 0) for answer in (one, two, three)]
    asked += [1 if answer == "yes" else 0 for answer in (four, five, six)]
    asked += [1 if seven == "yes" and "not_sure" in answers else 0]
    return max(asked)


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("urgency", URGENCIES)
def test_every_combination_of_answers_has_the_word_of_the_table(gate: str, urgency: str) -> None:
    for answers in product(ANSWERS, repeat=len(QUESTIONS)):
        assert rank(answers, gate, urgency) == as_written(answers, gate, urgency), answers


def test_one_more_yes_or_doubt_never_lowers() -> None:
    for answers in product(ANSWERS, repeat=len(QUESTIONS)):
        before = rank(answers, "no", "when_possible")
        for place, answer in enumerate(answers):
            for more in {"yes": (), "not_sure": ("yes",)}.get(answer, ("not_sure", "yes")):
                raised = (*answers[:place], more, *answers[place + 1 :])
                assert rank(raised, "no", "when_possible") >= before, (answers, raised)  # type: ignore[arg-type]


def test_the_persons_own_word_only_raises() -> None:
    for answers in product(ANSWERS, repeat=len(QUESTIONS)):
        ranks = [rank(answers, "no", urgency) for urgency in URGENCIES]
        assert ranks == sorted(ranks)


def test_skipping_counts_like_nothing_said_and_asks_for_nothing() -> None:
    assert priority({}, "not_asked", "when_possible") == "in_order"
    assert priority({"S1": "not_answered"}, "not_asked", "when_possible") == "in_order"
    assert priority({"S7": "yes"}, "no", "when_possible") == "in_order"
    assert priority({"S7": "yes", "S6": "not_sure"}, "no", "when_possible") == "next_working_day"
