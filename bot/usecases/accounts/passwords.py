"""Passwords: which are accepted, how they are stored, and the one queue for the slow work of hashing.

They are compared in NFC, as Unicode recommends for typed text: a Mac may write “ā” as two code points, Windows as one.
A hash made earlier from another form is found by a second try and replaced.
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
"""Characters. The rest of a longer password is ignored."""
EASY = 2
"""The highest of zxcvbn's scores (0 to 4) that is too easy: fewer than 10^8 guesses."""
LEFT = 6
"""Letters and digits that must remain when her name, her login and our own words are removed."""
READ = 72
"""Characters of a password that are estimated: the work grows with their square."""
OURS = ("blakus", "latvija", "parole", "sociālais dienests", "пароль", "латвия", "социальная служба")
"""Obvious words here that the library does not list."""

HASHER = PasswordHasher()
PLACES = FairQueue(at_once=2, room=16)
"""Hashing takes 64 MiB and about a third of a second on purpose, so a flood of guesses must not use up the machine.
Sixteen waiting are about three seconds."""


async def verify(
    lane: Lane, find: Callable[[], Awaitable[str | None]], password: str, has_gone: Asks = never
) -> tuple[str | None, str | None]:
    """Check the password against the hash that `find` returns when it is this lane's turn.

    Return that hash and the one to store from now on. The latter is None if the password is wrong or no hash was found;
    the work is the same then, so that it takes as long. Raises Busy before anything is checked.
    """
    return await PLACES.run(lane, find, lambda kept: asyncio.to_thread(compare, kept, password), has_gone)


async def hash_password(lane: Lane, password: str, has_gone: Asks = never) -> str:
    """Return the hash to store for a password. Raises Busy."""

    async def nothing() -> None:
        """There is nothing to look up."""

    _, made = await PLACES.run(lane, nothing, lambda _: asyncio.to_thread(_hash, password), has_gone)
    return made


def compare(kept: str | None, password: str) -> str | None:
    """Return the hash to store from now on: the same, or one of the NFC form. None if the password is wrong."""
    for number, form in enumerate(_forms(password)):
        if _verifies(kept or _dummy_hash(), form) and kept is not None:
            return _hash(password) if number else kept
    return None


def is_too_easy(password: str, *known: str) -> bool:
    """Whether it is too short or long, common, or made of what anybody could guess, such as `known` names.

    Diacritics do not make guessing harder, so the password is also rated without them. The first call loads the
    library's word lists.
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
    """Return the form hashed today, and those that may have been hashed before: NFD, or as typed."""
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
def _dummy_hash() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))
