"""What is done with content from outside. These are jobs of the child process (bot.apart): nothing else calls them.

A draft counts as from outside, because it may have begun as somebody's package, with patterns of its own.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot import content as contents
from bot.content import Content
from bot.editing import Edit, attempt
from bot.editing.package import LONGEST_TEXT, NoPackage, keep_own, unpack
from bot.engine.check import Certificate
from bot.engine.check_words import wrong_text
from bot.engine.find import Found
from bot.engine.forbidden import FORBIDDEN, SLOW
from bot.engine.phrasebook import FILE, read_phrasebook
from bot.engine.problems import BrokenContent, Problem, broken
from bot.exchange.back import Opened, not_opened
from bot.exchange.po import open_po
from bot.proof import prove

Files = Mapping[str, str]
Problems = tuple[Problem, ...]
Texts = Mapping[tuple[str, str], str]
"""Texts by key and language."""

ZIPPED = b"PK\x03\x04"
MOST_KEPT = 3
MOST_ROWS, MOST_TEXTS = 2000, 10_000
"""Screens, facts and services together, and texts of a language: several times what is shipped. Pages list them all."""

_contents: OrderedDict[str, Content] = OrderedDict()
"""What was read last, by the hash of its files: of a draft one text changes at a time."""
_slow: dict[str, Problem] = {}
"""Patterns that took too long, by the file they stand in: nobody waits for one twice."""


@dataclass(frozen=True)
class Reading:
    """Files with edits in them, what could not be applied or read, and the content where there is one."""

    files: Files
    content: Content | None
    problems: Problems


def read(files: Files) -> Reading:
    """A package as it is."""
    try:
        return Reading(files, _content(files), ())
    except BrokenContent as wrong:
        return Reading(files, None, wrong.problems)


def read_edited(base: Files, edits: Sequence[Edit]) -> Reading:
    """A package with the edits of a draft."""
    applied = attempt(base, edits)
    reading = read(applied.files)
    return Reading(reading.files, reading.content, (*applied.problems, *reading.problems))


def wrong_with(base: Files, others: Sequence[Edit], wanted: Sequence[Edit]) -> Problems:
    """What is wrong with new edits, beside what is wrong already."""
    before, after = attempt(base, others), attempt(base, [*others, *wanted])
    new = tuple(one for one in after.problems if one not in before.problems)
    if new or all(one.kind in ("text", "still") for one in wanted):  # no text makes a package unreadable
        return new
    return read(after.files).problems if read(before.files).content else ()


def verdict(files: Files, today: date, publishing: bool) -> Certificate | Problems:
    """What proving a package comes to."""
    if slow := _slow.get(files.get(FORBIDDEN, "")):
        return (slow,)
    try:
        return prove(_content(files), today, publishing)
    except BrokenContent as wrong:
        _remember_slow(files, wrong.problems)
        return wrong.problems


def wrong_texts(files: Files, texts: Texts) -> Mapping[tuple[str, str], Problems]:
    """What the check says of single texts, whether or not they stand in the package yet."""
    content = _content(files)
    if slow := _slow.get(files.get(FORBIDDEN, "")):
        return dict.fromkeys(texts, (slow,))
    try:
        return {(key, code): tuple(wrong_text(content, key, text, code)) for (key, code), text in texts.items()}
    except BrokenContent as wrong:
        _remember_slow(files, wrong.problems)
        return dict.fromkeys(texts, wrong.problems)


def unpacked(data: bytes, own: Files, kept: Collection[str]) -> Files | Problem:
    """The files of a package, with what a municipality keeps of its own; or why it is none."""
    try:
        return with_own(unpack(data), own, kept)
    except NoPackage as no:
        return no.problem


def with_own(files: Files, own: Files, kept: Collection[str]) -> Files:
    """A package with what a municipality keeps of its own."""
    return keep_own(files, own, kept)


def brought_in(files: Files) -> Problems:
    """What keeps a package from becoming a draft."""
    reading = read(files)
    content = reading.content
    if content is None:
        return reading.problems
    rows = len(content.dialogue.screens) + len(content.facts) + len(content.services)
    if rows > MOST_ROWS or max(map(len, content.words.values()), default=0) > MOST_TEXTS:
        return (broken("too many rows"),)
    return tuple(
        broken("long text", f"locales/{language}", key=key[:80], most=LONGEST_TEXT)
        for language, words in content.words.items()
        for key, text in words.items()
        if len(text) > LONGEST_TEXT
    )


def opened(files: Files, name: str, data: bytes) -> Opened:
    """The texts of a translator's file, or why it cannot be read."""
    content = _content(files)
    if data.startswith(ZIPPED):
        from bot.exchange.xlsx import open_xlsx  # here: most jobs need no spreadsheets

        return open_xlsx(content, name, data, content.dialogue.languages[0])
    if b"msgid" not in data:
        return not_opened("neither", name)
    return open_po(content, name, data)


def list_edit(base: Files, others: Sequence[Edit], place: Edit, lines: tuple[str, ...]) -> Edit | None:
    """What makes a list of phrases read so; None where it reads so without being edited."""
    book = read_phrasebook(attempt(base, others).files.get(FILE, ""))
    lists = book.danger if place.kind == "danger" else book.topics.get(place.name, {})
    began = lists.get(place.language, ())
    change = {"add": [one for one in lines if one not in began], "remove": [one for one in began if one not in lines]}
    return Edit(place.kind, place.name, change, place.language) if any(change.values()) else None


def tried_out(base: Files, others: Sequence[Edit], place: Edit, lines: tuple[str, ...], text: str) -> Found | Problems:
    """What a person would be offered who typed this, if a list of phrases read so."""
    edit = list_edit(base, others, place, lines)
    applied = attempt(base, [*others, edit] if edit else others)
    if applied.problems:
        return applied.problems
    try:
        return _content(applied.files).finder.find(text, place.language)
    except BrokenContent as wrong:
        return wrong.problems


def first_topics(files: Files, phrases: Sequence[str], language: str) -> tuple[str | None, ...]:
    """The topic that each of these phrases leads to."""
    finder = _content(files).finder
    offered = (finder.find(one, language, 1).topics for one in phrases)
    return tuple(hits[0].topic if hits else None for hits in offered)


def _content(files: Files) -> Content:
    name = contents.revision_of(files)
    if name not in _contents or _contents[name].files != files:
        _contents[name] = contents.parse(files)
    _contents.move_to_end(name)
    while len(_contents) > MOST_KEPT:
        _contents.popitem(last=False)
    return _contents[name]


def _remember_slow(files: Files, problems: Problems) -> None:
    _slow.update({files.get(FORBIDDEN, ""): one for one in problems if one.rule == SLOW})
