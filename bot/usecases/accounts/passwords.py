"""Passwords: which are taken, how they are kept, and the one line before the slow look at them.

They are compared in NFC, as Unicode recommends for what people type: a Mac may write “ā” as two signs and Windows as
one. What was kept in another form, before this was so, is found by a second try and kept anew.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Awaitable, Callable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from bot.usecases.fair_queue import Asks, FairQueue, Lane, never

SHORTEST = 12
LONGEST = 1024
"""Of more nothing is looked at."""
EASY = 2
"""Of zxcvbn's scores from 0 to 4, the last that is too easy: fewer than 10^8 guesses."""
LEFT = 6
"""Letters and digits that have to be left when her name, her login and our own words are taken out."""
READ = 72
"""So much of a password is estimated: the work grows with the square of it."""
OURS = ("blakus", "latvija", "parole", "sociālais dienests", "пароль", "латвия", "социальная служба")
"""What the library, which is at home elsewhere, does not list."""

HASHER = PasswordHasher()
PLACES = FairQueue(at_once=2, room=16)
"""Each hashing takes 64 MiB on purpose, and about a third of a second: a flood of guesses must not take all there is,
and sixteen who wait are some three seconds."""


async def verify(
    lane: Lane, find: Callable[[], Awaitable[str | None]], password: str, has_gone: Asks = never
) -> tuple[str | None, str | None]:
    """What `find` answers as the kept hash, once it is this lane's turn, and what to keep from now on.

    The latter is None where the password is wrong, or nothing was found; something is compared all the same, so that
    it takes as long. Raises Busy before anything is looked at.
    """

    return await PLACES.run(lane, find, lambda kept: asyncio.to_thread(compare, kept, password), has_gone)


async def hash_password(lane: Lane, password: str, has_gone: Asks = never) -> str:
    """What is kept of a password. Raises Busy."""

    async def nothing() -> None:
        """There is nothing to look up."""

    _, made = await PLACES.run(lane, nothing, lambda _: asyncio.to_thread(_hash, password), has_gone)
    return made


def compare(kept: str | None, password: str) -> str | None:
    """The hash to keep from now on: the same, or one of the usual form. None where the password is wrong."""
    for number, form in enumerate(_forms(password)):
        if _verifies(kept or _nobodys(), form) and kept is not None:
            return _hash(password) if number else kept
    return None


def is_too_easy(password: str, *known: str) -> bool:
    """Whether it is short, among the common ones, or made of what anybody could guess, as of a name that is `known`.

    Marks above letters help nobody who guesses less, so the password is looked at without them, too. The lists of the
    library are loaded by whoever first chooses a password.
    """
    from zxcvbn import zxcvbn

    usual = unicodedata.normalize("NFC", password)
    if not SHORTEST <= len(usual) <= LONGEST:
        return True
    words = {_plain(part) for phrase in (*known, *OURS) for part in (phrase, *phrase.split()) if len(part) > 2}
    rest = _plain(usual)
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    if sum(map(str.isalnum, rest)) < LEFT:
        return True
    looks = (zxcvbn(form[:READ], user_inputs=sorted(words)) for form in (usual, _plain(usual)))
    return min(int(look["score"]) for look in looks) <= EASY


def _plain(text: str) -> str:
    return "".join(
        character for character in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(character)
    )


def _forms(password: str) -> list[str]:
    """As it is kept today, and as it may have been kept before: in the other form, or just as it was typed."""
    forms = (unicodedata.normalize("NFC", password), unicodedata.normalize("NFD", password), password)
    return list(dict.fromkeys(form[:LONGEST] for form in forms))


def _hash(password: str) -> str:
    return HASHER.hash(unicodedata.normalize("NFC", password))


def _verifies(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except VerificationError:
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))
