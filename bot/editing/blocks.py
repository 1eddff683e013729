"""A YAML file of `dialogs/` as blocks, one for each screen, fact or service. Only an edited block is rewritten.

Ruamel keeps the comments and quotation marks of that block; every other line of the file stays as its author wrote it.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from bot.engine.problems import broken_content

KEY = re.compile(r"""  (?P<key>"[^"]+"|'[^']+'|[^\s#"'\-:][^\s:]*):(?:\s|$)""")
EMPTY = re.compile(r"\s*(#.*)?$")


class Blocks:
    """The blocks under one key of a file. Methods change them in place; `text` is the resulting file."""

    def __init__(self, file: str, text: str, root: str) -> None:
        self._file = file
        self._root = root
        self._lines = text.split("\n")
        self._spans = dict(self._found())

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    def __contains__(self, name: object) -> bool:
        return name in self._spans

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def line(self, name: str) -> int:
        """Return the line where a block begins, counting from 1."""
        return self._spans[name][0] + 1

    def lines(self, name: str) -> list[str]:
        """Return the raw lines of a block, which is much faster than `get`."""
        start, end = self._spans[name]
        return self._lines[start:end]

    def copy(self) -> "Blocks":
        """Return an independent copy."""
        other = copy(self)
        other._lines = [*self._lines]
        return other

    def get(self, name: str) -> CommentedMap:
        """Parse a block, to be changed and passed to `put`. Raise BrokenContent if it is missing or unreadable."""
        if name not in self._spans:
            raise broken_content("no block", self._file, name=name)
        start, end = self._spans[name]
        indented = self._lines[start:end]
        try:
            read = _yaml().load("\n".join(line[2:] if line.startswith("  ") else line for line in indented) + "\n")
        except (YAMLError, ValueError, RecursionError) as error:
            raise broken_content("fixed block", self._file, start + 1, name=name, why=type(error).__name__) from error
        block = read.get(next(iter(read))) if isinstance(read, CommentedMap) and len(read) == 1 else None
        if not isinstance(block, CommentedMap):
            raise broken_content("no lines", self._file, start + 1, name=name)
        return block

    def put(self, name: str, block: Mapping[str, Any]) -> None:
        """Write a block in its old place, or at the end if it is new."""
        written = io.StringIO()
        _yaml().dump(CommentedMap({name: block}), written)
        self.put_lines(name, [f"  {line}" if line else line for line in written.getvalue().rstrip("\n").split("\n")])

    def put_lines(self, name: str, lines: list[str]) -> None:
        """Write the raw lines of a block in its old place, or at the end if it is new."""
        start, end = self._spans.get(name) or (self._end(), self._end())
        self._lines[start:end] = lines
        self._spans = dict(self._found())

    def add_lines(self, blocks: Iterable[list[str]]) -> None:
        """Append the raw lines of new blocks, all at once because each change scans the file again."""
        end = self._end()
        self._lines[end:end] = [line for lines in blocks for line in lines]
        self._spans = dict(self._found())

    def remove(self, name: str) -> None:
        if name not in self._spans:
            raise broken_content("no block", self._file, name=name)
        start, end = self._spans[name]
        del self._lines[start:end]
        self._spans = dict(self._found())

    def _found(self) -> Iterator[tuple[str, tuple[int, int]]]:
        name, start = "", -1
        for number, line in [*enumerate(self._lines), (len(self._lines), "end")]:
            found = KEY.match(line)
            top = bool(line) and line[0] not in " #\t"
            if start >= 0 and name and (found or top):
                yield name, (start, self._trimmed(start, number))
                name = ""
            if top:
                start = number if line.rstrip() == f"{self._root}:" else -1
            elif start >= 0 and found:
                name, start = found["key"].strip("\"'"), number

    def _trimmed(self, start: int, end: int) -> int:
        """Exclude trailing comments and empty lines: they belong to the next block."""
        while end > start + 1 and EMPTY.match(self._lines[end - 1]):
            end -= 1
        return end

    def _end(self) -> int:
        if self._spans:
            return max(end for _, end in self._spans.values())
        for number, line in enumerate(self._lines):
            if line.rstrip() == f"{self._root}:":
                return number + 1
        raise broken_content("no root", self._file, root=self._root)


def flow_map(value: Mapping[str, Any]) -> CommentedMap:
    """Return a mapping written on one line: `{lv: …, ru: …}`."""
    written = CommentedMap(value)
    written.fa.set_flow_style()
    return written


def flow_list(value: Iterable[Any]) -> CommentedSeq:
    """Return a list written on one line: `[one, two]`."""
    written = CommentedSeq(value)
    written.fa.set_flow_style()
    return written


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000  # a line is as long as its value
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
