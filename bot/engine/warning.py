"""Words of acute danger in what a person types. They only decide whether 112 is offered first; she can say no."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.engine.vocabulary import Token, sound, tokens

_BETWEEN = 3
"""Other words that may stand between the words of one warning."""


@dataclass(frozen=True, slots=True)
class _Sign:
    word: str
    begins: bool

    def stands(self, word: str) -> bool:
        if self.begins:
            return word.startswith(self.word)
        if word in (self.word, f"{self.word}i"):  # dverj, дверь
            return True
        long = len(self.word) > 6 and word[:1] == self.word[:1]
        return long and OSA.distance(word, self.word, score_cutoff=1) <= 1


class Warnings:
    """Lists of each language, all heard at once: people in fear do not keep to one."""

    def __init__(self, lines: Mapping[str, tuple[str, ...]]) -> None:
        self._signs = [tuple(_signs(line)) for phrases in lines.values() for line in phrases]

    def heard(self, typed: list[Token]) -> bool:
        words = [token.word for token in typed]
        places: defaultdict[_Sign, list[int]] = defaultdict(list)
        for sign in {sign for signs in self._signs for sign in signs}:
            places[sign] = [place for place, word in enumerate(words) if sign.stands(word)]
        return any(_stands(signs, places, words) for signs in self._signs)


def _signs(line: str) -> Iterator[_Sign]:
    for word in line.split():
        heard = [token.word for token in tokens(word.rstrip("*"))] or [sound(word)]
        for part in heard:
            yield _Sign(part, word.endswith("*") and part == heard[-1])


def _stands(signs: tuple[_Sign, ...], places: Mapping[_Sign, list[int]], words: list[str]) -> bool:
    """All its words, in any order, near each other, and none of them denied by a “not” that the warning has not."""
    for start in places[signs[0]]:
        near = range(start - len(signs) - _BETWEEN, start + len(signs) + _BETWEEN)
        found = [next((place for place in places[sign] if place in near), None) for sign in signs]
        if None not in found and not any(_denied(place, found, words) for place in found if place is not None):
            return True
    return False


def _denied(place: int, found: list[int | None], words: list[str]) -> bool:
    return place > 0 and words[place - 1] == "ne" and place - 1 not in found
