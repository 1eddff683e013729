"""Check the dialogue as a graph, without walking it: the shape of each screen and where it leads."""

from collections import deque
from collections.abc import Iterator

from bot.engine.dialogue import EXITS, Dialogue, Screen
from bot.engine.problems import Problem, broken, broken_screen
from bot.engine.withheld import WITHOUT

TO_TOPIC = 3


def structure(dialogue: Dialogue) -> Iterator[Problem]:
    """Check each screen by itself. Every other check relies on these passing first."""
    for name in _starts(dialogue):
        if name not in dialogue.screens:
            yield broken("no such screen", "dialogs/dialogue.yaml", 0, name=name)
        elif dialogue.screens[name].branch:
            yield broken("hidden screen", "dialogs/dialogue.yaml", 0, name=name)
    for screen in dialogue.screens.values():
        for target in screen.targets:
            if target not in dialogue.screens:
                yield broken_screen("unknown target", screen, target=target)
        yield from _misshapen(screen)
        if screen.id != dialogue.language and _leads_nowhere(screen):  # there the languages themselves lead on
            yield broken_screen("dead end", screen)


def _starts(dialogue: Dialogue) -> tuple[str, ...]:
    """Return the screens that no button needs to lead to."""
    asked = (dialogue.language,) if dialogue.language else ()
    return (dialogue.first, dialogue.danger, dialogue.human, *asked)


def _leads_nowhere(screen: Screen) -> bool:
    return not (screen.branch or screen.targets or any(choice.returns or choice.form for choice in screen.choices))


def _misshapen(screen: Screen) -> Iterator[Problem]:
    names = [choice.id for choice in screen.choices]
    for name in {name for name in names if names.count(name) > 1}:
        yield broken_screen("choice twice", screen, choice=name)
    for choice in screen.choices:
        taken = {
            *EXITS,
            WITHOUT.removeprefix(":"),
            *(("skip",) if screen.place else ()),
            *(("done",) if screen.several else ()),
        }
        if choice.id in taken or choice.id[:1] in {"+", "-"}:
            yield broken_screen("reserved choice", screen, choice=choice.id)
        ways = [choice.to, choice.enter, choice.form, choice.returns or None, choice.tells or None]
        if sum(way is not None for way in ways) != 1:
            yield broken_screen("several ways", screen, choice=choice.id)
    kinds = [bool(screen.branch), bool(screen.place), bool(screen.several), bool(screen.asks)]
    if sum(kinds) > 1:
        yield broken_screen("several kinds", screen)
    if (screen.place or screen.several) and not screen.to:
        yield broken_screen("answer leads nowhere", screen)
    if screen.place and not screen.skip:
        yield broken_screen("place without skip", screen)
    if screen.several and not screen.options:
        yield broken_screen("no options", screen)
    yield from _misshapen_branch(screen)


def _misshapen_branch(screen: Screen) -> Iterator[Problem]:
    if not screen.branch:
        return
    if screen.branch[-1].when:
        yield broken_screen("no last way", screen)
    if any(not way.when for way in screen.branch[:-1]):
        yield broken_screen("hidden ways", screen)
    if screen.choices:
        yield broken_screen("branch with choices", screen)


def reach(dialogue: Dialogue) -> Iterator[Problem]:
    """Find screens nobody can reach, loops nobody can leave, and topics that are too far away."""
    reached = set().union(*(distances(dialogue, start) for start in _starts(dialogue)))
    for screen in dialogue.screens.values():
        if screen.id not in reached:
            yield broken_screen("unreachable", screen)
        if screen.branch and _circles(dialogue, screen.id):
            yield broken_screen("circling branch", screen)
        # A screen that only opens the form has its own rule: “no way past consent”.
        only_form = all(choice.form for choice in screen.choices) and not screen.targets
        if not only_form and not any(_leads_out(dialogue, name) for name in distances(dialogue, screen.id)):
            yield broken_screen("loop without exit", screen)
    for topic, far in topics(dialogue).items():
        if far > TO_TOPIC:
            screen = dialogue.screens[dialogue.topics[topic]]
            yield broken_screen("topic too far", screen, topic=topic, far=far, most=TO_TOPIC)


def _leads_out(dialogue: Dialogue, name: str) -> bool:
    screen = dialogue.screens[name]
    return name in {dialogue.first, dialogue.language} or any(choice.returns for choice in screen.choices)


def distances(dialogue: Dialogue, start: str) -> dict[str, int]:
    """Count the presses from a screen to each screen its buttons lead to. Passing a branch costs no press."""
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


def topics(dialogue: Dialogue) -> dict[str, int]:
    """Return each reachable topic with its distance from the first screen, in presses."""
    far = distances(dialogue, dialogue.first)
    found: dict[str, int] = {}
    for screen in dialogue.screens.values():
        if screen.topic and screen.id in far:
            found[screen.topic] = min(found.get(screen.topic, far[screen.id]), far[screen.id])
    return found


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
