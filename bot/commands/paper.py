"""The commands that let the content speak elsewhere: `leaflet` and `site`."""

import argparse
import asyncio
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from bot import content as contents
from bot import settings
from bot.content import RIGA, Content
from bot.engine.papers import KINDS
from bot.engine.problems import broken_content

Add = Callable[..., argparse.ArgumentParser]
ALL = "all"


def add_commands(commands: object, add: Add) -> None:
    """Name the commands to the program's parser; `add` is how it adds each of its own."""
    leaflet = add(commands, "leaflet", _leaflet, "print the leaflet, the poster and the duty officer's sheet as PDF")
    leaflet.add_argument("--kind", choices=(*KINDS, ALL), default=ALL, help="which of them (default: all)")
    leaflet.add_argument("--lang", default=ALL, help="lv, ru, en or all (default: all)")
    leaflet.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the files")
    closed = add(commands, "site", _site, "write the content as a site of plain files, for the day the service ends")
    closed.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    for parser in (leaflet, closed):
        parser.add_argument("--on", type=date.fromisoformat, default=None, metavar="DAY",
                            help="as the facts are true on this day, such as 2026-11-23 (default: today)")  # fmt: skip
        parser.add_argument("--package", type=Path, metavar="PACKAGE",
                            help="a folder with dialogs/ and locales/ (default: the content in use)")  # fmt: skip


def _leaflet(asked: argparse.Namespace) -> None:
    from bot.mouths.printing import printed  # here: the program that answers people need not carry a typesetter

    content, today = _content(asked)
    public_url = settings.from_environment().public_url
    kinds = KINDS if asked.kind == ALL else (asked.kind,)
    languages = content.dialogue.languages if asked.lang == ALL else (asked.lang,)
    if unknown := set(languages) - set(content.dialogue.languages):
        raise broken_content("not in this language", "--lang", language=unknown.pop())
    asked.to.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        for language in languages:
            file = asked.to / f"blakus-{kind}-{language}.pdf"
            file.write_bytes(printed(content, kind, language, today, public_url))
            print(file)


def _site(asked: argparse.Namespace) -> None:
    from bot.mouths.site import site

    content, today = _content(asked)
    if asked.folder.exists() and any(asked.folder.iterdir()):
        raise broken_content("folder not empty", str(asked.folder))
    files = site(content, today)
    for name, text in files.items():
        file = asked.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    print(f"{len(files)} pages; begin with {asked.folder / 'index.html'}")


def _content(asked: argparse.Namespace) -> tuple[Content, date]:
    content = contents.read(asked.package) if asked.package else asyncio.run(_in_use())
    return content, asked.on or datetime.now(RIGA).date()


async def _in_use() -> Content:
    """What was published last: paper must say what the chat says."""
    from bot import app

    async with app.runtime_of(settings.from_environment()) as runtime:
        return runtime.content
