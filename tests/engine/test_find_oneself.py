"""What is for those who hurt, or for children, is offered to whoever says so of oneself, and to nobody else."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Literal

import pytest

from bot.engine.find import Finder
from bot.engine.vocabulary import tokens
from bot.engine.warning import Warnings, spelled_out
from tests.engine.finding import PHRASEBOOK, TOPICS, find, first

WHO = {
    "lv": ("viņš", "vīrs", "mana sieva", "draugs", "tēvs", "partneris"),
    "ru": ("он", "муж", "моя жена", "парень", "отец", "сожитель"),
    "en": ("he", "my husband", "my wife", "my boyfriend", "my dad", "my partner"),
    "uk": ("він", "чоловік", "моя дружина", "батько"),
}
DOES = {
    "lv": ("mani sit", "man iesita", "mani pagrūda", "ir vardarbīgs", "ir agresīvs", "pacēla roku pret mani",
           "kliedz uz mani", "nespēj savaldīt dusmas", "zaudē kontroli", "sit bērnus", "man dara pāri"),
    "ru": ("меня бьёт", "меня ударил", "толкнул меня", "поднимает на меня руку", "избил меня", "агрессивный",
           "кричит на меня", "срывается на мне", "не контролирует гнев", "бьёт детей", "наорал на меня"),
    "en": ("hits me", "hit me", "pushed me", "is violent", "is aggressive", "loses his temper", "shouts at me",
           "has anger issues", "hurts the kids", "cannot control his temper"),
    "uk": ("мене б'є", "мене вдарив", "кричить на мене", "штовхнув мене", "агресивний"),
}  # fmt: skip
AND = {
    "lv": ("", "un man bail", "un es raudu", "vakar", "man kauns", "es nezinu ko darīt", "esmu vīrietis", "es baidos"),
    "ru": ("", "и мне страшно", "и я плачу", "вчера", "мне стыдно", "я не знаю что делать", "я мужчина", "я боюсь"),
    "en": ("", "and I am scared", "and I cry", "yesterday", "I am ashamed", "I do not know what to do", "I am a man"),
    "uk": ("", "і мені страшно", "і я плачу", "вчора"),
}
IDENTITY = (
    *(
        "esmu vīrietis",
        "esmu sieviete",
        "esmu nedzirdīga",
        "esmu akls",
        "esmu gejs",
        "esmu ratiņkrēslā",
        "esmu no Indijas",
    ),
    *("es tiku sista", "mani piekāva", "esmu piekauta", "baidos ka viņš iesitīs", "man bail no viņa dusmām"),
    *("я мужчина", "я женщина", "я глухая", "я слепой", "я гей", "я на коляске", "я иностранка", "я инвалид"),
    *("меня избили", "я избита", "боюсь что он ударит", "боюсь его гнева", "я боюсь что он сделает мне больно"),
    *("I am a man", "I am a woman", "I am deaf", "I am blind", "I am gay", "I am from India", "I use a wheelchair"),
    *("I was beaten", "I got hit", "I'm afraid he will hurt me", "I am scared of his anger", "I hit my head"),
    *("я чоловік", "я жінка", "я глуха", "мене побили", "боюся що він вдарить"),
)


@pytest.mark.parametrize("language", WHO)
def test_whoever_tells_of_being_hurt_is_never_offered_what_is_for_those_who_hurt(language: str) -> None:
    said = (" ".join(parts).strip() for parts in product(WHO[language], DOES[language], AND[language]))
    assert not [text for text in said if "stop-my-violence" in {hit.topic for hit in find(text).topics}]


@pytest.mark.parametrize("text", IDENTITY)
def test_nobody_is_offered_it_for_who_they_are_or_for_what_was_done_to_them(text: str) -> None:
    assert "stop-my-violence" not in {hit.topic for hit in find(text).topics}


@pytest.mark.parametrize(
    "text",
    [
        *("es iesitu sievai", "esmu vardarbīga", "baidos nodarīt viņai pāri", "nevaru savaldīt dusmas"),
        *("я ударил её", "я агрессивная", "боюсь сделать ей больно", "срываюсь на детей", "ja udaril zhenu"),
        *("I hit him", "I am violent", "afraid I will hurt her", "I slapped my son"),
        *("я вдарила чоловіка", "боюся вдарити дитину"),
    ],
)
def test_doing_and_fear_of_doing_in_the_first_person_lead_to_it_first(text: str) -> None:
    assert first(text) == "stop-my-violence"


@pytest.mark.parametrize(
    "text",
    ["man ir 12 gadi", "esmu 15 gadus veca", "man desmit gadi", "мне 9 лет", "мне тринадцать", "мені 11 років",
     "I'm 14", "i am sixteen", "I am in year 8"],
)  # fmt: skip
def test_an_age_under_18_said_of_oneself_leads_to_the_childrens_page(text: str) -> None:
    assert first(text) == "child-help"


def test_at_16_and_hurt_by_whom_one_dates_that_comes_first_and_the_childrens_page_next() -> None:
    for text in ("man 16 un mans draugs mani kontrolē", "мне 17, мой парень меня ударил"):
        assert [hit.topic for hit in find(text).topics][:2] == ["dating-violence", "child-help"]


@pytest.mark.parametrize(
    "text",
    ["manai meitai ir 12 gadi", "man ir dēls 9 gadi", "esam precējušies 15 gadus", "дочке 9 лет, боится отца",
     "живём вместе 12 лет", "синові 11 років", "my son is 14 and afraid of him", "married for 10 years"],
)  # fmt: skip
def test_a_childs_age_and_years_together_do_not(text: str) -> None:
    assert "child-help" not in {hit.topic for hit in find(text).topics}


@pytest.mark.parametrize("about", ["own_violence", "own_age"])
def test_every_phrase_about_oneself_is_heard_letter_by_letter(about: Literal["own_violence", "own_age"]) -> None:
    lists: Mapping[str, tuple[str, ...]] = getattr(PHRASEBOOK, about)
    heard = Warnings(lists, exact=True)
    typed = [way for lines in lists.values() for line in lines for way in spelled_out(line)]
    assert not [way for way in typed if not heard.heard(tokens(way))]


def test_content_from_before_the_lists_about_oneself_is_searched_as_ever() -> None:
    old = replace(PHRASEBOOK, own_violence={}, own_age={}, nothing={}, despair={})
    finder = Finder(old, {topic: f"{topic}.first" for topic in TOPICS})
    assert [hit.topic for hit in finder.find("baidos iesist bērnam", "lv").topics][:1] == ["stop-my-violence"]
    assert not finder.find("gribu nomirt", "lv").despair
