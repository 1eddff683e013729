"""The complete proof of a content package: the walk of `check`, and every card a person can be shown on the way.

Cards are made by the same `cards.make` that serves people: with all facts good, all doubted, all withheld, and with
each fact withheld alone. That covers every case, because a card depends only on the facts it cites.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from bot import cards
from bot.cards import Card
from bot.content import HERE, Content, Values
from bot.engine import check_walk
from bot.engine.check import Certificate, Walk, examine
from bot.engine.check_walk import Walked
from bot.engine.dialogue import World
from bot.engine.effects import Show
from bot.engine.facts import DOUBTED_FOR, Fact
from bot.engine.heard import Pressed
from bot.engine.invariants import LINE_FOR_HARMED, PINNED, for_own_behaviour, meanings_of
from bot.engine.problems import BrokenContent, Problem, broken_screen
from bot.engine.state import State
from bot.engine.step import step
from bot.texts import plain

LONGEST_MESSAGE = 4096
"""Telegram's limit for one message, including any notice above the text."""
ALWAYS = ("danger", "human")
TO_ASK = re.compile(r"\b(112|116006)\b")
DEAD = "notice.old-button"
ALWAYS_ANSWER = {name: pinned for name, pinned in PINNED.items() if pinned.always}
IN_TROUBLE = ("emergency_phone", LINE_FOR_HARMED)

Facts = Mapping[str, Fact]
Make = Callable[[Content, State, Show, date, Values], Card]


def prove(
    content: Content, today: date, publishing: bool = False, make: Make = cards.make, walk: Walk = check_walk.walk
) -> Certificate:
    """Return the certificate of a package. Raise BrokenContent with every problem."""
    certificate, walked = examine(content, today, publishing, walk)
    made, problems = _read_cards(content, walked, today, make)
    if problems:
        raise BrokenContent(tuple(sorted(set(problems))))
    return replace(certificate, cards=made)


def certified(content: Content, today: date, folder: Path) -> Certificate:
    """Prove a package when the program starts, reusing the certificate kept in `folder` if nothing has changed.

    A change to the program, the content, the Python version or the day means a new proof. Raise BrokenContent.
    """
    path = folder / f"certificate-{_mark(content, _program(), sys.version, str(today))}.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Certificate(**kept | {name: tuple(kept[name]) for name in ("doubted", "overdue", "unsaid")})
    except (OSError, ValueError, TypeError, KeyError):
        certificate = prove(content, today)
    with suppress(OSError):  # if it cannot be kept, the next start proves again
        _keep(path, json.dumps(asdict(certificate)))
    return certificate


def _mark(content: Content, *also: str) -> str:
    """Hash everything a proof depends on: the names and contents of the files, and `also`."""
    return sha256(json.dumps([also, sorted(content.files.items())]).encode()).hexdigest()


