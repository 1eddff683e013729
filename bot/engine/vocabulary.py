"""Make messy words comparable: one alphabet, no endings, synonyms, and known words close to a misspelt one.

Dictionary lemmatisers were tried and do not fit: they need the diacritics and the alphabet that people leave out, and
the Russian one takes 170 MB. What people type here is "muzh bjet", "vardarbiba" and «мущ бет».
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

_CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхцчшыэіґє", "abvgdezziiklmnoprstufhccsieige", strict=True))
_LETTERS = _CYRILLIC | {"щ": "sc", "ю": "iu", "я": "ia", "ї": "ii"} | {"x": "h", "w": "v", "q": "k", "y": "i", "j": "i"}
_NOTHING = dict.fromkeys([*map(chr, range(0x300, 0x370)), *"ъь'’ʼ`´"])
_LATIN = str.maketrans(_LETTERS | _NOTHING)
_CHAT = {"shch": "sc", "sch": "sc", "sh": "s", "ch": "c", "zh": "z", "kh": "h", "tch": "c", "tc": "c"}
_CHAT_LETTERS = re.compile("|".join(_CHAT))
_TWICE = re.compile(r"([a-z])\1+")


def sound(text: str) -> str:
    """Spell alike what sounds alike: `Viņš mani žņaudz`, `vinjs mani znaudz`; `муж бьёт`, `muzh bjet`."""
    latin = unicodedata.normalize("NFKD", text.casefold()).translate(_LATIN)
    latin = re.sub(r"(?<![0-9])4(?=[a-z])", "c", latin)  # 4to
    latin = re.sub(r"ts(?=[aeiou])", "c", latin)  # politsija, but not advokāts
    latin = _TWICE.sub(r"\1", _CHAT_LETTERS.sub(lambda found: _CHAT[found[0]], latin))
    latin = re.sub(r"(?<=[aeou])i(?=e)", "", latin)  # mojego, моего
    latin = re.sub(r"(?<=[aeou])i(?=[aou])", "j", latin)  # māja, boyus
    return _TWICE.sub(r"\1", re.sub(r"(?<![aeou])i(?=[aeou])", "", latin))  # bjet, бьёт; ya, ja, я


# Endings of nouns, adjectives and verbs of both languages, in the spelling of `sound`.
_ENDINGS = (
    "a ai aja ajai ajam ajas ajem ajos al ala ali alo am amas ami amis as at ate ates ah av ca "
    "damas e ego ei el ela eli elo em emu es esas et ete etes ev h i ih il ila ili ilo im imi is isas it ite ites "
    "l m o ogo oi ol om omu os ot otes ov s sa sas set sim sit sos sot ste t ta tas ti to tos tu "
    "u ul um us usam usas usi ut"
)
_ENDING = re.compile(f"(?:{'|'.join(sorted(_ENDINGS.split(), key=lambda ending: (-len(ending), ending)))})$")
_SHORTEST = 3

_WORD = re.compile("[a-z]+|[0-9]+")
_LINES = re.compile(r"(?<![0-9])116[ -]?(006|111|123)(?![0-9])")
_ONE_WORD = re.compile("ne(?:del|lz|kur|kas|kad|ko|vie|sk|ma|pil|prer|part|dzird|redz)")
_BEFORE = re.compile("pere|peri?|par|pri|pro|raz|ras|pe|pa|no|iz|az|at|uz|sa|ap|po|za|na|vi|ot|ob|a(?=[a-z]{5})|e|s|u")


def stem(word: str) -> str:
    """Return a word, in the spelling of `sound`, without its ending."""
    found = _ENDING.search(word, _SHORTEST)
    return word[: found.start()] if found else word


def without_prefix(word: str) -> str:
    """Strip the prefix: `jāmaksā` (`amaksa` to `sound`), `samaksā`, `заплатит` -> maksa, platit. Empty without one."""
    prefix = _BEFORE.match(word)
    return word[prefix.end() :] if prefix else ""


@dataclass(frozen=True, slots=True)
class Token:
    """One typed word, as it sounds and without its ending."""

    word: str
    stem: str


def tokens(text: str) -> list[Token]:
    """Split a text into tokens."""
    return [token for word in words(sound(text)) for token in parts(word)]


def words(heard: str) -> list[str]:
    """Split a text already in the spelling of `sound`. The digits of a helpline are joined."""
    found: list[str] = _WORD.findall(_LINES.sub(r"116\1", heard))
    return found


def parts(word: str) -> tuple[Token, ...]:
    """Split off the Latvian prefix `ne-` as its own word, like the Russian «не»; turn one or two digits into an age."""
    if word.isdigit():
        return (Token(word, _number(word)),)
    if word.startswith("ne") and len(word) > 4 and not _ONE_WORD.match(word):
        return Token("ne", "ne"), Token(word[2:], stem(word[2:]))
    return (Token(word, stem(word)),)


def _number(digits: str) -> str:
    if len(digits) > 2:
        return digits
    return "#kid" if int(digits) in range(6, 18) else "#old" if int(digits) in range(65, 100) else digits


class Meanings:
    """Groups of synonyms across languages. `bērn*` stands for every word with that beginning."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._whole: dict[str, str] = {}
        self._beginnings: dict[str, str] = {}
        for number, line in enumerate(lines):
            for word in line.split():
                heard = sound(word.rstrip("*"))
                if word.endswith("*"):
                    self._beginnings.setdefault(heard, f"={number}")
                else:
                    self._whole.setdefault(stem(heard), f"={number}")
        self._longest = max(map(len, self._beginnings), default=0)

    def of(self, token: Token) -> str | None:
        """Look a token up by its beginning, as a whole word, or without its prefix."""
        found = self._beginning(token.word, 3) or self._whole.get(token.stem)
        return found or self._beginning(without_prefix(token.word), 5)

    def _beginning(self, word: str, shortest: int) -> str | None:
        for length in range(min(len(word), self._longest), shortest - 1, -1):
            meaning = self._beginnings.get(word[:length])
            if meaning:
                return meaning
        return None


