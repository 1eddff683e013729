"""All languages side by side as a spreadsheet, and back. Only data is accepted: no formula, macro or zip bomb."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter

from bot.content import Content
from bot.engine.problems import broken
from bot.engine.spelling import composed
from bot.exchange.back import Opened, Returned, ReturnedText, judge, not_opened
from bot.exchange.rows import Pairs, Row, context, rows

BEFORE, AFTER = ("id", "what it is and what stays"), ("outdated", "mark")
WIDTHS = {"id": 26, "what it is and what stays": 46, "outdated": 10, "mark": 12}
LARGEST, LARGEST_UNPACKED, MOST_PARTS, MOST_ROWS = 5_000_000, 20_000_000, 60, 20_000
MOST_TAGS = 1_000_000
"""Limits: many times the size of the shipped content, far below what could exhaust memory."""
OLD = PatternFill("solid", start_color="FFF2CC")


def to_xlsx(content: Content, source: str, day: date, behind: Pairs = frozenset()) -> bytes:
    """Return one row per text. Only texts and “outdated” can be edited; outdated texts are coloured."""
    book = Workbook(write_only=True)
    book.properties.creator = "Blakus"
    book.properties.created = book.properties.modified = datetime.combine(day, time(), UTC).replace(tzinfo=None)
    sheet = book.create_sheet("Blakus")
    heads = (*BEFORE, *content.dialogue.languages, *AFTER)
    for number, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(head, 60)
    sheet.freeze_panes = "C2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # in this format False means allowed
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in rows(content, source, behind):
        sheet.append(list(_cells(sheet, content, row, source)))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cells(sheet: Any, content: Content, row: Row, source: str) -> Iterator[Any]:
    languages = content.dialogue.languages
    target = next(language for language in languages if language != source)
    yield _cell(sheet, row.key)
    yield _cell(sheet, "\n".join(context(content, row, source, target)))
    for language in languages:
        yield _cell(sheet, row.texts[language], locked=False, old=language in row.outdated)
    yield _cell(sheet, " ".join(language for language in languages if language in row.outdated), locked=False)
    yield _cell(sheet, row.mark)


def _cell(sheet: Any, text: str, locked: bool = True, old: bool = False, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # a text, even if it begins with =
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.protection = Protection(locked=locked)
    if bold:
        cell.font = Font(bold=True)
    if old:
        cell.fill = OLD
    return cell


def from_xlsx(content: Content, file: str, data: bytes, source: str) -> Returned:
    """Return what a returned spreadsheet changes, or why it cannot be accepted."""
    return judge(content, file, open_xlsx(content, file, data, source))


def open_xlsx(content: Content, file: str, data: bytes, source: str) -> Opened:
    """Return the texts of a returned spreadsheet, not yet compared with the content."""
    heads = (*BEFORE, *content.dialogue.languages, *AFTER)
    try:
        first, *below = _cells_of(_unpacked(data), len(heads))
    except _Unsafe as unsafe:
        return not_opened(unsafe.rule, file, **unsafe.values)
    except Exception:  # untrusted but safely unpacked: whatever the library fails on is not a spreadsheet
        return not_opened("no spreadsheet", file)
    if tuple(str(cell.value or "") for cell in first) != heads:
        return not_opened("other heads", file, 1, heads=", ".join(heads))
    filled = (cell for row in below for cell in row if cell.value is not None)
    if wrong := [broken(rule, file, cell.row, cell=cell.coordinate) for cell in filled if (rule := _no_text(cell))]:
        return Opened(problems=tuple(wrong))
    return Opened(source, tuple(_entries(below, content.dialogue.languages)))


class _Unsafe(Exception):
    """The file breaks a rule and is not opened."""

    def __init__(self, rule: str, /, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.values = rule, values


def _unpacked(data: bytes) -> io.BytesIO:
    """Return the workbook stored uncompressed, within limits, so that no zip bomb reaches the library."""
    if len(data) > LARGEST:
        raise _Unsafe("large file")
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as unpacked:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise _Unsafe("large unpacked")
        names = " ".join(part.filename.lower() for part in parts)
        if any(name in names for name in ("vbaproject", "macrosheets", "activex", "embeddings", "externallink")):
            raise _Unsafe("macro")
        tags = 0
        for part in parts:
            if not part.filename.lower().endswith((".xml", ".rels")):
                continue  # printer settings, small pictures: other programs add them, and they hold no text
            with packed.open(part) as opened:
                content = opened.read(part.file_size + 1)  # never more than its declared size
            if any(mark in content for mark in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):  # NUL: not UTF-8
                raise _Unsafe("no spreadsheet")
            tags += content.count(b"<")
            if tags > MOST_TAGS:
                raise _Unsafe("many pieces", file=part.filename)
            unpacked.writestr(part.filename, content)
    return plain


def _cells_of(workbook: io.BytesIO, columns: int) -> list[tuple[Any, ...]]:
    """Read rows only within the limits: one cell far below or a merged sheet would exhaust memory.

    Of several sheets, take the first that begins like ours: somebody may have put notes before it.
    """
    sheets = load_workbook(workbook, read_only=True, keep_links=False, rich_text=False).worksheets
    for sheet in sheets:
        sheet.reset_dimensions()  # the size a sheet declares may be wrong
    ours = next((sheet for sheet in sheets if _begins_as_ours(sheet, columns)), sheets[0])
    rows = list(islice(ours.iter_rows(max_col=columns), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise _Unsafe("many rows")
    return rows


def _begins_as_ours(sheet: Any, columns: int) -> bool:
    first = next(iter(sheet.iter_rows(max_row=1, max_col=columns)), ())
    return tuple(str(cell.value or "") for cell in first[: len(BEFORE)]) == BEFORE


def _no_text(cell: Any) -> str | None:
    if cell.data_type == "f" or (isinstance(cell.value, str) and cell.value.startswith("=")):
        return "formula"
    if not isinstance(cell.value, str):
        return "number in a cell"
    return None


def _entries(rows: list[tuple[Any, ...]], languages: tuple[str, ...]) -> Iterator[ReturnedText]:
    last = len(BEFORE) + len(languages)
    for number, cells in enumerate(rows, start=2):
        values = [composed(str(cell.value or "")) for cell in cells]
        if not any(values):
            continue
        old = values[last].split()
        for index, language in enumerate(languages, start=len(BEFORE)):
            text = values[index].replace("\r\n", "\n").replace("_x000D_", "")
            yield ReturnedText(number, values[0], language, text, values[last + 1], outdated=language in old)