def _keep(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in path.parent.glob("certificate-*"):
        old.unlink(missing_ok=True)
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


@cache
def _program() -> str:
    """Hash the source of this program."""
    files = sorted((HERE / "bot").rglob("*.py"))
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _read_cards(content: Content, walked: Walked, today: date, make: Make) -> tuple[int, list[Problem]]:
    made, problems = 0, list[Problem]()
    begun: dict[tuple[str, str], State] = {}
    looks: dict[tuple[object, ...], tuple[State, Show, World]] = {}
    for (state, show), world in walked.shown.items():
        begun.setdefault((state.screen, state.language), state)
        several = state.answer(content.dialogue.screens[state.screen].several or "")
        look = (state.screen, state.language, bool(state.trail), several, show)
        looks.setdefault(look, (state, show, world))
    for state, show, world in looks.values():
        made += 1
        card = make(content, state, show, today, {})
        problems += _wrong_card(content, card)
        if not show.notice or show.options:  # a notice changes no button
            problems += _dead_buttons(content, state, card, world)
    for when, facts in _worlds(content.facts, today):
        changed = replace(content, facts=facts)
        for state in begun.values():
            if when in {"good", "doubted", "withheld"} or when in content.dialogue.screens[state.screen].facts:
                made += 1
                card = make(changed, state, Show(state.screen), today, {})
                problems += _wrong_words(changed, card, today, when)
                problems += _numbers_gone(changed, card, when)
                problems += _for_the_harmed(changed, card, when)
    problems += _silent_trouble(content)
    return made, problems


def _worlds(facts: Facts, today: date) -> Iterator[tuple[str, Facts]]:
    """Yield all facts good, doubted and withheld together, and then each fact withheld alone."""
    late = today - DOUBTED_FOR
    good = {name: replace(fact, withdrawn=False, expires_on=date.max) for name, fact in facts.items()}
    yield "good", good
    yield "doubted", {name: replace(fact, ends=False, expires_on=late) for name, fact in good.items()}
    yield "withheld", {name: replace(fact, withdrawn=True) for name, fact in good.items()}
    for name, fact in good.items():
        yield name, {**good, name: replace(fact, withdrawn=True)}


def _wrong_card(content: Content, card: Card) -> Iterator[Problem]:
    screen, language = content.dialogue.screens[card.screen], card.language
    offered = {button.kind for button in card.exits}
    for exit_ in ALWAYS:
        if exit_ not in offered and card.screen != getattr(content.dialogue, exit_):
            yield broken_screen("no exit on the card", screen, language=language, exit=exit_)
    languages = {language, *(button.language for button in (*card.buttons, *card.exits) if button.kind == "language")}
    if "hide" not in offered or languages != content.words.keys():
        yield broken_screen("no exit on the card", screen, language=language, exit="hide, or another language")
    if not card.first_line or not card.text.strip():
        yield broken_screen("empty card", screen, language=language, when="it is shown")
    if len(card.text) > LONGEST_MESSAGE:
        long = {"long": len(card.text), "most": LONGEST_MESSAGE}
        yield broken_screen("long card", screen, language=language, when="it is shown", **long)


def _numbers_gone(content: Content, card: Card, when: str) -> Iterator[Problem]:
    """Check that the card actually shows, as links, the numbers that always answer, if its text must say them."""
    shown = {span.tel for span in card.body if not span.write}
    for meaning in meanings_of(content.dialogue, card.screen):
        for number in (pinned.value for name, pinned in ALWAYS_ANSWER.items() if f"fact:{name}" in meaning.cites):
            if number not in shown:
                screen = content.dialogue.screens[card.screen]
                yield broken_screen("number not shown", screen, number=number, language=card.language, when=when)


def _for_the_harmed(content: Content, card: Card, when: str) -> Iterator[Problem]:
    """Check that nobody who fears becoming violent is sent to the helpline for victims, whatever is filled in."""
    number = PINNED[LINE_FOR_HARMED].value
    if for_own_behaviour(content.dialogue, card.screen) and number in plain(card.body):
        screen = content.dialogue.screens[card.screen]
        yield broken_screen("harmed line shown", screen, number=number, language=card.language, when=when)


def _silent_trouble(content: Content) -> Iterator[Problem]:
    """Check the card of our own failure, which is made without a database and without facts."""
    screen = content.dialogue.screens[content.dialogue.first]
    wanted = {PINNED[name].value for name in IN_TROUBLE if not content.withdrawn(name)}
    for language in content.dialogue.languages:
        shown = {span.tel for span in cards.trouble(content, language).body}
        for number in sorted(wanted - shown):
            when = "something does not work"
            yield broken_screen("number not shown", screen, number=number, language=language, when=when)


def _dead_buttons(content: Content, state: State, card: Card, world: World) -> Iterator[Problem]:
    for button in (*card.buttons, *card.exits):
        turn = step(content.dialogue, state, Pressed(button.screen, button.choice), world)
        if any(isinstance(effect, Show) and effect.notice == DEAD for effect in turn.effects) or not button.label:
            screen = content.dialogue.screens[card.screen]
            yield broken_screen("nothing to press", screen, button=button.choice, language=card.language)


def _wrong_words(content: Content, card: Card, today: date, when: str) -> Iterator[Problem]:
    screen, language = content.dialogue.screens[card.screen], card.language
    said = plain(card.body)
    if not said.strip():
        yield broken_screen("empty card", screen, language=language, when=when)
    if len(said) > LONGEST_MESSAGE:
        long = {"long": len(said), "most": LONGEST_MESSAGE}
        yield broken_screen("long card", screen, language=language, when=when, **long)
    withheld = [name for name in screen.facts if content.facts[name].standing(today) == "withheld"]
    if withheld and content.text_on(screen.id, language, today)[1] and not TO_ASK.search(said):
        yield broken_screen("no one to ask", screen, language=language)
