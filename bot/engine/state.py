"""The state of one person's conversation: coded answers and the way back, never a typed word."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_TRAIL = 12
"""How many steps Back can undo; nobody remembers the way further back than that."""

Answer = tuple[str, ...]
Answers = tuple[tuple[str, Answer], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What Back restores: the screen, its callers, and the answers as they were."""

    screen: str
    callers: tuple[str, ...] = ()
    before: tuple[tuple[str, Answer | None], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where a person is in the dialogue. `callers` are the screens she entered chapters from, the latest last."""

    screen: str
    language: str
    answers: Answers = ()
    trail: tuple[Step, ...] = ()
    callers: tuple[str, ...] = ()

    @property
    def answered(self) -> Mapping[str, Answer]:
        return dict(self.answers)

    def answer(self, name: str) -> Answer:
        return self.answered.get(name, ())

    def with_answer(self, name: str, values: Answer | None) -> "State":
        """Return this state with one answer set, or removed if `values` is None."""
        answers = tuple((key, value) for key, value in self.answers if key != name)
        if values is not None:
            answers = (*answers, (name, values))
        return State(self.screen, self.language, answers, self.trail, self.callers)

    def to_list(self) -> list[Any]:
        """Return plain lists and strings, short as JSON."""
        trail = [[step.screen, step.callers, step.before] for step in self.trail]
        return [self.screen, self.language, self.answers, trail, self.callers]

    @classmethod
    def from_list(cls, held: Any) -> "State":
        """Read what `to_list` returned, also after a round trip through JSON. Raise ValueError on anything else."""
        try:
            screen, language, answers, trail, callers = held
            return cls(
                screen,
                language,
                tuple((name, tuple(values)) for name, values in answers),
                tuple(Step(left, tuple(entered), _before(before)) for left, entered, before in trail),
                tuple(callers),
            )
        except (TypeError, ValueError) as error:
            raise ValueError("not a state") from error

    def to_json(self) -> str:
        """Return a compact form that reads back to an equal State."""
        return json.dumps(self.to_list(), separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "State":
        """Read what `to_json` wrote. Raise ValueError on anything else."""
        return cls.from_list(json.loads(text))


def _before(pairs: Any) -> tuple[tuple[str, Answer | None], ...]:
    return tuple((name, None if values is None else tuple(values)) for name, values in pairs)
