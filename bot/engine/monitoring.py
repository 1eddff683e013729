"""The slip of codes that is counted when a request is closed, from `dialogs/monitoring.yaml`. Pure."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Literal, Self

from pydantic import BaseModel, model_validator
from pydantic import Field as Setting

from bot.engine.reading import read_model
from bot.engine.suppression import Told, told, told_within

FILE = "dialogs/monitoring.yaml"


class Counted(BaseModel, frozen=True, extra="forbid"):
    """One question, answered yes or not.

    `known_from` says where the program knows the answer from. `within` names a question whose answer is yes wherever
    this one's is: it is counted with it, and told as a part of it (bot.engine.suppression).
    """

    known_from: Literal["basis", "state", "papers"] | None = Setting(default=None, alias="from")
    within: str | None = None


class MonitoringForm(BaseModel, frozen=True, extra="forbid"):
    """All questions, in order."""

    version: str
    questions: Mapping[str, Counted]

    @model_validator(mode="after")
    def is_two_deep_at_most(self) -> Self:
        whole = {
            name: self.questions.get(question.within)
            for name, question in self.questions.items()
            if question.within is not None
        }
        if wrong := [name for name, question in whole.items() if question is None or question.within is not None]:
            raise ValueError(f"within names no question that is told of all cases: {', '.join(wrong)}")
        return self

    def implied(self, answers: Collection[str]) -> frozenset[str]:
        """Return the questions answered with yes, and those that therefore are, too."""
        wholes = (self.questions[name].within for name in answers)
        return frozenset(answers) | {whole for whole in wholes if whole is not None}

    def told(self, sums: Mapping[str, int], total: int) -> Mapping[str, Told]:
        """Return what may be told of each question, from how many cases answered it with yes."""

        def one(name: str, whole: str | None) -> Told:
            number = sums.get(name, 0)
            return told(number, total) if whole is None else told_within(number, sums.get(whole, 0), total)

        return {name: one(name, question.within) for name, question in self.questions.items()}

    @property
    def ticked(self) -> tuple[str, ...]:
        """The questions that a worker answers."""
        return tuple(name for name, question in self.questions.items() if question.known_from is None)


@lru_cache(maxsize=2)
def read_monitoring(text: str) -> MonitoringForm:
    """Read the form from the text of `monitoring.yaml`. Raise BrokenContent."""
    return read_model(MonitoringForm, FILE, text)
