"""Reads `dialogs/words.yaml`: what people type for each topic, which words mean the same, and which mean danger."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.engine.problems import BrokenContent, Problem
from bot.engine.reading import read_yaml
from bot.engine.vocabulary import tokens

FILE = "dialogs/words.yaml"


def _lines(value: object) -> object:
    """One phrase a line, so that YAML reads a whole topic as one text, which is quick, and nobody needs quotes."""
    return tuple(line.strip() for line in value.splitlines() if line.strip()) if isinstance(value, str) else value


Lines = Annotated[tuple[str, ...], BeforeValidator(_lines)]


class _Phrasebook(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: dict[str, dict[str, Lines]]
    same: Lines
    danger: dict[str, Lines]


@dataclass(frozen=True)
class Phrasebook:
    """Reviewed like every content. `topics` and `danger` are by language, `same` is across languages."""

    topics: Mapping[str, Mapping[str, tuple[str, ...]]]
    same: tuple[str, ...]
    danger: Mapping[str, tuple[str, ...]]


def read_phrasebook(text: str) -> Phrasebook:
    """Raises BrokenContent with every problem found."""
    try:
        raw = _Phrasebook.model_validate(read_yaml(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BrokenContent((Problem(FILE, line, f"this is not readable YAML: {error.problem}"),)) from error
    except (YAMLError, ValueError) as error:
        raise BrokenContent(tuple(_readable(error))) from error
    problems = tuple(sorted(_problems(raw, text)))
    if problems:
        raise BrokenContent(problems)
    return Phrasebook(raw.topics, raw.same, raw.danger)


def _readable(error: Exception) -> Iterator[Problem]:
    if isinstance(error, ValidationError):
        for one in error.errors():
            yield Problem(FILE, 0, f"“{'.'.join(str(part) for part in one['loc'])}”: {one['msg']}")
    else:
        yield Problem(FILE, 0, f"this is not readable YAML: {type(error).__name__}")


def _problems(raw: _Phrasebook, text: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    languages = set(raw.danger)
    for topic, phrases in raw.topics.items():
        if set(phrases) != languages:
            yield Problem(
                FILE, _line(text, f"{topic}:"), f"“{topic}” must have phrases in {', '.join(sorted(languages))}"
            )
        for phrase in (one for lines in phrases.values() for one in lines):
            if seen.setdefault(phrase.casefold(), topic) != topic:
                where = _line(text, phrase, last=True)
                yield Problem(FILE, where, f"“{phrase}” of “{topic}” already stands in “{seen[phrase.casefold()]}”")
    for phrase in (one for lines in raw.danger.values() for one in lines):
        if not tokens(phrase):
            yield Problem(FILE, _line(text, phrase, last=True), f"“{phrase}” holds no letter that could be heard")


def _line(text: str, wanted: str, last: bool = False) -> int:
    found = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip() == wanted]
    return found[-1 if last else 0] if found else 0
