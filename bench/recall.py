"""How much of what people type the finder hears: words of danger and despair, and the topic meant, kind by kind.

The lines stand in tests/find. `unseen.tsv` was written before anybody saw the words that it measures.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.engine.find import Finder, FoundTopics

CALLED = {"youth": "dating-violence", "after-a-request": "after-request", "after-a-killing": "after-killing"}
"""Topics that had no name yet when the lines were frozen, and the names they got."""
LINES = Path(__file__).parents[1] / "tests" / "find"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as somebody might type it, and what ought to be heard in it."""

    kind: str
    language: str
    heard: str
    """“danger”, “despair”, “both” or “none”; “?” where it is not measured."""
    topics: frozenset[str]
    """Topics any of which is right. Empty where they are not measured."""
    never: str
    """A topic that must not be offered, or an empty text."""
    nothing: bool
    """Whether no topic at all may be offered."""
    typed: str


@dataclass(slots=True)
class Tally:
    """What was right among the lines that were asked about it."""

    right: int = 0
    asked: int = 0
    missed: list[str] = field(default_factory=list)

    def note(self, typed: str, right: bool) -> None:
        self.asked += 1
        self.right += right
        if not right:
            self.missed.append(typed)

    @property
    def share(self) -> float:
        return self.right / self.asked if self.asked else 1.0


MEASURES = ("danger", "despair", "calm", "first", "three", "nothing", "never")
"""Heard danger, heard despair, heard neither where there is none; the topic first, and among three; nothing offered for
nonsense; never offered what must not be."""


def read_lines(name: str) -> tuple[Line, ...]:
    with (LINES / name).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if not row[0].startswith("#")]
    return tuple(_line(*row) for row in rows)


def _line(kind: str, language: str, heard: str, topics: str, typed: str) -> Line:
    never = topics[1:] if topics.startswith("!") else ""
    right = (
        frozenset()
        if never or topics in {"-", "none"}
        else frozenset(CALLED.get(topic, topic) for topic in topics.split(","))
    )
    return Line(kind, language, heard, right, never, topics == "none", typed)


def measure(finder: Finder, lines: Iterable[Line], topics: Iterable[str]) -> Mapping[tuple[str, str], Tally]:
    """Return a tally for each measure and kind. Lines about topics that do not exist (yet) are left out."""
    known, tallies = set(topics), defaultdict[tuple[str, str], Tally](Tally)
    for line in lines:
        if not line.topics or line.topics & known:
            found = finder.find(line.typed, line.language)
            for name, right in _judged(line, found):
                tallies[name, line.kind].note(line.typed, right)
    return tallies


def _judged(line: Line, found: FoundTopics) -> Iterator[tuple[str, bool]]:
    topics = [hit.topic for hit in found.topics]
    if line.heard in {"danger", "both"} and found.danger:
        topics.insert(0, "emergency")  # 112 stands before whatever topics are offered
    if line.heard in {"danger", "both"}:
        yield "danger", found.danger
    if line.heard in {"despair", "both"}:
        yield "despair", found.despair
    if line.heard == "none":
        yield "calm", not (found.danger or found.despair)
    if line.topics:
        yield "first", bool(line.topics & {*topics[:1]})
        yield "three", bool(line.topics & {*topics})
    if line.nothing:
        yield "nothing", not topics
    if line.never:
        yield "never", line.never not in topics


def total(tallies: Mapping[tuple[str, str], Tally], measure: str, kinds: Iterable[str] | None = None) -> Tally:
    """Add up one measure over all kinds, or over these."""
    wanted = None if kinds is None else set(kinds)
    added = Tally()
    for (name, kind), tally in tallies.items():
        if name == measure and (wanted is None or kind in wanted):
            added.right, added.asked = added.right + tally.right, added.asked + tally.asked
            added.missed += tally.missed
    return added


def table(tallies: Mapping[tuple[str, str], Tally]) -> Iterator[str]:
    """Yield a table of all kinds: right of asked, per measure."""
    yield f"{'kind':18}" + "".join(f"{measure:>10}" for measure in MEASURES)
    for kind in [*dict.fromkeys(kind for _, kind in tallies), None]:
        cells = (total(tallies, measure, None if kind is None else [kind]) for measure in MEASURES)
        shown = (f"{cell.right}/{cell.asked}" if cell.asked else "" for cell in cells)
        yield f"{kind or 'all':18}" + "".join(f"{cell:>10}" for cell in shown)
