"""Events the engine hears. A channel only translates into these; it decides nothing."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Started:
    """The person opened the chat or started again. `language` is the device's, used only for a new conversation."""

    language: str | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of one screen. `choice` is a choice's id, a shared exit, `language.ru`, `+option`, `-option`, `done`,
    `skip`, `group.3`, `place.balvu-novads` or `topic.court-protection`.

    `adrift`: the screen was shown while no state could be stored, so it counts instead of the stored state.
    `unanswered`: an earlier press on this screen was never answered, so this press replaces it.
    """

    screen: str
    choice: str
    adrift: bool = field(default=False, kw_only=True)
    unanswered: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Typed:
    """Typed words, read once and never stored. `topics` are those found in them, best first."""

    text: str
    topics: tuple[str, ...] = ()
    danger: bool = False
    despair: bool = False
    edited: bool = False
    """Whether an earlier message was edited; then the engine only looks for danger and despair."""
    screen: str = ""
    """The screen they were typed on, if an earlier press there was never answered."""

    @property
    def warned(self) -> bool:
        return self.danger or self.despair


@dataclass(frozen=True, slots=True)
class Sent:
    """Something we do not read: a voice message, picture, contact, place, sticker, file, edited message."""

    kind: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A press on something that no revision we know contains any more."""


Heard = Started | Pressed | Typed | Sent | Unknown
