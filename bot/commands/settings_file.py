"""The settings file: lines of NAME=value that mean the same to this program, a shell, systemd and `docker --env-file`.

They differ in what `$`, `#`, spaces and backslashes do outside quotes. So a value holds none of them, or stands in
quotes within which nothing has a meaning; anything else is refused instead of being read in one of several ways.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.settings import Unsafe

LINE = re.compile(r"(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)")
BARE = re.compile(r"[\w@%+=:,./#?\[\]{}^-]*", re.UNICODE)
SINGLE, DOUBLE = re.compile(r"'([^']*)'"), re.compile(r'"([^"$`\\]*)"')


def read(path: Path) -> dict[str, str]:
    """Return the settings of a file by name. Raises Unsafe, naming the file and line, if it cannot be read as meant."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Unsafe(f"{path} cannot be read: {error.strerror}. “blakus setup” writes it") from None
    except UnicodeDecodeError:
        raise Unsafe(f"{path} is not UTF-8: save it as UTF-8") from None
    return dict(_parse(path, lines))


def _parse(path: Path, lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith(("#", ";")):
            continue
        found = LINE.fullmatch(text)
        if found is None:
            raise Unsafe(f"{path}, line {number}: write NAME=value, without a space around the =")
        value = unquoted(found["value"])
        if value is None:
            raise Unsafe(f"{path}, line {number}: put the value in single quotes: {found['name']}='…'")
        yield found["name"], value


def unquoted(text: str) -> str | None:
    """Return the value that a text means to everybody; None if a shell and systemd would disagree."""
    if BARE.fullmatch(text):
        return text
    quoted = SINGLE.fullmatch(text) or DOUBLE.fullmatch(text)
    return quoted[1] if quoted else None


def quoted(name: str, value: str) -> str:
    """Return how a value is written in the file. Raises Unsafe if nothing means the same to everybody."""
    if "\n" not in value and "\r" not in value:
        for text in (value, f"'{value}'", f'"{value}"'):
            if unquoted(text) == value:
                return text
    raise Unsafe(f"{name} cannot hold a ' together with one of $ ` \" \\, nor a line break")


def changed(text: str, given: Mapping[str, str]) -> str:
    """Return the file's text with these settings in place of what it says of them; every other line stays as it is."""
    left = dict(given)
    lines = []
    for line in text.splitlines():
        found = LINE.fullmatch(line.strip())
        name = found["name"] if found else ""
        lines.append(f"{name}={quoted(name, given[name])}" if name in given else line)  # a name may stand there twice
        left.pop(name, None)
    return "\n".join([*lines, *(f"{name}={quoted(name, value)}" for name, value in left.items())]) + "\n"
