"""A line of the doctor: what was checked, whether it is well, what to do, in translatable sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

State = Literal["green", "red", "waiting", "unset"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with placeholders in braces, and their values: our own names and numbers, nothing about a person."""

    words: str
    values: Mapping[str, str | int]

    def __str__(self) -> str:
        return self.words.format(**self.values)


@dataclass(frozen=True, slots=True)
class Line:
    """A checked part. `well` is None if it is not set up, or if it waits for somebody."""

    about: Sentence
    well: bool | None
    seen: tuple[Sentence, ...]
    do: Sentence | None = None
    """What to do if it is not well, or what comes next and who does it."""
    waits: bool = False
    """Nothing is wrong, and somebody has a step to take before it is well."""

    def also(self, seen: Sentence) -> "Line":
        """Return the line with something else that was seen."""
        return replace(self, seen=(*self.seen, seen))

    @property
    def state(self) -> State:
        if self.well is None:
            return "waiting" if self.waits else "unset"
        return "green" if self.well else "red"

    @property
    def name(self) -> str:
        return str(self.about)

    @property
    def said(self) -> str:
        return "; ".join(map(str, self.seen))

    @property
    def todo(self) -> str:
        return str(self.do or "")


def says(words: str, **values: str | int) -> Sentence:
    """Make a sentence. Its words must also be in bot/desk/operation/doctor_words.py, for the translators."""
    return Sentence(words, values)


def green(about: Sentence, *seen: Sentence) -> Line:
    return Line(about, True, seen)


def red(about: Sentence, seen: Sentence, do: Sentence) -> Line:
    return Line(about, False, (seen,), do)


def waiting(about: Sentence, seen: Sentence, do: Sentence) -> Line:
    return Line(about, None, (seen,), do, waits=True)


def not_set(about: Sentence, seen: Sentence, do: Sentence | None = None) -> Line:
    return Line(about, None, (seen,), do)
