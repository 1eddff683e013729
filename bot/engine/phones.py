"""Telephone numbers as people write and paste them, and what can be said about one. Pure.

Contact books, messengers and documents wrap numbers in characters that nobody sees. Whoever pastes one sees a perfect
number, so it must be read as one.
"""

import re
import unicodedata

LATVIA = "+371"
LANDLINE = re.compile(r"\+3716[0-9]{7}")

DASHES = "\u2212\u2043\u00b7\u2022"
"""Minus, hyphen bullet and dots that stand between digits like a dash, but are no dashes to Unicode."""
VARIATIONS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
BETWEEN = re.compile(r"[\s().\-/]")
URI = re.compile(r"\s*tel:([^;]*)", re.IGNORECASE)
TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")


def bare_number(text: str) -> str:
    """The digits of a number with a leading “+”, if it has one, in ASCII, and whatever else is no part of spelling it.

    Gone are spaces, brackets, dashes, what cannot be seen, the scheme “tel:”, and the “(0)” of international numbers.
    """
    number = "".join(_plain(one) for one in unicodedata.normalize("NFKC", VARIATIONS.sub("", text)))
    if uri := URI.match(number):
        number = uri[1]
    if number.lstrip(" (").startswith(("+", "00")):
        number = TRUNK_ZERO.sub("", number)
    return re.sub(r"^00", "+", BETWEEN.sub("", number))


def _plain(character: str) -> str:
    """One character of a number: digits of every script in ASCII, every dash the same, nothing for the invisible."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    return "-" if category == "Pd" or character in DASHES else character


def phone_number(text: str) -> str | None:
    """A number in E.164, or nothing. Latvian ones have eight digits and begin with 2 or 6."""
    number = bare_number(text)
    if re.fullmatch(r"371[26][0-9]{7}", number):
        number = f"+{number}"
    if re.fullmatch(r"[26][0-9]{7}", number):
        return LATVIA + number
    if re.fullmatch(r"\+371[26][0-9]{7}", number):
        return number
    return number if re.fullmatch(r"\+(?!371)[1-9][0-9]{6,14}", number) else None


def takes_no_messages(number: str) -> bool:
    """Whether a number in E.164 is a Latvian landline, which would read a text message aloud or lose it.

    Of a foreign number that cannot be told.
    """
    return LANDLINE.fullmatch(number) is not None


def telephone(number: str) -> str | None:
    """`6710 5048` -> `+37167105048`, `112` -> `112`. None when it is no number that can be dialled in Latvia."""
    bare = bare_number(number)
    if re.fullmatch(r"\+[1-9][0-9]{7,14}|[1-9][0-9]{2,5}", bare):
        return bare
    return LATVIA + bare if re.fullmatch(r"[2-9][0-9]{7}", bare) else None
