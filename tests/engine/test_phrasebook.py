"""The phrases of `dialogs/words.yaml` are read line by line, and what is wrong with them is said with its place."""

import re
from collections.abc import Iterator

import pytest

from bot.engine.phrasebook import Phrasebook, read_phrasebook
from bot.engine.problems import BrokenContent
from tests.engine.finding import PHRASEBOOK, TOPICS

WHOLE = """topics:
  privacy:
    lv: |
      anonīmi
    ru: |
      анонимно
same: |
  a b
danger:
  lv: |
    nazis
  ru: |
    нож
despair:
  lv: |
    gribu nomirt
  ru: |
    хочу умереть
"""


def test_every_topic_has_phrases_in_every_language() -> None:
    assert set(PHRASEBOOK.topics) == TOPICS
    assert all(len(phrases[language]) >= 40 for phrases in PHRASEBOOK.topics.values() for language in ("lv", "ru"))
    assert all(len(phrases["en"]) >= 5 for phrases in PHRASEBOOK.topics.values())


def test_a_phrasebook_is_read_line_by_line() -> None:
    assert read_phrasebook(WHOLE) == Phrasebook(
        {"privacy": {"lv": ("anonīmi",), "ru": ("анонимно",)}},
        ("a b",),
        {"lv": ("nazis",), "ru": ("нож",)},
        {"lv": ("gribu nomirt",), "ru": ("хочу умереть",)},
    )


def test_a_phrasebook_from_before_despair_was_told_apart_can_still_be_read() -> None:
    assert read_phrasebook(WHOLE.partition("despair:")[0]).despair == {}


@pytest.mark.parametrize(
    "text, says",
    [
        (WHOLE.replace("    ru: |\n      анонимно\n", ""), r"words.yaml:2: “privacy” must have phrases in lv, ru"),
        (
            WHOLE.replace("same", "  emergency: {lv: Anonīmi, ru: x}\nsame"),
            "“Anonīmi” of “emergency” already stands in “privacy”",
        ),
        (WHOLE + "more: 1\n", "“more”"),
        (WHOLE.replace("same: |", "same: ["), "not readable YAML"),
        ("", "valid dictionary"),
    ],
)
def test_what_is_wrong_with_a_phrasebook_is_said_with_its_place(text: str, says: str) -> None:
    assert any(re.search(says, problem) for problem in _broken(text)), list(_broken(text))


def _broken(text: str) -> Iterator[str]:
    with pytest.raises(BrokenContent) as caught:
        read_phrasebook(text)
    return (str(problem) for problem in caught.value.problems)
