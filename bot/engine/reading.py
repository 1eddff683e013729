"""Reads YAML 1.2, so that `no` stays a word: quickly where libyaml is installed, and strictly either way.

libyaml reads ten times faster, but it does not tell references (& and *) from what they stand for, knows no versions,
and says less about mistakes. So whatever could be a reference, a tag or a version, and whatever libyaml refuses,
is read by ruamel's own reader, whose answer counts. tests/engine/test_reading.py holds both to one meaning.
"""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import Node

UNUSUAL = re.compile(r"(?m)(?:^|[\s,\[{:-])[&*!%]\S|[\t\x85\u2028\u2029]")
"""What could be a reference, a tag or a version, and white space that the two readers see differently. A text that
only looks like it is read just as well, only slower."""


def read_yaml(text: str) -> Any:
    """The plain value of a text. Raises YAMLError with the line; duplicate keys are refused."""
    if not UNUSUAL.search(text):
        try:
            return YAML(typ="safe").load(text)
        except YAMLError:
            pass  # said again, and better, below
    return YAML(typ="safe", pure=True).load(text)


def compose_yaml(text: str) -> Node | None:
    """The nodes of a text, each with its line. Raises YAMLError."""
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
