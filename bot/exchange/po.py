"""Translations as PO files, as translators know them: the id in `msgctxt`, the source in `msgid`."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.content import Content
from bot.engine.spelling import composed
from bot.exchange.back import Opened, Returned, ReturnedText, judge, not_opened
from bot.exchange.rows import Pairs, WordsByLanguage, context, rows

SOURCE = "X-Blakus-Source"
MARK = "mark: "
LARGEST = 5_000_000
WIDTH = 100
LINE = re.compile(r'#.*|((msg(ctxt|id|id_plural|str(\[\d\])?)\s+)?"([^"\\]|\\.)*")?')
PLURALS = re.compile(r'(?i)plural-forms\s*:([^\\"]*)')
FEW_PLURALS = re.compile(r"\s*nplurals\s*=\s*[0-9]\s*;[^*]*")
"""Babel allocates as many plural forms as the header declares, however many."""
HEAD = "Texts of Blakus. The line msgctxt is the id: leave it, and everything in {braces}, as it is."


def to_po(
    content: Content,
    source: str,
    target: str,
    day: date,
    behind: Pairs = frozenset(),
    before: WordsByLanguage | None = None,
) -> bytes:
    """Return all texts for translating one language into another; outdated ones `fuzzy`, with their old source."""
    at = datetime.combine(day, time(), UTC)
    catalogue = Catalog(locale=target, project="Blakus", version=content.revision, header_comment=f"# {HEAD}",
                        last_translator="content", language_team="content", msgid_bugs_address="content",
                        creation_date=at, revision_date=at, fuzzy=False)  # fmt: skip
    for row in rows(content, source, behind):
        outdated = target in row.outdated
        earlier = (before or {}).get(source, {}).get(row.key, "") if outdated else ""
        catalogue.add(
            row.texts[source],
            row.texts[target],
            context=row.key,
            flags=["fuzzy"] if outdated else [],
            auto_comments=[*context(content, row, source, target), f"{MARK}{row.mark}"],
            previous_id=earlier if earlier != row.texts[source] else "",
        )
    written = io.BytesIO()
    write_po(written, catalogue, width=WIDTH, include_previous=True)
    head, _, rest = written.getvalue().decode().partition("\n\n")
    return f'{head}\n"{SOURCE}: {source}\\n"\n\n{rest}'.encode()


def from_po(content: Content, file: str, data: bytes) -> Returned:
    """Return what a returned PO file changes, or why it cannot be accepted."""
    return judge(content, file, open_po(content, file, data))


def open_po(content: Content, file: str, data: bytes) -> Opened:
    """Return the texts of a returned PO file, not yet compared with the content."""
    if len(data) > LARGEST:
        return not_opened("large file", file)
    try:
        text = data.decode("utf-8-sig")
        if broken := _broken(text):
            return not_opened("no PO line", file, broken)
        if not all(FEW_PLURALS.fullmatch(said) for said in PLURALS.findall(_joined(text))):
            return not_opened("many plurals", file)
        catalogue = read_po(io.BytesIO(text.encode()), abort_invalid=True)
    except UnicodeDecodeError:
        return not_opened("no UTF-8", file)
    except PoFileError as error:
        return not_opened("no PO", file, error.lineno, why=error)
    except (ValueError, LookupError, TypeError) as error:  # an unknown charset or number of plural forms
        return not_opened("no PO", file, why=error)
    languages = content.dialogue.languages
    target = _field(text, "Language")
    source = _field(text, SOURCE) or _source(content, catalogue)
    if target not in languages or source not in languages or target == source:
        return not_opened("not ours", file, source=source, target=target)
    if unclear := next(_without_id(catalogue), None):
        return not_opened("lost id", file, unclear)
    if len(re.findall(r"^msgctxt ", text, re.MULTILINE)) > sum(1 for message in catalogue if message.id):
        return not_opened("an id twice", file)
    return Opened(source, tuple(_entries(catalogue, target)))


def _joined(text: str) -> str:
    """Join strings that continue over several lines: a header may be wrapped anywhere."""
    return "\n".join(line for line in map(str.strip, text.splitlines()) if line).replace('"\n"', "")


def _source(content: Content, catalogue: Catalog) -> str:
    """Guess the source language from the originals: some programs drop unknown header fields."""
    words = content.words
    agreeing = Counter(
        language
        for message in catalogue
        for language in content.dialogue.languages
        if message.id and words[language].get(str(message.context)) == message.id
    )
    return agreeing.most_common(1)[0][0] if agreeing else ""


def _broken(text: str) -> int | None:
    """Return the first line that is not PO: Babel would silently repair it and lose its text."""
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if not LINE.fullmatch(line.strip())), None)


def _entries(catalogue: Catalog, target: str) -> Iterator[ReturnedText]:
    for message in catalogue:
        if not message.id or not isinstance(message.id, str):
            continue
        marks = [line.removeprefix(MARK) for line in message.auto_comments if line.startswith(MARK)]
        yield ReturnedText(
            line=message.lineno or 0,
            key=str(message.context),
            language=target,
            text=composed(str(message.string)),
            mark=marks[0] if marks else None,
            source=composed(message.id),
            outdated=message.fuzzy,
        )


def _without_id(catalogue: Catalog) -> Iterator[int]:
    yield from (message.lineno or 1 for message in catalogue if message.id and not message.context)


def _field(text: str, name: str) -> str:
    """Return a language from the header, without the country some programs add (`ru_RU`, `ru-RU`)."""
    found = re.search(rf'^"{re.escape(name)}: *([a-z]*)', text, re.MULTILINE)
    return found[1] if found else ""
