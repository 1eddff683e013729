"""Everything wrong with a content package, all at once; and, when nothing is, a certificate of what was proved."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Protocol

from bot.engine.check_words import wrong_words
from bot.engine.dialogue import EXITS, Dialogue, Screen, World
from bot.engine.effects import HideTraces, OpenForm, Show
from bot.engine.facts import Fact
from bot.engine.heard import Heard, Pressed, Sent, Started, Typed, Unknown
from bot.engine.problems import BrokenContent, Problem
from bot.engine.request import RequestForm
from bot.engine.state import State
from bot.engine.step import step

INFORMED = ("operator", "reader", "content", "retention", "withdrawal", "limits")
"""What a person must be told before a consent is worth its name (GDPR Articles 7 and 13)."""
TO_EMERGENCY, TO_HUMAN, TO_TOPIC = 1, 2, 3
FAR = 4
"""Where counting ends: further than any of these."""


class Package(Protocol):
    """What of a content package is looked at."""

    @property
    def dialogue(self) -> Dialogue: ...
    @property
    def words(self) -> Mapping[str, Mapping[str, str]]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...
    @property
    def request(self) -> RequestForm: ...
    @property
    def revealing(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def forbidden(self) -> Mapping[str, Mapping[str, str]]: ...
    @property
    def files(self) -> Mapping[str, str]: ...
    @property
    def revision(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proved of one revision, by walking every screen with every press in every language and world."""

    revision: str
    screens: int
    edges: int
    texts: int
    steps: int
    topics: Mapping[str, int]
    to_emergency: int
    to_human: int
    to_topic: int
    overdue: tuple[str, ...]

    def __str__(self) -> str:
        topics = ", ".join(f"{topic} {distance}" for topic, distance in sorted(self.topics.items()))
        lines = [
            f"content {self.revision}: {self.screens} screens, {self.edges} edges, {self.texts} texts in each language",
            f"{self.steps} presses tried: from every screen in every language, and with services open and closed",
            f"longest distance to emergency help, in presses: {self.to_emergency}",
            f"longest distance to a human: {self.to_human}",
            f"longest distance to a topic: {self.to_topic} ({topics})",
            "no request without consent; no dead end; no loop without an exit; every text in every language",
        ]
        return "\n".join([*lines, *(f"overdue, withheld from people: {fact}" for fact in self.overdue)])


def check(package: Package, today: date, publishing: bool = False) -> Certificate:
    """Prove a package, or raise BrokenContent with every problem. `publishing` refuses overdue facts, too:
    at run time they are withheld by themselves, so an old fact must never keep the program from starting."""
    found = list(_structure(package.dialogue))
    if not found:  # the walks below need targets that exist
        found += [*_reach(package.dialogue), *_requests_without_consent(package)]
    found += wrong_words(package)
    overdue = tuple(name for name, fact in sorted(package.facts.items()) if fact.standing(today) == "withheld")
    if publishing:
        found += [
            Problem("dialogs/facts.yaml", package.facts[name].line, f"the fact “{name}” is overdue: verify it")
            for name in overdue
            if not package.facts[
                name
            ].withdrawn  # withheld on purpose: that must not keep anything from being published
        ]
    steps, walked = (0, []) if found else _walk(package.dialogue)
    if found := [*found, *walked]:
        raise BrokenContent(tuple(sorted(set(found))))
    return _certificate(package, steps, overdue)


def distances(dialogue: Dialogue, start: str) -> dict[str, int]:
    """Presses from a screen to every screen its own buttons lead to. Passing a branch costs no press."""
    reached: dict[str, int] = {}
    waiting = deque([(start, 0)])
    while waiting:
        name, far = waiting.popleft()
        if name in reached:
            continue
        reached[name] = far
        screen = dialogue.screens[name]
        onward = [target for target in screen.targets if target in dialogue.screens and target not in reached]
        if screen.branch:
            waiting.extendleft((target, far) for target in onward)
        else:
            waiting.extend((target, far + 1) for target in onward)
    return reached


def _certificate(package: Package, steps: int, overdue: tuple[str, ...]) -> Certificate:
    dialogue = package.dialogue
    topics = _topics(dialogue)
    return Certificate(
        revision=package.revision,
        screens=len(dialogue.screens),
        edges=sum(len(screen.targets) for screen in dialogue.screens.values()),
        texts=len(package.words[dialogue.languages[0]]),
        steps=steps,
        topics=topics,
        to_emergency=_longest(dialogue, dialogue.danger),
        to_human=_longest(dialogue, dialogue.human),
        to_topic=max(topics.values(), default=0),
        overdue=overdue,
    )


def _file(screen: Screen) -> str:
    return f"dialogs/{screen.chapter}.yaml"


