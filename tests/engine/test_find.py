"""What is typed leads to the few topics that fit it best, or to none; nothing that is typed breaks anything."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.find import LONGEST, Finder, FoundTopics
from tests.engine.finding import FINDER, PHRASEBOOK, TOPICS, find, first, queries


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
        *("sveiki, kā iet", "какая погода", "what day is it", "cake recipe please", "lol"),
        *("", "   ", "?!", "🙂🙂", "xqzv", "\x00", "ى ي", "999999999"),
    ],
)
def test_nothing_is_offered_rather_than_nonsense(text: str) -> None:
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
