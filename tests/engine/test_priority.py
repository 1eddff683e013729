"""How pressing a request is, in words: every combination of answers there can be, compared with the written rule."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from bot.engine.priority import PRIORITIES, Answer, Priority, highest, priority
from bot.engine.risk import QUESTIONS, answered, read_screen

POSSIBLE: tuple[Answer, ...] = ("not_answered", "no", "not_sure", "yes")
"""From what says nothing to what says most."""
GATES = ("not_asked", "no", "not_sure", "yes")
URGENCIES = ("when_possible", "this_week", "today")


def screens() -> Iterator[dict[str, Answer]]:
    for answers in product(POSSIBLE, repeat=len(QUESTIONS)):
        yield dict(zip(QUESTIONS, answers, strict=True))


def request(gate: str = "no", urgency: str = "when_possible") -> Mapping[str, str]:
    return {"danger_gate": gate, "urgency_self": urgency}


def written(gate: str, urgency: str, screen: Mapping[str, Answer]) -> Priority:
    """The table of section B, read aloud: independent of the code that is tested."""
    s1, s2, s3, s4, s5, s6, s7 = (screen[question] for question in QUESTIONS)
    if gate == "yes" or s1 == "yes" or s2 == "yes" or s3 == "yes" or urgency == "today":
        return "today"
    if (
        s4 == "yes"
        or s5 == "yes"
        or s6 == "yes"
        or "not_sure" in (s1, s2, s3)
        or (s7 == "yes" and "not_sure" in (s1, s2, s3, s4, s5, s6, s7))
        or urgency == "this_week"
    ):
        return "next_working_day"
    return "in_order"


@pytest.mark.parametrize("gate, urgency", list(product(GATES, URGENCIES)))
def test_every_combination_of_answers_has_the_priority_of_the_written_table(gate: str, urgency: str) -> None:
    known = request(gate, urgency)
    assert not [screen for screen in screens() if priority(known, screen) != written(gate, urgency, screen)]


def test_saying_more_never_lowers_the_priority() -> None:
    rank = {tuple(screen.values()): PRIORITIES.index(priority(request(), screen)) for screen in screens()}
    for answers, here in rank.items():
        for place, answer in enumerate(answers):
            for more in POSSIBLE[POSSIBLE.index(answer) + 1 :]:
                raised = (*answers[:place], more, *answers[place + 1 :])
                assert rank[raised] >= here, (answers, raised)


def test_ones_own_urgency_only_raises() -> None:
    for screen in screens():
        ranks = [PRIORITIES.index(priority(request(urgency=urgency), screen)) for urgency in URGENCIES]
        assert ranks == sorted(ranks)
        assert ranks[-1] == PRIORITIES.index("today")


def test_a_skipped_question_is_no_answer_and_not_a_no() -> None:
    assert read_screen({"fear": "skip", "neck": "no", "worse": "yes", "nothing": "yes", "threat": "<b>"}) == {
        "fear": "not_answered",
        "threat": "not_answered",
        "neck": "no",
        "worse": "yes",
        "control": "not_answered",
        "leaving": "not_answered",
        "others": "not_answered",
    }
    assert not answered(read_screen({}))
    assert answered(read_screen({"neck": "no"}))


def test_what_is_answered_later_has_the_same_priority_as_if_it_was_answered_at_once() -> None:
    """The desk's envelope is raised without opening the letter: the two parts of the rule never need each other."""
    for urgency in URGENCIES:
        known = request(urgency=urgency)
        for screen in screens():
            assert highest(priority(known), priority({}, screen)) == priority(known, screen)
