"""What may never be said, and what would reveal: reads `dialogs/forbidden.yaml` and `dialogs/revealing.yaml`."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.engine.problems import BrokenContent, Problem
from bot.engine.reading import read_yaml

REVEALING, FORBIDDEN = "dialogs/revealing.yaml", "dialogs/forbidden.yaml"

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
