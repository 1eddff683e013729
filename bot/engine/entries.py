"""Read the data files of `dialogs/`. Each entry knows its line, so that a problem tells the editor where to look."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent, Problem, broken
from bot.engine.reading import compose_yaml, not_yaml

WORDS = re.compile(r"[^{}\n\r\t\0]*\S[^{}\n\r\t\0]*")
ADDRESS = re.compile(r"https?://[^\s{}<>\"]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """The value of a key, and the line of the key."""

    line: int
    node: Node


@dataclass(frozen=True)
class DataFile:
    """One file being read. It collects the problems found on the way."""

    file: str
    languages: tuple[str, ...] = LANGUAGES
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, rule: str, line: int, **values: object) -> None:
        self.problems.append(broken(rule, self.file, line, **values))

    def entries(self, text: str, root: str, ids: re.Pattern[str], known: tuple[str, ...]) -> Iterator["Entry"]:
        """Yield each entry under the single key `root`. What cannot be read becomes a problem and is skipped."""
        top = self._pairs(self._compose(text), "the file")
        for key in set(top) - {root}:
            self.wrong("other root", top[key].line, name=key, root=root)
        if root not in top and not self.problems:
            self.wrong("no root", 0, root=root)
        for name, pair in self._pairs(top[root].node if root in top else None, root).items():
            if not ids.fullmatch(name):
                self.wrong("no id", pair.line, name=name)
            entry = Entry(self, name, pair.line, self._pairs(pair.node, name, pair.line))
            for key in set(entry.pairs) - set(known):
                entry.wrong("unknown field", key)
            yield entry

    def done(self) -> None:
        """Raise BrokenContent if there were any problems."""
        if self.problems:
            raise BrokenContent(tuple(sorted(self.problems)))

    def _compose(self, text: str) -> Node | None:
        try:
            composed = compose_yaml(text)
        except (YAMLError, RecursionError, ValueError) as error:
            self.problems.append(not_yaml(self.file, error))
        else:
            return composed
        return None

    def _pairs(self, node: Node | None, name: str, line: int = 0) -> dict[str, Pair]:
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self.wrong("no lines", line or node.start_mark.line + 1, name=name)
            return {}
        pairs: dict[str, Pair] = {}
        for key, value in node.value:
            line, text = key.start_mark.line + 1, key.value if isinstance(key, ScalarNode) else ""
            if not text:
                self.wrong("no word", line, name=name)
            elif text in pairs:
                self.wrong("field twice", line, field=text, name=name)
            elif key.anchor or value.anchor:
                self.wrong("reference", line, field=text)
            else:
                pairs[text] = Pair(line, value)
        return pairs


@dataclass(frozen=True)
class Entry:
    """One entry. Where a value is wrong, its getter records the problem and returns a harmless value."""

    data: DataFile
    id: str
    line: int
    pairs: Mapping[str, Pair]

    def wrong(self, rule: str, field: str, **values: object) -> None:
        """Record that a field of this entry breaks a rule."""
        pair = self.pairs.get(field)
        self.data.wrong(rule, pair.line if pair else self.line, id=self.id, field=field, **values)

    def text(self, key: str, needed: bool = True) -> str:
        """Return the text of a field that holds one line."""
        if key in self.pairs:
            return self._words(key, self.pairs[key].node)
        if needed:
            self.wrong("no field", key)
        return ""

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value and value not in allowed:
            self.wrong("other value", key, value=value, allowed=", ".join(allowed))
        return value

    def address(self, key: str, needed: bool = True) -> str:
        value = self.text(key, needed)
        if value and not ADDRESS.fullmatch(value):
            self.wrong("no address", key)
        return value

    def day(self, key: str) -> date:
        value = self.text(key)
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            if value:
                self.wrong("no day", key)
            return date.min

    def flag(self, key: str) -> bool:
        value = self.text(key, needed=False)
        if value not in ("", "true", "false"):
            self.wrong("other value", key, value=value, allowed="true or false")
        return value == "true"

    def names(self, key: str) -> tuple[str, ...]:
        """Return the words of a list field; empty if the field is missing."""
        node = self.pairs[key].node if key in self.pairs else None
        if isinstance(node, SequenceNode):
            return tuple(self._words(key, value) for value in node.value)
        if node is not None:
            self.wrong("no list", key)
        return ()

    def words(self, key: str, needed: bool = True, one_for_all: bool = False) -> Mapping[str, str]:
        """Return the text in each language. With `one_for_all`, a single text may stand for all of them."""
        node, languages = self.pairs[key].node if key in self.pairs else None, self.data.languages
        if node is None:
            if needed:
                self.wrong("no field", key)
            return {}
        if isinstance(node, ScalarNode) and one_for_all:
            return dict.fromkeys(languages, self._words(key, node))
        if not isinstance(node, MappingNode):
            self.wrong("no languages", key)
            return {}
        said = {
            code.value: self._words(key, value, code.value)
            for code, value in node.value
            if isinstance(code, ScalarNode)
        }
        strange = said.keys() - {*languages, *LANGUAGES}
        if strange or {*languages} - said.keys() or len(said) != len(node.value):
            self.wrong("other languages", key, languages=", ".join(languages))
        return said

    def _words(self, key: str, node: Node, language: str = "") -> str:
        if not isinstance(node, ScalarNode) or node.anchor:
            self.wrong("no plain words", key)
            return ""
        value: str = node.value.strip()
        if not WORDS.fullmatch(value):
            self.wrong("no words in" if language else "no words", key, language=language)
        elif str(node.tag).endswith((":int", ":float", ":null", ":binary")):
            self.wrong("read as a number", key)
        return value
