"""Find the topics in what a person types: messy, short, frightened, in either language and either alphabet.

Nothing is learned and nothing is kept: the same words always give the same topics. Two kinds of evidence are added up:
how much more often a word occurs in a topic's phrases than elsewhere (as in naive Bayes), and how similar the closest
phrases are (cosine of tf-idf). Each word counts twice, as itself and as its meaning across languages.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log, sqrt
from typing import Generic, TypeVar

from bot.engine.invariants import OWN_BEHAVIOUR
from bot.engine.phrasebook import Phrasebook
from bot.engine.vocabulary import Marks, Meanings, Token, Vocabulary, parts, sound, tokens, words
from bot.engine.warning import AGE, Warnings

LONGEST = 400
"""How many characters are read; a longer text is cut."""
_DANGER = "emergency"
"""The topic that words of danger count towards."""
_DESPAIR = "thoughts-of-death"
"""The topic that comes first where words of despair are heard."""
_NOTHING = ""
"""Stands for all that is none of the topics."""
_OWN_AGE = "child-help"
"""The topic that comes first for an age under 18 said of oneself, and is left out for another's."""
_DATING = "dating-violence"
"""The topic that comes before that one if it is meant most, and by more than the age."""
_SURE = 8.0
"""How much saying it of oneself counts for a topic."""
_NEVER = float("-inf")
_LOWEST, _LIKE = 2.0, 0.15
"""Nothing is offered if the best topic scores, or the closest phrase resembles, less."""
_GUESSED = 8
"""How many unknown words are compared with known ones; more would take too long."""
_NEAREST = (5.0, 3.0, 2.0, 1.5, 1.0, 1.0, 0.5)
"""Weights of a topic's most similar phrase, the next, and so on."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that may be meant, the screen it begins with, and its score, comparable only within one search."""

    topic: str
    screen: str
    score: float


@dataclass(frozen=True, slots=True)
class FoundTopics:
    """The topics, best first; none if nothing was understood.

    With `danger`, 112 is offered before all of them; with `despair`, the crisis line and the ambulance; with both, 112
    and then the crisis line.
    """

    topics: tuple[Hit, ...] = ()
    danger: bool = False
    despair: bool = False


@dataclass(frozen=True, slots=True)
class _Phrase:
    topic: str
    language: str
    length: float


_Said = tuple[str, str, set[str], set[tuple[str, str]]]
"""A phrase: its topic, its language, its words with their meanings, and its word pairs."""

Key = TypeVar("Key")


class _Counts(Generic[Key]):
    """How many phrases of each topic, and of all topics, contain something."""

    def __init__(self, said: Iterable[tuple[Key, str]]) -> None:
        self.here = Counter(said)
        self.often: Counter[Key] = Counter()
        for (key, _), number in self.here.items():
            self.often[key] += number


