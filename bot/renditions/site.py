"""The content as a static site for the day the service ends: no script, no request for contact, the phones first."""

import hashlib
from base64 import b64encode
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from bot import cards
from bot.channels import pages
from bot.content import Content, Values
from bot.engine.dialogue import Dialogue, Screen, label
from bot.engine.effects import Show
from bot.engine.facts import Sourced
from bot.engine.papers import in_service
from bot.engine.state import State
from bot.layout import Block, blocks
from bot.renditions.paper import dates, without_buttons
from bot.texts import Words, plain

HERE = Path(__file__).parent
OF_THE_CHAT = ("start", "human", "device.seen")
"""Screens about the chat itself, or about what only the chat can do. The whole chapter on privacy is left out too."""
PHONES = ("poster.danger", "poster.talk")
"""At the top of every page."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page and its screens. The file is named by number, which reveals nothing in a browser's history."""

    number: int
    screens: tuple[Screen, ...]

    @property
    def name(self) -> str:
        return f"{self.number:02}.html"

    def anchor(self, screen: str) -> str:
        """The fragment of a screen on the page, also a number."""
        return f"p{[shown.id for shown in self.screens].index(screen)}"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another page, or to another place on this one."""

    to: str
    label: str


@dataclass(frozen=True, slots=True, order=True)
class Service:
    """A social service on its page. `phone` is empty if it is unknown or must not be shown."""

    place: str
    name: str
    phone: str
    tel: str
    doubt: str
    hours: str


@dataclass(frozen=True, slots=True)
class Part:
    """One screen on its page. `told` holds the button and text of each answer that the chat shows after a press."""

    id: str
    heading: str
    blocks: tuple[Block, ...]
    told: tuple[tuple[str, Words], ...]
    links: tuple[Link, ...]


def site(content: Content, today: date) -> Mapping[str, str]:
    """Return the text of every file of the site, by its path."""
    leaves = _leaves(content.dialogue)
    files: dict[str, str] = {}
    for language in content.dialogue.languages:
        renderer = Site(without_buttons(content), language, today, leaves)
        files[f"{language}/index.html"] = renderer.index()
        files[f"{language}/{SERVICES}"] = renderer.services()
        files |= {f"{language}/{leaf.name}": renderer.leaf(leaf) for leaf in leaves}
    first = Site(without_buttons(content), content.dialogue.languages[0], today, leaves)
    return {"index.html": first.door(), **files}


SERVICES = "00.html"


def _leaves(dialogue: Dialogue) -> tuple[Leaf, ...]:
    """One page for each chapter, in the order in which the menus lead to them, then the rest."""
    chapters: dict[str, list[Screen]] = {}
    for screen in _breadth_first(dialogue):
        if not _is_menu(screen) and _belongs(dialogue, screen):
            chapters.setdefault(screen.chapter, []).append(screen)
    return tuple(Leaf(number, tuple(screens)) for number, screens in enumerate(chapters.values(), start=1))


def _breadth_first(dialogue: Dialogue) -> Iterator[Screen]:
    seen = {dialogue.first}
    waiting = deque([dialogue.first])
    while waiting:
        screen = dialogue.screens[waiting.popleft()]
        yield screen
        onward = [target for target in screen.targets if target not in seen]
        seen.update(onward)
        waiting.extend(onward)


def _is_menu(screen: Screen) -> bool:
    return screen.id.split(".")[0] == "menu"


def _belongs(dialogue: Dialogue, screen: Screen) -> bool:
    """Leave out questions, the way to the request, and the chat itself. Danger is on the first page."""
    return not (
        screen.branch
        or _leads_to_form(dialogue, screen)
        or screen.chapter == "privacy"
        or screen.id in OF_THE_CHAT
        or screen.id == dialogue.danger
    )


def _leads_to_form(dialogue: Dialogue, screen: Screen) -> bool:
    """Whether it is part of the way to the request: in the form's own chapter, or with a button that goes on there."""
    forms = {other.chapter for other in dialogue.screens.values() for choice in other.choices if choice.form}
    onward = {dialogue.screens[choice.to].chapter for choice in screen.choices if choice.to}
    return screen.chapter in forms or bool(onward & forms)


