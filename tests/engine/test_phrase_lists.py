"""The lists that decide what is heard and what may be said: none ships empty or without the words it is there for."""

import pytest

from bot.content import Content
from bot.engine.forbidden import claims_in
from bot.engine.languages import LANGUAGES

ACUTE = {
    "lv": ("palīgā", "viņš mani nogalinās", "viņam ir nazis", "mani sit", "mani žņaudz", "nevaru paelpot",
           "lauž durvis", "negribu dzīvot", "domāju par pašnāvību", "gribu nomirt"),
    "ru": ("на помощь", "он меня убьёт", "у него нож", "меня бьёт", "меня душит", "не могу дышать",
           "ломает дверь", "не хочу жить", "думаю о самоубийстве", "хочу умереть"),
    "en": ("help me now", "he will kill me", "he has a knife", "he is beating me", "he is choking me",
           "i can't breathe", "breaking the door", "i want to die", "thinking of suicide", "kill myself"),
    "uk": ("на допомогу", "він мене вб'є", "у нього ніж", "мене б'є", "мене душить", "не можу дихати",
           "ламає двері", "не хочу жити", "думаю про самогубство", "хочу померти"),
}  # fmt: skip
"""Calls for help, threats to life, weapons, blows, the neck, a broken door, and despair."""
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
    assert len(shipped.forbidden[language]) >= 20
    assert len(shipped.revealing[language]) >= 20
    assert shipped.phrasebook.same
    assert shipped.phrasebook.topics.keys() == shipped.dialogue.topics.keys()
    for topic, phrases in shipped.phrasebook.topics.items():
        assert len(phrases[language]) >= 3, topic


@pytest.mark.parametrize("language,words", [(one, words) for one, all_ in ACUTE.items() for words in all_])
def test_the_core_words_of_danger_and_despair_are_heard(shipped: Content, language: str, words: str) -> None:
    assert shipped.finder.find(words, language).danger


@pytest.mark.parametrize("language,claim", [(one, claim) for one, all_ in NEVER.items() for claim in all_])
def test_what_may_never_be_said_is_refused(shipped: Content, language: str, claim: str) -> None:
    assert [*claims_in(claim, shipped.forbidden[language])]


@pytest.mark.parametrize("language,word", [(one, word) for one, all_ in TELLING.items() for word in all_])
def test_what_would_tell_on_a_locked_phone_is_listed(shipped: Content, language: str, word: str) -> None:
    assert any(stem.strip().lower() in word for stem in shipped.revealing[language])
