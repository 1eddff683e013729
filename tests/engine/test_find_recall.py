"""How much of what a frightened person types leads to the topic she means, counted on lines of several kinds.

`tests/find/queries.tsv` and `development.tsv` may be used for mending `dialogs/words.yaml`; `held_out.tsv`,
`unusual.tsv` (slang, images, Latin letters, long ways round) and `unseen.tsv` (kinds of people and lines, danger and
despair) may not: nobody looks at what they miss. Once somebody has, its queries join the public ones, and a new set is
written before the next change. On 30.11.2026 the first two were searched for queries that ask for one of seven new
topics; the five found have joined the public ones, and a few phrases were added with others in sight. So what these two
sets say of `legal-aid` and `rehab-adult` is too good. `unseen.tsv` was written and committed before the words it
measures; docs/words.md says what that shows and what it does not.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest

from bench.recall import Tally, measure, read_lines, total
from tests.engine.finding import FINDER, TOPICS, Query, find, queries


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


def test_the_public_queries_ask_for_every_topic_in_both_languages() -> None:
    asked = queries("queries.tsv")
    assert len(asked) >= 300
    assert {(language, topic) for _, language, topic in asked} == {
        (language, topic) for language in ("lv", "ru") for topic in TOPICS
    }
    unseen = {query for name in ("held_out.tsv", "unusual.tsv") for query, _, _ in queries(name)}
    assert not {query for query, _, _ in asked} & unseen


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
