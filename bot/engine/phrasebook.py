"""Read `dialogs/words.yaml`: what people type for each topic, synonyms, and words of danger and of despair."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.engine.problems import BrokenContent, Problem, broken
from bot.engine.reading import read_model
from bot.engine.vocabulary import tokens

FILE = "dialogs/words.yaml"
Warned = Literal["danger", "despair"]
WARNED: tuple[Warned, ...] = ("danger", "despair")
"""What warnings are about: each has a list of its own in the file, and a screen of its own that comes first."""


def _lines(value: object) -> object:
    """Split a block into one phrase per line. YAML reads it as one text, which is quick and needs no quotes."""
    return tuple(line.strip() for line in value.splitlines() if line.strip()) if isinstance(value, str) else value


Lines = Annotated[tuple[str, ...], BeforeValidator(_lines)]


class _Phrasebook(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: dict[str, dict[str, Lines]]
    same: Lines
    danger: dict[str, Lines]
    despair: dict[str, Lines] = {}  # content published before has none of these four
    own_violence: dict[str, Lines] = {}
    own_age: dict[str, Lines] = {}
    nothing: dict[str, Lines] = {}


@dataclass(frozen=True)
class Phrasebook:
    """What people type, by language; a line of `same` holds synonyms across languages."""

    topics: Mapping[str, Mapping[str, tuple[str, ...]]]
    same: tuple[str, ...]
    danger: Mapping[str, tuple[str, ...]]
    despair: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_violence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Doing, and fear of doing, in the first person. Without it the topic for such people is not offered."""
    own_age: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """An age under 18 said of oneself. `#kid` is any number from 6 to 17."""
    nothing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What people type who mean none of the topics: for what is most like it nothing is offered."""

    def warnings(self, about: Warned) -> Mapping[str, tuple[str, ...]]:
        return self.danger if about == "danger" else self.despair


def read_phrasebook(text: str) -> Phrasebook:
    """Read the phrases. Raise BrokenContent with every problem."""
    raw = read_model(_Phrasebook, FILE, text)
    problems = tuple(sorted(_problems(raw, text)))
    if problems:
        raise BrokenContent(problems)
    return Phrasebook(raw.topics, raw.same, raw.danger, raw.despair, raw.own_violence, raw.own_age, raw.nothing)


def _problems(raw: _Phrasebook, text: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    languages = set(raw.danger)
    for topic, phrases in raw.topics.items():
        if set(phrases) != languages:
            line = _line(text, f"{topic}:")
            yield broken("languages of phrases", FILE, line, topic=topic, languages=", ".join(sorted(languages)))
        for phrase in (line for lines in phrases.values() for line in lines):
            if seen.setdefault(phrase.casefold(), topic) != topic:
                line, other = _line(text, phrase, last=True), seen[phrase.casefold()]
                yield broken("phrase twice", FILE, line, phrase=phrase, topic=topic, other=other)
    for phrase in (line for heard in _heard(raw) for lines in heard.values() for line in lines):
        if not tokens(phrase):
            yield broken("silent phrase", FILE, _line(text, phrase, last=True), phrase=phrase)


def _heard(raw: _Phrasebook) -> tuple[dict[str, Lines], ...]:
    return raw.danger, raw.despair, raw.own_violence, raw.own_age, raw.nothing


def _line(text: str, wanted: str, last: bool = False) -> int:
    found = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip() == wanted]
    return found[-1 if last else 0] if found else 0
