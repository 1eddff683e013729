"""How each module of this package adds its commands to the program's parser."""

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
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


def day(text: str) -> date:
    """Read a day, for an option. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must look like 2026-11-30") from None


def year(text: str) -> int:
    """Read a year, for an option. Raises ArgumentTypeError."""
    if not re.fullmatch("2[0-9]{3}", text):
        raise argparse.ArgumentTypeError("must look like 2026")
    return int(text)


def count(text: str) -> int:
    """Read a number from 0 up, for an option. Raises ArgumentTypeError."""
    if not re.fullmatch("[0-9]{1,5}", text):
        raise argparse.ArgumentTypeError("must be a number, such as 45")
    return int(text)


def folder(text: str) -> Path:
    """Read the path of a folder that is there or can be made, for an option. Raises ArgumentTypeError."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return path


def reading_hours(text: str) -> tuple[str, tuple[str, ...]]:
    """Read hours of a day such as mon=08:30-17:00, for an option. Raises ArgumentTypeError."""
    from bot.usecases.services.calendar_form import is_span

    weekday, _, times = text.partition("=")
    span = tuple(times.split("-"))
    if weekday not in DAYS or not is_span(span):
        raise argparse.ArgumentTypeError("must look like mon=08:30-17:00")
    return weekday, span