Marks = list[tuple[str, float]]
"""What one typed word stands for: known stems and meanings, each with a confidence from 0 to 1."""


class Vocabulary:
    """The words the phrases use, and how to match other words to them."""

    def __init__(self, meanings: Meanings, stems: dict[str, str | None]) -> None:
        """`stems` maps each known stem to its meaning."""
        self._meanings = meanings
        self._stems = stems
        self._known_meanings = {meaning for meaning in stems.values() if meaning}
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for known in stems:
            if known.isalpha() and len(known) >= _SHORTEST:
                self._by_length[len(known)].append(known)

    def marks(self, token: Token) -> Marks:
        """Return the marks of a known word or a synonym of one."""
        meaning = self._meanings.of(token)
        known: Marks = [(token.stem, 1.0)] if token.stem in self._stems else []
        return [*known, (meaning, 1.0)] if meaning in self._known_meanings and meaning else known

    def guesses(self, token: Token) -> Marks:
        """Guess an unknown word: without its prefix, with a similar spelling, or with a shorter stem."""
        if len(token.stem) < _SHORTEST or not token.stem.isalpha():
            return []
        return self._without_prefix(token) or self._nearly(token) or self._longer(token)

    def _without_prefix(self, token: Token) -> Marks:
        rest = without_prefix(token.word)
        if len(rest) < 4:
            return []
        return [(mark, 0.7) for mark, _ in self.marks(Token(rest, stem(rest)))]

    def _nearly(self, token: Token) -> Marks:
        wanted, limit = token.stem, (len(token.stem) > 3) + (len(token.stem) > 6)
        found: list[tuple[str, int]] = []
        for length in range(len(wanted) - limit, len(wanted) + limit + 1):
            near = extract(wanted, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=limit, limit=5)
            found += [(stem, int(wrong)) for stem, wrong, _ in near if len(wanted) > 5 or stem[0] == wanted[0]]
        fewest = min((wrong for _, wrong in found), default=0)
        nearest = list(islice((stem for stem, wrong in sorted(found) if wrong == fewest), 3))
        marks: Counter[str] = Counter()
        for known in nearest:
            sure = (0.75 if fewest == 1 else 0.5) / len(nearest)
            marks.update({mark: sure for mark in (known, self._stems[known]) if mark})
        return list(marks.items())

    def _longer(self, token: Token) -> Marks:
        for length in range(len(token.stem) - 1, 3, -1):
            known = token.stem[:length]
            if known in self._stems:
                return [(mark, 0.6) for mark in (known, self._stems[known]) if mark]
        return []
