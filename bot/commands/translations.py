"""`content po` and `content xlsx`: texts out to translators, and back into a package once it has proved right."""

import argparse
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import content as contents
from bot.content import RIGA, Content
from bot.engine.problems import BrokenContent, broken_content
from bot.exchange.back import Returned, apply_changes
from bot.exchange.po import from_po, to_po
from bot.exchange.rows import Pairs, fallen_behind
from bot.proof import prove


def add_verbs(verbs: Any) -> None:
    """Name the verbs to the parser of `content`."""
    says = {"po": "texts as one PO file for each language", "xlsx": "texts of all languages as one spreadsheet"}
    for verb, does in says.items():
        parser = verbs.add_parser(verb, help=does, description=f"{does[0].upper()}{does[1:]}: out, and back in.")
        way = parser.add_mutually_exclusive_group(required=True)
        name = "DIR" if verb == "po" else "FILE"
        way.add_argument("--to", type=Path, metavar=name, help="hand out")
        way.add_argument("--from", dest="back", type=Path, metavar=name, help="take back: all of it, or nothing")
        parser.add_argument("--source", default="lv", help="the language that is translated from (default: lv)")
        parser.add_argument("--package", type=Path, default=contents.HERE, metavar="PACKAGE",
                            help="whose texts they are; changed on the way back (default: this checkout)")  # fmt: skip
        parser.add_argument("--since", type=Path, metavar="PACKAGE",
                            help="an earlier one: what a single language changed since is marked outdated")  # fmt: skip
        parser.set_defaults(command=_po if verb == "po" else _xlsx)


def _po(asked: argparse.Namespace) -> None:
    content = contents.read(asked.package)
    if asked.back is not None:
        _take(asked.package, content, [from_po(content, path.name, path.read_bytes()) for path in _files(asked.back)])
        return
    before = contents.read(asked.since) if asked.since else content
    _known(content, asked.source)
    asked.to.mkdir(parents=True, exist_ok=True)
    for target in content.dialogue.languages:
        if target != asked.source:
            file = asked.to / f"blakus.{asked.source}-{target}.po"
            day = datetime.now(RIGA).date()
            file.write_bytes(to_po(content, asked.source, target, day, _behind(before, content), before.words))
            print(file)


def _xlsx(asked: argparse.Namespace) -> None:
    from bot.exchange.xlsx import from_xlsx, to_xlsx  # here: the program that answers people needs no spreadsheets

    content = contents.read(asked.package)
    _known(content, asked.source)
    if asked.back is not None:
        _take(asked.package, content, [from_xlsx(content, asked.back.name, asked.back.read_bytes(), asked.source)])
        return
    before = contents.read(asked.since) if asked.since else content
    asked.to.write_bytes(to_xlsx(content, asked.source, datetime.now(RIGA).date(), _behind(before, content)))
    print(asked.to)


def _take(package: Path, content: Content, returned: list[Returned]) -> None:
    """Write what came back into the package, if every file is in order and the result can be proved."""
    if problems := [problem for one in returned for problem in one.problems]:
        raise BrokenContent(tuple(problems))
    changes = [change for one in returned for change in one.changes]
    files = apply_changes(content.files, changes)
    with TemporaryDirectory() as folder:
        names = files.keys()
        _write(Path(folder), files, names)
        prove(contents.read(Path(folder)), datetime.now(RIGA).date())
    _write(package, files, [name for name in files if files[name] != content.files[name]])
    print(f"{len(changes)} texts taken")


def _write(folder: Path, files: Any, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(files[name], encoding="utf-8")


def _behind(before: Content, after: Content) -> Pairs:
    return fallen_behind(before.words, after.words)


def _files(folder: Path) -> list[Path]:
    if not (found := sorted(folder.glob("*.po"))):
        raise broken_content("no PO here", str(folder))
    return found


def _known(content: Content, source: str) -> None:
    if source not in content.dialogue.languages:
        raise broken_content("not in this language", "--source", language=source)
