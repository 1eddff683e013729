"""The seven optional risk questions: their order, and what was answered. Pure; no score is made of them, ever."""

from collections.abc import Mapping
from typing import get_args

from bot.engine.priority import ALONE, OTHERS, SOON, Answer

QUESTIONS = (*ALONE, *SOON, OTHERS)
"""S1 to S7 of the safety rubric, in the order in which they are asked."""
ANSWERS: tuple[Answer, ...] = ("yes", "no", "not_sure")
NOT_ANSWERED: Answer = "not_answered"
REPORTING = OTHERS
"""Before this one the duty to report violence against a child is told."""

Screen = Mapping[str, Answer]


def read_screen(given: Mapping[str, str]) -> Screen:
    """Every question with its answer. What was skipped, left out or is no answer is `not_answered`: never a no."""
    known = {one: one for one in get_args(Answer)}
    return {question: known.get(given.get(question, ""), NOT_ANSWERED) for question in QUESTIONS}


def answered(screen: Screen) -> bool:
    """Whether there is anything to send."""
    return any(answer != NOT_ANSWERED for answer in screen.values())
