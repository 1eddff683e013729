"""The quick reader and the strict one read every text alike, line by line."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from bot.engine.reading import UNUSUAL, compose_yaml, read_yaml

SHIPPED = sorted((Path(__file__).parents[2] / "dialogs").glob("*.yaml"))
WORDS = ("no", "yes", "on", "off", "y", "017", "0o17", "0x1F", "1_000", "1:30", "~", ".inf", "1e3", "2026-01-01", "=")
TEXTS = (
    *(f"a: {word}" for word in WORDS),
    *("", "# nothing", "a: 1\na: 2", "a: &x 1", "a: !!set {x, y}", "a: !foo 1", "%YAML 1.1\n---\na: no"),
    *("a: |\n  x\n  y\n", "a: >-\n  x\n  y", "a: 'x", "a: [1, 2", "a:\tx", "a: 1\n---\nb: 2", "<<: {a: 1}\nb: 2"),
    *("a: \x00", "a: \u2028x", "- a\n- b", 'a: "\\u00e9"', "a: @x", "\ufeffa: 1", "a: b: c", "? [1]\n: x", "a: 1 #x"),
    *("a: [1 2]", "a:\r\n  b: c\r\n", "a: x\n b: y", "\ta: b", "a: - b", "a:\n\t b: c", "{a: 1, a: 2}"),
)


def tree(node: Node | None) -> Any:
    if node is None:
        return None
    value = node.value
    if isinstance(node, MappingNode):
        value = [(tree(key), tree(item)) for key, item in value]
    elif isinstance(node, SequenceNode):
        value = [tree(item) for item in value]
    return (type(node).__name__, str(node.tag), node.start_mark.line, bool(node.anchor), value)


def answered(read: Any, text: str) -> str:
    try:
        return repr(read(text))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return f"{type(error).__name__} in line {mark.line if mark else '?'}: {getattr(error, 'problem', '')}"


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_both_readers_give_one_meaning_and_one_complaint(text: str) -> None:
    strict = YAML(typ="safe", pure=True)
    assert answered(read_yaml, text) == answered(strict.load, text)
    assert answered(lambda raw: tree(compose_yaml(raw)), text) == answered(lambda raw: tree(strict.compose(raw)), text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_files_are_read_alike_and_quickly(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not UNUSUAL.search(text)
    assert tree(compose_yaml(text)) == tree(YAML(typ="safe", pure=True).compose(text))
