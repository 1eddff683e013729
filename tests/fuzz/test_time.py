"""Files built to be slow are read in time that grows with their size, not with its square.

Each is read in the child process, where work is counted, never the time that passes. Reading in a straight line takes
these sizes a second or two; what looks at every pair of lines would take minutes and is stopped.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping

import pytest

from bot import outside
from bot.apart import Apart
from bot.editing import Edit
from bot.editing.package import pack
from bot.exchange.back import Opened
from tests.fuzz.test_files import SHEET, handed_out, part, repacked, small

BUDGET = 30
"""Seconds of work: what grows with the size needs seven at most on the machine this was written on."""
SIZE = 300_000
"""Letters; the catalogues of the shipped content have as many."""


def times(unit: str) -> str:
    return unit * (SIZE // len(unit))


def numbered(unit: str) -> str:
    """The unit with another number each time."""
    return "".join(unit.replace("N", str(number)) for number in range(SIZE // len(unit)))


@pytest.fixture(scope="module")
def child() -> Iterator[Apart]:
    made = Apart()
    yield made
    made.stop()


HEAD = 'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
PO: Mapping[str, Callable[[], str]] = {
    "a head broken by empty lines": lambda: 'msgid ""\nmsgstr ""\n' + times('"Language: ru\\n"\n\n \n'),
    "empty lines": lambda: HEAD + times("\n \n"),
    "one long line": lambda: HEAD + f'msgctxt "a"\nmsgid "{times("a")}"\nmsgstr "b"\n',
    "a line without an end": lambda: HEAD + f'msgid "{times("a")}',
    "quotes in quotes": lambda: HEAD + f'msgctxt "a"\nmsgid "{times(chr(92) + chr(34))}"\nmsgstr ""\n',
    "backslashes": lambda: HEAD + f'msgctxt "a"\nmsgid "{times(chr(92) * 2)}{chr(92)}"\n',
    "a text in many lines": lambda: HEAD + 'msgctxt "a"\nmsgid ""\n' + times('"word "\n') + 'msgstr ""\n',
    "many texts": lambda: HEAD + numbered('msgctxt "N"\nmsgid "N"\nmsgstr "N"\n\n'),
    "one text many times": lambda: HEAD + times('msgctxt "a"\nmsgid "a"\nmsgstr "a"\n\n'),
    "many ids": lambda: HEAD + times('msgctxt "a"\n'),
    "what is gone": lambda: HEAD + times('#~ msgid "a"\n#~ msgstr "a"\n'),
    "comments": lambda: HEAD + times("#, fuzzy\n#| a\n#. mark: x\n"),
    "flags": lambda: HEAD + "#, " + times("fuzzy, ") + '\nmsgctxt "a"\nmsgid "a"\nmsgstr "a"\n',
    "plural forms": lambda: HEAD + 'msgctxt "a"\nmsgid "a"\nmsgid_plural "a"\n' + times('msgstr[1] "a"\n'),
    "names of a head": lambda: 'msgid ""\nmsgstr ""\n' + numbered('"Plural-Forms-N: N"\n'),
    "blanks": lambda: HEAD + f'msgctxt "menu"\nmsgid "{times("%(")}{times("{")}"\nmsgstr "{times("{a}")}"\n',
}


@pytest.mark.parametrize("how", PO)
async def test_no_catalogue_of_a_translator_takes_long(child: Apart, how: str) -> None:
    back = await child.ask(BUDGET, outside.opened, small().files, "a.po", PO[how]().encode())
    assert isinstance(back, Opened)


STYLES = "xl/styles.xml"
XML: Mapping[str, Callable[[], tuple[str, bytes]]] = {
    "rows": lambda: (SHEET, _cells(numbered('<row r="N"/>'))),
    "cells in a row": lambda: (SHEET, _cells('<row r="9">' + times('<c r="A9"/>') + "</row>")),
    "texts": lambda: (SHEET, _cells(numbered('<row r="N"><c r="AN" t="inlineStr"><is><t>x</t></is></c></row>'))),
    "one long text": lambda: (SHEET, _cells(f'<row r="9"><c r="A9" t="str"><v>{times("a")}</v></c></row>')),
    "nested parts": lambda: (SHEET, _cells(times("<a>"))),
    "nested and closed parts": lambda: (SHEET, _cells("<a>" * (SIZE // 7) + "</a>" * (SIZE // 7))),
    "attributes": lambda: (SHEET, _cells("<row " + numbered('aN="x" ') + "/>")),
    "merged cells": lambda: (SHEET, _cells("", numbered('<mergeCell ref="A1:BN"/>'))),
    "signs": lambda: (SHEET, _cells(f'<row r="9"><c r="A9" t="str"><v>{times("&amp;")}</v></c></row>')),
    "styles": lambda: (STYLES, part(STYLES).replace(b"<fonts", times("<numFmt/>").encode() + b"<fonts")),
}


def _cells(rows: str, after: str = "") -> bytes:
    sheet = part(SHEET).replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    return sheet.replace(b"</worksheet>", f"<mergeCells>{after}</mergeCells></worksheet>".encode()) if after else sheet


@pytest.mark.parametrize("how", XML)
async def test_no_spreadsheet_takes_long(child: Apart, how: str) -> None:
    back = await child.ask(BUDGET, outside.opened, small().files, "a.xlsx", repacked(*XML[how]()))
    assert isinstance(back, Opened)


def _zip(entries: Mapping[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return written.getvalue()


def _with_facts(text: str) -> bytes:
    return pack({**small().files, "dialogs/facts.yaml": text}, "0")


ZIP: Mapping[str, Callable[[], bytes]] = {
    "many names": lambda: _zip({f"dialogs/a{number}.yaml": "" for number in range(SIZE // 100)}),
    "what a computer adds": lambda: _zip({f"{'a/' * number}.DS_Store": "" for number in range(SIZE // 1000)}),
    "a long name": lambda: _zip({f"dialogs/{'a-' * 30_000}.yaml": "x"}),
    "a nested table of contents": lambda: _zip({"package.json": times("[")}),
    "a long table of contents": lambda: _zip({"package.json": '{"files": {' + numbered('"N": "x", ') + '"a": "b"}}'}),
    "empty lines": lambda: _with_facts(times("\n")),
    "many facts": lambda: _with_facts("facts:\n" + numbered("  fN:\n    kind: x\n")),
}


@pytest.mark.parametrize("how", ZIP)
async def test_no_package_takes_long_to_unpack(child: Apart, how: str) -> None:
    kept = ("facts", "services", "places")
    assert await child.ask(BUDGET, outside.unpacked, ZIP[how](), small().files, kept)


YAML: Mapping[str, Callable[[], str]] = {
    "brackets": lambda: times("[" * 50 + "]" * 50 + "\n"),
    "braces": lambda: "a: " + times("{a: " * 20 + "}" * 20 + ", "),
    "dashes": lambda: times("- " * 50 + "a\n"),
    "dashes far apart": lambda: "-" + times(" ") + "-\n" + times("-  "),
    "keys": lambda: numbered("kN: a\n"),
    "one key many times": lambda: times("k: a\n"),
    "a long line": lambda: "a: " + times("a"),
    "a long quote": lambda: 'a: "' + times("\\n") + '"',
    "quotes in quotes": lambda: "a: '" + times("''") + "'",
    "a text in many lines": lambda: "a: |\n" + times("  a\n"),
    "a folded text": lambda: "a: >\n" + times("  a\n\n"),
    "empty lines": lambda: "a:" + times("\n  \n"),
    "comments": lambda: "a:\n" + times("  # a\n"),
    "signs that need the slow reader": lambda: times("- !\n")[: SIZE // 10] + "- &a b\n",
    "documents": lambda: times("---\n"),
    "numbers": lambda: "a: " + times("9") + "\nb: 0x" + times("f"),
    "screens": lambda: "screens:\n" + numbered("  sN:\n    topic: a\n"),
}
WHERE = ("dialogs/all.yaml", "dialogs/facts.yaml", "dialogs/forbidden.yaml", "dialogs/words.yaml")


@pytest.mark.parametrize("how", YAML)
@pytest.mark.parametrize("name", WHERE)
async def test_no_file_of_a_package_takes_long(child: Apart, name: str, how: str) -> None:
    reading = await child.ask(BUDGET, outside.read, {**small().files, name: YAML[how]()})
    assert not any("too long" in problem.sentence for problem in reading.problems)


@pytest.mark.parametrize("how", PO)
async def test_no_catalogue_of_a_package_takes_long_also_when_it_is_edited(child: Apart, how: str) -> None:
    files = {**small().files, "locales/lv/LC_MESSAGES/dialogs.po": PO[how]()}
    reading = await child.ask(BUDGET, outside.read_edited, files, (Edit("text", "court", "Tiesa.", "lv"),))
    assert not any("too long" in problem.sentence for problem in reading.problems)


async def test_the_files_that_are_built_here_are_read_where_they_are_right(child: Apart) -> None:
    assert (await child.ask(BUDGET, outside.opened, small().files, "a.po", handed_out())).entries
    assert (await child.ask(BUDGET, outside.read, small().files)).content
