"""Words of danger are heard as they are listed, and nowhere else."""

import pytest

from bot.content import Content
from bot.engine.vocabulary import tokens
from bot.engine.warning import Warnings
from tests.engine.finding import find


@pytest.mark.parametrize(
    "line, heard, deaf",
    [
        ("sit/dauza mani", ("viņš mani dauza", "sit mani"), ("viņš dauza durvis",)),
        ("=help", ("help", "Help! help"), ("help me find a lawyer",)),
        ("negribu dzīvot ~ar", ("vairs negribu dzīvot",), ("negribu dzīvot ar viņu", "gribu dzīvot")),
        ("es_situ", ("es situ bērnus",), ("es nezinu, kas situ",)),
        ("nogalin*", ("nogalināšu",), ("nenogalina", "does not nogalina")),
        ("man_ir_#kid", ("man ir 9", "man ir 17 gadi"), ("man ir 30", "man ir vīrs 9")),
    ],
)
def test_how_a_warning_is_written(line: str, heard: tuple[str, ...], deaf: tuple[str, ...]) -> None:
    warnings = Warnings({"lv": (line,)})
    assert all(warnings.heard(tokens(text)) for text in heard)
    assert not any(warnings.heard(tokens(text)) for text in deaf)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "viņš mani nogalinās",
            "viram ir nazis",
            "mani zhnjaudz",
            "dauza durvis",
            "asiņoju",
            "palīgā",
        ),
        *("он меня убьет", "u nego nozh", "душит", "ломает дверь", "мама меня бьет", "lomaet dverj"),
        *("he is going to kill me", "my husband hits me", "I can't breathe", "he's got a gun"),
    ],
)
def test_words_of_acute_danger_are_heard(text: str) -> None:
    assert find(text).danger


@pytest.mark.parametrize(
    "text",
    [
        *("kā pieprasīt alimentus", "neviens mani nesit", "viņš mani nesit", "dzīvoklis ir viņa", "kas to lasīs"),
        *("он меня не бьёт", "как развестись", "забрал кровать", "какое бывает насилие", "бесплатный психолог", ""),
        *("can I get a lawyer for free", "who reads my messages", "where do I find the social service"),
    ],
)
def test_danger_is_not_heard_where_there_is_none(text: str) -> None:
    assert not find(text).danger


@pytest.mark.long
def test_no_municipality_is_taken_for_words_of_danger(shipped: Content) -> None:
    """Where a place is asked for, words of danger come first; its name must not be one of them."""
    for place in shipped.dialogue.municipalities.values():
        for name in (*place.names.values(), *place.former, *place.other):
            for language in shipped.dialogue.languages:
                assert not shipped.finder.find(name, language).danger, name
