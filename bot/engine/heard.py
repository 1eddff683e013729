"""What reached us, in the engine's words. A channel translates into these and decides nothing."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Started:
    """The person opened the chat or began anew. `language` is a hint of the device, used only for a first screen."""

    language: str | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of one screen. `choice` may be a shared exit, `language.ru`, `+option`, `-option`, `done`, `skip`,
    `group.3` `place.balvu-novads` or `topic.court-protection`.

    `adrift`: the screen was shown while nothing could be remembered, so that it counts, and not what was.
    `unanswered`: an earlier press on the same screen was never answered, so that this one counts instead of it."""

    screen: str
    choice: str
    adrift: bool = field(default=False, kw_only=True)
    unanswered: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Typed:
    """Words. They are looked at once and never kept. `topics` is what was found in them, best first."""

    text: str
    topics: tuple[str, ...] = ()
    danger: bool = False
    edited: bool = False
    """Words of an earlier message that were changed: only danger is still heard in them."""
    screen: str = ""
    """Where they were typed, if an earlier press there was never answered: as in `Pressed.unanswered`."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Something we do not read: a voice message, picture, contact, place, sticker, file, edited message."""

    kind: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A press on something that exists no longer in any revision we know."""


Heard = Started | Pressed | Typed | Sent | Unknown
