"""`find` and `draw`: what the content of the checkout finds for a query, and the dialogue as a map."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from bot import content as contents
from bot.commands.parsing import add_command
from bot.engine.draw import draw
from bot.engine.languages import LANGUAGES

if TYPE_CHECKING:
    from bot.commands.parsing import Commands


def add(commands: "Commands") -> None:
    """Add `find` and `draw`."""
    find = add_command(
        commands,
        "find",
        _find,
        "find topics in a person's own words, and hear danger and despair: one JSON line a hit, best first",
    )
    find.add_argument("words", nargs="?", help="without it, one query a line is read from standard input")
    find.add_argument("--lang", choices=LANGUAGES, default="lv", help="language of the interface (default: lv)")
    draw_ = add_command(commands, "draw", _draw, "draw the dialogue as a map (SVG on standard output)")
    draw_.add_argument("--lang", choices=LANGUAGES, default="lv", help="language of the names on the map (default: lv)")


def _find(options: argparse.Namespace) -> None:
    finder = contents.read().finder
    for query in [options.words] if options.words is not None else map(str.strip, sys.stdin):
        result = finder.find(query, options.lang)
        warned = {"danger": result.danger, "despair": result.despair}
        for hit in result.topics or (None,):  # what was heard is said also where no topic is offered
            topic, screen = (hit.topic, hit.screen) if hit else (None, None)
            print(
                json.dumps({"query": query, "topic": topic, "screen": screen, **warned}, ensure_ascii=False), flush=True
            )


def _draw(options: argparse.Namespace) -> None:
    content = contents.read()
    note = f"{len(content.dialogue.screens)} screens; from every one: 112, a human, back, language, hide"
    print(draw(content.dialogue, lambda screen: content.text(screen, options.lang), "Blakus", note))
