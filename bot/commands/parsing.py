"""How each module of this package adds its commands to the program's parser."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.engine.request import DAYS

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse has no public name for it
    Command = Callable[[argparse.Namespace], int | None]
    """Carries out a command. Returns its exit code; None means 0."""


def add_command(commands: "Commands", name: str, command: "Command", summary: str) -> argparse.ArgumentParser:
    """Add a command and return its parser, for the options. `summary` is one sentence without its full stop."""
    parser = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=command)
    return parser


def reading_hours(text: str) -> tuple[str, tuple[str, ...]]:
    """Read hours of a day such as mon=08:30-17:00, for an option. Raises ArgumentTypeError."""
    from bot.usecases.services.calendar_form import is_span

    day, _, times = text.partition("=")
    span = tuple(times.split("-"))
    if day not in DAYS or not is_span(span):
        raise argparse.ArgumentTypeError("must look like mon=08:30-17:00")
    return day, span
