"""Whatever comes as a file is taken or refused with a sentence: no other error, no endless work, no full memory."""

import io
import tempfile
import tracemalloc
import zipfile
import zlib
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from ruamel.yaml.error import YAMLError

from bot.content import Content, parse
from bot.editing.package import NoPackage, pack, unpack
from bot.engine.problems import BrokenContent
from bot.engine.reading import compose_yaml, read_yaml
from bot.exchange.back import Returned
from bot.exchange.po import from_po, to_po
from bot.exchange.xlsx import from_xlsx, to_xlsx
from tests import packages
from tests.fuzz.mangling import ANYTHING, mangled

TODAY = date(2026, 11, 23)
IN_PO = (
    b'"\n',
    b"msgid ",
    b"msgctxt ",
    b"msgstr[1] ",
    b'msgid_plural "x"\n',
    b"#, fuzzy\n",
    b"#~ ",
    b"#| ",
    b"\\",
    b"\\x",
    b'"Content-Type: text/plain; charset=utf-7\\n"\n',
    b'"Plural-Forms: nplurals=9; plural=n/0;\\n"\n',
    b'"POT-Creation-Date: 9999-99-99 99:99+9999\\n"\n',
    b"\r",
    b"\xe2\x80\xa8",
    b"\0",
)
IN_XML = (
    b"<row r='1048576'/>",
    b"<c r='ZZZZ9'/>",
    b"<c t='s'><v>99999</v></c>",
    b"<c t='d'><v>x</v></c>",
    b"<v>1e999</v>",
    b"&",
    b"<f>A1</f>",
    b"<!--",
    b"r='0'",
    b"r='-1'",
)
IN_YAML = (
    b"&a ",
    b"*a",
    b"!!int x",
    b"!!bool x",
    b"[" * 40,
    b"{",
    b"? ",
    b": ",
    b"- ",
    b"2001-02-30",
    b"\t",
    b"|\n",
    b"%YAML 9\n",
    b"<<: ",
    b"9" * 5000,
    b"---\n",
    b"\xef\xbb\xbf",
    b"\0",
)


@cache
def small() -> Content:
    with tempfile.TemporaryDirectory() as folder:
        return packages.read(Path(folder) / "package")


@cache
def handed_out() -> bytes:
    return to_po(small(), "lv", "ru", TODAY)


@cache
def spreadsheet() -> bytes:
    return to_xlsx(small(), "lv", TODAY)


@cache
def packed() -> bytes:
    return pack(small().files, "0")


def repacked(name: str, part: bytes) -> bytes:
    """The spreadsheet with another part in place of one of its own."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(spreadsheet())) as old, zipfile.ZipFile(written, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename, part if member.filename == name else old.read(member))
    return written.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(spreadsheet())) as opened:
        return opened.read(name)


@settings(max_examples=40)
@given(st.data())
def test_any_po_file_is_taken_or_refused(data: st.DataObject) -> None:
    given_back = data.draw(ANYTHING | mangled(handed_out(), IN_PO))
    assert isinstance(from_po(small(), "a.po", given_back), Returned)


@settings(max_examples=60)
@given(st.data())
def test_any_spreadsheet_is_taken_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]))
    given_back = repacked(name, data.draw(mangled(part(name), IN_XML))) if name else data.draw(mangled(spreadsheet()))
    assert isinstance(from_xlsx(small(), "a.xlsx", given_back, "lv"), Returned)


@given(st.data())
def test_any_package_is_read_or_refused(data: st.DataObject) -> None:
    with suppress(NoPackage):
        unpack(data.draw(ANYTHING | mangled(packed())))


@given(st.data())
def test_any_yaml_is_read_or_refused(data: st.DataObject) -> None:
    chapter = packages.CHAPTER.encode()
    text = data.draw(ANYTHING | mangled(chapter, IN_YAML)).decode("utf-8", "replace")
    for read in (read_yaml, compose_yaml):
        with suppress(YAMLError):
            read(text)


@settings(max_examples=60)
@given(st.data())
def test_any_changed_content_is_proved_or_refused_with_its_problems(data: st.DataObject) -> None:
    files = dict(small().files)
    name = data.draw(st.sampled_from(sorted(files)))
    bits = IN_PO if name.endswith(".po") else IN_YAML
    files[name] = data.draw(mangled(files[name].encode(), bits)).decode("utf-8", "replace")
    with suppress(BrokenContent):
        parse(files)


# --- Bombs ------------------------------------------------------------------------------------------------------------

MOST = 100_000_000
MERGED = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
SHEET = "xl/worksheets/sheet1.xml"


def lying() -> bytes:
    """A part that says it is ten bytes long, with the checksum of those ten, and unpacks to 200 MB."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr(SHEET, b" " * 200_000_000)
    data, true = whole.getvalue(), zipfile.ZipFile(whole).getinfo(SHEET)
    crc = zlib.crc32(b" " * 10)
    for before, after in ((true.file_size, 10), (true.CRC, crc)):
        data = data.replace(before.to_bytes(4, "little"), after.to_bytes(4, "little"))
    return data


