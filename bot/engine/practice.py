"""Practice: invented cases to walk before the first real call, from `dialogs/practice.yaml`. Pure.

No answer is right or wrong: each choice has what colleagues would consider, and the card that says more.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, model_validator

from bot.engine.guidance import Guidance, Said
from bot.engine.problems import Problem, broken
from bot.engine.reading import read_model

FILE = "dialogs/practice.yaml"
Step = Literal["letter", "call", "conversation", "plan", "closing"]
STEPS: tuple[Step, ...] = get_args(Step)
"""The steps of each case, in order."""
NUMBER = re.compile(r"\d(?:[\s./-]?\d){4,}")
"""What could be the number of a telephone or of a person."""
PLACES = "practice/"
"""Prefix of the places that comments of a round are about; no screen of a dialogue has a slash in its id."""


def _without_numbers(said: Mapping[str, str]) -> Mapping[str, str]:
    if any(NUMBER.search(text) for text in said.values()):
        raise ValueError("a case is invented: it names no number")
    return said


Told = Annotated[Said, AfterValidator(_without_numbers)]


class Choice(BaseModel, frozen=True, extra="forbid"):
    """Something one may do at a step, what colleagues would consider, and the id of a guidance card."""

    card: str
    label: Told
    consider: Told


class PracticeStep(BaseModel, frozen=True, extra="forbid"):
    """What is known at this step, and at least two things to do."""

    text: Told
    choices: Mapping[str, Choice]

    @model_validator(mode="after")
    def leaves_a_choice(self) -> Self:
        if len(self.choices) < 2:
            raise ValueError("a step has at least two choices")
        return self


class Case(BaseModel, frozen=True, extra="forbid"):
    """One invented case: its letter, and its five steps."""

    source: str
    verified_on: date
    owner: str
    title: Told
    letter: Told
    steps: Mapping[Step, PracticeStep]

    @model_validator(mode="after")
    def has_every_step_in_order(self) -> Self:
        if tuple(self.steps) != STEPS:
            raise ValueError(f"the steps of a case are {', '.join(STEPS)}")
        return self


class Practice(BaseModel, frozen=True, extra="forbid"):
    """All cases, in the order in which the desk lists them."""

    cases: Mapping[str, Case]

    def find(self, place: str) -> tuple[Case, Step] | None:
        """Return the case and the step that a comment is about; None if it is about something else."""
        case, _, name = place.removeprefix(PLACES).partition("/")
        step = next((step for step in STEPS if step == name), None)
        known = place.startswith(PLACES) and case in self.cases
        return (self.cases[case], step) if known and step else None


@lru_cache(maxsize=2)
def read_practice(text: str) -> Practice:
    """Read the cases from the text of `practice.yaml`. Raise BrokenContent."""
    return read_model(Practice, FILE, text)


def missing_cards(practice: Practice, guidance: Guidance) -> Iterator[Problem]:
    """Yield each choice whose card the package does not have."""
    for name, case in practice.cases.items():
        for step, found in case.steps.items():
            for code, choice in found.choices.items():
                if choice.card not in guidance.cards:
                    where = f"cases.{name}.steps.{step}.choices.{code}.card"
                    yield broken("wrong value", FILE, where=where, message=f"there is no card {choice.card}")