class Finder:
    """Searches the reviewed phrases. `topics` maps each topic to the screen it begins with."""

    def __init__(self, phrasebook: Phrasebook, topics: Mapping[str, str]) -> None:
        self._screens = {topic: screen for topic, screen in topics.items() if topic in phrasebook.topics}
        self._meanings = Meanings(phrasebook.same)
        self._own_violence = Warnings(phrasebook.own_violence, exact=True)
        self._own_age = Warnings(phrasebook.own_age, exact=True)
        self._phrases_of = {topic: phrasebook.topics[topic] for topic in self._screens}
        self._phrases_of |= {_NOTHING: phrasebook.nothing} if phrasebook.nothing else {}
        self._danger, self._despair = Warnings(phrasebook.danger), Warnings(phrasebook.despair)
        stems: dict[str, str | None] = {}
        said = list(self._said(stems))
        self._vocabulary = Vocabulary(self._meanings, stems)
        self._sizes = Counter(topic for topic, _, _, _ in said)
        self._words = _Counts((mark, topic) for topic, _, marks, _ in said for mark in marks)
        self._pairs = _Counts((pair, topic) for topic, _, _, pairs in said for pair in pairs)
        self._weights = {mark: log(1 + len(said) / often) ** 2 for mark, often in self._words.often.items()}
        self._standing: defaultdict[str, list[int]] = defaultdict(list)
        self._phrases: list[_Phrase] = []
        for place, (topic, language, marks, _) in enumerate(said):
            self._phrases.append(_Phrase(topic, language, sqrt(sum(self._weights[mark] for mark in sorted(marks)))))
            for mark in marks:
                self._standing[mark].append(place)

    def find(self, text: str, language: str, limit: int = 3) -> FoundTopics:
        """Return at most `limit` topics. `language` only decides between equally similar phrases."""
        typed = tokens(text[:LONGEST])
        danger, despair = self._danger.heard(typed), self._despair.heard(typed)
        best = self._first_of(self._scores(typed, language, danger), danger, despair)
        hits = (Hit(topic, self._screens[topic], round(score, 3)) for topic, score in best[:limit])
        return FoundTopics(tuple(hits), danger, despair)

    def _first_of(self, scores: Mapping[str, float], danger: bool, despair: bool) -> list[tuple[str, float]]:
        """Order the topics by score, but those that words of despair ask for come before all others."""
        asked = ((_DANGER, danger and despair), (_DESPAIR, despair))
        before = [topic for topic, wanted in asked if wanted and topic in self._screens]
        best = sorted(scores.keys() - before, key=lambda topic: (-scores[topic], topic))
        most = max(scores.values(), default=0.0)
        return [
            *((topic, max(most, scores.get(topic, 0.0))) for topic in before),
            *((topic, scores[topic]) for topic in best),
        ]

    def _scores(self, typed: list[Token], language: str, danger: bool) -> Mapping[str, float]:
        """Return a score for every topic that may be offered; none at all if nothing was understood."""
        heard = list(self._understand(typed))
        scores = self._alike(heard, language)
        if scores:
            for topic in self._phrases_of:
                scores[topic] += self._by_words(heard, topic) + self._by_pairs(heard, topic)
            scores[_DANGER] += 1.5 if danger else 0.0
        offered = {topic: scores[topic] for topic in self._screens}
        said = dict(self._of_oneself(typed))
        rivals = (score for topic, score in offered.items() if topic not in {_DATING, _OWN_AGE})
        dating = offered.get(_DATING, 0.0) > max(offered.get(_OWN_AGE, 0.0) + _SURE, *rivals, 0.0)
        if dating and said.get(_OWN_AGE) == _SURE:
            said[_DATING] = 2 * _SURE
        most = max(scores.values(), default=0.0)
        offered |= {topic: most + said[topic] for topic in offered.keys() & said.keys()}
        nonsense = max(offered.values(), default=0.0) < max(scores[_NOTHING], _LOWEST)
        return {} if nonsense else {topic: score for topic, score in offered.items() if score > _NEVER}

    def _of_oneself(self, typed: list[Token]) -> Iterator[tuple[str, float]]:
        """Yield how much more, or less, a topic counts for what was said, or not said, in the first person."""
        if self._own_violence:
            yield OWN_BEHAVIOUR, _SURE if self._own_violence.heard(typed) else _NEVER
        if self._own_age:
            if self._own_age.heard(typed):
                yield _OWN_AGE, _SURE
            elif any(token.stem == AGE for token in typed):
                yield _OWN_AGE, _NEVER

    def _said(self, stems: dict[str, str | None]) -> Iterator[_Said]:
        read = cache(self._read)
        for topic, spoken in self._phrases_of.items():
            for language, phrases in spoken.items():
                for heard in sound("\n".join(phrases)).split("\n"):  # much quicker in one call
                    known = [part for word in words(heard) for part in read(word)]
                    stems.update(known)
                    marks = {mark for pair in known for mark in pair if mark}
                    yield topic, language, marks, set(_pairs([meaning or stem for stem, meaning in known]))

    def _read(self, word: str) -> tuple[tuple[str, str | None], ...]:
        return tuple((token.stem, self._meanings.of(token)) for token in parts(word))

    def _understand(self, typed: list[Token]) -> Iterator[Marks]:
        """Yield what each word stands for; an empty list if no known word is similar."""
        guesses = 0
        for token in typed:
            marks = self._vocabulary.marks(token)
            if not marks and guesses < _GUESSED:
                guesses += 1
                marks = self._vocabulary.guesses(token)
            yield marks

    def _by_words(self, heard: list[Marks], topic: str) -> float:
        sure: dict[str, float] = {}
        for marks in heard:
            for mark, how in marks:
                said_twice = len(marks) > 1 and mark[0] != "="  # its meaning counts already
                sure.setdefault(mark, how * (0.4 if said_twice else 1.0))
        return sum(how * self._speaks(self._words, mark, topic, 0.5) for mark, how in sure.items())

    def _by_pairs(self, heard: list[Marks], topic: str) -> float:
        order = [marks[-1][0] if marks else "" for marks in heard]
        pairs = sorted(set(_pairs(order)) & self._pairs.often.keys())
        return 0.5 * sum(self._speaks(self._pairs, pair, topic, 1.0) for pair in pairs)

    def _speaks(self, counts: _Counts[Key], key: Key, topic: str, doubt: float) -> float:
        """Return the log ratio of how often a key occurs in the topic and overall, with less weight for rare keys."""
        phrases, often = len(self._phrases), counts.often[key]
        here = counts.here[key, topic] / self._sizes[topic] + 0.3 / phrases
        return max(-1.0, log(here * phrases / (often + 0.3)) * often / (often + doubt))

    def _alike(self, heard: list[Marks], language: str) -> defaultdict[str, float]:
        """Score each topic by its most similar phrases, the best weighing most."""
        shared: defaultdict[int, float] = defaultdict(float)
        typed, done = 0.0, set()
        for marks in heard:
            typed += 0.0 if marks else 6.0
            for mark, how in marks:
                if mark not in done:
                    done.add(mark)
                    typed += self._weights[mark] * how
                    for place in self._standing[mark]:
                        shared[place] += self._weights[mark] * how
        return self._best(shared, sqrt(typed), language)

    def _best(self, shared: Mapping[int, float], typed: float, language: str) -> defaultdict[str, float]:
        alike: defaultdict[str, list[float]] = defaultdict(list)
        for place, weight in shared.items():
            phrase = self._phrases[place]
            alike[phrase.topic].append(weight / (phrase.length * typed) + 0.001 * (phrase.language == language))
        scores: defaultdict[str, float] = defaultdict(float)
        if max((max(values) for values in alike.values()), default=0.0) >= _LIKE:
            for topic, values in alike.items():
                best = zip(sorted(values, reverse=True), _NEAREST, strict=False)
                scores[topic] = sum(value * share for value, share in best)
        return scores


def _pairs(marks: list[str]) -> Iterable[tuple[str, str]]:
    """Pair each word with the next three."""
    return (*pairwise(marks), *zip(marks, marks[2:], strict=False), *zip(marks, marks[3:], strict=False))
