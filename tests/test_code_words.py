"""The agreed word: enough of them to be no guess, nobody's name, none like another, and evenly proposed."""

import re
from collections import Counter
from itertools import combinations

import pytest

from bot.content import Content
from bot.engine.code_words import CODE_WORD, NO_WORD, proposed_word
from bot.engine.languages import LANGUAGES
from tests.names import NAMES
from tests.sounds import alike, distance, folded

LETTERS = {"lv": "a-zāčēģīķļņšūž", "ru": "а-яё", "en": "a-z", "uk": "а-щьюяґєії"}
LONGEST = 12


def words(content: Content, language: str) -> dict[str, str]:
    return {
        word: content.text(f"request.{CODE_WORD}:{word}", language)
        for word in content.request.fields[CODE_WORD].options
        if word != NO_WORD
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_too_many_words_to_guess_and_each_is_one_short_plain_word(shipped: Content, language: str) -> None:
    listed = list(words(shipped, language).values())
    assert len(set(listed)) == len(listed) >= 60
    assert [word for word in listed if not re.fullmatch(f"[{LETTERS[language]}]{{4,{LONGEST}}}", word)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_or_sounds_like_somebodys_name(shipped: Content, language: str) -> None:
    names = {folded(name, language) for name in NAMES[language]}
    assert [word for word in words(shipped, language).values() if folded(word, language) in names] == []


@pytest.mark.parametrize("word", ["kaija", "dzintars", "roze", "liepa", "bērzs", "ezers", "zīle"])
def test_words_that_are_names_are_known_as_names(word: str) -> None:
    assert folded(word, "lv") in {folded(name, "lv") for name in NAMES["lv"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_words_sound_alike_on_a_bad_line(shipped: Content, language: str) -> None:
    pairs = combinations(words(shipped, language).values(), 2)
    assert [(word, other) for word, other in pairs if alike(word, other, language)] == []


@pytest.mark.parametrize(
    "one, other, language",
    [("siers", "siets", "lv"), ("tilts", "telts", "lv"), ("стол", "стул", "ru"), ("soap", "soup", "en")],
)
def test_words_that_are_mistaken_for_each_other_are_called_alike(one: str, other: str, language: str) -> None:
    assert alike(one, other, language)


def test_the_distance_of_two_words_counts_letters() -> None:
    assert [distance(*pair) for pair in (("a", "a"), ("", "ab"), ("karte", "karote"), ("galds", "balts"))] == [
        0,
        2,
        1,
        2,
    ]


def test_one_form_proposes_one_word_and_many_forms_propose_each_evenly(shipped: Content) -> None:
    options = shipped.request.fields[CODE_WORD].options
    forms = [f"{number:032x}" for number in range(20_000)]
    drawn = Counter(proposed_word(options, once) for once in forms)
    assert [proposed_word(options, once) for once in forms[:50]] == [
        proposed_word(options, once) for once in forms[:50]
    ]
    assert set(drawn) == set(options) - {NO_WORD}
    even = len(forms) / len(drawn)
    assert sum((count - even) ** 2 / even for count in drawn.values()) < 2 * len(drawn)
    assert max(drawn.values()) < 1.4 * even
