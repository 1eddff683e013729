"""The command line: python -m bot run | talk | check | draw | worker."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot import content as contents
from bot import logs, settings
from bot.engine.check import check
from bot.engine.draw import draw
from bot.engine.problems import BrokenContent
from bot.runtime import RIGA


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Answers the exit code."""
    asked = _parser().parse_args(arguments)
    logs.set_up()
    try:
        return int(asked.command(asked) or 0)
    except (BrokenContent, settings.Unsafe) as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Blakus: help and rights in a few presses, and a sealed request for contact."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "run", _run, "start the web chat, the desk and, with BOT_TELEGRAM_TOKEN, Telegram")
    talk = _add(commands, "talk", _talk, "try the dialogue in this terminal; nothing of it is kept")
    talk.add_argument("--lang", default="lv", help="language to begin in: lv or ru (default: lv)")
    proof = _add(commands, "check", _check, "prove the content: prints its certificate, or every problem (exit code 1)")
    proof.add_argument("package", nargs="?", type=Path, default=contents.HERE, metavar="PACKAGE",
                       help="a folder with dialogs/ and locales/ (default: the content of this checkout)")  # fmt: skip
    proof.add_argument("--publish", action="store_true", help="refuse overdue facts, too, as publishing does")
    map_ = _add(commands, "draw", _draw, "draw the dialogue as a map (SVG on standard output)")
    map_.add_argument("--lang", default="lv", help="language of the names on the map (default: lv)")
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, command: object, says: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    parser.set_defaults(command=command)
    return parser


def _run(_: argparse.Namespace) -> None:
    from bot import app, demo

    chosen = settings.from_environment()

    def announce(parts: app.Running) -> None:
        for line in demo.lines(parts.runtime, parts.public, parts.desk):
            print(line, flush=True)

    asyncio.run(app.run(chosen, announce))


def _talk(asked: argparse.Namespace) -> None:
    from bot import app
    from bot.channels import terminal

    async def read(prompt: str) -> str:
        return await asyncio.to_thread(input, prompt)

    async def conversation() -> None:
        in_memory = settings.Settings(database=settings.SecretStr("sqlite://"))
        async with app.runtime_of(in_memory) as runtime:
            await terminal.talk(runtime, asked.lang, read, print)

    asyncio.run(conversation())


def _check(asked: argparse.Namespace) -> None:
    print(check(contents.read(asked.package), datetime.now(RIGA).date(), publishing=asked.publish))


def _draw(asked: argparse.Namespace) -> None:
    content = contents.read()
    note = f"{len(content.dialogue.screens)} screens; from every one: 112, a human, back, language, hide"
    print(draw(content.dialogue, lambda screen: content.text(screen, asked.lang), "Blakus", note))


if __name__ == "__main__":
    sys.exit(main())