BOMBS = {
    "a merged sheet": lambda: repacked(SHEET, part(SHEET).replace(b"</worksheet>", MERGED)),
    "a cell far below": lambda: repacked(SHEET, part(SHEET).replace(b"</sheetData>", FAR)),
    "a size that is a lie": lying,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_spreadsheet_that_would_fill_the_memory_does_not(bomb: str) -> None:
    data = BOMBS[bomb]()
    small()
    tracemalloc.start()
    back = from_xlsx(small(), "a.xlsx", data, "lv")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(back, Returned)
    assert back.changes == ()
    assert most < MOST


def test_references_that_stand_for_more_than_a_memory_holds_are_refused() -> None:
    levels = "\n".join(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12))
    with pytest.raises(YAMLError, match="reference"):
        read_yaml(f"a0: &a0 [x]\n{levels}")


@pytest.mark.parametrize("deep", ["[", "{", "a: [", "- ", "? ", "- ? "])
def test_a_nest_that_would_end_the_program_is_refused(deep: str) -> None:
    for read in (read_yaml, compose_yaml):
        for before, after in (("", ""), ("a: &x ", ""), ("", "\tx")):
            with pytest.raises(YAMLError, match="deeper"):
                read(f"{before}{deep * 100_000}{after}")


@pytest.mark.parametrize(
    "said", ["nplurals=90000000; plural=0;", 'nplu"\n"rals=90000000; plural=0;', "nplurals*=utf-8''9; plural=0;"]
)
def test_plural_forms_without_end_take_no_memory(said: str) -> None:
    head, _, rest = handed_out().decode().partition('"Plural-Forms: ')
    bomb = f'{head}"Plural-Forms: {said}{rest[rest.index(chr(92)) :]}'
    bomb += '\nmsgctxt "x"\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n'
    tracemalloc.start()
    back = from_po(small(), "a.po", bomb.encode())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "plural forms" in back.problems[0].sentence
    assert most < MOST


def test_entities_that_stand_for_more_than_a_memory_holds_make_no_spreadsheet() -> None:
    sheet = part(SHEET).decode()
    names = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10))
    start = sheet.index("<worksheet")
    laugh = f'{sheet[:start]}<!DOCTYPE w [<!ENTITY a0 "lol">{names}]>{sheet[start:]}'
    cell = '<row r="9"><c r="A9" t="inlineStr"><is><t>&a9;</t></is></c></row></sheetData>'
    back = from_xlsx(small(), "a.xlsx", repacked(SHEET, laugh.replace("</sheetData>", cell).encode()), "lv")
    assert back.changes == ()
    assert back.problems


def test_the_spreadsheet_that_is_mangled_here_is_one() -> None:
    assert load_workbook(io.BytesIO(spreadsheet())).worksheets[0].max_row > 1
    assert from_xlsx(small(), "a.xlsx", repacked(SHEET, part(SHEET)), "lv") == Returned()
