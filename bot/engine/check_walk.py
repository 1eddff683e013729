"""Walk the whole dialogue with the real `step`: every input on every screen, in every language and situation.

Situations cover services open and closed, with and without the form, and each answer a branch depends on.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import product

from bot.engine.dialogue import EXITS, Dialogue, Screen, World
from bot.engine.effects import HideTraces, OpenForm, Show, Turn
from bot.engine.heard import Heard, Pressed, Sent, Started, Typed, Unknown
from bot.engine.problems import Problem, broken_screen
from bot.engine.state import Answers, State
from bot.engine.step import step as real_step

INFORMED = ("operator", "reader", "content", "retention", "withdrawal", "limits")
"""What a person must be told for a consent to be informed (GDPR Articles 7 and 13)."""
TO_EMERGENCY, TO_HUMAN = 1, 2
FAR = 99
"""The distance of a screen that no press leads to."""

Step = Callable[[Dialogue, State, Heard, World], Turn]
Ways = Mapping[str, Set[str]]
"""From each screen, the screens that one press leads to."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What stays constant during one walk: the world and the answers given before."""

    world: World
    answers: Answers


@dataclass
class Walked:
    """What the walk found. `shown` holds every screen as it was shown, so that its card can be made and checked."""

    problems: list[Problem] = field(default_factory=list)
    situations: int = 0
    steps: int = 0
    states: int = 0
    to_emergency: int = 0
    to_human: int = 0
    topics: dict[str, int] = field(default_factory=dict)
    shown: dict[tuple[State, Show], World] = field(default_factory=dict)


def walk(dialogue: Dialogue, step: Step = real_step) -> Walked:
    """Try every input on every screen. Tests pass a broken `step` to see that the walk notices."""
    walked = Walked()
    shown = [screen for screen in dialogue.screens.values() if not screen.branch]
    everything = {screen.id: tuple(inputs(dialogue, screen)) for screen in shown}
    for situation in situations(dialogue):
        walked.situations += 1
        pressed: dict[str, set[str]] = {screen.id: set() for screen in shown}
        for language, screen in product(dialogue.languages, shown):
            state = State(screen.id, language, situation.answers)
            for heard in everything[screen.id]:
                turn = step(dialogue, state, heard, situation.world)
                first = turn.effects[0] if turn.effects else None
                if turn.state is None or len(turn.effects) != 1 or not isinstance(first, Show):
                    walked.problems += _wrong_turn(screen, heard, turn)
                if turn.state is None:
                    continue
                if isinstance(heard, Pressed) and heard.screen == screen.id:
                    pressed[screen.id].add(turn.state.screen)
                if isinstance(first, Show):
                    walked.shown.setdefault((turn.state, first), situation.world)
            walked.steps += len(everything[screen.id])
        _measure(dialogue, walked, shown, pressed)
    reached = {state: world for (state, _), world in walked.shown.items()}
    walked.states = len(reached)
    for state, world in reached.items():
        walked.steps += 1
        after = step(dialogue, state, Pressed("", "danger"), world)
        if after.state is None or after.state.screen != dialogue.danger:
            screen = dialogue.screens[state.screen]
            walked.problems.append(broken_screen("help too far", screen, far="several", most=TO_EMERGENCY))
    return walked


def situations(dialogue: Dialogue) -> Iterator[Situation]:
    """List services open or closed, with or without the form, each with every answer that a branch depends on."""
    everyone = frozenset(dialogue.municipalities)
    some = next(iter(dialogue.municipalities), "")
    asked = {
        ((name, (value,)),)
        for screen in dialogue.screens.values()
        for way in screen.branch
        for name, values in way.when
        for value in values
        if name not in {"place", "service", "form"}
    }
    for places, form in product((everyone, frozenset[str]()), (True, False)):
        for answers in ((), (("place", (some,)),), *sorted(asked)):
            yield Situation(World(places, form), answers)


