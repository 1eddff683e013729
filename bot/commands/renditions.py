"""`leaflet`, `referral`, `site` and `failure-page`: the content as PDF, as a static site, and as the proxy's page."""

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import content as contents
from bot import settings
from bot.commands.parsing import add_command, day, folder
from bot.commands.running import with_runtime
from bot.content import RIGA, Content
from bot.engine.languages import LANGUAGES
from bot.engine.papers import KINDS
from bot.engine.problems import broken_content

if TYPE_CHECKING:
    from bot.commands.parsing import Commands
    from bot.runtime import Runtime

ALL = "all"


def add(commands: "Commands") -> None:
    """Add `leaflet`, `referral`, `site` and `failure-page`."""
    summary = "print the leaflet, the poster and the duty officer's sheet as PDF"
    leaflet = add_command(commands, "leaflet", _leaflet, summary)
    leaflet.add_argument("--kind", choices=(*KINDS, ALL), default=ALL, help="which of them (default: all)")
    leaflet.add_argument("--lang", default=ALL, help=f"{', '.join(LANGUAGES)} or all (default: all)")
    leaflet.add_argument("--to", type=folder, required=True, metavar="DIR", help="folder for the files")
    summary = "print the questions of a report on one page as PDF, for the officer at the door"
    referral = add_command(commands, "referral", _referral, summary)
    referral.add_argument("--lang", default=ALL, help="lv, ru, en or all (default: all)")
    referral.add_argument("--to", type=folder, required=True, metavar="DIR", help="folder for the files")
    summary = "write the content as a site of plain files, for the day the service ends"
    closed = add_command(commands, "site", _site, summary)
    closed.add_argument("folder", type=folder, metavar="DIR", help="a new or empty folder")
    summary = "print the page that the proxy shows while the program is down"
    failure = add_command(commands, "failure-page", _failure_page, summary)
    for parser in (leaflet, referral, closed):
        parser.add_argument("--on", type=day, default=None, metavar="DAY",
                            help="with the facts valid on this day, such as 2026-11-23 (default: today)")  # fmt: skip
    for parser in (leaflet, referral, closed, failure):
        parser.add_argument("--package", type=Path, metavar="PACKAGE",
                            help="a folder with dialogs/ and locales/ (default: the content in use)")  # fmt: skip


def _leaflet(options: argparse.Namespace) -> None:
    from bot.renditions.printing import printed  # here, because the server needs no typesetter

    content, today = _content(options)
    public_url = settings.from_environment().public_url
    kinds = KINDS if options.kind == ALL else (options.kind,)
    languages = content.dialogue.languages if options.lang == ALL else (options.lang,)
    if unknown := set(languages) - set(content.dialogue.languages):
        raise broken_content("not in this language", "--lang", language=unknown.pop())
    options.to.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        for language in languages:
            file = options.to / f"blakus-{kind}-{language}.pdf"
            file.write_bytes(printed(content, kind, language, today, public_url))
            print(file)


def _referral(options: argparse.Namespace) -> None:
    from bot.desk.casework.referral_paper import SHAPE, sheet
    from bot.desk.page import LANGUAGES as OF_THE_DESK
    from bot.desk.page import writing_in
    from bot.typesetting import typeset

    content, today = _content(options)
    languages = [language for language, _ in OF_THE_DESK if options.lang in (ALL, language)]
    if not languages:
        raise broken_content("not in this language", "--lang", language=options.lang)
    options.to.mkdir(parents=True, exist_ok=True)
    for language in languages:
        file = options.to / f"report-{language}.pdf"
        file.write_bytes(typeset(SHAPE, sheet(content, writing_in(language, datetime.now(RIGA)), today), today))
        print(file)


def _site(options: argparse.Namespace) -> None:
    from bot.renditions.site import site

    content, today = _content(options)
    if options.folder.exists() and any(options.folder.iterdir()):
        raise broken_content("folder not empty", str(options.folder))
    files = site(content, today)
    for name, text in files.items():
        file = options.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    print(f"{len(files)} pages; begin with {options.folder / 'index.html'}")


def _failure_page(options: argparse.Namespace) -> None:
    from bot.renditions.failure import failure_page

    print(failure_page(_asked_for(options)), end="")


def _content(options: argparse.Namespace) -> tuple[Content, date]:
    return _asked_for(options), options.on or datetime.now(RIGA).date()


def _asked_for(options: argparse.Namespace) -> Content:
    return contents.read(options.package) if options.package else with_runtime(_published)


async def _published(runtime: "Runtime") -> Content:
    """The content in use: paper must say what the chat says."""
    return runtime.content
