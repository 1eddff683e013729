"""`content po` and `content xlsx`: texts out to translators, and back into a package that still proves right."""

import argparse
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import content as contents
from bot.commands.parsing import folder
from bot.content import RIGA, Content
from bot.engine.problems import BrokenContent, broken_content
from bot.exchange.back import Returned, apply_changes
from bot.exchange.po import from_po, to_po
from bot.exchange.rows import Pairs, fallen_behind
from bot.proof import prove


def add_verbs(verbs: Any) -> None:
    """Add `po` and `xlsx` to the verbs of `content`."""
    summaries = {"po": "texts as one PO file for each language", "xlsx": "texts of all languages as one spreadsheet"}
    for verb, summary in summaries.items():
        parser = verbs.add_parser(
            verb, help=summary, description=f"{summary[0].upper()}{summary[1:]}: out, and back in."
        )
        direction = parser.add_mutually_exclusive_group(required=True)
        name, kind = ("DIR", folder) if verb == "po" else ("FILE", Path)
        direction.add_argument("--to", type=kind, metavar=name, help="export")
        direction.add_argument("--from", dest="back", type=kind, metavar=name, help="import: all of it, or nothing")
        parser.add_argument("--source", default="lv", help="the language to translate from (default: lv)")
        parser.add_argument("--package", type=Path, default=contents.HERE, metavar="PACKAGE",
                            help="the package to read, and to change on import (default: this checkout)")  # fmt: skip
        parser.add_argument("--since", type=Path, metavar="PACKAGE",
                            help="an earlier one: what changed since in one language is marked outdated")  # fmt: skip
        parser.set_defaults(command=_po if verb == "po" else _xlsx)


def _po(options: argparse.Namespace) -> None:
    content = contents.read(options.package)
    if options.back is not None:
        _take(
            options.package, content, [from_po(content, path.name, path.read_bytes()) for path in _files(options.back)]
        )
        return
    before = contents.read(options.since) if options.since else content
    _require_language(content, options.source)
    options.to.mkdir(parents=True, exist_ok=True)
    for target in content.dialogue.languages:
        if target != options.source:
            file = options.to / f"blakus.{options.source}-{target}.po"
            day = datetime.now(RIGA).date()
            file.write_bytes(to_po(content, options.source, target, day, _behind(before, content), before.words))
            print(file)


def _xlsx(options: argparse.Namespace) -> None:
    from bot.exchange.xlsx import from_xlsx, to_xlsx  # here, because the server needs no spreadsheets

    content = contents.read(options.package)
    _require_language(content, options.source)
    if options.back is not None:
        _take(
            options.package, content, [from_xlsx(content, options.back.name, options.back.read_bytes(), options.source)]
        )
        return
    before = contents.read(options.since) if options.since else content
    options.to.write_bytes(to_xlsx(content, options.source, datetime.now(RIGA).date(), _behind(before, content)))
    print(options.to)


def _take(package: Path, content: Content, returned: list[Returned]) -> None:
    """Apply the returned texts to the package if every file is sound and the result can be proved.

    Raise BrokenContent otherwise; the package is then unchanged.
    """
    if problems := [problem for file in returned for problem in file.problems]:
        raise BrokenContent(tuple(problems))
    changes = [change for file in returned for change in file.changes]
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
    if not (files := sorted(folder.glob("*.po"))):
        raise broken_content("no PO here", str(folder))
    return files


def _require_language(content: Content, source: str) -> None:
    if source not in content.dialogue.languages:
        raise broken_content("not in this language", "--source", language=source)
