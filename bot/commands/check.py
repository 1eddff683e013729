"""`check`: prove the content. It must not load the database, so that an editor can run it after every change."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import coming
from bot import content as contents
from bot.commands.parsing import add_command
from bot.commands.running import without_garbage_collection
from bot.proof import prove

if TYPE_CHECKING:
    from bot.commands.parsing import Commands


def add(commands: "Commands") -> None:
    """Add `check`."""
    summary = "prove the content: prints its certificate, or every problem (exit code 1)"
    check = add_command(commands, "check", _check, summary)
    check.add_argument("package", nargs="?", type=Path, default=contents.HERE, metavar="PACKAGE",
                       help="a folder with dialogs/ and locales/ (default: the content of this checkout)")  # fmt: skip
    check.add_argument("--publish", action="store_true", help="refuse overdue facts too, as publishing does")
    check.add_argument("--calendar", action="store_true",
                       help="then show how each text reads on each day of a year when a fact expires")  # fmt: skip


def _check(options: argparse.Namespace) -> None:
    with without_garbage_collection():
        content, today = contents.read(options.package), datetime.now(contents.RIGA).date()
        print(prove(content, today, publishing=options.publish))
        for change in coming.coming(content, today) if options.calendar else ():
            print(f"\n{change.day} {change.language} {change.key}\n{change.text}")
