"""Work on content from outside. These functions are jobs of the child process (bot.apart); nothing else calls them.

A draft counts as content from outside: it may have started as somebody's package, with its own patterns.
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
from bot.engine.check_walk import Walked, walk
from bot.engine.check_words import wrong_text
from bot.engine.dialogue import Dialogue
from bot.engine.find import FoundTopics
from bot.engine.forbidden import FORBIDDEN, SLOW
from bot.engine.phrasebook import FILE, WARNED, read_phrasebook
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
"""Limits on screens, facts and services together and on texts per language. The desk's pages list them all."""

_contents: OrderedDict[str, Content] = OrderedDict()
"""Content read recently, by the hash of its files."""
_walked: list[tuple[Dialogue, Walked]] = []
"""The dialogue walked last, and what the walk found. Most drafts change words alone, and walking is half of a proof."""
_slow: dict[str, Problem] = {}
"""Patterns that took too long, by the text of their file, so that nobody waits for one twice."""


@dataclass(frozen=True)
class Reading:
    """Files after their edits, their content if it could be read, and the problems found."""

    files: Files
    content: Content | None
    problems: Problems


def read(files: Files) -> Reading:
    """Read a package."""
    try:
        return Reading(files, _content(files), ())
    except BrokenContent as wrong:
        return Reading(files, None, wrong.problems)


def read_edited(base: Files, edits: Sequence[Edit]) -> Reading:
    """Read a package with the edits of a draft."""
    applied = attempt(base, edits)
    reading = read(applied.files)
    return Reading(reading.files, reading.content, (*applied.problems, *reading.problems))


def wrong_with(base: Files, others: Sequence[Edit], wanted: Sequence[Edit]) -> Problems:
    """Return the problems that new edits add to those already there."""
    before, after = attempt(base, others), attempt(base, [*others, *wanted])
    new = tuple(problem for problem in after.problems if problem not in before.problems)
    if new or all(edit.kind in ("text", "still") for edit in wanted):  # no text makes a package unreadable
        return new
    return read(after.files).problems if read(before.files).content else ()


def verdict(files: Files, today: date, publishing: bool) -> Certificate | Problems:
    """Prove a package: return its certificate or its problems."""
    if slow := _slow.get(files.get(FORBIDDEN, "")):
        return (slow,)
    try:
        return prove(_content(files), today, publishing, walk=_walk)
    except BrokenContent as wrong:
        _remember_slow(files, wrong.problems)
        return wrong.problems


def wrong_texts(files: Files, texts: Texts) -> Mapping[tuple[str, str], Problems]:
    """Check single texts, whether or not they are in the package yet."""
    content = _content(files)
    if slow := _slow.get(files.get(FORBIDDEN, "")):
        return dict.fromkeys(texts, (slow,))
    try:
        return {(key, code): tuple(wrong_text(content, key, text, code)) for (key, code), text in texts.items()}
    except BrokenContent as wrong:
        _remember_slow(files, wrong.problems)
        return dict.fromkeys(texts, wrong.problems)


def unpacked(data: bytes, own: Files, kept: Collection[str]) -> Files | Problem:
    """Return the files of a package, with the parts a municipality keeps, or why it cannot be read."""
    try:
        return with_own(unpack(data), own, kept)
    except NoPackage as no:
        return no.problem


def with_own(files: Files, own: Files, kept: Collection[str]) -> Files:
    """Return a package with the parts of its own that a municipality keeps."""
    return keep_own(files, own, kept)


def brought_in(files: Files) -> Problems:
    """Return the problems that keep a package from becoming a draft."""
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
    """Return the texts of a translator's file, or why it cannot be read."""
    content = _content(files)
    if data.startswith(ZIPPED):
        from bot.exchange.xlsx import open_xlsx  # here: most jobs need no spreadsheets

        return open_xlsx(content, name, data, content.dialogue.languages[0])
    if b"msgid" not in data:
        return not_opened("neither", name)
    return open_po(content, name, data)


def list_edit(base: Files, others: Sequence[Edit], place: Edit, lines: tuple[str, ...]) -> Edit | None:
    """Return the edit that turns a list of phrases into `lines`; None if nothing has to change."""
    book = read_phrasebook(attempt(base, others).files.get(FILE, ""))
    lists = book.warnings(place.kind) if place.kind in WARNED else book.topics.get(place.name, {})
    began = lists.get(place.language, ())
    add, remove = [line for line in lines if line not in began], [line for line in began if line not in lines]
    return Edit(place.kind, place.name, {"add": add, "remove": remove}, place.language) if add or remove else None


def tried_out(
    base: Files, others: Sequence[Edit], place: Edit, lines: tuple[str, ...], text: str
) -> FoundTopics | Problems:
    """Return what a person who types `text` would be offered if a list of phrases were `lines`."""
    edit = list_edit(base, others, place, lines)
    applied = attempt(base, [*others, edit] if edit else others)
    if applied.problems:
        return applied.problems
    try:
        return _content(applied.files).finder.find(text, place.language)
    except BrokenContent as wrong:
        return wrong.problems


def first_topics(files: Files, phrases: Sequence[str], language: str) -> tuple[str | None, ...]:
    """Return the topic each of these phrases leads to."""
    finder = _content(files).finder
    offered = (finder.find(phrase, language, 1).topics for phrase in phrases)
    return tuple(hits[0].topic if hits else None for hits in offered)


def _content(files: Files) -> Content:
    name = contents.revision_of(files)
    if name not in _contents or _contents[name].files != files:
        _contents[name] = contents.parse(files)
    _contents.move_to_end(name)
    while len(_contents) > MOST_KEPT:
        _contents.popitem(last=False)
    return _contents[name]


def _walk(dialogue: Dialogue) -> Walked:
    """Walk a dialogue, unless it is the one walked last."""
    if not _walked or _walked[0][0] != dialogue:
        _walked[:] = [(dialogue, walk(dialogue))]
    return _walked[0][1]


def _remember_slow(files: Files, problems: Problems) -> None:
    _slow.update({files.get(FORBIDDEN, ""): problem for problem in problems if problem.rule == SLOW})
