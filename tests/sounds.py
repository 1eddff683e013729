"""What words sound like on a bad line: letters that are easily mistaken for each other count as one."""

import unicodedata

CYRILLIC = str.maketrans(
    dict(zip("абвгґдеёєжзиіїйклмнопрстуфхцчшщыэюя", "abvggdeoezziiiiklmnoprstufhssssieua", strict=True))
    | {"ъ": "", "ь": ""}
)
ENGLISH = (("ph", "f"), ("ck", "k"), ("ch", "s"), ("sh", "s"), ("th", "t"), ("wh", "v"), ("qu", "kv"), ("oo", "u"),
           ("ee", "i"), ("ea", "i"), ("ow", "o"), ("ce", "se"), ("ci", "si"), ("cy", "si"))  # fmt: skip
ALIKE = str.maketrans("bdgzcwvqxynmeo", "ptkssffkkinnau")
"""Voiced and voiceless, s and its neighbours, m and n, a and e, o and u: what a telephone swallows."""


def folded(word: str, language: str) -> str:
    """The sound of a word, coarsely. Equal letters side by side count once."""
    text = word.casefold()
    if language in {"ru", "uk"}:
        text = text.translate(CYRILLIC)
    elif language == "lv":
        text = text.translate(str.maketrans("cčšž", "ssss"))
    else:
        text = text.removesuffix("e")
        for letters, sound in ENGLISH:
            text = text.replace(letters, sound)
        text = text.replace("c", "k")
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if letter.isalpha() and letter.isascii())
    sounds = bare.translate(ALIKE)
    return "".join(sound for place, sound in enumerate(sounds) if sounds[place - 1 : place] != sound)


def distance(word: str, other: str) -> int:
    """How many letters have to be put in, taken away or changed to make one word of the other."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(word, 1):
        before, row[0] = row[0], place
        for at, opposite in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != opposite))
    return row[-1]


def alike(word: str, other: str, language: str) -> bool:
    """Whether two words could be taken for each other: nearly the same sounds, or one beginning and few others."""
    left, right = folded(word, language), folded(other, language)
    apart = distance(left, right)
    return apart < 2 or (left[:3] == right[:3] and apart < 3)
