"""Reads YAML 1.2, so that `no` stays a word: quickly where libyaml is installed, and strictly either way.

libyaml reads ten times faster, but it does not tell references (& and *) from what they stand for, knows no versions,
and says less about mistakes. So whatever could be a reference, a tag or a version, and whatever libyaml refuses,
is read by ruamel's own reader, whose answer counts. tests/engine/test_reading.py holds both to one meaning.
"""

import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import Node

from bot.engine.problems import BrokenContent, Problem, broken

UNUSUAL = re.compile(r"(?m)(?:^|[\s,\[{:-])[&*!%]\S|[\t\x85\u2028\u2029]")
"""What could be a reference, a tag or a version, and white space that the two readers see differently. A text that
only looks like it is read just as well, only slower."""


DEEPEST = 60
"""Levels of brackets. The readers go down one call a level: at many thousands libyaml's ends the whole program."""
BRACKET = re.compile(r"[][{}]")
IN_ONE_LINE = re.compile(rf"(?:[-?:][ \t]+){{{DEEPEST}}}")
"""The same depth without brackets, as a row of dashes."""

Read = TypeVar("Read")


def read_yaml(text: str) -> Any:
    """The plain value of a text. Raises YAMLError with the line; duplicate keys and references are refused."""
    return _or_yaml_error(_value, text)


def compose_yaml(text: str) -> Node | None:
    """The nodes of a text, each with its line. Raises YAMLError."""
    return _or_yaml_error(_nodes, text)


def not_yaml(file: str, error: Exception) -> Problem:
    """What to say of a file that cannot be read: the reader's own words and the line, where it has any."""
    if isinstance(error, MarkedYAMLError):
        return broken("not YAML", file, error.problem_mark.line + 1 if error.problem_mark else 0, why=error.problem)
    return broken("not YAML", file, why=type(error).__name__)


def misshapen(file: str, error: ValidationError, line_of: Callable[[list[str]], int] = lambda _: 0) -> BrokenContent:
    """What to raise for a file whose values have another shape. `line_of` finds the line of a place in it."""
    places = [([str(part) for part in one["loc"]], one["msg"].removeprefix("Value error, ")) for one in error.errors()]
    return BrokenContent(
        tuple(
            broken("wrong value", file, line_of(place), where=".".join(place), message=message)
            for place, message in places
        )
    )


def _or_yaml_error(read: Callable[[str], Read], text: str) -> Read:
    """The library lets slip what its parts trip over: a 30th of February, a number of 5000 digits, too deep a nest."""
    if IN_ONE_LINE.search(text) or _depth(text) > DEEPEST:
        raise YAMLError("nested deeper than anything here is")
    try:
        return read(text)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise YAMLError(type(error).__name__) from error


def _depth(text: str) -> int:
    """How deep the brackets go at most, those in words included: there are never many that do not close."""
    signs = (1 if one in "[{" else -1 for one in BRACKET.findall(text))
    return max(accumulate(signs, lambda deep, sign: max(0, deep + sign)), default=0)


def _value(text: str) -> Any:
    if not UNUSUAL.search(text):
        try:
            return YAML(typ="safe").load(text)
        except YAMLError:
            pass  # said again, and better, below
    _without_references(text)
    return YAML(typ="safe", pure=True).load(text)


def _without_references(text: str) -> None:
    """A few lines of them can stand for more than a memory holds."""
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
