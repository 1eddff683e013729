"""Texts returned by a translator: the changes in them, or what is wrong with the file, row by row."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel.messages.pofile import normalize

from bot.content import Content
from bot.engine.parts import CATALOGUES
from bot.engine.problems import Broken, Problem, broken
from bot.exchange.rows import FUZZY, PLACEHOLDER, Pairs, Row, mark_of, rows

WIDTH = 100
CYRILLIC, LATIN, LATVIAN = (re.compile(letters) for letters in ("[а-яёґєії]", "[a-zāčēģīķļņšūž]", "[āčēģīķļņšūž]"))
RUSSIAN, UKRAINIAN = re.compile("[ыэъё]"), re.compile("[ґєії]")
ENOUGH = 400
"""How many letters it takes to recognise a language; fewer may be names."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One new text or, if it is unchanged, a confirmation that it is still right."""

    key: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The result of a returned file. If there are problems, there are no changes."""

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnedText:
    """One text of a returned file. `line` is its line or row; `mark` is None if a program dropped it."""

    line: int
    key: str
    language: str
    text: str
    mark: str | None
    source: str | None = None
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A returned file: its texts and the language they were translated from, or why it cannot be read."""

    source: str = ""
    entries: tuple[ReturnedText, ...] = ()
    problems: tuple[Problem, ...] = ()


def not_opened(rule: str, file: str, line: int = 0, /, **values: object) -> Opened:
    """Return the result for a file that cannot be read."""
    return Opened(problems=(broken(rule, file, line, **values),))


@dataclass(frozen=True, slots=True, order=True)
class Meanwhile:
    """A text that has also changed here since the file was handed out: the text `now`, and the returned one."""

    key: str
    language: str
    now: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """A returned file compared with a package edited in the meantime. If there are problems, nothing else is set."""

    changes: tuple[Change, ...] = ()
    meanwhile: tuple[Meanwhile, ...] = ()
    problems: tuple[Problem, ...] = ()


def judge(content: Content, file: str, opened: Opened) -> Returned:
    """Return all changes if the file is in order, otherwise all problems."""
    known = {row.key: row for row in rows(content, opened.source)} if opened.source else {}
    problems = opened.problems or tuple(_problems(known, file, opened.entries, opened))
    if problems:
        return Returned(problems=tuple(sorted(set(problems))))
    return Returned(changes=tuple(sorted(set(_changes(known, opened.entries)))))


def weigh(
    content: Content, file: str, opened: Opened, behind: Pairs = frozenset(), earlier: Iterable[Content] = ()
) -> Weighed:
    """Compare a returned file with a draft, setting apart texts that changed in both, so that an editor can choose.

    `earlier` are the packages the file may have been handed out from: they show what its translator left unchanged.
    """
    if opened.problems:
        return Weighed(problems=opened.problems)
    known = {row.key: row for row in rows(content, opened.source, behind)}
    older = [{row.key: row for row in rows(package, opened.source)} for package in earlier]
    moved = {entry for entry in opened.entries if entry.key in known and _moved(known, older, entry, opened.source)}
    unmoved = tuple(entry for entry in opened.entries if entry not in moved)
    if problems := tuple(_problems(known, file, unmoved, opened)):
        return Weighed(problems=tuple(sorted(set(problems))))
    given: dict[str, dict[str, str]] = {}
    for entry in opened.entries:
        source = {} if entry.source is None else {opened.source: entry.source}
        given.setdefault(entry.key, source)[entry.language] = entry.text
    meanwhile = (
        Meanwhile(entry.key, entry.language, known[entry.key].texts[entry.language], entry.text, entry.line)
        for entry in moved
        if entry.text.strip() and entry.text != known[entry.key].texts[entry.language]
        if not _left_alone(known[entry.key], older, entry, given[entry.key])
    )
    return Weighed(tuple(sorted(set(_changes(known, unmoved)))), tuple(sorted(meanwhile)))


def apply_changes(files: Mapping[str, str], changes: Iterable[Change]) -> Mapping[str, str]:
    """Return the files with the changes. A changed text changes its entry and nothing else."""
    changed = dict(files)
    for change in changes:
        for domain in CATALOGUES:
            name = f"locales/{change.language}/LC_MESSAGES/{domain}.po"
            if name in changed:
                changed[name] = _with_text(changed[name], change.key, change.text)
    return changed


def _problems(
    known: Mapping[str, Row], file: str, listed: tuple[ReturnedText, ...], opened: Opened
) -> Iterator[Problem]:
    for entry in listed:
        for rule, values in _wrong(known, entry, opened.source):
            yield broken(rule, file, entry.line, key=entry.key, **values)
    yield from (broken("id twice", file, line, key=key) for line, key in _twice(opened.entries))
    for language, other in _other_language(opened.entries):
        yield broken("looks different", file, language=language, other=other)


def _moved(known: Mapping[str, Row], older: Sequence[Mapping[str, Row]], entry: ReturnedText, source: str) -> bool:
    """Return whether a text changed here since hand-out. If its mark is lost, the first of `older` decides."""
    row = known[entry.key]
    if entry.source is not None and entry.source != row.texts[source]:
        return True
    if entry.mark is not None:
        return entry.mark != row.mark
    return any(entry.key in known_rows and known_rows[entry.key].texts != row.texts for known_rows in older[:1])


def _left_alone(row: Row, older: Sequence[Mapping[str, Row]], entry: ReturnedText, given: Mapping[str, str]) -> bool:
    """Return whether the translator left a text unchanged. `given`: all the file holds of it, by language."""
    began = (known_rows[entry.key] for known_rows in older if entry.key in known_rows)
    if any(before.mark == entry.mark and before.texts[entry.language] == entry.text for before in began):
        return True
    return mark_of(row.key, {**row.texts, **given}.values()) == entry.mark


def _wrong(known: Mapping[str, Row], entry: ReturnedText, source: str) -> Iterator[Broken]:
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
    for placeholder in sorted((wanted - given).keys()):
        yield "lost placeholder", {"placeholder": placeholder, "language": entry.language}
    for placeholder in sorted((given - wanted).keys()):
        yield "new placeholder", {"placeholder": placeholder, "language": entry.language}


def _twice(entries: tuple[ReturnedText, ...]) -> Iterator[tuple[int, str]]:
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if (entry.key, entry.language) in seen:
            yield entry.line, entry.key
        seen.add((entry.key, entry.language))


def _other_language(entries: tuple[ReturnedText, ...]) -> Iterator[tuple[str, str]]:
    """Yield each language whose texts look like another by their letters, and that other language."""
    for language in sorted({entry.language for entry in entries}):
        text = " ".join(PLACEHOLDER.sub("", entry.text) for entry in entries if entry.language == language).lower()
        cyrillic, latin, marks = (len(letters.findall(text)) for letters in (CYRILLIC, LATIN, LATVIAN))
        if cyrillic + latin < ENOUGH:
            continue
        looks = _cyrillic(text) if cyrillic > latin else "lv" if marks > latin * 0.04 else "en"
        if looks != language:
            yield language, looks


def _cyrillic(text: str) -> str:
    """Tell Ukrainian from Russian by the letters that the other has not."""
    return "uk" if len(UKRAINIAN.findall(text)) > len(RUSSIAN.findall(text)) else "ru"


def _changes(known: Mapping[str, Row], entries: tuple[ReturnedText, ...]) -> Iterator[Change]:
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
