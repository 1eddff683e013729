"""The State of one person's conversation: coded answers and the way back. Never a typed word."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

LONGEST_TRAIL = 12
"""Steps that Back can undo. More would be kept for longer than anyone remembers the way."""

Answer = tuple[str, ...]
Answers = tuple[tuple[str, Answer], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What Back restores: the screen, who had entered the chapter, and the answers as they were."""

    screen: str
    callers: tuple[str, ...] = ()
    before: tuple[tuple[str, Answer | None], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where a person is. Frozen: a change makes a new one."""

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
        """The same state with one answer set, or forgotten when there are no values."""
        rest = tuple((key, value) for key, value in self.answers if key != name)
        return replace(self, answers=rest if values is None else (*rest, (name, values)))

    def to_list(self) -> list[Any]:
        """Plain lists and words, short as JSON."""
        trail = [[step.screen, step.callers, step.before] for step in self.trail]
        return [self.screen, self.language, self.answers, trail, self.callers]

    @classmethod
    def from_list(cls, held: Any) -> "State":
        """An equal State from what `to_list` gave, read back from JSON. Raises ValueError on anything else."""
        try:
            screen, language, answers, trail, callers = held
            return cls(
                screen,
                language,
                tuple((name, tuple(values)) for name, values in answers),
                tuple(Step(one, tuple(came), _before(before)) for one, came, before in trail),
                tuple(callers),
            )
        except (TypeError, ValueError) as error:
            raise ValueError("not a state") from error

    def to_json(self) -> str:
        """A compact form that is read back to an equal State."""
        return json.dumps(self.to_list(), separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "State":
        """Read what `to_json` wrote. Raises ValueError on anything else."""
        return cls.from_list(json.loads(text))


def _before(pairs: Any) -> tuple[tuple[str, Answer | None], ...]:
    return tuple((name, None if values is None else tuple(values)) for name, values in pairs)
