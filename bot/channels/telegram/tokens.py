"""What Telegram gets instead of a screen and a choice: a keyed hash that reveals nothing."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Protocol

from bot.engine.dialogue import Dialogue, Screen
from bot.engine.heard import Pressed, Unknown

LENGTH = 16
ADRIFT = "~"
"""Ends the token of a button shown while nothing could be remembered."""
FROM_ANYWHERE = ("danger", "human", "hide")
"""Exits that mean the same on every screen: their tokens name none, and so outlive every screen."""


class Pressable(Protocol):
    """Anything that names a screen and a choice: a Button, a Pressed."""

    @property
    def screen(self) -> str: ...
    @property
    def choice(self) -> str: ...


class Tokens:
    """Tokens of one dialogue. A screen and a choice keep their token after a restart and in every revision."""

    def __init__(self, secret: bytes, dialogue: Dialogue) -> None:
        self._secret = secret
        self._written = {(press.screen, press.choice): self._made(press) for press in _every_press(dialogue)}
        self._languages = {code: self.write(Pressed("", f"language.{code}")) for code in dialogue.languages}
        self._known = {self._written[press.screen, press.choice]: press for press in _every_press(dialogue)}

    def write(self, button: Pressable) -> str:
        return self._written.get((button.screen, button.choice)) or self._made(button)

    def _made(self, button: Pressable) -> str:
        screen = "" if _works_anywhere(button.choice) else button.screen
        digest = hmac.digest(self._secret, f"{screen}\0{button.choice}".encode(), "sha256")
        return urlsafe_b64encode(digest[:LENGTH]).rstrip(b"=").decode()

    def write_adrift(self, button: Pressable) -> str:
        return self.write(button) + ADRIFT

    def language_shown(self, tokens: Collection[str]) -> str | None:
        """The language of a message with these buttons: the only one they do not offer. None if that is unclear."""
        missing = [
            code for code, token in self._languages.items() if token not in tokens and token + ADRIFT not in tokens
        ]
        return missing[0] if len(missing) == 1 else None

    def read(self, token: str) -> Pressed | Unknown:
        pressed = self._known.get(token.removesuffix(ADRIFT))
        if pressed and token.endswith(ADRIFT):
            return replace(pressed, adrift=True)
        return pressed or Unknown()


def _works_anywhere(choice: str) -> bool:
    return choice in FROM_ANYWHERE or choice.startswith(("language.", "topic."))


def _every_press(dialogue: Dialogue) -> Iterator[Pressed]:
    for choice in (*FROM_ANYWHERE, *(f"language.{language}" for language in dialogue.languages)):
        yield Pressed("", choice)
    for topic in dialogue.topics:
        yield Pressed("", f"topic.{topic}")
    for screen in dialogue.screens.values():
        for choice in ("back", *_own(screen), *(_places(dialogue) if screen.place else ())):
            yield Pressed(screen.id, choice)


def _own(screen: Screen) -> Iterator[str]:
    yield from (choice.id for choice in screen.choices)
    if screen.several:
        yield from (sign + option for option in screen.options for sign in "+-")
        yield "done"


def _places(dialogue: Dialogue) -> Iterator[str]:
    """Presses on the list of places. It has more groups than are ever shown, since their number varies by language."""
    yield "skip"
    for number, municipality in enumerate(dialogue.municipalities):
        yield f"group.{number}"
        yield f"place.{municipality}"
