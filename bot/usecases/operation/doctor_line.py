"""A line of the doctor: what was checked, whether it is well, what to do, in translatable sentences."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with placeholders in braces, and their values: our own names and numbers, nothing about a person."""

    words: str
    values: Mapping[str, str | int]

    def __str__(self) -> str:
        return self.words.format(**self.values)


@dataclass(frozen=True, slots=True)
class Line:
    """A checked part. `well` is None if it is not set up."""

    about: Sentence
    well: bool | None
    seen: tuple[Sentence, ...]
    do: Sentence | None = None
    """What to do if it is not well."""

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


def not_set(about: Sentence, seen: Sentence) -> Line:
    return Line(about, None, (seen,))
