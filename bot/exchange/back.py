"""What came back from a translator: changes, or what is wrong with the file, row by row."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel.messages.pofile import normalize

from bot.content import Content
from bot.engine.parts import CATALOGUES
from bot.engine.problems import Broken, Problem, broken
from bot.exchange.rows import FUZZY, PLACEHOLDER, Pairs, Row, marked_as, rows

WIDTH = 100
CYRILLIC, LATIN, LATVIAN = (re.compile(letters) for letters in ("[а-яё]", "[a-zāčēģīķļņšūž]", "[āčēģīķļņšūž]"))
ENOUGH = 400
"""Letters that tell a language: fewer may be a name or a number."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One text that is new, or, where it is the same as before, confirmed to still fit."""

    key: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Returned:
    """All that came back. Where there is any problem, nothing may be taken."""

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a returned file. `line` is the line or the row; `mark` is missing where a program dropped it."""

    line: int
    key: str
    language: str
    text: str
    mark: str | None
    source: str | None = None
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A returned file that could be read: its texts, and the language they were translated from. Or why not."""

    source: str = ""
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


def not_opened(rule: str, file: str, line: int = 0, /, **values: object) -> Opened:
    """A returned file that cannot be read, and why."""
    return Opened(problems=(broken(rule, file, line, **values),))


@dataclass(frozen=True, slots=True, order=True)
class Meanwhile:
    """A text that changed here, too, since the file was handed out: what stands here now, and what came back."""

    key: str
    language: str
    now: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """What came back, against a package that was worked on meanwhile. Where there is any problem, nothing is taken."""

    changes: tuple[Change, ...] = ()
    meanwhile: tuple[Meanwhile, ...] = ()
    problems: tuple[Problem, ...] = ()


def judged(content: Content, file: str, opened: Opened) -> Returned:
    """Changes if everything is in order, problems otherwise; never a part."""
    known = {row.key: row for row in rows(content, opened.source)} if opened.source else {}
    problems = opened.problems or tuple(_problems(known, file, opened.entries, opened))
    if problems:
        return Returned(problems=tuple(sorted(set(problems))))
    return Returned(changes=tuple(sorted(set(_changes(known, opened.entries)))))


def weighed(
    content: Content, file: str, opened: Opened, behind: Pairs = frozenset(), earlier: Iterable[Content] = ()
) -> Weighed:
    """The same for a draft: what somebody changed there since is set beside what came back, and one of them chosen.

    `earlier` are packages the file may have been handed out from: they tell what its translator left as it was.
    """
    if opened.problems:
        return Weighed(problems=opened.problems)
    known = {row.key: row for row in rows(content, opened.source, behind)}
    older = [{row.key: row for row in rows(one, opened.source)} for one in earlier]
    moved = {one for one in opened.entries if one.key in known and _moved(known, older, one, opened.source)}
    standing = tuple(one for one in opened.entries if one not in moved)
    if problems := tuple(_problems(known, file, standing, opened)):
        return Weighed(problems=tuple(sorted(set(problems))))
    given: dict[str, dict[str, str]] = {}
    for one in opened.entries:
        given.setdefault(one.key, {} if one.source is None else {opened.source: one.source})[one.language] = one.text
    meanwhile = (
        Meanwhile(one.key, one.language, known[one.key].texts[one.language], one.text, one.line)
        for one in moved
        if one.text.strip() and one.text != known[one.key].texts[one.language]
        if not _left_alone(known[one.key], older, one, given[one.key])
    )
    return Weighed(tuple(sorted(set(_changes(known, standing)))), tuple(sorted(meanwhile)))


def applied(files: Mapping[str, str], changes: Iterable[Change]) -> Mapping[str, str]:
    """The files with the changes in them: one changed text changes one entry and nothing else."""
    changed = dict(files)
    for change in changes:
        for domain in CATALOGUES:
            name = f"locales/{change.language}/LC_MESSAGES/{domain}.po"
            if name in changed:
                changed[name] = _with_text(changed[name], change.key, change.text)
    return changed