def _problem(screen: Screen, sentence: str) -> Problem:
    return Problem(_file(screen), screen.line, f"screen “{screen.id}”: {sentence}")


def _structure(dialogue: Dialogue) -> Iterator[Problem]:
    for name in (dialogue.first, dialogue.danger, dialogue.human):
        if name not in dialogue.screens:
            yield Problem("dialogs/dialogue.yaml", 0, f"the screen “{name}” does not exist")
        elif dialogue.screens[name].branch:
            yield Problem("dialogs/dialogue.yaml", 0, f"“{name}” must be a screen people see, not a branch")
    for screen in dialogue.screens.values():
        yield from _unknown_targets(dialogue, screen)
        yield from _misshapen(screen)


def _unknown_targets(dialogue: Dialogue, screen: Screen) -> Iterator[Problem]:
    for target in screen.targets:
        if target not in dialogue.screens:
            yield _problem(screen, f"leads to “{target}”, which does not exist")


def _misshapen(screen: Screen) -> Iterator[Problem]:
    names = [choice.id for choice in screen.choices]
    for name in {one for one in names if names.count(one) > 1}:
        yield _problem(screen, f"the choice “{name}” stands there twice")
    for choice in screen.choices:
        taken = {*EXITS, *(("skip",) if screen.place else ()), *(("done",) if screen.several else ())}
        if choice.id in taken or choice.id[:1] in {"+", "-"}:
            yield _problem(screen, f"a choice cannot be called “{choice.id}”: every screen has that one already")
        ways = [choice.to, choice.enter, choice.form, choice.returns or None, choice.tells or None]
        if sum(way is not None for way in ways) != 1:
            yield _problem(screen, f"the choice “{choice.id}” needs exactly one of to, enter, returns, form, tells")
    kinds = [bool(screen.branch), bool(screen.place), bool(screen.several), bool(screen.asks)]
    if sum(kinds) > 1:
        yield _problem(screen, "is of more than one kind: branch, place, several or asks")
    if (screen.place or screen.several) and not screen.to:
        yield _problem(screen, "needs `to`: where the answer leads")
    if screen.place and not screen.skip:
        yield _problem(screen, "needs `skip`: nobody has to say where they live")
    if screen.several and not screen.options:
        yield _problem(screen, "offers several choices but has no options")
    yield from _misshapen_branch(screen)
    if not (screen.branch or screen.targets or any(choice.returns or choice.form for choice in screen.choices)):
        yield _problem(screen, "is a dead end: it needs at least one way on")


def _misshapen_branch(screen: Screen) -> Iterator[Problem]:
    if not screen.branch:
        return
    if screen.branch[-1].when:
        yield _problem(screen, "the last way of a branch must have no condition, so that nobody gets stuck")
    if any(not way.when for way in screen.branch[:-1]):
        yield _problem(screen, "a way without a condition hides all ways after it")
    if screen.choices:
        yield _problem(screen, "a branch is never shown, so it cannot have choices")


def _reach(dialogue: Dialogue) -> Iterator[Problem]:
    reached = distances(dialogue, dialogue.first).keys() | distances(dialogue, dialogue.danger).keys()
    reached |= distances(dialogue, dialogue.human).keys()
    for screen in dialogue.screens.values():
        if screen.id not in reached:
            yield _problem(screen, "cannot be reached from anywhere")
        if screen.branch and _circles(dialogue, screen.id):
            yield _problem(screen, "this branch leads back to itself without showing anything")
        onward = distances(dialogue, screen.id)
        if dialogue.first not in onward and not any(
            choice.returns or one in {dialogue.human, dialogue.danger} or dialogue.screens[one].topic
            for one in onward
            for choice in (*dialogue.screens[one].choices,)
        ):
            yield _problem(screen, "is in a loop without an exit: no button of it leads back to the topics")
    for topic, far in _topics(dialogue).items():
        if far > TO_TOPIC:
            screen = next(one for one in dialogue.screens.values() if one.topic == topic)
            yield _problem(screen, f"the topic “{topic}” is {far} presses from the start; {TO_TOPIC} is the most")
    for screen in dialogue.screens.values():
        if not screen.branch and presses(dialogue, screen, dialogue.human) > TO_HUMAN:
            yield _problem(screen, f"a human is more than {TO_HUMAN} presses away")
        if not screen.branch and presses(dialogue, screen, dialogue.danger) > TO_EMERGENCY:
            yield _problem(screen, f"emergency help is more than {TO_EMERGENCY} press away")


def _circles(dialogue: Dialogue, start: str) -> bool:
    seen: set[str] = set()
    waiting = [way.to for way in dialogue.screens[start].branch]
    while waiting:
        name = waiting.pop()
        if name == start:
            return True
        if name not in seen and dialogue.screens[name].branch:
            seen.add(name)
            waiting += [way.to for way in dialogue.screens[name].branch]
    return False


