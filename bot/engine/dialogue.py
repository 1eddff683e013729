"""The dialogue as data: screens, what each accepts, and where each answer leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bot.engine.languages import spoken

EXITS = ("danger", "human", "back", "language", "hide")
"""Exits the engine puts on every screen, so that an editor can neither forget nor remove them."""

Condition = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs that must all hold: `place: known`, `service: open`, `form: yes`, or an answer's name and one of its values."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: it leads on, enters a chapter, returns to where one was entered, opens the form, or shows a pop-up."""

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
    """One line of a branch: the screen to go to if the condition holds."""

    to: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """One thing we show, and what we accept next."""

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
    about: str | None = None
    """What a request is about that begins in the chapter of this screen: an answer to the form's question `about`."""
    words: bool = False
    """Whether the page offers a field for the person's own words. In Telegram she can type anywhere."""

    @property
    def kind(self) -> Literal["branch", "place", "several", "choice", "information"]:
        if self.branch:
            return "branch"
        if self.place:
            return "place"
        if self.several:
            return "several"
        return "choice" if self.asks else "information"

    @property
    def opens_request(self) -> bool:
        """Whether one of its buttons opens the request form."""
        return any(choice.form == "request" for choice in self.choices)

    def choice(self, choice: str) -> Choice | None:
        return next((known for known in self.choices if known.id == choice), None)

    @property
    def targets(self) -> tuple[str, ...]:
        """Every screen this one can lead to, apart from the shared exits."""
        own = [choice.target for choice in self.choices] + [way.to for way in self.branch] + [self.to, self.skip]
        return tuple(dict.fromkeys(target for target in own if target))


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality, and the names that lead to it: those from before the reform of 01.07.2021, and its towns."""

    id: str
    names: Mapping[str, str]
    former: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    """Ids of its neighbours."""

    def said(self, language: str) -> str:
        """Return its name, followed in other languages by the Latvian one, which offices and signs use."""
        own, official = self.names.get(language, self.id), self.names.get("lv", self.id)
        return own if own == official else f"{own} ({official})"


@dataclass(frozen=True)
class Dialogue:
    """The whole script as structure. Its texts are in the catalogues, under keys made of screen and choice ids."""

    screens: Mapping[str, Screen]
    municipalities: Mapping[str, Municipality] = field(default_factory=dict)
    languages: tuple[str, ...] = ("lv", "ru")
    first: str = "start"
    danger: str = "danger"
    human: str = "human"
    despair: str = "thoughts-of-death"
    """The screen that comes first where words of despair are heard."""
    language: str = ""
    """The screen that asks for the language, where the device speaks none of ours; empty: nobody is asked."""

    def spoken(self, language: str) -> str:
        """Return the language to answer in, for a device that is set to `language` (empty: nothing is known)."""
        return spoken(language, self.languages)

    def begins(self, language: str) -> str:
        """Return the screen on which a conversation begins: the first, or the question which language it shall be."""
        return self.language if self.language and language and language not in self.languages else self.first

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """Each topic and the screen it begins with."""
        return {screen.topic: screen.id for screen in [*self.screens.values()][::-1] if screen.topic}

    @cached_property
    def informing(self) -> tuple[Screen, ...]:
        """The screens from which the request form is opened."""
        return tuple(screen for screen in self.screens.values() if screen.opens_request)

    @cached_property
    def abouts(self) -> Mapping[str, str]:
        """Chapters that tell what a request from there is about."""
        return {screen.chapter: screen.about for screen in self.screens.values() if screen.about}

    @cached_property
    def passing(self) -> frozenset[str]:
        """Screens that leave open what a request is about: the exits, the chapters that these lead to, and the way to
        the form. Asking for help at once does not change it."""
        exits = {self.danger, self.human, self.language}
        helping = [self.screens[name] for name in (self.danger, self.human) if name in self.screens]
        chapters = {self.screens[target].chapter for screen in helping for target in screen.targets}
        chapters |= {screen.chapter for screen in self.informing}
        chapters -= {screen.chapter for screen in helping}
        return frozenset(exits | {screen.id for screen in self.screens.values() if screen.chapter in chapters})

    def asking(self, question: str) -> tuple[Screen, ...]:
        """Return the screens that ask a question (`danger_gate`, `age_band` …)."""
        return self._asking.get(question, ())

    @cached_property
    def _asking(self) -> Mapping[str, tuple[Screen, ...]]:
        asked = {screen.asks for screen in self.screens.values() if screen.asks}
        return {name: tuple(screen for screen in self.screens.values() if screen.asks == name) for name in asked}


@dataclass(frozen=True, slots=True)
class World:
    """What the engine may know about today: the places a request can be sent from, and whether the form works."""

    addressable: frozenset[str] = frozenset()
    form: bool = True


def label(screen: str, choice: str) -> str:
    """Return the key of a button's text. The separator is a colon because screen ids contain dots."""
    return f"{screen}:{choice}"
