"""Reads the data files of `dialogs/`, where every entry knows its line, so that an editor is told where to look."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.engine.problems import BrokenContent, Problem
from bot.engine.reading import compose_yaml

LANGUAGES = ("lv", "ru", "en")
WORDS = re.compile(r"[^{}\n\r\t\0]*\S[^{}\n\r\t\0]*")
ADDRESS = re.compile(r"https?://[^\s{}<>\"]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """The value of a key, and the line of the key."""

    line: int
    node: Node


@dataclass(frozen=True)
class Page:
    """One file while it is read; gathers what is wrong with it."""

    file: str
    languages: tuple[str, ...] = LANGUAGES
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(self.file, line, sentence))

    def entries(self, text: str, root: str, ids: re.Pattern[str], known: tuple[str, ...]) -> Iterator["Entry"]:
        """Every entry under the one key `root`. What cannot be read at all becomes a problem and is left out."""
        top = self._pairs(self._compose(text), "the file")
        for key in set(top) - {root}:
            self.wrong(top[key].line, f"“{key}” does not belong here; there is only “{root}”")
        if root not in top and not self.problems:
            self.wrong(0, f"there is no “{root}:” here")
        for name, pair in self._pairs(top[root].node if root in top else None, root).items():
            if not ids.fullmatch(name):
                self.wrong(pair.line, f"“{name}” cannot be an id: small letters, digits, signs like in the other ids")
            entry = Entry(self, name, pair.line, self._pairs(pair.node, name, pair.line))
            for key in set(entry.pairs) - set(known):
                entry.wrong(key, f"has “{key}”, which is not known here")
            yield entry

    def done(self) -> None:
        """Raise BrokenContent when anything was wrong."""
        if self.problems:
            raise BrokenContent(tuple(sorted(self.problems)))

    def _compose(self, text: str) -> Node | None:
        try:
            composed = compose_yaml(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark
            self.wrong(mark.line + 1 if mark else 0, f"this is not readable YAML: {error.problem}")
        except (YAMLError, RecursionError, ValueError) as error:
            self.wrong(0, f"this is not readable YAML: {type(error).__name__}")
        else:
            return composed
        return None

    def _pairs(self, node: Node | None, name: str, line: int = 0) -> dict[str, Pair]:
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self.wrong(line or node.start_mark.line + 1, f"“{name}” must hold lines of the form “key: value”")
            return {}
        pairs: dict[str, Pair] = {}
        for key, value in node.value:
            line, text = key.start_mark.line + 1, key.value if isinstance(key, ScalarNode) else ""
            if not text:
                self.wrong(line, f"“{name}” has a key that is not a word")
            elif text in pairs:
                self.wrong(line, f"“{text}” stands twice in “{name}”")
            elif key.anchor or value.anchor:
                self.wrong(line, f"“{text}” is a reference (& or *); write it out")
            else:
                pairs[text] = Pair(line, value)
        return pairs


@dataclass(frozen=True)
class Entry:
    """One entry. Each getter returns a harmless value when something is wrong, after having said so to the page."""

    page: Page
    id: str
    line: int
    pairs: Mapping[str, Pair]

    def wrong(self, key: str, sentence: str) -> None:
        pair = self.pairs.get(key)
        self.page.wrong(pair.line if pair else self.line, f"“{self.id}” {sentence}")

    def text(self, key: str, needed: bool = True) -> str:
        """Words of one line."""
        if key in self.pairs:
            return self._words(key, self.pairs[key].node)
        if needed:
            self.wrong(key, f"has no “{key}”")
        return ""

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value and value not in allowed:
            self.wrong(key, f"has “{key}: {value}”; it can be {', '.join(allowed)}")
        return value

    def address(self, key: str, needed: bool = True) -> str:
        value = self.text(key, needed)
        if value and not ADDRESS.fullmatch(value):
            self.wrong(key, f"has a “{key}” that is not an address like https://…")
        return value

    def day(self, key: str) -> date:
        value = self.text(key)
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            if value:
                self.wrong(key, f"has a “{key}” that is not a day like 2026-11-22")
            return date.min

    def flag(self, key: str) -> bool:
        value = self.text(key, needed=False)
        if value not in ("", "true", "false"):
            self.wrong(key, f"has “{key}: {value}”; it can be true or false")
        return value == "true"

    def names(self, key: str) -> tuple[str, ...]:
        """A list of words; none when the key is missing."""
        node = self.pairs[key].node if key in self.pairs else None
        if isinstance(node, SequenceNode):
            return tuple(self._words(key, one) for one in node.value)
        if node is not None:
            self.wrong(key, f"has a “{key}” that is not a list like [one, two]")
        return ()

    def words(self, key: str, needed: bool = True, one_for_all: bool = False) -> Mapping[str, str]:
        """The words of each language, or the same for all where that is allowed."""
        node, languages = self.pairs[key].node if key in self.pairs else None, self.page.languages
        if node is None:
            if needed:
                self.wrong(key, f"has no “{key}”")
            return {}
        if isinstance(node, ScalarNode) and one_for_all:
            return dict.fromkeys(languages, self._words(key, node))
        if not isinstance(node, MappingNode):
            self.wrong(key, f"has a “{key}” without its languages, like {{lv: …, ru: …, en: …}}")
            return {}
        said = {one.value: self._words(key, value) for one, value in node.value if isinstance(one, ScalarNode)}
        if tuple(sorted(said)) != tuple(sorted(languages)) or len(said) != len(node.value):
            self.wrong(key, f"must say “{key}” once in each language: {', '.join(languages)}")
        return said

    def _words(self, key: str, node: Node) -> str:
        if not isinstance(node, ScalarNode) or node.anchor:
            self.wrong(key, f"has a “{key}” that is not plain words")
            return ""
        value: str = node.value.strip()
        if not WORDS.fullmatch(value):
            self.wrong(key, f"has a “{key}” that is empty or holds braces or line breaks")
        elif str(node.tag).endswith((":int", ":float", ":null", ":binary")):
            self.wrong(key, f"has a “{key}” that reads as a number; put it into quotation marks")
        return value