class Site:
    """The pages of one language on one day."""

    def __init__(self, content: Content, language: str, today: date, leaves: tuple[Leaf, ...]) -> None:
        self._content, self._language, self._today = content, language, today
        self._leaves = leaves
        self._dialogue = content.dialogue
        self._on = {screen.id: leaf for leaf in leaves for screen in leaf.screens}

    def door(self) -> str:
        """The page at the root of the folder, where the reader chooses a language."""
        text = self._content.text
        languages = [
            (language, text("site.heading", language), text(f"language:{language}", language))
            for language in self._dialogue.languages
        ]
        return self._page("site_door.html", "", [], languages=languages)

    def index(self) -> str:
        """What to do in danger, then every topic under the heading of its menu."""
        danger = self._dialogue.screens[self._dialogue.danger]
        menus = [screen for screen in self._dialogue.screens.values() if _is_menu(screen)]
        groups = [(self._name(menu), links) for menu in menus if (links := tuple(self._links(menu)))]
        linked = {link.to for _, links in groups for link in links}
        rest = [Link(leaf.name, self._name(leaf.screens[0])) for leaf in self._leaves if leaf.name not in linked]
        groups[0] = (groups[0][0], (*groups[0][1], *rest))
        return self._page("site_index.html", "index.html", [danger.id], danger=self._part(danger), groups=groups)

    def leaf(self, leaf: Leaf) -> str:
        first, *rest = (self._part(screen) for screen in leaf.screens)
        keys = [key for screen in leaf.screens for key in self._keys(screen)]
        return self._page("site_leaf.html", leaf.name, keys, first=first, rest=rest)

    def services(self) -> str:
        """What replaces the contact request: every social service, with its phone if it is known."""
        language, places = self._language, self._dialogue.municipalities
        listed = [
            Service(
                place=", ".join(places[place].said(language) for place in service.places if place in places),
                name=service.names[language],
                phone=service.phone if service.say_phone(language, self._today) else "",
                tel=service.tel or "",
                doubt=service.doubted(language),
                hours=service.say_hours(language, self._today) or "",
            )
            for service in self._content.services.values()
        ]
        facts = tuple(service for service in self._content.services.values() if service.phone)
        return self._page("site_services.html", SERVICES, [], facts, services_listed=sorted(listed))

    def _part(self, screen: Screen) -> Part:
        card = cards.make(self._content, State(screen.id, self._language), Show(screen.id), self._today, {})
        told = tuple(
            (button.label, self._say(label(screen.id, button.choice) + ".tell"))
            for button in card.buttons
            if (choice := screen.choice(button.choice)) and choice.tells
        )
        leaf = self._on.get(screen.id)
        anchor = leaf.anchor(screen.id) if leaf else ""
        return Part(anchor, self._name(screen), blocks(card.body), told, tuple(self._links(screen)))

    def _links(self, screen: Screen) -> Iterator[Link]:
        """Links to other pages, and from the first screen to those below. A request becomes one link to the phones."""
        here = self._on.get(screen.id)
        begins = here is not None and here.screens[0] == screen
        requests = here is not None and not begins
        for choice in screen.choices:
            there = self._on.get(choice.target or "")
            words = self._content.text(label(screen.id, choice.id), self._language)
            if there is not None and there != here:
                below = choice.target != there.screens[0].id
                yield Link(f"{there.name}#{there.anchor(choice.target or '')}" if below else there.name, words)
            elif there is not None and begins:
                yield Link(f"#{there.anchor(choice.target or '')}", words)
            elif choice.target in self._dialogue.screens and self._asks(choice.target or "") and not requests:
                requests = True
                yield Link(SERVICES, plain(self._say("site.services")))

    def _asks(self, screen: str) -> bool:
        return _leads_to_form(self._dialogue, self._dialogue.screens[screen])

    def _name(self, screen: Screen) -> str:
        """The label of the first button that leads to a screen, preferably from a menu."""
        ways = [
            (not _is_menu(other), label(other.id, choice.id))
            for other in self._dialogue.screens.values()
            for choice in other.choices
            if choice.target == screen.id and choice.id not in {"menu", "go"}
        ]
        key = min(ways, key=lambda way: way[0], default=(True, "site.topics"))[1]
        return self._content.text(key, self._language)

    def _keys(self, screen: Screen) -> Iterator[str]:
        yield screen.id
        yield from (label(screen.id, choice.id) + ".tell" for choice in screen.choices if choice.tells)

    def _say(self, key: str, values: Values | None = None) -> Words:
        return self._content.say(key, self._language, self._today, values)

    def _page(self, template: str, name: str, keys: list[str], besides: tuple[Sourced, ...] = (), **values: Any) -> str:
        rings = in_service(PHONES, self._content.words[self._language], self._content.withdrawn)
        phones = [f"{phone}{part}" for phone in rings for part in (".number", ".how")]
        dated = dates(self._content, [*keys, *phones], self._language, self._today, besides)
        return TEMPLATES.get_template(template).render(
            say=lambda key: plain(self._say(key, dated)),
            words_of=lambda key: self._say(key, dated),
            language=self._language,
            others=[language for language in self._dialogue.languages if language != self._language],
            tongue=lambda language: self._content.text(f"language:{language}", language),
            name=name,
            phones=rings,
            services=SERVICES,
            style=STYLE,
            allowed=ALLOWED,
            **values,
        )


def _environment() -> Environment:
    """Our templates, and the web chat's macros for text."""
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), FileSystemLoader(pages.HERE / "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


TEMPLATES = _environment()
STYLE = (pages.HERE / "static" / "chat.css").read_text(encoding="utf-8") + (HERE / "templates" / "site.css").read_text(
    encoding="utf-8"
)
"""The web chat's style and a little more, inlined: in a folder, a separate file would not count as `'self'`."""
_MARK = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
ALLOWED = f"default-src 'none'; style-src 'sha256-{_MARK}'; base-uri 'none'; form-action 'none'"
