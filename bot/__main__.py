"""The command line: `python -m bot COMMAND`. `python -m bot --help` lists the commands."""

import argparse
import io
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bot import content as contents
from bot import logs, settings, version
from bot.commands import (
    backup,
    check,
    content,
    dialogue,
    operation,
    renditions,
    running,
    services,
    settings_file,
    setup,
    workers,
)
from bot.engine.problems import BrokenContent
from bot.usecases.refused import Refused


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _speak_unicode()
    options = build_parser().parse_args(arguments)
    logs.set_up(options.log_level)
    try:
        if options.settings:
            os.environ.update(settings_file.read(options.settings))
        return int(options.command(options) or 0)
    except (BrokenContent, settings.Unsafe, Refused) as error:
        print(str(error) or f"refused: {type(error).__name__}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 130
    except OSError as error:
        if error.filename is None:  # it is about no file that was named
            raise
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command. Its namespace holds `command`, the function to call, and `log_level`."""
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Blakus: help and rights in a few presses, and a sealed request for contact."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the versions of the program and its content")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="read the settings from this file, too")
    parser.set_defaults(log_level=logging.INFO)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in (running, setup, check, backup, workers, services, operation, content, dialogue, renditions):
        group.add(commands)
    return parser


def _speak_unicode() -> None:
    """Write UTF-8 into files and pipes whatever the locale is, and replace what an 8-bit terminal cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


class _Version(argparse.Action):
    """Print what a fault report has to name. The content is read only on demand, because that takes a moment."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"blakus {version()}, content of the checkout {contents.read().revision}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
