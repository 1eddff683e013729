"""What may never be said, and what would reveal: reads `dialogs/forbidden.yaml` and `dialogs/revealing.yaml`."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.engine.problems import BrokenContent, OutOfTime, Problem, too_slow
from bot.engine.reading import read_yaml

REVEALING, FORBIDDEN = "dialogs/revealing.yaml", "dialogs/forbidden.yaml"

SLOW = "slow pattern"
"""The name of what is wrong with a pattern that takes too long; no rule, because only whoever watches can say so."""

_Part = TypeVar("_Part")
_Stems = TypeAdapter(dict[str, tuple[str, ...]])
_Claims = TypeAdapter(dict[str, dict[str, str]])


@lru_cache(maxsize=2)
def read_revealing(text: str) -> Mapping[str, tuple[str, ...]]:
    """Beginnings of words, by language, that must not show on a locked phone."""
    return _read(_Stems, REVEALING, text)


@lru_cache(maxsize=2)
def read_forbidden(text: str) -> Mapping[str, Mapping[str, str]]:
    """Patterns of claims, by language, each with the reason why nobody may say it."""
    claims = _read(_Claims, FORBIDDEN, text)
    wrong = [pattern for patterns in claims.values() for pattern in patterns if not _is_pattern(pattern)]
    if wrong:
        raise BrokenContent(
            tuple(Problem(FORBIDDEN, 0, f"“{one}” is not a pattern that can be looked for") for one in wrong)
        )
    return claims


def claims_in(text: str, patterns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a text says that nobody may say, and why not. Raises BrokenContent where a pattern was stopped."""
    for pattern, why in patterns.items():
        try:
            found = re.search(pattern, text, re.IGNORECASE)
        except OutOfTime:
            said = f"the pattern “{pattern}” takes too long to look for"
            raise too_slow(FORBIDDEN, said, SLOW) from None
        if found:
            yield found[0], why


def _read(shape: "TypeAdapter[dict[str, _Part]]", file: str, text: str) -> "dict[str, _Part]":
    try:
        return shape.validate_python(read_yaml(text) or {})
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BrokenContent((Problem(file, line, f"this is not readable YAML: {error.problem}"),)) from error
    except ValidationError as error:
        where = ((".".join(map(str, one["loc"])), one["msg"]) for one in error.errors())
        raise BrokenContent(tuple(Problem(file, 0, f"“{at}”: {what}") for at, what in where)) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise BrokenContent((Problem(file, 0, f"this is not readable YAML: {type(error).__name__}"),)) from error


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
