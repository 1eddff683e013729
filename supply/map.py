"""`python -m supply.map`: draw the map of rooms and arrows in docs/architecture.md from the imports.

A room is a package. Modules directly in `bot` share a room with the others of their layer, as pyproject.toml orders
them for import-linter.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- Drawn by `python -m supply.map`. -->", "<!-- End of the drawing. -->"
PACKAGES = "bot", "storage"

Arrows = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Room:
    """A box of the map: a package with its modules, or single modules of one layer."""

    name: str
    modules: tuple[str, ...]

    @property
    def is_package(self) -> bool:
        return (ROOT / self.name.replace(".", "/")).is_dir()

    @property
    def label(self) -> str:
        """The text in the box: the folder, or the files."""
        if self.is_package:
            return f"<b>{self.name.replace('.', '/')}/</b>"
        return "<br>".join(f"{module.replace('.', '/')}.py" for module in self.modules)

    @property
    def identifier(self) -> str:
        return self.name.replace(".", "_")

    @property
    def purpose(self) -> str:
        """The first paragraph of the package's docstring, in one line."""
        text = (ROOT / self.name.replace(".", "/") / "__init__.py").read_text()
        found = re.match(r'"""(.+?)"""', text, re.DOTALL)
        return " ".join(cleandoc(found[1]).split("\n\n")[0].split()) if found else ""


def layers() -> list[list[str]]:
    """The modules of `bot` by layer, from top to bottom, as in pyproject.toml. The last row holds the leaves."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (order,) = (contract for contract in contracts if contract.get("containers") == ["bot"])
    rows = [row.replace("(", "").replace(")", "").split("|") for row in order["layers"]]
    return [[name.strip() for name in row] for row in [*rows, order["exhaustive_ignores"]]]


def rooms_and_arrows(graph: grimp.ImportGraph) -> tuple[list[Room], Arrows]:
    """Return the rooms in the order of the layers, and for each the rooms that its modules import from.

    A package that holds only other packages is no room.
    """
    room_of = {module: name for module in graph.modules if (name := _room(graph, module))}
    places = {name: place for place, row in enumerate(layers()) for name in row}
    names = sorted(set(room_of.values()), key=lambda name: (places.get(_top(name), len(places)), name))
    rooms = [Room(name, tuple(sorted(module for module in room_of if room_of[module] == name))) for name in names]
    arrows: dict[str, set[str]] = {name: set() for name in names}
    for module, name in room_of.items():
        imported = (room_of.get(other) for other in graph.find_modules_directly_imported_by(module))
        arrows[name] |= {other for other in imported if other and other != name}
    return rooms, {name: frozenset(others) for name, others in arrows.items()}


def without_implied(arrows: Arrows) -> Arrows:
    """Drop the arrows that others imply: if A imports B and B imports C, the arrow from A to C only adds clutter.

    Rooms that import each other keep their arrows.
    """
    reached = {name: _reached(arrows, name) for name in arrows}

    def is_implied(start: str, end: str) -> bool:
        return any(
            end in reached[over] and start not in reached[over] and over not in reached[end]
            for over in arrows[start] - {end}
        )

    return {start: frozenset(end for end in ends if not is_implied(start, end)) for start, ends in arrows.items()}


def draw(rooms: Sequence[Room], arrows: Arrows) -> str:
    """Return the map in Mermaid, followed by a table of what each package is for."""
    return "\n".join([*_mermaid(rooms, without_implied(arrows)), "", *_table(rooms)])


def redraw(page: str) -> str:
    """Return the page with the map of the current imports. Raise ValueError if the page has no place for it."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("there is no place for the map")
    drawing = draw(*rooms_and_arrows(grimp.build_graph(*PACKAGES, cache_dir=None)))
    return f"{before}{BEGIN}\n\n{drawing}\n\n{END}{after}"


def _room(graph: grimp.ImportGraph, module: str) -> str | None:
    root, _, rest = module.partition(".")
    if root != "bot":
        return root
    if not rest:
        return None  # `bot` itself holds a docstring only
    if children := graph.find_children(module):
        holds_modules = any(not graph.find_children(child) for child in children)
        return module if holds_modules else None
    if "." in rest:
        return module.rpartition(".")[0]
    (row,) = (row for row in layers() if rest in row)
    known = [f"bot.{name}" for name in row if f"bot.{name}" in graph.modules]
    return next(name for name in known if not graph.find_children(name))


def _top(room: str) -> str:
    return room.split(".")[1] if "." in room else room


def _reached(arrows: Arrows, start: str) -> frozenset[str]:
    reached: set[str] = set()
    waiting = [*arrows[start]]
    while waiting:
        if (name := waiting.pop()) not in reached:
            reached.add(name)
            waiting += arrows[name]
    return frozenset(reached)


def _mermaid(rooms: Sequence[Room], arrows: Arrows) -> Iterator[str]:
    yield "```mermaid"
    yield "flowchart TD"
    for room in rooms:
        yield f'    {room.identifier}["{room.label}"]'
    for room in rooms:
        for other in sorted(arrows[room.name]):
            yield f"    {room.identifier} --> {other.replace('.', '_')}"
    yield "```"


def _table(rooms: Sequence[Room]) -> Iterator[str]:
    yield "| package | what it is for |"
    yield "|---|---|"
    for room in rooms:
        if room.is_package:
            yield f"| `{room.name.replace('.', '/')}/` | {room.purpose} |"


def main() -> int:
    page = PAGE.read_text()
    PAGE.write_text(redraw(page))
    print("docs/architecture.md: the map is drawn.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
