"""Read what may never be said (`dialogs/forbidden.yaml`) and what reveals too much (`dialogs/revealing.yaml`)."""

import re
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml.error import YAMLError

from bot.engine.problems import BrokenContent, OutOfTime, broken, broken_content
from bot.engine.reading import misshapen, not_yaml, read_yaml

REVEALING, FORBIDDEN = "dialogs/revealing.yaml", "dialogs/forbidden.yaml"

SLOW = "slow pattern"
"""The rule broken by a pattern that takes too long to match. Found only where time is limited."""

_Part = TypeVar("_Part")
_Stems = TypeAdapter(dict[str, tuple[str, ...]])
_Claims = TypeAdapter(dict[str, dict[str, str]])


@lru_cache(maxsize=2)
def read_revealing(text: str) -> Mapping[str, tuple[str, ...]]:
    """Return the word stems, by language, that must not appear on a locked phone."""
    return _read(_Stems, REVEALING, text)


@lru_cache(maxsize=2)
def read_forbidden(text: str) -> Mapping[str, Mapping[str, str]]:
    """Return patterns of forbidden claims, by language, each with the reason."""
    claims = _read(_Claims, FORBIDDEN, text)
    wrong = [pattern for patterns in claims.values() for pattern in patterns if not _is_pattern(pattern)]
    if wrong:
        raise BrokenContent(tuple(broken("no pattern", FORBIDDEN, pattern=pattern) for pattern in wrong))
    return claims


def claims_in(text: str, patterns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each forbidden claim in a text and the reason. Raise BrokenContent if a pattern runs out of time."""
    for pattern, why in patterns.items():
        try:
            found = re.search(pattern, text, re.IGNORECASE)
        except OutOfTime:
            raise broken_content(SLOW, FORBIDDEN, pattern=pattern) from None
        if found:
            yield found[0], why


def _read(shape: "TypeAdapter[dict[str, _Part]]", file: str, text: str) -> "dict[str, _Part]":
    try:
        return shape.validate_python(read_yaml(text) or {})
    except ValidationError as error:
        raise misshapen(file, error) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise BrokenContent((not_yaml(file, error),)) from error


def _is_pattern(pattern: str) -> bool:
    """Whether it compiles. What Python only warns of, such as `[[`, may mean something else in its next version."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError, Warning):
            return False
    return True