def _topics(dialogue: Dialogue) -> dict[str, int]:
    far = distances(dialogue, dialogue.first)
    topics: dict[str, int] = {}
    for screen in dialogue.screens.values():
        if screen.topic and screen.id in far:
            topics[screen.topic] = min(topics.get(screen.topic, far[screen.id]), far[screen.id])
    return topics


def presses(dialogue: Dialogue, screen: Screen, goal: str) -> int:
    """How many buttons have to be pressed, by the real `step`, until the goal is shown; FAR where that is many."""
    reached = {State(screen.id, dialogue.languages[0])}
    for far in range(FAR):
        if any(state.screen == goal for state in reached):
            return far
        turns = (
            step(dialogue, state, heard, World())
            for state in reached
            for heard in inputs(dialogue, dialogue.screens[state.screen])
            if isinstance(heard, Pressed) and heard.screen == state.screen
        )
        reached = {turn.state for turn in turns if turn.state}
    return FAR


def _longest(dialogue: Dialogue, goal: str) -> int:
    return max(presses(dialogue, screen, goal) for screen in dialogue.screens.values() if not screen.branch)


def _requests_without_consent(package: Package) -> Iterator[Problem]:
    """Only a screen that fills every slot of an informed consent may open the request, and there must be a way past."""
    required = {consent.id for consent in package.request.consents if consent.required}
    if "send_request" not in required:
        yield Problem("dialogs/request.yaml", 0, "a request must not be sendable without the consent “send_request”")
    for screen in package.dialogue.screens.values():
        if not any(choice.form == "request" for choice in screen.choices):
            continue
        if missing := [slot for slot in INFORMED if slot not in screen.informs]:
            yield _problem(screen, f"opens the request without telling about: {', '.join(missing)}")
        if not screen.targets:
            yield _problem(screen, "whoever does not consent has no way on from here")


def _walk(dialogue: Dialogue) -> tuple[int, list[Problem]]:
    """Try every press on every screen with the real `step`, and see that help never gets further away."""
    found: list[Problem] = []
    steps = 0
    everyone = frozenset(dialogue.municipalities)
    worlds = [World(places, form) for places, form in product((everyone, frozenset()), (True, False))]
    shown = [screen for screen in dialogue.screens.values() if not screen.branch]
    some = next(iter(dialogue.municipalities), "")
    first, *others = dialogue.languages  # only what is shown depends on the language: one world is enough for these
    told = [*((first, world) for world in worlds), *((language, worlds[0]) for language in others)]
    for screen, (language, world) in product(shown, told):
        for answers in ((), (("place", (some,)),)):
            state = State(screen.id, language, answers)
            for heard in inputs(dialogue, screen):
                steps += 1
                found += _wrong_turn(dialogue, screen, state, heard, world)
    return steps, found


def inputs(dialogue: Dialogue, screen: Screen) -> Iterator[Heard]:
    """Everything a person can do on a screen, one of each kind."""
    languages = (f"language.{one}" for one in dialogue.languages)
    for press in (*EXITS, *languages, "done", "skip", "group.0", "no-such"):
        yield Pressed(screen.id, press)
    for choice in screen.choices:
        yield Pressed(screen.id, choice.id)
    for option in screen.options:
        yield Pressed(screen.id, f"+{option}")
        yield Pressed(screen.id, f"-{option}")
    if screen.place:
        yield from (Pressed(screen.id, f"place.{one}") for one in dialogue.municipalities)
    yield from (Pressed("", f"topic.{topic}") for topic in [*dialogue.topics][:1])
    yield from (
        Pressed("no-such-screen", "any"),
        Typed("?"),
        Typed("?", tuple(dialogue.topics), danger=True),
        Sent("voice"),
        Unknown(),
        Started(),
    )


def _wrong_turn(dialogue: Dialogue, screen: Screen, state: State, heard: Heard, world: World) -> Iterator[Problem]:
    turn = step(dialogue, state, heard, world)
    if turn.state is None:
        if turn.effects != (HideTraces(),) or not (isinstance(heard, Pressed) and heard.choice == "hide"):
            yield _problem(screen, f"ends by itself after {heard}")
        return
    if not any(isinstance(effect, Show) for effect in turn.effects):
        yield _problem(screen, f"shows nothing after {heard}")
    after = step(dialogue, turn.state, Pressed("", "danger"), world)
    if after.state is None or after.state.screen != dialogue.danger:
        yield _problem(screen, f"after {heard} emergency help is more than one press away")
    opened = any(isinstance(effect, OpenForm) and effect.form == "request" for effect in turn.effects)
    if opened and not set(INFORMED) <= set(screen.informs):
        yield _problem(screen, "opens the request without an informed consent")
