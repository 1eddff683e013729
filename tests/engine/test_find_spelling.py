"""Words are found however they are written: without marks, with typing errors, in other letters, in any language."""

import pytest

from bot.engine.vocabulary import sound
from tests.engine.finding import find, first, queries


@pytest.mark.parametrize(
    "written",
    [
        "vīrs mani sit",
        "virs mani sit",
        "VIRS MANI SIT!!!",
        "viirs mani sit",
        "vīrs manni sit",
        "  vīrs,  mani... sit  ",
    ],
)
def test_marks_capitals_doubled_letters_and_signs_change_nothing(written: str) -> None:
    assert first(written) == "emergency"


@pytest.mark.parametrize(
    "latin, cyrillic",
    [
        ("muzh bjet", "муж бьёт"),
        ("boius chto zaberut detej", "боюсь что заберут детей"),
        ("ja udaril zhenu", "я ударил жену"),
        ("zajavlenie v politsiju", "заявление в полицию"),
        ("4to delat, ugrozhaet", "что делать, угрожает"),
    ],
)
def test_russian_in_latin_letters_reads_as_in_cyrillic_ones(latin: str, cyrillic: str) -> None:
    assert [hit.topic for hit in find(latin).topics] == [hit.topic for hit in find(cyrillic).topics]


@pytest.mark.parametrize("written", ["бариньтиеса атнемс бернус", "куp паликт па накти", "вирс недод науду"])
def test_latvian_in_cyrillic_letters_is_understood(written: str) -> None:
    assert first(written) in {"children-taken", "crisis-centre", "economic-violence"}


@pytest.mark.parametrize("query, language, topic", queries("queries.tsv")[::7])
def test_the_language_of_the_screen_does_not_matter(query: str, language: str, topic: str) -> None:
    other = {"lv": "ru", "ru": "lv"}[language]
    assert topic in [hit.topic for hit in find(query, other).topics]


@pytest.mark.parametrize(
    "text, topic",
    [
        ("bariņteisa", "children-custody"),
        ("psihalogs bernam", "rehab-child"),
        ("kompensacja", "compensation"),
        ("alementi", "maintenance"),
        ("изнасиловние", "sexual-violence"),
        ("адвакат", "legal-aid"),
    ],
)
def test_typing_errors_are_read_over(text: str, topic: str) -> None:
    assert first(text) == topic


def test_one_sound_one_spelling() -> None:
    for written in ("žņaudz", "znaudz", "zhnaudz", "ŽŅAUDZ"):
        assert sound(written) == "znaudz"
    assert sound("бьёт") == sound("bjet") == sound("bjot").replace("o", "e")
