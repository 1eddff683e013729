"""Recognise words of acute danger, of despair and of oneself. They only decide what is offered; she can say no.

A warning is a line of words that must stand near each other. `nogalin*` is any word that begins so, `sit/sita` is one
of these, `es_situ` is these one right after the other, `~kopā` must not stand near, and a line that begins with `=`
counts only where nothing else was typed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from rapidfuzz.distance import OSA

from bot.engine.vocabulary import Token, tokens

_BETWEEN = 3
"""How many other words may separate the words of one warning."""
_LONG = 8
"""Words of at least this many letters are recognised even with one wrong letter."""
_NOT = frozenset({"ne", "not", "never", "dont", "doesnt", "didnt", "isnt"})
"""Words that deny the one after them, in the spelling of `sound`."""
ALONE, OR, WITHOUT, NEXT = "=", "/", "~", "_"
AGE = "#kid"
"""Any number from 6 to 17."""

_Signs = tuple[str, ...]
"""One word as it is heard: mostly one sign, but `nesit` is two, as `не бьёт` is."""


@dataclass(frozen=True, slots=True)
class _Warning:
    words: tuple[tuple[_Signs, ...], ...]
    """For each word of the line, what may stand there."""
    without: tuple[_Signs, ...]
    """What must not stand near."""
    alone: bool


class Warnings:
    """The warnings of all languages at once, because frightened people mix languages."""

    def __init__(self, lines: Mapping[str, tuple[str, ...]], exact: bool = False) -> None:
        """With `exact`, no wrong letter is read over: one letter tells `es iesitīšu` from `viņš iesitīs`."""
        self._exact = exact
        known: set[str] = set()
        self._by_first: defaultdict[str, list[_Warning]] = defaultdict(list)
        for line in (line for phrases in lines.values() for line in phrases):
            if (warning := _warning(line)).words:
                known.update(sign for ways in (*warning.words, warning.without) for signs in ways for sign in signs)
                for first in {signs[0] for signs in warning.words[0]}:
                    self._by_first[first].append(warning)
        self._beginnings = {sign.removesuffix("*") for sign in known if sign.endswith("*")}
        self._words = {sign for sign in known if not sign.endswith("*")}
        self._long: defaultdict[str, list[str]] = defaultdict(list)
        for sign in self._words:
            if len(sign) >= _LONG and not exact:
                self._long[sign[0]].append(sign)

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def heard(self, typed: list[Token]) -> bool:
        words = [token.word for token in typed]
        places: defaultdict[str, set[int]] = defaultdict(set)
        for place, token in enumerate(typed):
            for sign in (*self._signs_in(token.word), *((AGE,) if token.stem == AGE else ())):
                places[sign].add(place)
        begun = (warning for sign in places for warning in self._by_first.get(sign, ()))
        return any(_stands(warning, places, words) for warning in begun)

    def _signs_in(self, word: str) -> Iterator[str]:
        yield from {word, word if self._exact else word.removesuffix("i")} & self._words  # dverj, дверь
        yield from (f"{word[:end]}*" for end in range(1, len(word) + 1) if word[:end] in self._beginnings)
        yield from (sign for sign in self._long.get(word[0], ()) if OSA.distance(word, sign, score_cutoff=1) <= 1)


def spelled_out(line: str) -> Iterator[str]:
    """Yield every way to type a warning: one of the words between slashes, and any star as an empty ending."""
    ways = (word.split(OR) for word in line.removeprefix(ALONE).split() if not word.startswith(WITHOUT))
    for words in product(*ways):
        yield " ".join(words).replace("*", "").replace(NEXT, " ").replace(AGE, "14")


def _warning(line: str) -> _Warning:
    said = line.removeprefix(ALONE).split()
    words = (tuple(filter(None, map(_signs, word.split(OR)))) for word in said if not word.startswith(WITHOUT))
    without = (_signs(word.removeprefix(WITHOUT)) for word in said if word.startswith(WITHOUT))
    return _Warning(tuple(filter(None, words)), tuple(filter(None, without)), line.startswith(ALONE))


def _signs(word: str) -> _Signs:
    parts = word.rstrip("*").split(NEXT)
    heard = [sign for part in parts for sign in ([AGE] if part == AGE else [token.word for token in tokens(part)])]
    return (*heard[:-1], f"{heard[-1]}*") if heard and word.endswith("*") else tuple(heard)


def _stands(warning: _Warning, places: Mapping[str, set[int]], words: list[str]) -> bool:
    """Return whether all words of a warning occur close together, in any order, none denied unless the warning is."""
    found = [[span for signs in ways for span in _spans(signs, places)] for ways in warning.words]
    if not all(found) or (
        warning.alone and {*range(len(words))} != _covered(span for spans in found for span in spans)
    ):
        return False
    against = {start for signs in warning.without for start, _ in _spans(signs, places)}
    for start, _ in found[0]:
        near = range(start - len(found) - _BETWEEN, start + len(found) + _BETWEEN)
        chosen = [span for spans in found for span in [next((span for span in spans if span[0] in near), None)] if span]
        if len(chosen) == len(found) and not _denied(chosen, words) and not against.intersection(near):
            return True
    return False


def _spans(signs: _Signs, places: Mapping[str, set[int]]) -> Iterator[tuple[int, int]]:
    """Yield where these signs stand one after the other: the first place, and the place after the last."""
    for start in sorted(places.get(signs[0], ())):
        if all(start + further in places.get(sign, ()) for further, sign in enumerate(signs)):
            yield start, start + len(signs)


def _covered(spans: Iterable[tuple[int, int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _denied(chosen: list[tuple[int, int]], words: list[str]) -> bool:
    said = _covered(chosen)
    return any(start > 0 and words[start - 1] in _NOT and start - 1 not in said for start, _ in chosen)