def _problems(known: Mapping[str, Row], file: str, listed: tuple[Entry, ...], opened: Opened) -> Iterator[Problem]:
    for entry in listed:
        for rule, values in _wrong(known, entry, opened.source):
            yield broken(rule, file, entry.line, key=entry.key, **values)
    yield from (broken("id twice", file, line, key=key) for line, key in _twice(opened.entries))
    for language, other in _other_language(opened.entries):
        yield broken("looks different", file, language=language, other=other)


def _moved(known: Mapping[str, Row], older: Sequence[Mapping[str, Row]], entry: Entry, source: str) -> bool:
    """Whether a text changed here since the file was handed out. Where its mark was lost, by what it began as."""
    row = known[entry.key]
    if entry.source is not None and entry.source != row.texts[source]:
        return True
    if entry.mark is not None:
        return entry.mark != row.mark
    return any(entry.key in one and one[entry.key].texts != row.texts for one in older[:1])


def _left_alone(row: Row, older: Sequence[Mapping[str, Row]], entry: Entry, given: Mapping[str, str]) -> bool:
    """Whether the translator returned it as it was handed out. `given`: all that the file holds of this text."""
    began = (one[entry.key] for one in older if entry.key in one)
    if any(one.mark == entry.mark and one.texts[entry.language] == entry.text for one in began):
        return True
    return marked_as(row.key, {**row.texts, **given}.values()) == entry.mark


def _wrong(known: Mapping[str, Row], entry: Entry, source: str) -> Iterator[Broken]:
    row = known.get(entry.key)
    if row is None:
        yield "unknown id", {}
        return
    same = row.texts.get(source) == entry.source if entry.source is not None else True
    if not same or (entry.mark is not None and entry.mark != row.mark):
        yield "changed since", {}
    if not entry.text.strip():
        if row.texts.get(entry.language):
            yield "empty text", {"language": entry.language}
        return
    if entry.outdated and entry.source is not None and entry.text != row.texts[entry.language]:
        yield "still fuzzy", {}
    given, wanted = Counter(PLACEHOLDER.findall(entry.text)), Counter(PLACEHOLDER.findall(row.texts[source]))
    for one in sorted((wanted - given).keys()):
        yield "lost placeholder", {"placeholder": one, "language": entry.language}
    for one in sorted((given - wanted).keys()):
        yield "new placeholder", {"placeholder": one, "language": entry.language}


def _twice(entries: tuple[Entry, ...]) -> Iterator[tuple[int, str]]:
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if (entry.key, entry.language) in seen:
            yield entry.line, entry.key
        seen.add((entry.key, entry.language))


def _other_language(entries: tuple[Entry, ...]) -> Iterator[tuple[str, str]]:
    """A language and the one that its texts look like by their letters: a Russian column in Latin ones, and so on."""
    for language in sorted({entry.language for entry in entries}):
        text = " ".join(PLACEHOLDER.sub("", entry.text) for entry in entries if entry.language == language).lower()
        cyrillic, latin, marks = (len(letters.findall(text)) for letters in (CYRILLIC, LATIN, LATVIAN))
        if cyrillic + latin < ENOUGH:
            continue
        looks = "ru" if cyrillic > latin else "lv" if marks > latin * 0.04 else "en"
        if looks != language:
            yield language, looks


def _changes(known: Mapping[str, Row], entries: tuple[Entry, ...]) -> Iterator[Change]:
    for entry in entries:
        row = known[entry.key]
        same = entry.text == row.texts[entry.language]
        if not entry.text.strip() or (same and entry.outdated):
            continue
        if not same or entry.language in row.outdated:
            yield Change(entry.key, entry.language, entry.text)


def _with_text(po: str, key: str, text: str) -> str:
    entry = re.compile(rf'((?:^#.*\n)*)^msgid "{re.escape(key)}"\nmsgstr (?:".*"\n)+', re.MULTILINE)

    def written(found: re.Match[str]) -> str:
        comments = FUZZY.sub(_without_fuzzy, found[1]).replace("\n\n", "\n").removeprefix("\n")
        return f'{comments}msgid "{key}"\nmsgstr {normalize(text, width=WIDTH)}\n'

    return entry.sub(written, po, count=1)


def _without_fuzzy(found: re.Match[str]) -> str:
    others = [flag.strip() for flag in (*found[1].split(","), *found[2].split(",")) if flag.strip()]
    return f"#, {', '.join(others)}" if others else ""
