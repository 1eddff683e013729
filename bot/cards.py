"""Cards and buttons: what we show, before a channel formats it. Made from content and a state, without a database."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from bot.content import Content, Values
from bot.engine import places
from bot.engine.dialogue import EXITS, Choice, Screen, label
from bot.engine.effects import Show
from bot.engine.state import State
from bot.engine.step import GROUP_SIZE
from bot.texts import Span, Words, heading_end, plain

Kind = Literal[
    "choice", "option", "group", "place", "done", "skip", "form", "danger", "human", "back", "language", "hide"
]


DEMONSTRATION = "notice.demonstration"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `on` marks a chosen option; `language` is that of the label, if not the card's."""

    screen: str
    choice: str
    label: str
    kind: Kind
    on: bool = False
    form: Literal["request", "receipt"] | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One screen in one language, ready for a channel to format."""

    screen: str
    language: str
    first_line: str
    body: Words
    notice: Words | None = None
    buttons: tuple[Button, ...] = ()
    exits: tuple[Button, ...] = ()
    asks_place: bool = False
    asks_words: bool = False

    @property
    def text(self) -> str:
        parts = [plain(self.notice)] if self.notice else []
        return "\n\n".join([*parts, plain(self.body)])


def make(content: Content, state: State, show: Show, today: date, values: Values) -> Card:
    """Return the card of a screen: its words, its buttons, and the exits every screen has."""
    screen, language = content.dialogue.screens[show.screen], state.language
    return Card(
        screen=screen.id,
        language=language,
        first_line=content.text("card.first-line", language),
        body=_with_heading(content, screen.id, language, _body(content, screen.id, language, today, values)),
        notice=content.say(show.notice, language, today, values) if show.notice else None,
        buttons=_buttons(content, screen, state, show),
        exits=_exits(content, screen.id, state),
        asks_place=screen.place is not None,
        asks_words=screen.words,
    )


def _body(content: Content, screen: str, language: str, today: date, values: Values) -> Words:
    """Return the words of a screen. The question which language to speak is put in each of them."""
    if screen != content.dialogue.language:
        return content.say(screen, language, today, values)
    asked = [
        tuple(replace(span, language=other) for span in content.say(screen, other, today, values))
        for other in content.dialogue.languages
    ]
    return tuple(span for words in asked for span in (Span("\n\n"), *words))[1:]


def _with_heading(content: Content, screen: str, language: str, words: Words) -> Words:
    """Put above words that have no heading of their own what the button says that leads to them."""
    said = plain(words).lstrip("\n")
    if not said or heading_end(said.partition("\n")[0]):
        return words
    way = _way_to(content, screen)
    return (Span(content.text(label(*way), language) + "\n\n"), *words) if way else words


def as_demonstration(content: Content, card: Card, today: date, values: Values) -> Card:
    """Add a notice that nobody answers, to the first card and to those on the way to the request."""
    screens = content.dialogue.screens
    asking = {screen.chapter for screen in content.dialogue.informing}
    if card.screen != content.dialogue.first and screens[card.screen].chapter not in asking:
        return card
    said = content.say(DEMONSTRATION, card.language, today, values)
    return replace(card, notice=(*said, Span("\n\n"), *card.notice) if card.notice else said)


def trouble(content: Content, language: str) -> Card:
    """Return the card of our own failure. It needs no database and always names 112, and 116006 unless withdrawn."""
    language = content.dialogue.spoken(language)
    state = State(content.dialogue.first, language)
    return Card(
        screen=content.dialogue.first,
        language=language,
        first_line=content.text("card.first-line", language),
        body=content.plainly("notice.trouble", language),
        exits=_exits(content, content.dialogue.first, state),
    )


def _buttons(content: Content, screen: Screen, state: State, show: Show) -> tuple[Button, ...]:
    if screen.id == content.dialogue.language:
        tongues = (_language_button(content, screen.id, other) for other in content.dialogue.languages)
        return (*_topic_buttons(content, screen, state.language, show.options), *tongues)
    if screen.place:
        return (*_place_buttons(content, screen, state.language, show.options), *_choices(content, screen, state))
    if screen.several:
        chosen = state.answer(screen.several)
        done = Button(screen.id, "done", content.text("several:done", state.language), "done")
        options = [
            Button(
                screen.id,
                ("-" if option in chosen else "+") + option,
                content.text(label(screen.id, option), state.language),
                "option",
                on=option in chosen,
            )
            for option in screen.options
        ]
        return (*options, done, *_choices(content, screen, state))
    return (*_topic_buttons(content, screen, state.language, show.options), *_choices(content, screen, state))


def _topic_buttons(content: Content, screen: Screen, language: str, options: tuple[str, ...]) -> tuple[Button, ...]:
    """Return buttons for the topics found in her own words."""
    found = [option.removeprefix("topic.") for option in options if option.startswith("topic.")]
    return tuple(Button(screen.id, f"topic.{topic}", named(content, topic, language), "choice") for topic in found)


def named(content: Content, topic: str, language: str) -> str:
    """Return the name of a topic: its button on the menu, else any button to it, else its first line."""
    begins = content.dialogue.topics[topic]
    way = _way_to(content, begins)
    return content.text(label(*way), language) if way else content.text(begins, language).split("\n")[0]


def _way_to(content: Content, target: str) -> tuple[str, str] | None:
    """Return the screen and choice of a button that leads to a screen, on the menu if there is one."""
    ways = [(screen.id, choice.id) for screen in content.dialogue.screens.values() for choice in screen.choices
            if choice.target == target]  # fmt: skip
    return next((way for way in ways if way[0].startswith("menu")), ways[0] if ways else None)


def _choices(content: Content, screen: Screen, state: State) -> tuple[Button, ...]:
    return tuple(_choice(content, screen, choice, state.language) for choice in screen.choices)


def _choice(content: Content, screen: Screen, choice: Choice, language: str) -> Button:
    words = content.text(label(screen.id, choice.id), language)
    return Button(screen.id, choice.id, words, "form" if choice.form else "choice", form=choice.form)


def _place_buttons(content: Content, screen: Screen, language: str, options: tuple[str, ...]) -> tuple[Button, ...]:
    municipalities = content.dialogue.municipalities
    offered = [
        Button(screen.id, option, municipalities[option.removeprefix("place.")].said(language), "place")
        for option in options
    ]
    groups = [
        Button(screen.id, f"group.{number}", name, "group")
        for number, (name, _) in enumerate(places.groups(municipalities, language, GROUP_SIZE))
    ]
    skip = [Button(screen.id, "skip", content.text("place:skip", language), "skip")] if screen.skip else []
    return (*(offered or groups), *skip)


def _exits(content: Content, screen: str, state: State) -> tuple[Button, ...]:
    language = state.language
    exits: list[Button] = []
    for name in EXITS:
        if name == "language":
            others = () if screen == content.dialogue.language else content.dialogue.languages
            exits.extend(_language_button(content, screen, other) for other in others if other != language)
        elif (name != "back" or state.trail) and screen != getattr(content.dialogue, name, None):
            exits.append(Button(screen, name, content.text(f"exit:{name}", language), name))  # type: ignore[arg-type]
    return tuple(exits)


def _language_button(content: Content, screen: str, other: str) -> Button:
    return Button(screen, f"language.{other}", content.text(f"language:{other}", other), "language", language=other)
