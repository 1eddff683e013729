"""The glossary at the desk: the terms of docs/words.md, and what no text may say, with the reasons."""

from html import unescape

import pytest

from bot.desk.content.glossary import TERMS, readable
from tests.conftest import ROOT
from tests.desk.content.drafting import Editing
from tests.desk.content.test_content_in_use import page


def test_the_desk_and_the_document_have_the_same_terms() -> None:
    glossary = (ROOT / "docs" / "words.md").read_text().partition("## Glossary")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in glossary.splitlines() if line.startswith("| ")]
    assert [tuple(row) for row in rows[1:]] == [tuple(term) for term in TERMS]


async def test_it_shows_every_term_and_every_reason_in_the_editors_language_first(editing: Editing) -> None:
    shown = unescape(await page(editing.browser, "/content/glossary"))
    assert "sarunas parole" in shown
    for code, patterns in editing.runtime.content.forbidden.items():
        assert f'id="never-{code}"' in shown
        for pattern, why in patterns.items():
            assert f"<dt>{readable(pattern)}</dt><dd>{why}</dd>" in shown
    assert shown.index('id="never-lv"') < shown.index('id="never-ru"') < shown.index('id="never-en"')


@pytest.mark.parametrize(
    "pattern,said",
    [
        (r"\bpatversm\w*", "patversm…"),
        (r"\bviss būs (labi|kārtībā)", "viss būs (labi | kārtībā)"),
        (r"\bmēs (ar Jums )?sazināsimies", "mēs [ar Jums ]sazināsimies"),
        (r"\bJūsu vaina(?! nav)(?<!nav Jūsu vaina)", "Jūsu vaina"),
        (r"\bнасильни[кц]\w*", "насильни(к | ц)…"),
        (r"\babusers?\b", "abuser[s]"),
        (r"\d+\s*(eiro|EUR|€)", "0 (eiro | EUR | €)"),
    ],
)
def test_a_pattern_is_said_as_a_person_reads_it(pattern: str, said: str) -> None:
    assert readable(pattern) == said
