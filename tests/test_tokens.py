"""Tokens say nothing, fit Telegram's 64 bytes, and mean the same after every restart and every edit."""

import re

from bot.channels.telegram.tokens import Tokens
from bot.engine.dialogue import Choice, Dialogue, Municipality, Screen
from bot.engine.heard import Pressed, Unknown

SECRET = b"k" * 32
DIALOGUE = Dialogue(
    {
        "start": Screen("start", "start", choices=(Choice("go", to="request.topics"),)),
        "request.topics": Screen(
            "request.topics", "request", several="topics", options=("lawyer", "shelter"), to="place"
        ),
        "place": Screen("place", "request", place="place", to="start", skip="start"),
    },
    {"rigas-valstspilseta": Municipality("rigas-valstspilseta", {"lv": "Rīga", "ru": "Рига"})},
)
PRESSES = (
    Pressed("start", "go"),
    Pressed("start", "back"),
    Pressed("request.topics", "+lawyer"),
    Pressed("request.topics", "-lawyer"),
    Pressed("request.topics", "done"),
    Pressed("place", "skip"),
    Pressed("place", "group.0"),
    Pressed("place", "place.rigas-valstspilseta"),
)


def test_every_button_is_read_back_as_it_was_written() -> None:
    tokens = Tokens(SECRET, DIALOGUE)
    assert [tokens.read(tokens.write(press)) for press in PRESSES] == list(PRESSES)


def test_exits_are_read_back_even_from_a_screen_that_exists_no_longer() -> None:
    tokens = Tokens(SECRET, DIALOGUE)
    for choice in ("danger", "human", "hide", "language.lv", "language.ru"):
        assert tokens.read(tokens.write(Pressed("screen-of-last-year", choice))) == Pressed("", choice)


def test_a_token_tells_nothing_about_screen_or_choice() -> None:
    tokens = Tokens(SECRET, DIALOGUE)
    written = [tokens.write(press) for press in PRESSES]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", token) for token in written)
    assert len(set(written)) == len(PRESSES)
    assert not set(written) & {Tokens(b"x" * 32, DIALOGUE).write(press) for press in PRESSES}


def test_a_token_is_the_same_after_a_restart_and_in_another_revision() -> None:
    changed = Dialogue({**DIALOGUE.screens, "new": Screen("new", "start", choices=(Choice("go", to="start"),))})
    for press in PRESSES[:3]:
        token = Tokens(SECRET, DIALOGUE).write(press)
        assert Tokens(SECRET, changed).write(press) == token
        assert Tokens(SECRET, changed).read(token) == press


def test_what_no_revision_knows_is_unknown() -> None:
    tokens = Tokens(SECRET, DIALOGUE)
    gone = tokens.write(Pressed("screen-of-last-year", "go"))
    for token in (gone, "", "start\0go", "ā" * 40, "x" * 100_000):
        assert tokens.read(token) == Unknown()
