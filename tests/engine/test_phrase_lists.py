"""The lists that decide what is heard and what may be said: none ships empty or without the words it is there for."""

import pytest

from bot.content import Content
from bot.engine.forbidden import claims_in
from bot.engine.languages import LANGUAGES
from bot.engine.phrasebook import Warned
from bot.engine.vocabulary import tokens
from bot.engine.warning import Warnings, spelled_out

ACUTE = {
    "lv": ("palīgā", "viņš mani nogalinās", "viņam ir nazis", "mani sit", "mani žņaudz", "nevaru paelpot",
           "lauž durvis"),
    "ru": ("на помощь", "он меня убьёт", "у него нож", "меня бьёт", "меня душит", "не могу дышать",
           "ломает дверь"),
    "en": ("help me now", "he will kill me", "he has a knife", "he is beating me", "he is choking me",
           "i can't breathe", "breaking the door"),
    "uk": ("на допомогу", "він мене вб'є", "у нього ніж", "мене б'є", "мене душить", "не можу дихати",
           "ламає двері"),
}  # fmt: skip
"""Calls for help, threats to life, weapons, blows, the neck, and a broken door."""
DESPAIR = {
    "lv": ("negribu dzīvot", "domāju par pašnāvību", "gribu nomirt"),
    "ru": ("не хочу жить", "думаю о самоубийстве", "хочу умереть"),
    "en": ("i want to die", "thinking of suicide", "kill myself"),
    "uk": ("не хочу жити", "думаю про самогубство", "хочу померти"),
}
"""Not wanting to live, suicide, and a wish to die."""
NEVER = {
    "lv": ("Jūs būsiet drošībā.", "Mēs garantējam.", "Tā ir Jūsu vaina.", "Šeit viss ir anonīmi.", "Risks ir augsts."),
    "ru": ("Вы будете в безопасности.", "Мы гарантируем.", "Это ваша вина.", "Здесь всё анонимно.", "Риск высокий."),
    "en": ("You will be safe.", "We guarantee it.", "It is your fault.", "It is all anonymous.", "The risk is high."),
    "uk": ("Ви будете в безпеці.", "Ми гарантуємо.", "Це Ваша вина.", "Тут усе анонімно.", "Ризик високий."),
}
"""A promise, a guarantee, blame, untrue privacy, a verdict."""
TELLING = {
    "lv": ("vardarbība", "policija", "krīze", "sitiens", "112", "116006"),
    "ru": ("насилие", "полиция", "кризис", "побои", "112", "116006"),
    "en": ("violence", "police", "crisis", "beaten", "112", "116006"),
    "uk": ("насильство", "поліція", "криза", "побої", "112", "116006"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_list_ships_empty(shipped: Content, language: str) -> None:
    assert len(shipped.phrasebook.danger[language]) >= 40
    assert len(shipped.phrasebook.despair[language]) >= 15
    assert len(shipped.forbidden[language]) >= 20
    assert len(shipped.revealing[language]) >= 20
    assert shipped.phrasebook.same
    assert shipped.phrasebook.topics.keys() == shipped.dialogue.topics.keys()
    for topic, phrases in shipped.phrasebook.topics.items():
        assert len(phrases[language]) >= 3, topic


@pytest.mark.parametrize("language,words", [(language, words) for language, all_ in ACUTE.items() for words in all_])
def test_the_core_words_of_danger_are_heard(shipped: Content, language: str, words: str) -> None:
    found = shipped.finder.find(words, language)
    assert (found.danger, found.despair) == (True, False)


@pytest.mark.parametrize("language,words", [(spoken, words) for spoken, lines in DESPAIR.items() for words in lines])
def test_the_core_words_of_despair_are_heard_and_are_no_danger(shipped: Content, language: str, words: str) -> None:
    found = shipped.finder.find(words, language)
    assert (found.danger, found.despair, found.topics[0].topic) == (False, True, "thoughts-of-death")


@pytest.mark.parametrize("about", ["danger", "despair"])
def test_every_phrase_of_the_warning_lists_is_heard(shipped: Content, about: Warned) -> None:
    """Every way to type it: each word between slashes, a star being any ending."""
    lists = shipped.phrasebook.warnings(about)
    heard = Warnings(lists)
    typed = [way for lines in lists.values() for line in lines for way in spelled_out(line)]
    assert len(typed) >= 1000
    assert not [way for way in typed if not heard.heard(tokens(way))]


@pytest.mark.parametrize("language,claim", [(language, claim) for language, all_ in NEVER.items() for claim in all_])
def test_what_may_never_be_said_is_refused(shipped: Content, language: str, claim: str) -> None:
    assert [*claims_in(claim, shipped.forbidden[language])]


@pytest.mark.parametrize("language,word", [(language, word) for language, all_ in TELLING.items() for word in all_])
def test_what_would_tell_on_a_locked_phone_is_listed(shipped: Content, language: str, word: str) -> None:
    assert any(stem.strip().lower() in word for stem in shipped.revealing[language])
