"""Texts to translators and back: with everything they have to see, and nothing taken that is not a translation."""

import io
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot import content as contents
from bot import outside
from bot.__main__ import main
from bot.apart import Apart
from bot.content import HERE, Content
from bot.engine.languages import LANGUAGES
from bot.exchange.back import Change, Returned, apply_changes
from bot.exchange.po import from_po, to_po
from bot.exchange.rows import fallen_behind, mark_fuzzy
from bot.exchange.xlsx import from_xlsx, to_xlsx
from tests.conftest import ROOT

TODAY = date(2026, 11, 23)
Handed = Mapping[tuple[str, str], bytes]
PAIRS = [("lv", "ru"), ("lv", "en"), ("ru", "lv"), ("ru", "en"), ("en", "lv"), ("en", "ru")]
CATALOGUES = sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po"))
FREE = {
    "doublequoting": "each language has its own quotation marks: „…”, «…», “…”",
    "singlequoting": "English has an apostrophe, Latvian and Russian have none",
    "sentencecount": "the languages are peers: the same thing may take one sentence or two",
    "doublewords": "it looks across the end of a sentence: “leave it. It”",
    "unchanged": "names of languages, and texts that are only a fact, are alike everywhere",
    "simplecaps": "English writes the days of the week with a capital, Latvian the polite “Jūs”",
    "startcaps": "the same, for the first letter; and a text may begin with a number in one language only",
    "acronyms": "words in capitals are stressed words, and Latvian has a word of its own for SMS",
    "startpunc": "a name in quotation marks may begin a text in one language and not in another",
    "endpunc": "Russian puts the full stop after the closing quotation mark",
    "puncspacing": "it takes a closing quotation mark after a full stop for a missing space",
    "short": "the preposition “no” is “с” in Russian",
    "long": "the preposition “с” is “from” in English",
}
"""Tests of pofilter that are left out, and why."""


@pytest.fixture(scope="module")
def handed_out(shipped: Content) -> Handed:
    return {(source, target): to_po(shipped, source, target, TODAY) for source, target in PAIRS}


@pytest.fixture(scope="module")
def spreadsheet(shipped: Content) -> bytes:
    return to_xlsx(shipped, "lv", TODAY)


@pytest.mark.parametrize("source,target", PAIRS)
def test_what_is_handed_out_and_not_touched_changes_nothing(
    shipped: Content, handed_out: Handed, source: str, target: str
) -> None:
    assert from_po(shipped, "a.po", handed_out[source, target]) == Returned()


def test_a_spreadsheet_that_is_not_touched_changes_nothing(shipped: Content, spreadsheet: bytes) -> None:
    assert from_xlsx(shipped, "a.xlsx", spreadsheet, "lv") == Returned()


def test_a_translator_sees_where_a_text_stands_and_what_must_stay(handed_out: Handed, shipped: Content) -> None:
    handed = handed_out["lv", "ru"].decode()
    entry = handed.split("\n\n")[[*re.findall(r'msgctxt "(.*)"', handed)].index("menu.help:rehab") + 1]
    assert "#. button, on screen menu.help, leads to rehab-adult" in entry
    assert "at most 40 characters" in entry
    assert "#. beside it: " in entry
    said = " ".join(line.removeprefix("#. ") for line in handed.splitlines())
    assert "keep {fact:court_fee}: reads “бесплатно”, in lv “bez maksas”" in said


def test_one_changed_text_changes_one_entry_and_nothing_else(handed_out: Handed, shipped: Content) -> None:
    handed = handed_out["lv", "ru"].decode()
    back = from_po(shipped, "a.po", handed.replace('msgstr "Назад"', 'msgstr "Вернуться"', 1).encode())
    assert back == Returned((Change("exit:back", "ru", "Вернуться"),))
    files = apply_changes(shipped.files, back.changes)
    (name,) = [name for name in files if files[name] != shipped.files[name]]
    old, new = shipped.files[name].splitlines(), files[name].splitlines()
    assert [(a, b) for a, b in zip(old, new, strict=True) if a != b] == [('msgstr "Назад"', 'msgstr "Вернуться"')]


