"""Texts a person reads: read from catalogues, split into spans, with facts and names filled in."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel.messages.pofile import PoFileError, read_po

PLACEHOLDER = re.compile(r"\{(fact|service|place|setting):([a-z0-9_.-]+)\}")

HEADING = re.compile(r".{1,90}?(?:[.!?](?=\s+[A-ZĀČĒĢĪĶĻŅŠŪŽА-ЯЁ„«])|$)")
"""A short first sentence, followed by another sentence or by the end of its line."""

Catalogue = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text. `tel` is the number dialled when it is pressed, such as `112` or `+37167105048`.

    If `write` is set, the link opens a text message instead; `write` is its name for screen readers.
    """

    text: str
    tel: str | None = None
    write: str = ""
    language: str = ""
    """If it is not that of the text around it."""


Words = tuple[Span, ...]


@lru_cache(maxsize=32)
def read_catalogue(po: str) -> Catalogue:
    """Read one .po file as key -> text. Untranslated and fuzzy messages are left out, so that the check finds them.

    Cached, because a draft is read again and again with at most one catalogue changed. Raise ValueError with the line.
    """
    try:
        messages = read_po(io.BytesIO(po.encode()), charset="utf-8", abort_invalid=True)
    except (PoFileError, ValueError, LookupError, TypeError, AttributeError) as error:
        line = error.lineno + 1 if isinstance(error, PoFileError) else 0
        raise ValueError(line) from error
    return {
        str(message.id): str(message.string)
        for message in messages
        if message.id and message.string and not message.fuzzy and isinstance(message.id, str)
    }


def placeholders(text: str) -> Iterator[tuple[str, str]]:
    """Yield every `{fact:…}`, `{service:…}`, `{place:…}` and `{setting:…}` of a text as (kind, name)."""
    for found in PLACEHOLDER.finditer(text):
        yield found[1], found[2]


def fill(text: str, value: Callable[[str, str], Words]) -> Words:
    """Return the text with every placeholder replaced by `value(kind, name)`."""
    spans: list[Span] = []
    end = 0
    for found in PLACEHOLDER.finditer(text):
        spans.append(Span(text[end : found.start()]))
        spans.extend(value(found[1], found[2]))
        end = found.end()
    spans.append(Span(text[end:]))
    return tuple(span for span in spans if span.text)


def plain(words: Words) -> str:
    """Return the words as plain text, without links."""
    return "".join(span.text for span in words)


def heading_end(line: str) -> int:
    """Return where the heading in the first line of a text ends: a short sentence, no list item. 0: it has none."""
    found = None if line.startswith("• ") else HEADING.match(line)
    return found.end() if found else 0


def linked(text: str) -> Words:
    """Turn 112 and 116006 into links: these numbers must work when everything else is broken."""
    spans: list[Span] = []
    for index, word in enumerate(re.split("(116006|112)", text)):
        if word:
            spans.append(Span(word, word if index % 2 else None))
    return tuple(spans)
