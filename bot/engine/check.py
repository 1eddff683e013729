"""Check a content package: report every problem at once, or certify what was proved."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.engine.check_structure import distances as distances
from bot.engine.check_structure import reach, structure
from bot.engine.check_walk import INFORMED, Walked, walk
from bot.engine.check_words import wrong_words
from bot.engine.dialogue import Dialogue
from bot.engine.facts import LASTING, Fact
from bot.engine.package import Package
from bot.engine.problems import BrokenContent, Problem, broken, broken_screen
from bot.engine.request import ABOUT, FILE
from bot.engine.request_pages import wrong_pages
from bot.engine.withheld import CITED

Walk = Callable[[Dialogue], Walked]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proved of one revision by walking every screen with every press in every language and situation."""

    revision: str
    screens: int
    edges: int
    texts: int
    situations: int
    states: int
    steps: int
    topics: Mapping[str, int]
    to_emergency: int
    to_human: int
    to_topic: int
    doubted: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    cards: int = 0

    def __str__(self) -> str:
        topics = ", ".join(f"{topic} {distance}" for topic, distance in sorted(self.topics.items()))
        lines = [
            f"content {self.revision}: {self.screens} screens, {self.edges} edges, {self.texts} texts in each language",
            f"{self.steps} presses, {self.states} states reached, in every language and {self.situations} situations",
            "(services open or closed, with or without a form, with every answer that decides a way)",
            *([self._cards] if self.cards else []),
            f"longest distance to emergency help, in presses: {self.to_emergency}",
            f"longest distance to a human: {self.to_human}",
            f"longest distance to a topic: {self.to_topic} ({topics})",
            f"whoever sends no request finds the same {len(self.topics)} topics",
            "no request without consent; no dead end; no loop without an exit; every text in every language",
        ]
        doubted = (f"overdue, said with a doubt: {fact}" for fact in self.doubted)
        lines += [*doubted, *(f"overdue, withheld from people: {fact}" for fact in self.overdue)]
        return "\n".join([*lines, *(f"said by no text, use it or drop it: {fact}" for fact in self.unsaid)])

    @property
    def _cards(self) -> str:
        return f"{self.cards} cards made and read: with all facts good, doubted and withheld, and without each one"


def check(package: Package, today: date, publishing: bool = False) -> Certificate:
    """Prove a package, or raise BrokenContent with every problem.

    `publishing` also refuses overdue facts. At run time they are withheld automatically, so an old fact must never
    keep the program from starting.
    """
    return examine(package, today, publishing)[0]


def examine(package: Package, today: date, publishing: bool = False, walk: Walk = walk) -> tuple[Certificate, Walked]:
    """Prove a package like `check`, and also return what the walk saw: proving its cards needs the screens shown."""
    found = list(structure(package.dialogue))
    if not found:  # the walks below need targets that exist
        found += [*reach(package.dialogue), *_requests_without_consent(package)]
    found += [*_about_nothing(package)]
    found += [*wrong_pages(package.request, package.files.get(FILE, "")), *wrong_words(package)]
    if publishing:
        found += [
            broken("overdue", "dialogs/facts.yaml", fact.line, name=name)
            for name, fact in package.facts.items()
            if fact.standing(today) != "good" and not fact.withdrawn  # what is withdrawn is withheld on purpose
        ]
    walked = Walked() if found else walk(package.dialogue)
    if found := [*found, *walked.problems]:
        raise BrokenContent(tuple(sorted(set(found))))
    return _certificate(package, walked, today), walked


def _certificate(package: Package, walked: Walked, today: date) -> Certificate:
    dialogue = package.dialogue
    standing = {name: fact.standing(today) for name, fact in sorted(package.facts.items())}
    return Certificate(
        revision=package.revision,
        screens=len(dialogue.screens),
        edges=sum(len(screen.targets) for screen in dialogue.screens.values()),
        texts=len(package.words[dialogue.languages[0]]),
        situations=walked.situations,
        states=walked.states,
        steps=walked.steps,
        topics=walked.topics,
        to_emergency=walked.to_emergency,
        to_human=walked.to_human,
        to_topic=max(walked.topics.values(), default=0),
        doubted=tuple(name for name, how in standing.items() if how == "doubted"),
        overdue=tuple(name for name, how in standing.items() if how == "withheld"),
        unsaid=unsaid_facts(package.facts, package.words),
    )


def unsaid_facts(facts: Mapping[str, Fact], words: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Return the facts that no text cites, except those every package must have."""
    said = {name for texts in words.values() for text in texts.values() for name in CITED.findall(text)}
    return tuple(sorted(facts.keys() - said - LASTING))


def _about_nothing(package: Package) -> Iterator[Problem]:
    """Require that what a chapter tells of its requests is an answer to the form's question."""
    asked = package.request.fields.get(ABOUT)
    for screen in package.dialogue.screens.values():
        if screen.about and (asked is None or screen.about not in asked.options):
            yield broken_screen("about nothing", screen, about=screen.about)


def _requests_without_consent(package: Package) -> Iterator[Problem]:
    """Require every part of an informed consent on each screen that opens the request, and a way past that screen."""
    required = {consent.id for consent in package.request.consents if consent.required}
    if "send_request" not in required:
        yield broken("sending not agreed", "dialogs/request.yaml", 0)
    for screen in package.dialogue.informing:
        if missing := [slot for slot in INFORMED if slot not in screen.informs]:
            yield broken_screen("uninformed", screen, missing=", ".join(missing))
        if not screen.targets:
            yield broken_screen("no way past consent", screen)
