"""The page for partners: every question of the form and nothing of an identity, on one sheet, and no page to log in."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pypdf import PdfReader

from bot.__main__ import main
from bot.content import Content
from bot.desk.app import desk_app
from bot.desk.casework import referral_paper, referral_words, request_words
from bot.desk.page import LANGUAGES, say, writing_in
from bot.desk.roles import WHO_MAY
from bot.runtime import Runtime
from bot.texts import plain
from bot.typesetting import typeset
from bot.usecases.accounts.workers import Role
from bot.usecases.casework import referrals
from tests.conftest import SECRET
from tests.faces import NOON, Clock
from tests.people import a_colleague, a_service, browser_of, serving, sign_in

TODAY = NOON.date()
EVERY = [language for language, _ in LANGUAGES]
IDENTITY = {
    "lv": ("vārd", "kod", "adres", "dzimšan", "pāridarīt", "varmāk"),
    "ru": ("имя", "имен", "фамил", "код", "адрес", "рожден", "обидчик", "насильник"),
    "en": ("name", "code", "address", "born", "birth", "perpetrator", "offender"),
}
"""What an identity is asked by. “Agreed word” and “official e-address” are none."""
NO_IDENTITY = {
    "lv": ("oficiālā e-adrese",),
    "ru": ("официальный э-адрес", "кодовое слово"),
    "en": ("official e-address",),
}
SET: dict[str, bytes] = {}


def pdf(content: Content, language: str) -> bytes:
    """The same page is set once for all tests that look at it."""
    if language not in SET:
        SET[language] = typeset("referral", sheet(content, language), TODAY)
    return SET[language]


def sheet(content: Content, language: str) -> Any:
    return referral_paper.sheet(content, writing_in(language, NOON), TODAY)


def opened(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def squeezed(text: str) -> str:
    """Without what setting in lines changes."""
    return re.sub(r"\s+", " ", text)


def text_of(made: bytes) -> str:
    return squeezed("\n".join(page.extract_text() for page in opened(made).pages))


def asked(content: Content, language: str) -> Iterator[str]:
    """What stands before a box or a line: everything to be filled in."""
    paper = sheet(content, language)
    for part in ("report", "contact", "rest"):
        for line in paper[part]["lines"]:
            yield line["label"]
            yield from line["options"]
    yield from paper["signs"]["lines"]


@pytest.mark.parametrize("language", EVERY)
def test_it_is_one_page_with_every_question_and_every_answer_of_the_form(shipped: Content, language: str) -> None:
    made = pdf(shipped, language)
    assert len(opened(made).pages) == 1
    said = text_of(made)
    labels = {**request_words.FIELDS, **referral_words.FIELDS, **referral_words.ON_PAPER}
    wanted = [labels[name] for name in shipped.referral.fields]
    wanted += [labels["code_word" if name == "code_word_own" else name] for name in shipped.referral.contact]
    wanted += [words for options in referral_words.OPTIONS.values() for words in options.values()]
    wanted += [*referral_words.SIGN_ANSWERS.values(), *referral_words.GROUPS.values()]
    assert [words for words in wanted if squeezed(say(language, words)) not in said] == []
    boxes = sum(len(field.answers) for field in shipped.referral.fields.values())
    assert said.count("☐") > boxes, "those of a safe contact come on top"


@pytest.mark.parametrize("language", EVERY)
def test_nothing_on_it_asks_who_somebody_is(shipped: Content, language: str) -> None:
    fields = [words.lower() for words in asked(shipped, language)]
    assert len(fields) > 40
    wrong = [words for words in fields if words not in NO_IDENTITY[language]
             and any(stem in words for stem in IDENTITY[language])]  # fmt: skip
    assert wrong == []


def test_what_the_form_does_not_ask_has_no_place_on_it(shipped: Content) -> None:
    """A new line on paper would be a new field that nobody has judged."""
    paper = sheet(shipped, "lv")
    lines = [*paper["report"]["lines"], *paper["contact"]["lines"], *paper["rest"]["lines"], *paper["signs"]["lines"]]
    assert len(lines) == len(shipped.referral.fields) + len(shipped.referral.contact)


def test_the_language_is_asked_also_where_there_is_no_safe_contact(shipped: Content) -> None:
    paper = sheet(shipped, "en")
    assert {"Language", "Interpreter"} <= {line["label"] for line in paper["report"]["lines"]}
    assert {line["label"] for line in paper["contact"]["lines"]}.isdisjoint({"Language", "Interpreter"})


@pytest.mark.parametrize("language", EVERY)
def test_it_says_how_it_travels_where_it_never_lies_and_that_danger_is_112(shipped: Content, language: str) -> None:
    said = text_of(pdf(shipped, language))
    assert squeezed(say(language, referral_words.PAPER["travels"])) in said
    assert squeezed(say(language, referral_words.PAPER["danger"]).format(number="112")) in said
    assert squeezed(say(language, referral_words.PAPER["nobody"])) in said


@pytest.mark.parametrize("language", EVERY)
def test_whoever_agrees_hears_the_wording_that_the_desk_stores(shipped: Content, language: str) -> None:
    wording = plain(shipped.say(referrals.AGREEMENT, language, TODAY))
    assert squeezed(wording) in text_of(pdf(shipped, language))


@pytest.mark.parametrize("language", EVERY)
def test_a_screen_reader_gets_tags_language_and_title(shipped: Content, language: str) -> None:
    made = pdf(shipped, language)
    read = opened(made)
    root: Any = read.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in made
    assert read.metadata is not None
    assert read.metadata.title == say(language, referral_words.PAPER["heading"])


async def test_a_worker_saves_it_at_the_desk_in_each_language_of_the_desk(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, await a_colleague(runtime, clock, "ilze", "worker", "balvi"))
        async with browser.get("/referrals/new") as answer:
            page = await answer.text()
        for language in EVERY:
            assert f'href="/referrals/paper/{language}"' in page
            async with browser.get(f"/referrals/paper/{language}") as answer:
                made = await answer.read()
                assert answer.content_type == "application/pdf"
                assert answer.headers["Content-Disposition"] == f'attachment; filename="report-{language}.pdf"'
            assert squeezed(say(language, referral_words.PAPER["heading"])) in text_of(made)
        async with browser.get("/referrals/paper/uk") as answer:
            assert answer.status == 404


def test_one_command_prints_it_in_each_language_of_the_desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_SECRET", SECRET)
    paper = tmp_path / "paper"
    assert main(["referral", "--to", str(paper), "--on", "2026-11-30"]) == 0
    assert sorted(path.name for path in paper.iterdir()) == ["report-en.pdf", "report-lv.pdf", "report-ru.pdf"]
    assert capsys.readouterr().out.count(".pdf") == len(EVERY)
    assert main(["referral", "--to", str(paper), "--lang", "uk"]) == 1


@pytest.mark.parametrize("path", ["/refer", "/referred", "/refer/new", "/referred/1", "/partners"])
async def test_a_partner_finds_no_page_and_there_is_no_such_role(runtime: Runtime, path: str) -> None:
    """Nobody has agreed to one (docs/decisions.md)."""
    assert not [there for _, there in desk_app(runtime)[WHO_MAY] if f"{there}/".startswith(f"{path}/")]
    assert "partner" not in get_args(Role)
    async with serving(runtime) as url, browser_of(url) as browser:
        for method in ("GET", "POST"):
            async with browser.request(method, path, allow_redirects=False) as answer:
                assert answer.status == 404, method
