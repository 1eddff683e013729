"""What a translator needs to see of each text: its place, its neighbours, what must stay, and how much fits."""

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel.messages.pofile import read_po

from bot.content import Content
from bot.engine import papers
from bot.engine.check_words import LONGEST_BUTTON, LONGEST_POPUP, LONGEST_SCREEN, POPUP
from bot.engine.dialogue import Choice, label
from bot.engine.parts import CATALOGUES
from bot.engine.withheld import WITHOUT

WordsByLanguage = Mapping[str, Mapping[str, str]]
"""Language -> key -> text."""
Pairs = frozenset[tuple[str, str]]
"""Key and language."""

PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([^()]*\)s")
FUZZY = re.compile(r"^#,(.*)\bfuzzy\b,?(.*)$", re.MULTILINE)
NEIGHBOURS = 4
SHOWN = 70


@dataclass(frozen=True, slots=True)
class Row:
    """One text in every language, with its context. `mark` shows whether it changed since it was handed out."""

    key: str
    kind: str
    place: str
    longest: int | None
    beside: tuple[str, ...]
    kept: tuple[str, ...]
    texts: Mapping[str, str]
    outdated: frozenset[str]
    mark: str


def rows(content: Content, source: str, behind: Pairs = frozenset()) -> tuple[Row, ...]:
    """Return every text of a package, in file order. `behind`: translations known to be older than their source."""
    said, fuzzy = _catalogues(content)
    keys = list(said[source])
    return tuple(
        Row(
            key=key,
            kind=_kind(content, key),
            place=_place(content, key),
            longest=_longest(content, key),
            beside=tuple(_beside(content, key, keys, source)),
            kept=tuple(sorted(set(PLACEHOLDER.findall(said[source][key])))),
            texts={language: said[language].get(key, "") for language in content.dialogue.languages},
            outdated=frozenset(
                language for language in content.dialogue.languages if (key, language) in fuzzy | behind
            ),
            mark=mark_of(key, [said[language].get(key, "") for language in content.dialogue.languages]),
        )
        for key in keys
    )


def fallen_behind(before: WordsByLanguage, after: WordsByLanguage, confirmed: Pairs = frozenset()) -> Pairs:
    """Return translations left unchanged while another language's text of the same key changed.

    `confirmed` are those somebody said are still right.
    """
    keys = {key for texts in after.values() for key in texts}
    behind: set[tuple[str, str]] = set()
    for key in keys:
        changed = {code for code in after if key in before.get(code, {}) and before[code][key] != after[code].get(key)}
        if changed:
            behind |= {(key, code) for code in after if code not in changed and key in after[code]}
    return frozenset(behind) - confirmed


def mark_fuzzy(files: Mapping[str, str], behind: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the files with these translations marked `fuzzy`: the check refuses them until somebody reviews them."""
    changed = dict(files)
    for key, language in behind:
        for name in _names(language):
            head, found, tail = changed.get(name, "").partition(f'\nmsgid "{key}"\n')
            if found and not FUZZY.search(head.rpartition("\n\n")[2]):
                changed[name] = f"{head}\n#, fuzzy{found}{tail}"
    return changed


def context(content: Content, row: Row, source: str, target: str) -> Iterator[str]:
    """Yield the comments a translator reads above a text."""
    fits = f"; at most {row.longest} characters" + (", facts included" if row.kept else "") if row.longest else ""
    yield f"{row.kind}, {row.place}{fits}"
    if row.beside:
        yield "beside it: " + " | ".join(row.beside)
    for placeholder in row.kept:
        yield f"keep {placeholder}{_value(content, placeholder, source, target)}"


def _value(content: Content, placeholder: str, source: str, target: str) -> str:
    kind, _, name = placeholder.strip("{}").partition(":")
    if kind != "fact" or name not in content.facts:
        return ""
    fact = content.facts[name]
    use = f" ({fact.use})" if fact.use else ""
    return f": reads “{fact.value[target]}”, in {source} “{fact.value[source]}”{use}"


def _catalogues(content: Content) -> tuple[Mapping[str, dict[str, str]], Pairs]:
    """Return every text in the files, including outdated ones, and which are outdated."""
    said: dict[str, dict[str, str]] = {language: {} for language in content.dialogue.languages}
    fuzzy: set[tuple[str, str]] = set()
    for language in content.dialogue.languages:
        for name in _names(language):
            for key, text, doubtful in _messages(content.files.get(name, "")):
                said[language][key] = text
                if doubtful:
                    fuzzy.add((key, language))
    return said, frozenset(fuzzy)


@lru_cache(maxsize=16)
def _messages(po: str) -> tuple[tuple[str, str, bool], ...]:
    """Return key, text and whether it is fuzzy. Cached, because most files of a returned package have not changed."""
    messages = read_po(io.BytesIO(po.encode()), charset="utf-8")
    return tuple(
        (found.id, str(found.string), found.fuzzy) for found in messages if found.id and isinstance(found.id, str)
    )


def _names(language: str) -> tuple[str, ...]:
    return tuple(f"locales/{language}/LC_MESSAGES/{domain}.po" for domain in CATALOGUES)


def _kind(content: Content, key: str) -> str:
    key = key.removesuffix(WITHOUT)
    if key in content.dialogue.screens:
        return "screen"
    if key.endswith(POPUP):
        return "pop-up"
    if key in papers.KEYS:
        return "printed"
    return "button" if ":" in key and not key.startswith("request.") else "text"


def _longest(content: Content, key: str) -> int | None:
    if key in papers.KEYS:
        return papers.longest(key)
    return {"screen": LONGEST_SCREEN, "pop-up": LONGEST_POPUP, "button": LONGEST_BUTTON}.get(_kind(content, key))


def _place(content: Content, key: str) -> str:
    screen = content.dialogue.screens.get(key.split(":")[0])
    if screen is None:
        return f"id {key}"
    choice = _choice(content, key)
    leads = f", leads to {choice.target}" if choice and choice.target else ""
    instead = ", said while a fact of it is withheld" if key.endswith(WITHOUT) else ""
    return f"on screen {screen.id}{leads}{instead} (dialogs/{screen.chapter}.yaml:{screen.line})"


def _choice(content: Content, key: str) -> Choice | None:
    screen, _, name = key.removesuffix(".tell").partition(":")
    known = content.dialogue.screens.get(screen)
    return known.choice(name) if known else None


def _beside(content: Content, key: str, keys: list[str], source: str) -> Iterator[str]:
    """Yield what is shown next to a text: the screen, its other buttons, or else its neighbours in the file."""
    screen = content.dialogue.screens.get(key.split(":")[0])
    if screen is None:
        here = keys.index(key)
        yield from (_short(content, near, source) for near in keys[max(0, here - 1) : here + 2] if near != key)
        return
    if key != screen.id:
        yield _short(content, screen.id, source)
    others = (label(screen.id, choice.id) for choice in screen.choices)
    yield from [_short(content, other, source) for other in others if other != key][:NEIGHBOURS]


def _short(content: Content, key: str, source: str) -> str:
    text = " ".join(content.text(key, source).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def mark_of(key: str, texts: Iterable[str]) -> str:
    """Return a short hash of a text in all languages, in order."""
    return hashlib.sha256("\0".join((key, *texts)).encode()).hexdigest()[:10]
