"""Leaflet, poster and the duty officer's sheet: what is on them, that it fits, and that everyone can read it."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bot.__main__ import main
from bot.content import Content
from bot.engine import papers
from bot.engine.languages import LANGUAGES
from bot.engine.papers import KINDS, Kind
from bot.engine.problems import BrokenContent
from bot.renditions.printing import printed
from bot.texts import placeholders
from tests import packages
from tests.conftest import SECRET
from tests.pictures import drawn

TODAY = date(2026, 11, 23)
ADDRESS = "https://blakus.example.lv"
PAGES = {"leaflet": 2, "poster": 1, "phone-script": 2}
KEYS = {
    "leaflet": [section.text for page in papers.LEAFLET for section in page],
    "poster": [f"{key}{part}" for key in papers.POSTER for part in (".number", ".how")],
    "phone-script": [section.text for section in papers.SCRIPT],
}
EVERY = [(kind, language) for kind in KINDS for language in LANGUAGES]
LARGEST_PICTURE = 150_000
SET: dict[tuple[object, ...], bytes] = {}


@pytest.mark.parametrize("kind,language", EVERY)
def test_it_fits_its_pages_and_holds_every_fact_of_today(shipped: Content, kind: Kind, language: str) -> None:
    read = opened(pdf(shipped, kind, language))
    assert len(read.pages) == PAGES[kind]
    said = text_of(read)
    wanted = [shipped.facts[name].say(language, TODAY) for name in cited(shipped, kind, language)]
    assert len(wanted) > 5
    assert [fact for fact in wanted if squeezed(str(fact)) not in said] == []


@pytest.mark.parametrize("kind,language", EVERY)
def test_what_has_run_out_is_not_printed_and_its_place_says_whom_to_ask(
    shipped: Content, kind: Kind, language: str
) -> None:
    later = date(2027, 12, 1)
    read = opened(printed(shipped, kind, language, later, ADDRESS))
    assert len(read.pages) == PAGES[kind]
    said = text_of(read)
    gone = [shipped.facts[name] for name in cited(shipped, kind, language) if shipped.facts[name].expires_on < later]
    assert [fact.id for fact in gone if fact.kind != "phone" and squeezed(fact.value[language]) in said] == []
    assert squeezed(shipped.text("fact.withheld", language)) in said
    assert "112" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_was_withdrawn_leaves_the_poster_with_its_name(shipped: Content, language: str) -> None:
    line = "helpline_116006_phone"
    gone = replace(shipped, facts={**shipped.facts, line: replace(shipped.facts[line], withdrawn=True)})
    said = text_of(opened(printed(gone, "poster", language, TODAY, ADDRESS)))
    assert squeezed(shipped.text("poster.talk", language)) not in said
    assert "116006" not in said
    assert squeezed(shipped.text("poster.children", language)) in said
    assert "112" in said


@pytest.mark.parametrize("kind,language", EVERY)
def test_a_screen_reader_gets_tags_language_title_and_its_own_letters(
    shipped: Content, kind: Kind, language: str
) -> None:
    made = pdf(shipped, kind, language)
    read = opened(made)
    root = root_of(read)
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in made
    assert read.metadata is not None
    assert read.metadata.title == shipped.text("paper.title", language)
    fonts = [font.get_object() for page in read.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    assert all("/ToUnicode" in font and "/FontFile3" in descriptor(font) for font in fonts)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_read_in_its_order_and_the_code_has_words(shipped: Content, kind: Kind) -> None:
    elements = list(tags(root_of(opened(pdf(shipped, kind, "lv")))["/StructTreeRoot"]))
    names = [str(element["/S"]) for element in elements]
    assert names.index("/H1") < names.index("/H2")
    code = None if kind == "phone-script" else "Kvadrātkods ar adresi blakus.example.lv"
    assert [element["/Alt"] for element in elements if element["/S"] == "/Figure"] == ([code] if code else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_sees_the_folded_leaflet_learns_nothing(shipped: Content, language: str) -> None:
    outside = opened(pdf(shipped, "leaflet", language)).pages[0].extract_text().lower()
    assert [stem for stem in shipped.revealing[language] if stem.lower() in outside] == []


@pytest.mark.parametrize("kind,language", EVERY)
def test_paper_speaks_of_no_button(shipped: Content, kind: Kind, language: str) -> None:
    hide = {"lv": "„Paslēpt”", "ru": "«Скрыть»", "en": "“Hide”", "uk": "«Сховати»"}[language]
    assert hide not in text_of(opened(pdf(shipped, kind, language)))


def test_without_an_address_there_is_neither_code_nor_address(shipped: Content) -> None:
    read = opened(printed(shipped, "poster", "ru", TODAY))
    assert "https" not in text_of(read)
    assert "Подробнее" not in text_of(read)
    assert "/Figure" not in {str(element["/S"]) for element in tags(root_of(read)["/StructTreeRoot"])}


def test_an_address_that_tells_what_it_is_about_is_printed_nowhere(shipped: Content) -> None:
    with pytest.raises(BrokenContent, match="“violen” in the address"):
        printed(shipped, "poster", "en", TODAY, "https://against-violence.example.lv")


def test_it_is_dated_by_the_oldest_review_and_the_first_fact_that_runs_out(shipped: Content) -> None:
    fact = shipped.facts["childline_116111_hours"]
    old = replace(fact, verified_on=date(2026, 3, 9), expires_on=TODAY + timedelta(days=2))
    said = text_of(opened(printed(replace(shipped, facts={**shipped.facts, old.id: old}), "poster", "lv", TODAY)))
    assert "09.03.2026" in said
    assert "25.11.2026" in said


def test_the_check_refuses_a_printed_text_with_an_unknown_fact_or_too_many_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"poster.line": "Zvaniet. " * 20, "script.hurt": "Zvaniet {fact:nobody}."}
    folder = packages.write(tmp_path / "package", words={"lv": wrong, "ru": {"script.hurt": wrong["script.hurt"]}})
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "“poster.line”: is 180 characters long with its facts; 120 fit the printed page" in said
    assert "“script.hurt” cites the fact “nobody”, which is not there" in said


def test_one_command_prints_everything_of_the_content_in_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_SECRET", SECRET)
    paper = tmp_path / "paper"
    assert main(["leaflet", "--to", str(paper), "--on", "2026-11-23"]) == 0
    assert sorted(path.name for path in paper.iterdir()) == sorted(
        f"blakus-{kind}-{language}.pdf" for kind, language in EVERY
    )
    assert capsys.readouterr().out.count(".pdf") == len(EVERY)
    assert main(["leaflet", "--to", str(paper), "--lang", "de"]) == 1


@pytest.mark.pictures
@pytest.mark.parametrize("kind", ["leaflet", "poster", "phone-script"])
def test_the_pictures_of_the_documentation_are_of_these_pages(shipped: Content, kind: Kind) -> None:
    page = printed(shipped, kind, "lv", TODAY, ADDRESS, "png", 60)
    last = page[-1] if kind == "leaflet" and isinstance(page, list) else page[0] if isinstance(page, list) else page
    assert len(last) < LARGEST_PICTURE
    drawn(last, kind)


def pdf(content: Content, kind: Kind, language: str, day: date = TODAY, address: str = ADDRESS) -> bytes:
    """The same page is set once for all tests that look at it."""
    key = (id(content), kind, language, day, address)
    if key not in SET:
        SET[key] = printed(content, kind, language, day, address)
    return SET[key]


def opened(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def text_of(read: PdfReader) -> str:
    return squeezed("\n".join(page.extract_text() for page in read.pages))


def squeezed(text: str) -> str:
    """Without what setting in lines changes."""
    return re.sub(r"\s+", " ", text)


def cited(content: Content, kind: Kind, language: str) -> list[str]:
    found = (name for key in KEYS[kind] for of, name in placeholders(content.text(key, language)) if of == "fact")
    return sorted(set(found))


def descriptor(font: Any) -> Any:
    return font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()


def root_of(read: PdfReader) -> Any:
    return read.trailer["/Root"]


def tags(element: Any) -> Iterator[Any]:
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        for child in element:
            yield from tags(child)
    elif isinstance(element, dict):
        if "/S" in element:
            yield element
        yield from tags(element.get("/K", ()))
