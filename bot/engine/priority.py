"""When a request wants to be read, in words: section B of the safety rubric as one rule. Pure.

More yes never lowers it, what the person says of her own urgency can only raise it, and a question that was skipped
counts as nothing at all: not as a no. Nothing is counted, summed or compared.
"""

from collections.abc import Mapping
from typing import Literal

Priority = Literal["today", "next_working_day", "in_order"]
PRIORITIES: tuple[Priority, ...] = ("in_order", "next_working_day", "today")
"""From what can wait its turn to what cannot."""

Answer = Literal["yes", "no", "not_sure", "not_answered"]

ALONE = ("fear", "threat", "neck")
"""A yes to any of these is enough for today; "not sure" is enough for the next working day."""
SOON = ("worse", "control", "leaving")
OTHERS = "others"
"""Others are at risk, too: together with any doubt, the next working day."""


def priority(answers: Mapping[str, object], screen: Mapping[str, Answer] | None = None) -> Priority:
    """From a request's own answers and those to the risk questions, as far as either is known."""
    return highest(_of_request(answers), _of_screen(screen or {}))


def highest(*wanted: Priority) -> Priority:
    return max(wanted, key=PRIORITIES.index)


def _of_request(answers: Mapping[str, object]) -> Priority:
    if answers.get("danger_gate") == "yes" or answers.get("urgency_self") == "today":
        return "today"
    return "next_working_day" if answers.get("urgency_self") == "this_week" else "in_order"


def _of_screen(screen: Mapping[str, Answer]) -> Priority:
    if any(screen.get(one) == "yes" for one in ALONE):
        return "today"
    unsure = {one for one, answer in screen.items() if answer == "not_sure"}
    soon = any(screen.get(one) == "yes" for one in SOON)
    doubt = unsure & set(ALONE) or (screen.get(OTHERS) == "yes" and unsure)
    return "next_working_day" if soon or doubt else "in_order"
