"""Read YAML 1.2, in which `no` stays a word: fast if libyaml is installed, and strictly either way.

libyaml is ten times faster, but it resolves references (& and *) silently, ignores versions and says less about
mistakes. So ruamel's own reader takes anything that could be a reference, a tag or a version, and anything libyaml
refuses. tests/engine/test_reading.py checks that both readers agree.
"""

import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import Node

from bot.engine.problems import BrokenContent, Problem, broken

UNUSUAL = re.compile(r"(?m)(?:^|[\s,\[{:-])[&*!%]\S|[\t\x85\u2028\u2029]")
"""Anything that could be a reference, a tag or a version, and white space the two readers treat differently. A false
match only makes reading slower."""


DEEPEST = 60
"""Levels of nesting. The readers recurse once per level, and at many thousands libyaml crashes the process."""
BRACKET = re.compile(r"[][{}]")
IN_ONE_LINE = re.compile(rf"(?:[-?:][ \t]+){{{DEEPEST}}}")
"""Nesting of DEEPEST levels without brackets, as a row of dashes."""

Read = TypeVar("Read")
Model = TypeVar("Model", bound=BaseModel)


def read_yaml(text: str) -> Any:
    """Return the plain value of a text. Raise YAMLError with the line, also for duplicate keys and references."""
    return _or_yaml_error(_value, text)


def compose_yaml(text: str) -> Node | None:
    """Return the nodes of a text, each with its line. Raise YAMLError."""
    return _or_yaml_error(_nodes, text)


def not_yaml(file: str, error: Exception) -> Problem:
    """Return the problem of an unreadable file, with the reader's message and line if it has them."""
    if isinstance(error, MarkedYAMLError):
        return broken("not YAML", file, error.problem_mark.line + 1 if error.problem_mark else 0, why=error.problem)
    return broken("not YAML", file, why=type(error).__name__)


def read_model(model: type[Model], file: str, text: str, line_of: Callable[[list[str]], int] = lambda _: 0) -> Model:
    """Read a file of one model from its text; `line_of` finds the line of a location. Raise BrokenContent with every
    problem.
    """
    try:
        return model.model_validate(read_yaml(text))
    except YAMLError as error:
        raise BrokenContent((not_yaml(file, error),)) from error
    except ValidationError as error:
        raise misshapen(file, error, line_of) from error


def misshapen(file: str, error: ValidationError, line_of: Callable[[list[str]], int] = lambda _: 0) -> BrokenContent:
    """Return the exception for a file whose values have the wrong shape. `line_of` finds the line of a location."""
    details = error.errors()
    places = [
        ([str(part) for part in detail["loc"]], detail["msg"].removeprefix("Value error, ")) for detail in details
    ]
    return BrokenContent(
        tuple(
            broken("wrong value", file, line_of(place), where=".".join(place), message=message)
            for place, message in places
        )
    )


def _or_yaml_error(read: Callable[[str], Read], text: str) -> Read:
    """Turn errors the library lets through into YAMLError: a 30th of February, a 5000-digit number, deep nesting."""
    if IN_ONE_LINE.search(text) or _depth(text) > DEEPEST:
        raise YAMLError("nested deeper than anything here is")
    try:
        return read(text)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise YAMLError(type(error).__name__) from error


def _depth(text: str) -> int:
    """Return the depth of brackets, including those inside words, which are rarely left open."""
    signs = (1 if bracket in "[{" else -1 for bracket in BRACKET.findall(text))
    return max(accumulate(signs, lambda deep, sign: max(0, deep + sign)), default=0)


def _value(text: str) -> Any:
    if not UNUSUAL.search(text):
        try:
            return YAML(typ="safe").load(text)
        except YAMLError:
            pass  # the strict reader below gives a better message
    _without_references(text)
    return YAML(typ="safe", pure=True).load(text)


def _without_references(text: str) -> None:
    """Refuse references: a few lines of them can expand to more than fits in memory."""
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            raise MarkedYAMLError(problem="a reference (*) stands here; write it out", problem_mark=event.start_mark)


def _nodes(text: str) -> Node | None:
    composed: Node | None
    if not UNUSUAL.search(text):
        try:
            composed = YAML(typ="safe").compose(text)
        except YAMLError:
            pass
        else:
            return composed
    composed = YAML(typ="safe", pure=True).compose(text)
    return composed
