"""One line of the doctor: what was looked at, whether it is well, what to do; in sentences that can be translated."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with places in braces, and what stands in them: names of ours and numbers, nothing of a person."""

    words: str
    values: Mapping[str, str | int]

    def __str__(self) -> str:
        return self.words.format(**self.values)


@dataclass(frozen=True, slots=True)
class Line:
    """`well` None: it is not set up, so that nothing can be said about it."""

    about: Sentence
    well: bool | None
    seen: tuple[Sentence, ...]
    do: Sentence | None = None
    """Only where it is not well."""

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
    """A sentence. Each one given here stands in bot/desk/operation/doctor_words.py, too, for the translators."""
    return Sentence(words, values)


def green(about: Sentence, *seen: Sentence) -> Line:
    return Line(about, True, seen)


def red(about: Sentence, seen: Sentence, do: Sentence) -> Line:
    return Line(about, False, (seen,), do)


def not_set(about: Sentence, seen: Sentence) -> Line:
    return Line(about, None, (seen,))