def inputs(dialogue: Dialogue, screen: Screen) -> Iterator[Heard]:
    """List everything a person can do on a screen, one input of each kind."""
    languages = (f"language.{language}" for language in dialogue.languages)
    for press in (*EXITS, *languages, "done", "skip", "group.0", "no-such"):
        yield Pressed(screen.id, press)
    for choice in screen.choices:
        yield Pressed(screen.id, choice.id)
    for option in screen.options:
        yield Pressed(screen.id, f"+{option}")
        yield Pressed(screen.id, f"-{option}")
    if screen.place:
        yield from (Pressed(screen.id, f"place.{place}") for place in dialogue.municipalities)
    yield from (Pressed("", f"topic.{topic}") for topic in [*dialogue.topics][:1])
    yield from (
        Pressed("no-such-screen", "any"),
        Typed("?"),
        Typed("?", tuple(dialogue.topics)[:3], danger=True),
        Typed("?", tuple(dialogue.topics)[:3], despair=True),
        Typed("?", tuple(dialogue.topics)[:3], danger=True, despair=True),
        Sent("voice"),
        Unknown(),
        Started(),
    )


def _wrong_turn(screen: Screen, heard: Heard, turn: Turn) -> Iterator[Problem]:
    if turn.state is None:
        if turn.effects != (HideTraces(),) or not (isinstance(heard, Pressed) and heard.choice == "hide"):
            yield broken_screen("ends by itself", screen, heard=heard)
        return
    if not any(isinstance(effect, Show) for effect in turn.effects):
        yield broken_screen("shows nothing", screen, heard=heard)
    opened = any(isinstance(effect, OpenForm) and effect.form == "request" for effect in turn.effects)
    if opened and not set(INFORMED) <= set(screen.informs):
        yield broken_screen("opens without consent", screen, heard=heard)


def _measure(dialogue: Dialogue, walked: Walked, shown: list[Screen], pressed: Ways) -> None:
    """Measure the distances in one situation. The certificate reports the longest of all situations."""
    back: dict[str, set[str]] = {}
    for start, targets in pressed.items():
        for target in targets:
            back.setdefault(target, set()).add(start)
    to_danger, to_human = presses_from(back, dialogue.danger), presses_from(back, dialogue.human)
    for screen in shown:
        emergency, human = to_danger.get(screen.id, FAR), to_human.get(screen.id, FAR)
        if emergency > TO_EMERGENCY:
            walked.problems.append(broken_screen("help too far", screen, far=emergency, most=TO_EMERGENCY))
        if human > TO_HUMAN:
            walked.problems.append(broken_screen("human too far", screen, far=human, most=TO_HUMAN))
        walked.to_emergency, walked.to_human = max(walked.to_emergency, emergency), max(walked.to_human, human)
    walked.problems += _lost(dialogue, walked, pressed)


def _lost(dialogue: Dialogue, walked: Walked, pressed: Ways) -> Iterator[Problem]:
    """Check that somebody who sends no request still finds every topic, and measure how far each is."""
    found = presses_from({name: _own_ways(dialogue, name, to) for name, to in pressed.items()}, dialogue.first)
    offers = dialogue.informing
    missing = sorted(topic for topic, begins in dialogue.topics.items() if begins not in found)
    for screen in offers[:1] if missing else ():
        yield broken_screen("refusing loses information", screen, missing=", ".join(missing))
    for topic in dialogue.topics.keys() - set(missing):
        walked.topics[topic] = max(walked.topics.get(topic, 0), found[dialogue.topics[topic]])


def _own_ways(dialogue: Dialogue, name: str, to: Set[str]) -> Set[str]:
    """Leave out the exits and typed words: a topic must be reachable through the screens' own buttons."""
    kept = to & set().union(*(_through(dialogue, target) for target in dialogue.screens[name].targets))
    return kept | ({dialogue.first} if any(choice.returns for choice in dialogue.screens[name].choices) else set())


def _through(dialogue: Dialogue, target: str) -> set[str]:
    """Return the screens a target can turn into once its branches are resolved."""
    screen = dialogue.screens[target]
    return set().union(*(_through(dialogue, way.to) for way in screen.branch)) if screen.branch else {target}


def presses_from(ways: Ways, start: str) -> dict[str, int]:
    """Count the presses from a screen to each screen it leads to."""
    far = {start: 0}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for target in ways.get(name, ()):
            if target not in far:
                far[target] = far[name] + 1
                waiting.append(target)
    return far
