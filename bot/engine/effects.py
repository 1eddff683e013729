"""What the engine wants done. Orders, carried out by the use cases; the type checker proves that none is forgotten."""

from dataclasses import dataclass
from typing import Literal

from bot.engine.state import State


@dataclass(frozen=True, slots=True)
class Show:
    """Show a screen; `notice` is a text key put above it, `options` municipalities or groups offered just now."""

    screen: str
    notice: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tell:
    """A short text that must not stay in the chat: a pop-up where the channel has one."""

    text: str


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open the form page: to send a request, or to look one up by its receipt code."""

    form: Literal["request", "receipt"]


@dataclass(frozen=True, slots=True)
class HideTraces:
    """Take away everything that can be taken away."""


Effect = Show | Tell | OpenForm | HideTraces


@dataclass(frozen=True, slots=True)
class Turn:
    """The state after, and what to do about it. No state means that the conversation is over and forgotten."""

    state: State | None
    effects: tuple[Effect, ...] = ()
