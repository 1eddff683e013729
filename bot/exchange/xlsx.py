"""All languages side by side as a spreadsheet, and back. What comes back is data: no formula, no macro, no bomb."""

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
from bot.exchange.back import Entry, Opened, Returned, judged, not_opened
from bot.exchange.rows import Pairs, Row, context, rows

BEFORE, AFTER = ("id", "what it is and what stays"), ("outdated", "mark")
WIDTHS = {"id": 26, "what it is and what stays": 46, "outdated": 10, "mark": 12}
LARGEST, LARGEST_UNPACKED, MOST_PARTS, MOST_ROWS = 5_000_000, 20_000_000, 60, 20_000
MOST_TAGS = 1_000_000
"""Many times what the shipped content takes, and far from what could fill a memory."""
OLD = PatternFill("solid", start_color="FFF2CC")


def to_xlsx(content: Content, source: str, day: date, behind: Pairs = frozenset()) -> bytes:
    """One row a text. Only the texts and “outdated” can be changed; an outdated text is coloured."""
    book = Workbook(write_only=True)
    book.properties.creator = "Blakus"
    book.properties.created = book.properties.modified = datetime.combine(day, time(), UTC).replace(tzinfo=None)
    sheet = book.create_sheet("Blakus")
    heads = (*BEFORE, *content.dialogue.languages, *AFTER)
    for number, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(head, 60)
    sheet.freeze_panes = "C2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # in this format: allowed
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in rows(content, source, behind):
        sheet.append(list(_cells(sheet, content, row, source)))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cells(sheet: Any, content: Content, row: Row, source: str) -> Iterator[Any]:
    languages = content.dialogue.languages
    target = next(one for one in languages if one != source)
    yield _cell(sheet, row.key)
    yield _cell(sheet, "\n".join(context(content, row, source, target)))
    for language in languages:
        yield _cell(sheet, row.texts[language], locked=False, old=language in row.outdated)
    yield _cell(sheet, " ".join(one for one in languages if one in row.outdated), locked=False)
    yield _cell(sheet, row.mark)


def _cell(sheet: Any, text: str, locked: bool = True, old: bool = False, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # a text that begins with = is still a text
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.protection = Protection(locked=locked)
    if bold:
        cell.font = Font(bold=True)
    if old:
        cell.fill = OLD
    return cell


def from_xlsx(content: Content, file: str, data: bytes, source: str) -> Returned:
    """What a returned spreadsheet changes, or why it cannot be taken."""
    return judged(content, file, open_xlsx(content, file, data, source))


def open_xlsx(content: Content, file: str, data: bytes, source: str) -> Opened:
    """The texts of a returned spreadsheet, not yet compared with anything."""
    heads = (*BEFORE, *content.dialogue.languages, *AFTER)
    try:
        first, *below = _cells_of(_unpacked(data), len(heads))
    except _Unsafe as unsafe:
        return not_opened(unsafe.rule, file, **unsafe.values)
    except Exception:  # from outside, and unpacked safely: whatever the library trips over, it is no spreadsheet
        return not_opened("no spreadsheet", file)
    if tuple(str(cell.value or "") for cell in first) != heads:
        return not_opened("other heads", file, 1, heads=", ".join(heads))
    filled = (cell for row in below for cell in row if cell.value is not None)
    if wrong := [broken(rule, file, cell.row, cell=cell.coordinate) for cell in filled if (rule := _no_text(cell))]:
        return Opened(problems=tuple(wrong))
    return Opened(source, tuple(_entries(below, content.dialogue.languages)))


class _Unsafe(Exception):
    """This file is not opened: it breaks a rule."""

    def __init__(self, rule: str, /, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.values = rule, values


def _unpacked(data: bytes) -> io.BytesIO:
    """The same workbook with nothing packed in it, so that the sizes a bomb hides can hide nothing any more."""
    if len(data) > LARGEST:
        raise _Unsafe("large file")
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as unpacked:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise _Unsafe("large unpacked")
        names = " ".join(part.filename.lower() for part in parts)
        if any(one in names for one in ("vbaproject", "macrosheets", "activex", "embeddings", "externallink")):
            raise _Unsafe("macro")
        tags = 0
        for part in parts:
            if not part.filename.lower().endswith((".xml", ".rels")):
                continue  # a printer's settings, a small picture: other programs add such, and no text is in them
            with packed.open(part) as opened:
                content = opened.read(part.file_size + 1)  # never more than it says of itself
            if any(one in content for one in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):  # the last: no UTF-8, no XML of ours
                raise _Unsafe("no spreadsheet")
            tags += content.count(b"<")
            if tags > MOST_TAGS:
                raise _Unsafe("many pieces", file=part.filename)
            unpacked.writestr(part.filename, content)
    return plain


def _cells_of(workbook: io.BytesIO, columns: int) -> list[tuple[Any, ...]]:
    """Row by row and no further than texts can reach: one cell far below or a merged sheet would fill a memory.

    Of several sheets it is the first that begins as ours does: somebody may have put notes before it.
    """
    sheets = load_workbook(workbook, read_only=True, keep_links=False, rich_text=False).worksheets
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
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


def _entries(rows: list[tuple[Any, ...]], languages: tuple[str, ...]) -> Iterator[Entry]:
    last = len(BEFORE) + len(languages)
    for number, cells in enumerate(rows, start=2):
        values = [composed(str(cell.value or "")) for cell in cells]
        if not any(values):
            continue
        old = values[last].split()
        for index, language in enumerate(languages, start=len(BEFORE)):
            text = values[index].replace("\r\n", "\n").replace("_x000D_", "")
            yield Entry(number, values[0], language, text, values[last + 1], outdated=language in old)
