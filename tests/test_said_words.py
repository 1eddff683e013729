"""What texts say alike: signs after a squeezed neck, addresses in the history, the agreed word, whom to call."""

import re

import pytest

from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.effects import Tell
from bot.engine.heard import Pressed
from bot.engine.languages import LANGUAGES
from bot.engine.state import State
from bot.engine.step import step
from tests.test_spelling import written

SIGNS = {"lv": "Bīstamas pazīmes: ", "ru": "Опасные признаки: ", "en": "Danger signs: ", "uk": "Небезпечні ознаки: "}
"""How the list of signs begins, up to the end of its sentence."""
NECK = (
    "emergency.hurt",
    "sexual-violence.doctor",
    "types-of-violence.examples",
    "request.screen.doctor",
    "script.hurt",
)
HISTORY = {"lv": "pārlūka vēsturē", "ru": "в истории браузера", "en": "browser's history", "uk": "в історії браузера"}
ADDRESS = re.compile(r"\{fact:\w+_(?:url|chat)\}")
NAME = re.compile(r"\bparoles vārd|\bJūsu vārds\b|\bBez vārda\b", re.IGNORECASE)
"""In Latvian “vārds” is both a word and a first name."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_signs_after_a_squeezed_neck_are_the_same_everywhere_and_lead_to_a_call(
    shipped: Content, language: str
) -> None:
    texts = {key: shipped.text(key, language) for key in NECK}
    said = {text.partition(SIGNS[language])[2].partition(".")[0] for text in texts.values()}
    assert len(said) == 1
    assert said != {""}
    assert [key for key, text in texts.items() if "{fact:ambulance_phone}" not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_in_a_text_says_that_it_stays_in_the_history(shipped: Content, language: str) -> None:
    citing = {key: text for key, text in shipped.words[language].items() if ADDRESS.search(text)}
    assert citing
    assert [key for key, text in citing.items() if HISTORY[language] not in text] == []


def test_nothing_in_latvian_asks_for_a_name_where_the_agreed_word_is_meant() -> None:
    assert [key for key, text in written("lv") if NAME.search(text)] == []


def test_whoever_worries_about_another_person_finds_telephones_and_no_form_where_a_child_is_meant(
    shipped: Content,
) -> None:
    begins = shipped.dialogue.screens[shipped.dialogue.topics["helping-someone"]]
    screens = [screen for screen in shipped.dialogue.screens.values() if screen.chapter == begins.chapter]
    entering = {screen.id for screen in screens if any(choice.enter for choice in screen.choices)}
    assert entering == {f"helping-someone.{name}" for name in ("friend", "neighbour", "professional")}
    for name in ("friend", "child", "professional"):
        assert "helplines" in {choice.to for choice in shipped.dialogue.screens[f"helping-someone.{name}"].choices}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_asks_whether_this_is_normal_leaves_no_answer_behind(shipped: Content, language: str) -> None:
    here = State("types-of-violence.normal", language)
    telling = [choice for choice in shipped.dialogue.screens[here.screen].choices if choice.tells]
    assert len(telling) >= 5
    for choice in telling:
        turn = step(shipped.dialogue, here, Pressed(here.screen, choice.id), World())
        assert turn.state == here
        assert Tell(f"{here.screen}:{choice.id}.tell") in turn.effects
