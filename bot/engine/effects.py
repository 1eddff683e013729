"""What the engine wants done. Use cases carry the effects out; the type checker proves that they handle each kind."""

from dataclasses import dataclass
from typing import Literal

from bot.engine.state import State


@dataclass(frozen=True, slots=True)
class Show:
    """Show a screen. `notice` is the key of a text to put above it; `options` are choices offered only this time."""

    screen: str
    notice: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tell:
    """Show a short text that must not stay in the chat: a pop-up where the channel has one. `text` is its key."""

    text: str


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open the form page: to send a request, or to look one up by its receipt code."""

    form: Literal["request", "receipt"]


@dataclass(frozen=True, slots=True)
class HideTraces:
    """Remove every trace that can be removed."""


Effect = Show | Tell | OpenForm | HideTraces


@dataclass(frozen=True, slots=True)
class Turn:
    """The new state and the effects to carry out. No state means the conversation is over and forgotten."""

    state: State | None
    effects: tuple[Effect, ...] = ()