WRONG_PO = {
    "id": ('msgctxt "exit:back"', 'msgctxt "exit:bak"', "the id “exit:bak” is none of this package"),
    "no id": ('msgctxt "exit:back"\n', "", "this text has lost its id"),
    "twice": ('msgctxt "exit:back"', 'msgctxt "exit:human"', "stands there twice"),
    "placeholder": ("Если грозит опасность: {fact:emergency_phone}.", "Если.", "has lost {fact:emergency_phone} in ru"),
    "another": ('msgstr "Назад"', 'msgstr "{fact:court_fee}"', "has {fact:court_fee} in ru, which is not in the text"),
    "empty": ('msgstr "Назад"', 'msgstr ""', "“exit:back” is empty in ru"),
    "source": ('msgid "Atpakaļ"', 'msgid "Atpakal"', "has changed since this file was handed out"),
    "mark": ("#. mark: ", "#. mark: 0", "has changed since this file was handed out"),
    "language": ('"Language: ru', '"Language: de', "the head of the file says it is from “lv” into “de”"),
    "broken": ('msgstr "Назад"', 'msgstr "Назад', "this line is not readable PO"),
    "fuzzy": ('msgctxt "exit:back"\nmsgid "Atpakaļ"\nmsgstr "Назад"',
              '#, fuzzy\nmsgctxt "exit:back"\nmsgid "Atpakaļ"\nmsgstr "Обратно"', "still marked fuzzy"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_PO)
def test_a_po_file_that_was_damaged_is_refused_with_line_and_sentence(
    shipped: Content, handed_out: Handed, wrong: str
) -> None:
    before, after, sentence = WRONG_PO[wrong]
    handed = handed_out["lv", "ru"].decode()
    assert before in handed
    back = from_po(shipped, "a.po", handed.replace(before, after, 1).encode())
    assert back.changes == ()
    assert sentence in "\n".join(map(str, back.problems))
    assert all(problem.file == "a.po" for problem in back.problems)
    assert wrong in {"twice", "language"} or all(problem.line for problem in back.problems)


@pytest.mark.parametrize("named", [b"ru_RU", b"ru-RU", b"ru"])
def test_a_language_may_be_named_with_its_country(shipped: Content, handed_out: Handed, named: bytes) -> None:
    data = handed_out["lv", "ru"].replace(b'"Language: ru\\n"', b'"Language: ' + named + b'\\n"')
    back = from_po(shipped, "a.po", data)
    assert (back.problems, back.changes) == ((), ())


def test_where_a_program_dropped_our_line_of_the_head_the_originals_say_what_was_translated(
    shipped: Content, handed_out: Handed
) -> None:
    data = handed_out["en", "ru"]
    dropped = data.replace(b'"X-Blakus-Source: en\\n"\n', b"")
    assert len(dropped) < len(data)
    back = from_po(shipped, "a.po", dropped)
    assert (back.problems, back.changes) == ((), ())


async def test_a_megabyte_of_empty_lines_is_read_like_any_other(shipped: Content, handed_out: Handed) -> None:
    """A reader whose work grows with the square of what it reads would sit here for an hour, so it is one to be killed.

    The budget counts work, not time: reading this takes a second or two of it.
    """
    child = Apart()
    try:
        data = handed_out["lv", "ru"] + b"\n" * 1_000_000
        assert (await child.ask(30, outside.opened, shipped.files, "a.po", data)).entries
        broken = b'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"Plural-Forms: npl"' + b"\n" * 1_000_000 + b'"urals=99;"\n'
        back = await child.ask(30, outside.opened, shipped.files, "a.po", broken)
        assert "more plural forms" in str(back.problems[0])
    finally:
        child.stop()


def test_a_file_in_another_alphabet_or_language_is_refused(shipped: Content, handed_out: Handed) -> None:
    english = handed_out["lv", "en"].replace(b'"Language: en', b'"Language: ru')
    assert "look like “en”" in str(from_po(shipped, "a.po", english).problems[0])
    latvian = handed_out["ru", "lv"].replace(b'"Language: lv', b'"Language: en')
    assert "look like “lv”" in str(from_po(shipped, "a.po", latvian).problems[0])
    assert "UTF-8" in str(from_po(shipped, "a.po", "ž".encode("cp1257")).problems[0])


def edited(data: bytes, edit: Callable[[Any], None]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    edit(book.worksheets[0])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def row_of(sheet: Any, key: str) -> int:
    return next(int(cell.row) for cell in sheet["A"] if cell.value == key)


def column_of(sheet: Any, head: str) -> int:
    return next(int(cell.column) for cell in sheet[1] if cell.value == head)


def put(key: str, head: str, value: object) -> Callable[[Any], None]:
    return lambda sheet: sheet.cell(row_of(sheet, key), column_of(sheet, head), value) and None


def test_a_spreadsheet_gives_back_what_was_written_into_it(shipped: Content, spreadsheet: bytes) -> None:
    back = from_xlsx(shipped, "a.xlsx", edited(spreadsheet, put("exit:back", "en", "Go back")), "lv")
    assert back == Returned((Change("exit:back", "en", "Go back"),))


@pytest.mark.parametrize("source,target", PAIRS)
def test_letters_that_a_program_took_to_pieces_are_no_changes(
    shipped: Content, handed_out: Handed, source: str, target: str
) -> None:
    """As macOS and some editors write them; and soft hyphens, which nobody sees."""
    pieces = unicodedata.normalize("NFD", handed_out[source, target].decode()).replace("Telegram", "Tele\u00adgram")
    assert from_po(shipped, "a.po", pieces.encode()) == Returned()


def test_a_spreadsheet_whose_letters_were_taken_to_pieces_changes_nothing(shipped: Content, spreadsheet: bytes) -> None:
    def take_to_pieces(sheet: Any) -> None:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = unicodedata.normalize("NFD", cell.value)

    assert from_xlsx(shipped, "a.xlsx", edited(spreadsheet, take_to_pieces), "lv") == Returned()


def test_only_texts_can_be_written_into_a_spreadsheet(spreadsheet: bytes) -> None:
    sheet = load_workbook(io.BytesIO(spreadsheet)).worksheets[0]
    assert sheet.protection.sheet
    heads = [cell.value for cell in sheet[1]]
    assert {head for head, cell in zip(heads, sheet[2], strict=True) if not cell.protection.locked} == {
        *LANGUAGES, "outdated"}  # fmt: skip
    assert {cell.data_type for cells in sheet.iter_rows() for cell in cells} <= {"s", "n", "inlineStr"}


def test_a_text_that_looks_like_a_formula_is_handed_out_as_a_text(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    catalogue = folder / "locales" / "en" / "LC_MESSAGES" / "dialogs.po"
    catalogue.write_text(catalogue.read_text().replace('msgstr "Back"', 'msgstr "=1+1"', 1))
    sheet = load_workbook(io.BytesIO(to_xlsx(contents.read(folder), "lv", TODAY))).worksheets[0]
    cell = sheet.cell(row_of(sheet, "exit:back"), column_of(sheet, "en"))
    assert (cell.value, cell.data_type) == ("=1+1", "s")


WRONG_CELL = {
    "id": (put("exit:back", "id", "exit:bak"), "the id “exit:bak” is none of this package"),
    "formula": (put("exit:back", "ru", '=HYPERLINK("https://example.org","Назад")'), "holds a formula"),
    "number": (put("exit:back", "ru", 112), "made a number or a date of the cell"),
    "date": (put("exit:back", "ru", TODAY), "made a number or a date of the cell"),
    "placeholder": (put("start", "ru", "Здравствуйте!"), "has lost {fact:emergency_phone} in ru"),
    "empty": (put("exit:back", "ru", " "), "“exit:back” is empty in ru"),
    "mark": (put("exit:back", "mark", "0123456789"), "has changed since this file was handed out"),
}


@pytest.mark.parametrize("wrong", WRONG_CELL)
def test_a_spreadsheet_that_was_damaged_is_refused_with_row_and_sentence(
    shipped: Content, spreadsheet: bytes, wrong: str
) -> None:
    edit, sentence = WRONG_CELL[wrong]
    back = from_xlsx(shipped, "a.xlsx", edited(spreadsheet, edit), "lv")
    assert back.changes == ()
    sheet = load_workbook(io.BytesIO(spreadsheet)).worksheets[0]
    assert {problem.line for problem in back.problems} == {
        row_of(sheet, "start" if wrong == "placeholder" else "exit:back")
    }
    assert sentence in str(back.problems[0])
    assert len({*map(str, back.problems)}) == len(back.problems)  # nothing is said twice


def test_two_mixed_up_columns_and_a_changed_head_are_refused(shipped: Content, spreadsheet: bytes) -> None:
    def mix(sheet: Any) -> None:
        for row in range(2, sheet.max_row + 1):
            one, other = (sheet.cell(row, column_of(sheet, head)) for head in ("ru", "en"))
            one.value, other.value = other.value, one.value

    said = "\n".join(map(str, from_xlsx(shipped, "a.xlsx", edited(spreadsheet, mix), "lv").problems))
    assert "the texts given as “ru” look like “en”" in said
    renamed = edited(spreadsheet, lambda sheet: sheet.cell(1, 1, "ID") and None)
    assert "the first row must stay" in str(from_xlsx(shipped, "a.xlsx", renamed, "lv").problems[0])


def repacked(data: bytes, name: str, part: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, part)
    return written.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    "name,part,sentence",
    [
        ("xl/vbaProject.bin", b"macro", "holds a macro"),
        ("xl/macrosheets/sheet1.xml", b"<x/>", "holds a macro"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", "a link to another one"),
        ("xl/worksheets/sheet1.xml", ENTITIES, "not a spreadsheet"),
        ("xl/media/bomb", b"0" * 61_000_000, "unpacked, the file is larger"),
        ("[Content_Types].xml", b"<x/>", "not a spreadsheet"),
        ("xl/workbook.xml", b"not xml", "not a spreadsheet"),
    ],
    ids=["macro", "macro sheet", "link", "entities", "bomb", "no types", "no workbook"],
)
def test_what_a_spreadsheet_must_not_hold_is_refused_before_it_is_opened(
    shipped: Content, spreadsheet: bytes, name: str, part: bytes, sentence: str
) -> None:
    back = from_xlsx(shipped, "a.xlsx", repacked(spreadsheet, name, part), "lv")
    assert back.changes == ()
    assert sentence in str(back.problems[0])


@pytest.mark.parametrize(
    "name, part",
    [
        ("xl/printerSettings/printerSettings1.bin", b"\0\x04P\0r\0i\0n\0t\0e\0r\0"),
        ("docProps/thumbnail.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
    ],
)
def test_what_other_programs_add_to_a_spreadsheet_is_passed_over(
    shipped: Content, spreadsheet: bytes, name: str, part: bytes
) -> None:
    back = from_xlsx(shipped, "a.xlsx", repacked(spreadsheet, name, part), "lv")
    assert (back.problems, back.changes) == ((), ())


def test_a_sheet_of_notes_may_stand_before_the_texts(shipped: Content, spreadsheet: bytes) -> None:
    book = load_workbook(io.BytesIO(edited(spreadsheet, lambda sheet: sheet.cell(3, 3, "Citādi.") and None)))
    book.create_sheet("Piezīmes", 0).append(["Te ir manas piezīmes."])
    saved = io.BytesIO()
    book.save(saved)
    back = from_xlsx(shipped, "a.xlsx", saved.getvalue(), "lv")
    assert ([change.text for change in back.changes], back.problems) == (["Citādi."], ())


def test_millions_of_pieces_are_refused_before_anybody_reads_them(shipped: Content, spreadsheet: bytes) -> None:
    strings = b'<?xml version="1.0"?><sst>' + b"<si/>" * 3_000_000 + b"</sst>"
    back = from_xlsx(shipped, "a.xlsx", repacked(spreadsheet, "xl/sharedStrings.xml", strings), "lv")
    assert "holds more pieces than all texts" in str(back.problems[0])
    assert "sharedStrings" in str(back.problems[0])


def test_something_else_is_no_spreadsheet(shipped: Content) -> None:
    for data in (b"", b"PK", b"id,lv,ru\n", b"\0" * 5_000_001):
        assert from_xlsx(shipped, "a.xlsx", data, "lv").problems


def test_a_translation_is_outdated_when_another_language_changed_alone() -> None:
    before = {"lv": {"a": "1", "b": "1"}, "ru": {"a": "1", "b": "1"}, "en": {"a": "1", "b": "1"}}
    after = {"lv": {"a": "2", "b": "2"}, "ru": {"a": "2", "b": "1"}, "en": {"a": "1", "b": "1", "c": "1"}}
    assert fallen_behind(before, after) == {("a", "en"), ("b", "ru"), ("b", "en")}
    assert fallen_behind(before, after, frozenset({("b", "en")})) == {("a", "en"), ("b", "ru")}


def test_what_is_outdated_is_marked_blocks_and_is_released_by_a_translator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copied(tmp_path)
    for name, text in mark_fuzzy(contents.read(folder).files, [("exit:back", "ru"), ("exit:back", "ru")]).items():
        (folder / name).write_text(text)
    assert main(["check", str(folder)]) == 1
    assert "the text “exit:back” is outdated in ru" in capsys.readouterr().err
    assert main(["content", "po", "--to", str(tmp_path / "out"), "--package", str(folder)]) == 0
    file = tmp_path / "out" / "blakus.lv-ru.po"
    handed = file.read_text()
    assert handed.count("#, fuzzy\n") == 1
    (tmp_path / "out" / "blakus.lv-en.po").unlink()
    file.write_text(handed.replace("#, fuzzy\n", ""))
    assert main(["content", "po", "--from", str(tmp_path / "out"), "--package", str(folder)]) == 0
    assert "1 texts taken" in capsys.readouterr().out
    assert contents.read(folder).files == contents.read().files


def test_the_earlier_source_is_told_beside_an_outdated_text(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    catalogue = folder / "locales" / "lv" / "LC_MESSAGES" / "dialogs.po"
    catalogue.write_text(catalogue.read_text().replace('msgstr "Atpakaļ"', 'msgstr "Atgriezties"', 1))
    out = tmp_path / "out"
    assert main(["content", "po", "--to", str(out), "--package", str(folder), "--since", str(HERE)]) == 0
    entry = next(part for part in (out / "blakus.lv-ru.po").read_text().split("\n\n") if 'msgctxt "exit:back"' in part)
    assert "#, fuzzy\n" in entry
    assert '#| msgid "Atpakaļ"\n' in entry
    assert 'msgid "Atgriezties"\n' in entry


def test_a_spreadsheet_goes_out_and_comes_back_by_two_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = copied(tmp_path), tmp_path / "texts.xlsx"
    assert main(["content", "xlsx", "--to", str(file), "--package", str(folder)]) == 0
    file.write_bytes(edited(file.read_bytes(), put("exit:back", "en", "Go back")))
    assert main(["content", "xlsx", "--from", str(file), "--package", str(folder)]) == 0
    assert contents.read(folder).text("exit:back", "en") == "Go back"
    assert main(["content", "xlsx", "--from", str(file), "--package", str(folder)]) == 1
    assert "has changed since" in capsys.readouterr().err


def test_what_the_check_refuses_is_not_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, file = copied(tmp_path), tmp_path / "texts.xlsx"
    before = contents.read(folder).files
    assert main(["content", "xlsx", "--to", str(file), "--package", str(folder)]) == 0
    file.write_bytes(edited(file.read_bytes(), put("exit:back", "en", "Call 67105048, you will be safe")))
    assert main(["content", "xlsx", "--from", str(file), "--package", str(folder)]) == 1
    assert "“67105048” is typed into the text" in capsys.readouterr().err
    assert contents.read(folder).files == before


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.parent.name}/{file.name}")
def test_msgfmt_accepts_what_we_ship_without_a_warning(tool: Callable[[str], str], file: Path) -> None:
    assert checked(tool("msgfmt"), file) == ""


@pytest.mark.parametrize("source,target", PAIRS)
def test_msgfmt_and_pofilter_accept_what_we_hand_out(
    handed_out: Handed, tool: Callable[[str], str], tmp_path: Path, source: str, target: str
) -> None:
    file = tmp_path / "a.po"
    file.write_bytes(handed_out[source, target])
    assert checked(tool("msgfmt"), file) == ""
    assert filtered(file, target) == []


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_pofilter_accepts_the_words_of_the_desk(language: str) -> None:
    assert filtered(ROOT / "locales" / language / "LC_MESSAGES" / "desk.po", language) == []


def checked(msgfmt: str, file: Path) -> str:
    done = subprocess.run([msgfmt, "-c", "-o", "/dev/null", file], capture_output=True, text=True, check=False)
    return done.stderr


def filtered(file: Path, language: str) -> list[str]:
    """What pofilter finds wrong: each remark with the text below it."""
    pofilter = [str(Path(sys.executable).parent / "pofilter"), "--progress=none", f"--language={language}"]
    free = [f"--excludefilter={name}" for name in FREE]
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.po"
        subprocess.run([*pofilter, *free, file, found], capture_output=True, check=True)
        return re.findall(r"\(pofilter\).*", found.read_text()) if found.exists() else []


def copied(tmp_path: Path) -> Path:
    """A package of one's own."""
    folder = tmp_path / "package"
    for name in ("dialogs", "locales"):
        shutil.copytree(HERE / name, folder / name)
    return folder
