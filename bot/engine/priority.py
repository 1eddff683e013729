"""How soon a request wants to be read, from what the person told. Deterministic, in words, and only ever raising.

The rule is section B of the safety rubric (sR12): no points are counted, no answer lowers, and a question that was
skipped is not a “no”.
"""

from collections.abc import Mapping
from typing import Literal

from bot.engine.request import Priority

Answer = Literal["yes", "no", "not_sure", "not_answered"]
Screen = Mapping[str, Answer]
"""The answers to the optional questions, S1 to S7. One that is missing was not answered."""

GRAVE = ("S1", "S2", "S3")
"""Fear for life, a threat to kill, a hand on the throat: each alone asks for today."""
WORSENING = ("S4", "S5", "S6")
"""It gets worse, it controls, someone is leaving."""
DEPENDENTS = "S7"


def priority(screen: Screen, gate: str, urgency_self: str) -> Priority:
    """The word on the envelope. `gate` is “in danger right now?”, `urgency_self` the person's own judgement."""
    if "yes" in (gate, *answered(screen, *GRAVE)) or urgency_self == "today":
        return "today"
    unsure = "not_sure" in answered(screen, *GRAVE, *WORSENING)
    if (
        "yes" in answered(screen, *WORSENING)
        or "not_sure" in answered(screen, *GRAVE)
        or (screen.get(DEPENDENTS) == "yes" and unsure)
        or urgency_self == "this_week"
    ):
        return "next_working_day"
    return "in_order"


def answered(screen: Screen, *questions: str) -> list[Answer]:
    return [screen.get(one, "not_answered") for one in questions]
