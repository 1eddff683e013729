"""Draw the dialogue as an SVG map, from the screens themselves, so that it is never out of date."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from bot.engine.check_structure import distances
from bot.engine.dialogue import Dialogue, Screen

WIDTH, HEIGHT = 190, 44
BETWEEN, ROWS = 96, 18
MARGIN, TOP = 28, 84
LONGEST = 26
NEAREST = 12

STYLE = """
svg{font:13px system-ui,sans-serif;background:#fbfaf7}
.box{fill:#fff;stroke:#5b6b73;stroke-width:1.2}.topic .box{fill:#e6f1ee;stroke:#2f6f62}
.ask .box{fill:#fdf3dc;stroke:#9a7420}
.branch .box{fill:#eee9f6;stroke:#6a4f9a}.help .box{fill:#fbe9e3;stroke:#a2482b}
.form .box{stroke-width:2.6}
.name{fill:#1e272b}.id{fill:#5b6b73;font-size:10.5px}
.way{fill:none;stroke:#8a979d;stroke-width:1.1}
.here .box{stroke:#17565c;stroke-width:4}.here .name{font-weight:700}
.far{stroke-dasharray:3 4;stroke:#b9c2c6}a:hover .box{stroke-width:3}
.title{font-size:19px;fill:#1e272b}.note{fill:#5b6b73}
"""


@dataclass(frozen=True, slots=True)
class _Place:
    x: int
    y: int


def draw(dialogue: Dialogue, name: Callable[[str], str], title: str, note: str) -> str:
    """Return the map as SVG. `name` maps a screen id to its text; columns count presses from the start."""
    return _sheet(dialogue, _columns(dialogue), name, title, note, "")


def draw_place(dialogue: Dialogue, here: str, name: Callable[[str], str], title: str) -> str:
    """Return one screen as SVG, with what leads to it on the left and where it leads on the right."""
    after = [target for target in dialogue.screens[here].targets if target in dialogue.screens and target != here]
    screens = dialogue.screens.values()
    before = [screen.id for screen in screens if here in screen.targets and screen.id not in (here, *after)]
    more = f"+ {len(before) - NEAREST}" if len(before) > NEAREST else ""
    return _sheet(dialogue, [before[:NEAREST], [here], after], name, title, more, here)


def _sheet(
    dialogue: Dialogue, columns: list[list[str]], name: Callable[[str], str], title: str, note: str, here: str
) -> str:
    placed = {
        screen: _Place(MARGIN + column * (WIDTH + BETWEEN), TOP + row * (HEIGHT + ROWS))
        for column, screens in enumerate(columns)
        for row, screen in enumerate(screens)
    }
    width = 2 * MARGIN + len(columns) * (WIDTH + BETWEEN) - BETWEEN
    height = TOP + MARGIN + max(len(column) for column in columns) * (HEIGHT + ROWS)
    ways = [
        _way(placed, screen.id, target, index)
        for screen in dialogue.screens.values()
        for index, target in enumerate(screen.targets)
        if screen.id in placed and target in placed and (not here or here in (screen.id, target))
    ]
    boxes = [_box(dialogue, dialogue.screens[id_], place, name(id_), id_ == here) for id_, place in placed.items()]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"',
            f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="map-title">',
            f'<title id="map-title">{escape(title)}</title><style>{STYLE}</style>',
            f'<text class="title" x="{MARGIN}" y="36">{escape(title)}</text>',
            f'<text class="note" x="{MARGIN}" y="58">{escape(note)}</text>',
            *ways,
            *boxes,
            "</svg>",
        ]
    )


def _columns(dialogue: Dialogue) -> list[list[str]]:
    """Arrange screens by distance from the start and, within a column, next to the screens that lead to them."""
    far = distances(dialogue, dialogue.first)
    for start in (dialogue.danger, dialogue.human, *([dialogue.language] if dialogue.language else [])):
        for screen, distance in distances(dialogue, start).items():
            far.setdefault(screen, distance + 1)
    columns: list[list[str]] = [[] for _ in range(max(far.values()) + 1)]
    order: dict[str, float] = {}
    for column, ids in enumerate(columns):
        here = [screen for screen in dialogue.screens if far.get(screen) == column]
        ids.extend(sorted(here, key=lambda screen: _leaning(dialogue, screen, order)))
        order |= {screen: row for row, screen in enumerate(ids)}
    return columns


def _leaning(dialogue: Dialogue, screen: str, order: Mapping[str, float]) -> float:
    rows = [order[other.id] for other in dialogue.screens.values() if screen in other.targets and other.id in order]
    return sum(rows) / len(rows) if rows else 0.0


def _way(placed: Mapping[str, _Place], start: str, end: str, index: int) -> str:
    left, right = placed[start], placed[end]
    x1, y1 = left.x + WIDTH, left.y + 12 + (index * 7) % 24
    x2, y2 = right.x, right.y + HEIGHT // 2
    far = ' class="way far"' if x2 <= left.x else ' class="way"'
    bend = BETWEEN * 0.6
    return f'<path{far} d="M{x1} {y1} C{x1 + bend:.0f} {y1} {x2 - bend:.0f} {y2} {x2} {y2}"/>'


def _box(dialogue: Dialogue, screen: Screen, place: _Place, words: str, here: bool) -> str:
    kinds = {"choice": "ask", "several": "ask", "place": "ask", "branch": "branch"}
    marks = ["topic" if screen.topic else kinds.get(screen.kind, "")]
    marks += ["help"] * (screen.id in {dialogue.danger, dialogue.human})
    marks += ["form"] * any(choice.form for choice in screen.choices)
    marks += ["here"] * here
    line = " ".join(words.split())
    shown = line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
    return (
        f'<g class="{" ".join(mark for mark in marks if mark)}"><title>{escape(line)}</title>'
        f'<rect class="box" x="{place.x}" y="{place.y}" width="{WIDTH}" height="{HEIGHT}" rx="9"/>'
        f'<text class="name" x="{place.x + 10}" y="{place.y + 18}">{escape(shown)}</text>'
        f'<text class="id" x="{place.x + 10}" y="{place.y + 34}">{escape(screen.id)}</text></g>'
    )
