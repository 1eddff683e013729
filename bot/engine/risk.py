"""The seven optional risk questions and their answers. Pure. They are never turned into a score."""

from collections.abc import Mapping
from typing import get_args

from bot.engine.priority import ALONE, OTHERS, SOON, Answer

QUESTIONS = (*ALONE, *SOON, OTHERS)
"""S1 to S7 of the safety rubric, in the order they are asked."""
ANSWERS: tuple[Answer, ...] = ("yes", "no", "not_sure")
NOT_ANSWERED: Answer = "not_answered"
REPORTING = OTHERS
"""The question before which the duty to report violence against a child is explained."""

Screen = Mapping[str, Answer]


def read_screen(given: Mapping[str, str]) -> Screen:
    """Return an answer for each question. A skipped, missing or invalid answer is `not_answered`, never a no."""
    known = {answer: answer for answer in get_args(Answer)}
    return {question: known.get(given.get(question, ""), NOT_ANSWERED) for question in QUESTIONS}


def answered(screen: Screen) -> bool:
    """Return whether any question was answered."""
    return any(answer != NOT_ANSWERED for answer in screen.values())
