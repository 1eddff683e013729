"""Recognise words of acute danger. They only decide whether 112 is offered first; she can say no."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from rapidfuzz.distance import OSA

from bot.engine.vocabulary import Token, tokens

_BETWEEN = 3
"""How many other words may separate the words of one warning."""
_LONG = 7
"""Words of at least this many letters are recognised even with one wrong letter."""


class Warnings:
    """The warnings of all languages at once, because frightened people mix languages."""

    def __init__(self, lines: Mapping[str, tuple[str, ...]]) -> None:
        self._lines = [signs for phrases in lines.values() for line in phrases if (signs := tuple(_signs(line)))]
        known = sorted({sign for line in self._lines for sign in line})
        self._beginnings = {sign.removesuffix("*") for sign in known if sign.endswith("*")}
        self._words = {sign for sign in known if not sign.endswith("*")}
        self._long: defaultdict[str, list[str]] = defaultdict(list)
        for sign in self._words:
            if len(sign) >= _LONG:
                self._long[sign[0]].append(sign)

    def heard(self, typed: list[Token]) -> bool:
        words = [token.word for token in typed]
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            for sign in set(self._signs_in(word)):
                places[sign].append(place)
        return any(_stands(line, places, words) for line in self._lines if line[0] in places)

    def _signs_in(self, word: str) -> Iterator[str]:
        yield from {word, word.removesuffix("i")} & self._words  # dverj, дверь
        yield from (f"{word[:end]}*" for end in range(1, len(word) + 1) if word[:end] in self._beginnings)
        yield from (sign for sign in self._long.get(word[0], ()) if OSA.distance(word, sign, score_cutoff=1) <= 1)


def _signs(line: str) -> Iterator[str]:
    for word in line.split():
        heard = [token.word for token in tokens(word.rstrip("*"))]
        yield from heard[:-1]
        yield from (f"{last}*" if word.endswith("*") else last for last in heard[-1:])


def _stands(line: tuple[str, ...], places: Mapping[str, list[int]], words: list[str]) -> bool:
    """Return whether all words of a warning occur close together, in any order, none negated unless the warning is."""
    if not all(sign in places for sign in line):
        return False
    for start in places[line[0]]:
        near = range(start - len(line) - _BETWEEN, start + len(line) + _BETWEEN)
        found = [next((place for place in places[sign] if place in near), None) for sign in line]
        if None not in found and not any(_denied(place, found, words) for place in found if place is not None):
            return True
    return False


def _denied(place: int, found: list[int | None], words: list[str]) -> bool:
    return place > 0 and words[place - 1] == "ne" and place - 1 not in found
