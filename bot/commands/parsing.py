"""How each module of this package adds its commands to the program's parser."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse has no public name for it
    Command = Callable[[argparse.Namespace], int | None]
    """Carries out a command. Returns its exit code; None means 0."""


def add_command(commands: "Commands", name: str, command: "Command", summary: str) -> argparse.ArgumentParser:
    """Add a command and return its parser, for the options. `summary` is one sentence without its full stop."""
    parser = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=command)
    return parser
