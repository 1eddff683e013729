"""What a frightened person types leads to the topic she means, and nothing she types breaks anything.

`tests/find/queries.tsv` and `development.tsv` may be used for mending `dialogs/words.yaml`; `held_out.tsv`,
`unusual.tsv` (slang, images, Latin letters, long ways round) and `unseen.tsv` (kinds of people and lines, danger and
despair) may not: nobody looks at what they miss. Once somebody has, its queries join the public ones, and a new set is
written before the next change. On 30.11.2026 the first two were searched for queries that ask for one of seven new
topics; the five found have joined the public ones, and a few phrases were added with others in sight. So what these two
sets say of `legal-aid` and `rehab-adult` is too good. `unseen.tsv` was written and committed before the words it
measures; docs/words.md says what that shows and what it does not.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.recall import Tally, measure, read_lines, total
from bot.content import Content
from bot.engine.find import LONGEST, Finder, FoundTopics
from bot.engine.phrasebook import Phrasebook, read_phrasebook
from bot.engine.problems import BrokenContent
from bot.engine.vocabulary import sound, tokens
from bot.engine.warning import Warnings, spelled_out

HERE = Path(__file__).parents[2]
PHRASEBOOK = read_phrasebook((HERE / "dialogs/words.yaml").read_text(encoding="utf-8"))
FINDER = Finder(PHRASEBOOK, {topic: f"{topic}.first" for topic in PHRASEBOOK.topics})
TOPICS = {
    *("emergency", "helplines", "types-of-violence", "safety-plan", "digital-safety", "police-separation"),
    *("court-protection", "protection-breach", "criminal-report", "stalking", "sexual-violence", "economic-violence"),
    *("rehab-adult", "rehab-child", "crisis-centre", "legal-aid", "compensation", "children-custody", "child-help"),
    *("maintenance", "housing", "elderly-disabled", "foreigners", "helping-someone", "stop-my-violence"),
    *("contact-social-service", "privacy"),
    "thoughts-of-death",
    "children-taken",
    "police-inaction",
    "divorce",
    "injuries",
    "men-and-same-sex",
    "belongings",
    "dating-violence",
    "after-request",
    "forced-marriage",
    "after-killing",
}

Query = tuple[str, str, str]


@cache
def queries(name: str) -> tuple[Query, ...]:
    with (HERE / "tests/find" / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows[0] == ["query", "language", "topic"]
    return tuple((query, language, topic) for query, language, topic in rows[1:])


def find(text: str, language: str = "lv") -> FoundTopics:
    return FINDER.find(text, language)


def first(text: str, language: str = "lv") -> str:
    return find(text, language).topics[0].topic


def recall(asked: tuple[Query, ...]) -> tuple[float, float, Counter[str]]:
    """The share found first, the share found among three, and what was not found first, by topic."""
    found = [(topic, [hit.topic for hit in find(query, language).topics]) for query, language, topic in asked]
    missed = Counter(topic for topic, topics in found if topics[:1] != [topic])
    among_three = sum(topic in topics for topic, topics in found) / len(found)
    return 1 - missed.total() / len(found), among_three, missed


@pytest.mark.long
def test_recall_of_the_public_queries(capsys: pytest.CaptureFixture[str]) -> None:
    at_one, at_three = _reported("queries.tsv", capsys)
    assert at_one >= 0.95
    assert at_three >= 0.98


def test_recall_of_queries_nobody_tuned_on(capsys: pytest.CaptureFixture[str]) -> None:
    at_one, at_three = _reported("held_out.tsv", capsys)
    assert at_one >= 0.9
    assert at_three >= 0.97


def test_recall_of_unusual_wording_nobody_tuned_on(capsys: pytest.CaptureFixture[str]) -> None:
    at_one, at_three = _reported("unusual.tsv", capsys)
    assert at_one >= 0.87
    assert at_three >= 0.94  # the goal is 0.97; images such as “I am no longer a human being here” are not there yet


@cache
def measured() -> Mapping[tuple[str, str], Tally]:
    return measure(FINDER, read_lines("unseen.tsv"), TOPICS)


REACHED = {
    "danger": 0.97,
    "despair": 0.96,
    "calm": 0.97,
    "first": 0.9,
    "three": 0.97,
    "nothing": 0.75,
    "never": 1.0,
}
"""The goals: danger, despair and calm 0.97, first 0.9, among three 0.97. The one for despair is not reached."""


@pytest.mark.parametrize("what", REACHED)
def test_lines_written_before_the_words_are_heard_as_often_as_docs_say(what: str) -> None:
    """A failure names the number and no line: nobody looks at what these lines miss."""
    tally = total(measured(), what)
    assert tally.asked >= 15
    assert round(tally.share, 3) >= REACHED[what]


def test_the_lines_written_before_the_words_are_as_many_and_as_mixed_as_docs_say() -> None:
    lines = read_lines("unseen.tsv")
    assert len(lines) >= 400
    assert len({line.typed for line in lines}) == len(lines)
    assert {line.language for line in lines} == {"lv", "ru", "uk", "en"}
    assert not {line.typed for line in lines} & {line.typed for line in read_lines("development.tsv")}


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


@pytest.mark.parametrize("text", ["sveiki, kā iet", "какая погода", "what day is it", "cake recipe please", "lol"])
def test_nothing_is_offered_rather_than_nonsense(text: str) -> None:
    assert find(text) == FoundTopics()


def test_content_from_before_the_lists_about_oneself_is_searched_as_ever() -> None:
    old = replace(PHRASEBOOK, own_violence={}, own_age={}, nothing={}, despair={})
    finder = Finder(old, {topic: f"{topic}.first" for topic in TOPICS})
    assert [hit.topic for hit in finder.find("baidos iesist bērnam", "lv").topics][:1] == ["stop-my-violence"]
    assert not finder.find("gribu nomirt", "lv").despair


def _reported(name: str, capsys: pytest.CaptureFixture[str]) -> tuple[float, float]:
    with capsys.disabled():
        print(f"\n{name:15} queries  recall@1  recall@3")
        for language in ("lv", "ru"):
            _printed(language, tuple(query for query in queries(name) if query[1] == language))
        at_one, at_three, missed = _printed("both", queries(name))
        print("  not first:", ", ".join(f"{topic} {number}" for topic, number in sorted(missed.items())) or "none")
    return at_one, at_three


def _printed(label: str, asked: tuple[Query, ...]) -> tuple[float, float, Counter[str]]:
    at_one, at_three, missed = recall(asked)
    print(f"  {label:13} {len(asked):7}  {at_one:8.3f}  {at_three:8.3f}")
    return at_one, at_three, missed


def test_the_public_queries_ask_for_every_topic_in_both_languages() -> None:
    asked = queries("queries.tsv")
    assert len(asked) >= 300
    assert {(language, topic) for _, language, topic in asked} == {
        (language, topic) for language in ("lv", "ru") for topic in TOPICS
    }
    unseen = {query for name in ("held_out.tsv", "unusual.tsv") for query, _, _ in queries(name)}
    assert not {query for query, _, _ in asked} & unseen


def test_every_topic_has_phrases_in_every_language() -> None:
    assert set(PHRASEBOOK.topics) == TOPICS
    assert all(len(phrases[language]) >= 40 for phrases in PHRASEBOOK.topics.values() for language in ("lv", "ru"))
    assert all(len(phrases["en"]) >= 5 for phrases in PHRASEBOOK.topics.values())


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


@pytest.mark.parametrize(
    "text, topic",
    [
        ("kaimiņš sit sievu", "helping-someone"),
        ("сосед бьёт жену", "helping-someone"),
        ("es iesitu sievai", "stop-my-violence"),
        ("боюсь что ударю ребенка", "stop-my-violence"),
        ("мне 14 лет и папа меня бьёт", "child-help"),
        ("man ir 78 gadi un dēls mani sit", "elderly-disabled"),
        ("viņš mani nesit bet pazemo", "types-of-violence"),
        ("naudu neatdod", "economic-violence"),
        ("kur palikt pa nakti ar berniem", "crisis-centre"),
        ("vai tas ir anonīmi", "privacy"),
        ("кто это прочитает", "privacy"),
        ("where can we sleep tonight", "crisis-centre"),
        ("my ex keeps following me", "stalking"),
        ("my boyfriend put spyware on my phone", "digital-safety"),
        ("can I get a restraining order", "court-protection"),
        ("he takes all my salary", "economic-violence"),
        ("I don't understand Latvian", "foreigners"),
    ],
)
def test_who_does_it_to_whom_decides(text: str, topic: str) -> None:
    assert first(text) == topic


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


@pytest.mark.parametrize("text", ["", "   ", "?!", "🙂🙂", "xqzv", "\x00", "ى ي", "999999999"])
def test_what_means_nothing_finds_nothing(text: str) -> None:
    assert find(text) == FoundTopics()


def test_at_most_as_many_topics_as_asked_for_each_with_its_screen_best_first() -> None:
    found = FINDER.find("муж бьёт", "ru", limit=5)
    scores = [hit.score for hit in found.topics]
    assert len({hit.topic for hit in found.topics}) == 5
    assert scores == sorted(scores, reverse=True)
    assert all(hit.screen == f"{hit.topic}.first" for hit in found.topics)


def test_topics_without_a_screen_are_never_found() -> None:
    finder = Finder(PHRASEBOOK, {"privacy": "privacy", "unheard-of": "nowhere"})
    assert [hit.topic for hit in finder.find("vīrs mani sit, vai tas ir anonīmi", "lv").topics] == ["privacy"]


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    text = ("kā pieprasīt alimentus. " * 100)[:LONGEST]
    assert find(text + " palīgā viņam ir nazis") == find(text)


@given(st.text(max_size=600))
@settings(deadline=None, max_examples=150)
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    found = find(text)
    assert len(found.topics) <= 3
    assert found == find(text)


@given(
    st.lists(st.sampled_from([word for query, _, _ in queries("queries.tsv") for word in query.split()]), max_size=60)
)
@settings(deadline=None, max_examples=50)
def test_no_mixture_of_real_words_breaks_it(words: list[str]) -> None:
    assert all(hit.topic in TOPICS for hit in find(" ".join(words)).topics)


@pytest.mark.long
def test_the_same_words_always_give_the_same_topics() -> None:
    again = Finder(PHRASEBOOK, {topic: f"{topic}.first" for topic in PHRASEBOOK.topics})
    assert all(
        again.find(query, language) == FINDER.find(query, language) for query, language, _ in queries("queries.tsv")
    )


def test_of_many_unknown_words_only_a_few_are_looked_up() -> None:
    """Each is compared with a whole neighbourhood of known ones. How long a query takes: `make bench`."""

    def looked_up(text: str) -> int:
        calls = list[str]()
        sys.setprofile(lambda frame, event, _: calls.append(frame.f_code.co_name) if event == "call" else None)
        try:
            find(text)
        finally:
            sys.setprofile(None)
        return calls.count("guesses")

    unknown = [f"qwrt{first}{second}" for first in "bdfgklmnprst" for second in "bdfgk"]
    assert looked_up(unknown[0]) == 1
    assert looked_up(" ".join(unknown)) == 8


def test_one_sound_one_spelling() -> None:
    for written in ("žņaudz", "znaudz", "zhnaudz", "ŽŅAUDZ"):
        assert sound(written) == "znaudz"
    assert sound("бьёт") == sound("bjet") == sound("bjot").replace("o", "e")


def _broken(text: str) -> Iterator[str]:
    with pytest.raises(BrokenContent) as caught:
        read_phrasebook(text)
    return (str(problem) for problem in caught.value.problems)


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


@pytest.mark.long
def test_no_municipality_is_taken_for_words_of_danger(shipped: Content) -> None:
    """Where a place is asked for, words of danger come first; its name must not be one of them."""
    for place in shipped.dialogue.municipalities.values():
        for name in (*place.names.values(), *place.former, *place.other):
            for language in shipped.dialogue.languages:
                assert not shipped.finder.find(name, language).danger, name
