"""Ask hunspell which words of a text are in no dictionary. If it is not installed, nothing is reported.

For the gate and the editors' desk. Only content is ever checked, nothing that a person wrote. Correct words that no
dictionary has (names, abbreviations, technical terms) are listed in `locales/<language>/words.txt`.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "locales"
DICTIONARIES = {"lv": ("lv_LV",), "ru": ("ru_RU",), "en": ("en_GB",), "uk": ("uk_UA",)}
BORROWED = {"lv": (), "ru": ("lv_LV", "en_GB"), "en": ("lv_LV",), "uk": ("lv_LV", "en_GB")}
FOREIGN = {
    "lv": re.compile("(?!)"),
    "ru": re.compile("[a-z]", re.IGNORECASE),
    "en": re.compile("[āčēģīķļņšūž]", re.IGNORECASE),
    "uk": re.compile("[a-z]", re.IGNORECASE),
}
"""Latvian names appear in every language: words with these letters may also be in the borrowed dictionaries."""
LONGEST_WAIT = 20.0
"""Seconds. Loading a dictionary, which happens on each call, takes less than one."""
NO_WORDS = re.compile(
    r"\{[^{}]*\}|%\(\w+\)[sd]|<[^<>]*>|https?://\S+|\b[\w.-]+@[\w.-]+|\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?|\w+_\w+|\bhttps?://|\bdocs/\S+"
)
"""Placeholders, tags and addresses, which are not words."""
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")

Misspelt = Mapping[str, tuple[str, ...]]


def misspelt(texts: Mapping[str, str], language: str) -> Misspelt | None:
    """Return each text with its words that no dictionary knows, in order. None if it could not be checked."""
    found = {key: tuple(dict.fromkeys(words_of(text))) for key, text in texts.items()}
    every = frozenset(word for words in found.values() for word in words)
    unknown = _unknown(every - own_words(language), language)
    if unknown is None:
        return None
    wrong = {key: tuple(word for word in words if word in unknown) for key, words in found.items()}
    return {key: words for key, words in wrong.items() if words}


def words_of(text: str) -> Iterable[str]:
    """Return the words of a text whose spelling can be checked."""
    return (found[0].replace("’", "'") for found in WORD.finditer(NO_WORDS.sub(" ", text)) if len(found[0]) > 1)


@cache
def own_words(language: str) -> frozenset[str]:
    """Return correct words that no dictionary has: one per line of `words.txt`, with `#` for comments."""
    path = LOCALES / language / "words.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    words = (line.partition("#")[0].strip() for line in lines)
    return frozenset(form for word in words if word for form in (word, word[:1].upper() + word[1:]))


def _unknown(words: frozenset[str], language: str) -> frozenset[str] | None:
    foreign = frozenset(word for word in words if FOREIGN[language].search(word))
    unknown = _asked(words, DICTIONARIES[language])
    borrowed = _asked(unknown & foreign, BORROWED[language]) if unknown is not None else None
    return None if unknown is None or borrowed is None else (unknown - foreign) | borrowed


def _asked(words: frozenset[str], dictionaries: tuple[str, ...]) -> frozenset[str] | None:
    """Return the words none of the dictionaries knows. None if hunspell or a dictionary is missing or fails."""
    program = shutil.which("hunspell")
    if program is None:
        return None
    for dictionary in dictionaries if words else ():
        try:
            answer = subprocess.run(  # noqa: S603  # a fixed command; words are passed on standard input
                [program, "-l", "-i", "UTF-8", "-d", dictionary],
                input="\n".join(sorted(words)), capture_output=True, encoding="utf-8", timeout=LONGEST_WAIT, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return None
        words &= frozenset(answer.stdout.split())
    return words
