"""What a dialogue is: screens, what each accepts, and where each answer leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

EXITS = ("danger", "human", "back", "language", "hide")
"""On every screen, put there by the engine: an editor can neither forget nor remove them."""

Condition = tuple[tuple[str, tuple[str, ...]], ...]
"""Every pair must hold: `place: known`, `service: open`, `form: yes`, or an answer's name and one of its values."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. It leads on, enters a chapter, returns to whoever entered, opens the form, or only tells something."""

    id: str
    to: str | None = None
    enter: str | None = None
    returns: bool = False
    form: Literal["request", "receipt"] | None = None
    tells: bool = False

    @property
    def target(self) -> str | None:
        return self.to or self.enter


@dataclass(frozen=True, slots=True)
class Way:
    """One line of a branch: where to go, when."""

    to: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """One thing we show and what we accept next."""

    id: str
    chapter: str
    line: int = 0
    topic: str | None = None
    facts: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    asks: str | None = None
    several: str | None = None
    options: tuple[str, ...] = ()
    place: str | None = None
    to: str | None = None
    skip: str | None = None
    branch: tuple[Way, ...] = ()
    informs: tuple[str, ...] = ()
    words: bool = False
    """Whether a page offers a field for the person's own words here; in Telegram words can be typed anywhere."""

    @property
    def kind(self) -> Literal["branch", "place", "several", "choice", "information"]:
        if self.branch:
            return "branch"
        if self.place:
            return "place"
        if self.several:
            return "several"
        return "choice" if self.asks else "information"

    def choice(self, choice: str) -> Choice | None:
        return next((one for one in self.choices if one.id == choice), None)

    @property
    def targets(self) -> tuple[str, ...]:
        """Every screen this one can lead to by its own means; the shared exits are not counted."""
        own = [one.target for one in self.choices] + [way.to for way in self.branch] + [self.to, self.skip]
        return tuple(dict.fromkeys(target for target in own if target))


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of today, and the names that lead to it: of before the reform of 01.07.2021, and of its towns."""

    id: str
    names: Mapping[str, str]
    former: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    """Its neighbours."""

    def said(self, language: str) -> str:
        """Its name; beside another language's the Latvian one, by which offices and signs know it."""
        own, official = self.names.get(language, self.id), self.names.get("lv", self.id)
        return own if own == official else f"{own} ({official})"


@dataclass(frozen=True)
class Dialogue:
    """The whole script, as structure. Its words live elsewhere, under keys made of screen and choice ids."""

    screens: Mapping[str, Screen]
    municipalities: Mapping[str, Municipality] = field(default_factory=dict)
    languages: tuple[str, ...] = ("lv", "ru")
    first: str = "start"
    danger: str = "danger"
    human: str = "human"

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """Every topic and the screen it begins with."""
        return {screen.topic: screen.id for screen in [*self.screens.values()][::-1] if screen.topic}


@dataclass(frozen=True, slots=True)
class World:
    """What the engine may know of today: whom a request can reach, and whether the form can be opened here."""

    addressable: frozenset[str] = frozenset()
    form: bool = True


def label(screen: str, choice: str) -> str:
    """The key of a button's words. A colon, because screen ids hold dots."""
    return f"{screen}:{choice}"
