"""How soon a request should be read: section B of the safety rubric as one rule. Pure.

Another yes never lowers the priority, her own view of its urgency can only raise it, and a skipped question counts as
nothing: not as a no. There is no score, sum or comparison.
"""

from collections.abc import Mapping
from typing import Literal

Priority = Literal["today", "next_working_day", "in_order"]
PRIORITIES: tuple[Priority, ...] = ("in_order", "next_working_day", "today")
"""From least to most urgent."""

Answer = Literal["yes", "no", "not_sure", "not_answered"]

ALONE = ("fear", "threat", "neck")
"""A yes to any of these means today; "not sure" means the next working day."""
SOON = ("worse", "control", "leaving")
OTHERS = "others"
"""Others are also at risk: together with any "not sure", the next working day."""


def priority(answers: Mapping[str, object], screen: Mapping[str, Answer] | None = None) -> Priority:
    """Return the priority from a request's answers and the answers to the risk questions, as far as they are known."""
    return highest(_of_request(answers), _of_screen(screen or {}))


def highest(*wanted: Priority) -> Priority:
    return max(wanted, key=PRIORITIES.index)


def _of_request(answers: Mapping[str, object]) -> Priority:
    if answers.get("danger_gate") == "yes" or answers.get("urgency_self") == "today":
        return "today"
    return "next_working_day" if answers.get("urgency_self") == "this_week" else "in_order"


def _of_screen(screen: Mapping[str, Answer]) -> Priority:
    if any(screen.get(question) == "yes" for question in ALONE):
        return "today"
    unsure = {question for question, answer in screen.items() if answer == "not_sure"}
    soon = any(screen.get(question) == "yes" for question in SOON)
    doubt = unsure & set(ALONE) or (screen.get(OTHERS) == "yes" and unsure)
    return "next_working_day" if soon or doubt else "in_order"
