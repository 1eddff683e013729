"""Read telephone numbers as people type and paste them. Pure.

Contact books, messengers and documents wrap numbers in invisible characters. To the person who pastes one it looks
correct, so it must be accepted.
"""

import re
import unicodedata

LATVIA = "+371"
LANDLINE = re.compile(r"\+3716[0-9]{7}")

DASHES = "\u2212\u2043\u00b7\u2022"
"""Minus, hyphen bullet and dots that separate digits like a dash but are not dashes in Unicode."""
VARIATIONS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
BETWEEN = re.compile(r"[\s().\-/]")
URI = re.compile(r"\s*tel:([^;]*)", re.IGNORECASE)
TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")


def bare_number(text: str) -> str:
    """Return the ASCII digits of a number, with its leading “+” if any. Characters that cannot belong to one stay.

    Spaces, brackets, dashes, invisible characters, the scheme “tel:” and the “(0)” of international numbers go.
    """
    number = "".join(_plain(character) for character in unicodedata.normalize("NFKC", VARIATIONS.sub("", text)))
    if uri := URI.match(number):
        number = uri[1]
    if number.lstrip(" (").startswith(("+", "00")):
        number = TRUNK_ZERO.sub("", number)
    return re.sub(r"^00", "+", BETWEEN.sub("", number))


def _plain(character: str) -> str:
    """Normalise one character: digits of any script to ASCII, any dash to a hyphen, invisible characters to nothing."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    return "-" if category == "Pd" or character in DASHES else character


def phone_number(text: str) -> str | None:
    """Return a number in E.164, or None. Latvian numbers have eight digits and begin with 2 or 6."""
    number = bare_number(text)
    if re.fullmatch(r"371[26][0-9]{7}", number):
        number = f"+{number}"
    if re.fullmatch(r"[26][0-9]{7}", number):
        return LATVIA + number
    if re.fullmatch(r"\+371[26][0-9]{7}", number):
        return number
    return number if re.fullmatch(r"\+(?!371)[1-9][0-9]{6,14}", number) else None


def takes_no_messages(number: str) -> bool:
    """Return whether an E.164 number is a Latvian landline, which would read a text message aloud or lose it.

    Foreign numbers give no such hint, so they count as mobile.
    """
    return LANDLINE.fullmatch(number) is not None


def telephone(number: str) -> str | None:
    """Return what to dial: `6710 5048` -> `+37167105048`, `112` -> `112`. None if Latvia cannot dial it."""
    bare = bare_number(number)
    if re.fullmatch(r"\+[1-9][0-9]{7,14}|[1-9][0-9]{2,5}", bare):
        return bare
    return LATVIA + bare if re.fullmatch(r"[2-9][0-9]{7}", bare) else None
