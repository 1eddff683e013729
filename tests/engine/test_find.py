"""What a frightened person types leads to the topic she means, and nothing she types breaks anything.

`tests/find/queries.tsv` may be used for mending `dialogs/words.yaml`; `held_out.tsv` and `unusual.tsv` (slang, images,
Latin letters, long ways round) may not: nobody looks at what they miss. Once somebody has, its queries join the public
ones, and a new set is written before the next change. On 30.11.2026 both sets were searched for queries that ask for
one of seven new topics; the five found have joined the public ones, and a few phrases were added with others in sight.
So what these two sets say of `legal-aid` and `rehab-adult` is too good, and the new set is still owed.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import Content
from bot.engine.find import LONGEST, Finder, FoundTopics
from bot.engine.phrasebook import Phrasebook, read_phrasebook
from bot.engine.problems import BrokenContent
from bot.engine.vocabulary import sound

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
    assert at_three >= 0.98


def test_recall_of_unusual_wording_nobody_tuned_on(capsys: pytest.CaptureFixture[str]) -> None:
    at_one, at_three = _reported("unusual.tsv", capsys)
    assert at_one >= 0.87
    assert at_three >= 0.94  # the goal is 0.97; images such as “I am no longer a human being here” are not there yet


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
            "negribu dzīvot",
            "palīgā",
        ),
        *("он меня убьет", "u nego nozh", "душит", "ломает дверь", "мама меня бьет", "не хочу жить", "lomaet dverj"),
        *("he is going to kill me", "my husband hits me", "I can't breathe", "he's got a gun", "i want to die"),
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
"""


def test_a_phrasebook_is_read_line_by_line() -> None:
    assert read_phrasebook(WHOLE) == Phrasebook(
        {"privacy": {"lv": ("anonīmi",), "ru": ("анонимно",)}}, ("a b",), {"lv": ("nazis",), "ru": ("нож",)}
    )


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
