"""A catalogue (.po) as entries. Only an edited entry is rewritten; comments and order stay."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

from babel.messages.pofile import denormalize, escape, normalize

WIDTH = 100
"""The column at which rewritten texts wrap."""


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of one entry: its flags, if any, its key, the start of its text, and the line after it."""

    flags: int | None
    key: int
    text: int
    end: int


class Catalogue:
    """One catalogue. Methods change it in place; `text` is the resulting file."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._spans = dict(self._found())

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    def __contains__(self, key: object) -> bool:
        return key in self._spans

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def get(self, key: str) -> str:
        span = self._spans[key]
        lines = [self._lines[span.text].removeprefix("msgstr "), *self._lines[span.text + 1 : span.end]]
        said: str = denormalize("\n".join(lines))
        return said

    def copy(self) -> "Catalogue":
        """Return an independent copy."""
        other = copy(self)
        other._lines = [*self._lines]
        other._spans = {**self._spans}
        return other

    def line(self, key: str) -> int:
        """Return the line of an entry, counting from 1."""
        return self._spans[key].key + 1

    def put(self, key: str, text: str) -> None:
        """Write the text of a key in its old place, or after related keys, and clear its fuzzy flag."""
        written = f"msgstr {normalize(text, '', WIDTH)}".split("\n")
        span = self._spans.get(key)
        if span is None:
            self._insert(key, written)
            self._spans = dict(self._found())
        elif self.get(key) != text or span.flags is not None:
            self._lines[span.text : span.end] = written
            if span.flags is not None:
                del self._lines[span.flags]
            self._shift(key, span, len(written) - (span.end - span.text), 0 if span.flags is None else -1)

    def rename(self, key: str, new: str) -> None:
        """Give an entry another key."""
        self._lines[self._spans[key].key] = f"msgid {escape(new)}"
        self._spans = dict(self._found())

    def remove(self, key: str) -> None:
        span = self._spans[key]
        end = span.end + 1 if span.end < len(self._lines) - 1 and not self._lines[span.end] else span.end
        del self._lines[span.key if span.flags is None else span.flags : end]
        self._spans = dict(self._found())

    def _shift(self, key: str, old: Span, longer: int, above: int) -> None:
        """Move the spans after a rewritten entry: scanning the file for each of a thousand texts would be slow."""
        self._spans[key] = Span(None, old.key + above, old.text + above, old.end + above + longer)
        moved = longer + above
        for other, span in self._spans.items() if moved else ():
            if span.key > old.key and other != key:
                flags = None if span.flags is None else span.flags + moved
                self._spans[other] = Span(flags, span.key + moved, span.text + moved, span.end + moved)

    def _insert(self, key: str, written: list[str]) -> None:
        owner = key.partition(":")[0]
        roots = (owner, owner.partition(".")[0])
        related = ([span.end for other, span in self._spans.items() if _of(other, root)] for root in roots)
        everything = [span.end for span in self._spans.values()] or [len(self._lines)]
        at = max(next(filter(None, related), everything))
        self._lines[at:at] = ["", f"msgid {escape(key)}", *written]

    def _found(self) -> Iterator[tuple[str, Span]]:
        flags: int | None = None
        number = 0
        while number < len(self._lines):
            line = self._lines[number]
            if line.startswith("#, ") and "fuzzy" in line:
                flags = number
            elif line.startswith("msgid "):
                start = number
                key, number = self._string(number, "msgid ")
                if number < len(self._lines) and self._lines[number].startswith("msgstr "):
                    text = number
                    _, number = self._string(number, "msgstr ")
                    if key:
                        yield key, Span(flags, start, text, number)
                flags = None
                continue
            number += 1

    def _string(self, number: int, keyword: str) -> tuple[str, int]:
        """Return the string that begins on a line, and the number of the line after it."""
        end = number + 1
        while end < len(self._lines) and self._lines[end].startswith('"'):
            end += 1
        lines = [self._lines[number].removeprefix(keyword), *self._lines[number + 1 : end]]
        return denormalize("\n".join(lines)) if keyword == "msgid " else "", end


def _of(key: str, root: str) -> bool:
    return key == root or key.startswith((f"{root}:", f"{root}."))
