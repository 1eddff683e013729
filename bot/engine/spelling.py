"""Reduce what people type to one plain spelling: lower case, no diacritics, Cyrillic in Latin letters."""

import re
import unicodedata
from collections.abc import Iterator

LATVIAN = "aābcčdeēfgģhiījkķlļmnņoōpqrŗsštuūvwxyzž"
CYRILLIC = "абвгґдеёєжзиіїйклмнопрстуфхцчшщъыьэюя"
"""The Russian and the Ukrainian alphabet in one: what both have stands in the same order in either."""
_LETTERS = {letter: place for place, letter in enumerate(LATVIAN + CYRILLIC, start=1)}
_VOWELS = "аеёиоуыэюя"
_SOFT = {"я": "a", "ю": "u", "е": "e", "ё": "e"}
_LATIN = dict(zip("абвгґджзийклмнопрстуфхцчшыэіїє", "abvggdzziiklmnoprstufhccsieiie", strict=True)) | {
    "щ": "sc",
    "ъ": "",
    "ь": "",
}


def composed(text: str) -> str:
    """Compose the text (NFC) and remove invisible format characters (Unicode category Cf)."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(character for character in normal if unicodedata.category(character) != "Cf")


def plain(text: str) -> str:
    """`Viļaka`, `VILAKA`, `Виляка` -> `vilaka`. Words are separated by one space; punctuation is removed."""
    letters = unicodedata.normalize("NFC", text.casefold())
    latin = unicodedata.normalize("NFKD", "".join(_latin(letters)))
    bare = "".join(letter for letter in latin if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def _latin(text: str) -> Iterator[str]:
    before = " "
    for place, letter in enumerate(text):
        if letter in _SOFT:
            opens = before in _VOWELS or not before.isalpha()
            yield ("j" if opens and (letter in "яю" or before not in _VOWELS) else "") + _SOFT[letter]
        elif letter == "й" and text[place + 1 : place + 2] in tuple(_VOWELS):
            yield "j"
        else:
            yield _LATIN.get(letter, letter)
        before = letter


def order(text: str) -> tuple[int, ...]:
    """Return a key that sorts as the dictionaries of our languages do: ā after a, č after c, ё after е, і after и."""
    letters = unicodedata.normalize("NFC", text.casefold())
    return tuple(_LETTERS.get(letter, 0) for letter in letters)


def distance(word: str, other: str, limit: int) -> int:
    """Count wrong, missing, extra or swapped letters. Anything above `limit` is reported as `limit + 1`."""
    if abs(len(word) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
