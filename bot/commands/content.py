"""The commands `content facts | export | import`: the review calendar, and packages that come and go."""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot import content as contents
from bot import settings
from bot.commands import translations
from bot.editing.package import OWN
from bot.engine.problems import BrokenContent
from bot.usecases.refused import Refused

if TYPE_CHECKING:  # the database is loaded only by commands that need it, as in __main__
    from bot.runtime import Runtime
    from bot.usecases.content.fact_review import ToReview


def add(parser: argparse.ArgumentParser) -> None:
    """The verbs of `content`."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    facts = verbs.add_parser(
        "facts", help="the review calendar: overdue first, with owner, source and what is said instead"
    )
    facts.add_argument("--days", type=int, metavar="N", help="only what is overdue or ends within N days")
    facts.add_argument("--lang", default="lv", help="language of the values (default: lv)")
    export = verbs.add_parser("export", help="write the content in use as one file with a checksum, or into a checkout")
    export.add_argument(
        "file", type=Path, metavar="FILE", help="the file to write, or a folder that gets dialogs/ and locales/"
    )
    importing = verbs.add_parser("import", help="make a draft of a package; nothing is published by this")
    importing.add_argument("file", type=Path, metavar="FILE", help="a file of `content export`, or a checkout")
    importing.add_argument(
        "--editor", required=True, metavar="LOGIN", help="the editor in whose name the draft is opened"
    )
    importing.add_argument("--title", default="", help="what the draft is called (default: the file's name)")
    importing.add_argument("--keep-own", nargs="+", default=[], choices=sorted(OWN), metavar="PART",
                           help=f"what stays ours: {', '.join(sorted(OWN))}")  # fmt: skip
    translations.add_verbs(verbs)


def run(asked: argparse.Namespace) -> None:
    """Carry one out."""
    verb = {"facts": _facts, "export": _export, "import": _import}[asked.verb]
    from bot import app

    async def acted() -> None:
        async with app.runtime_of(settings.from_environment()) as runtime:
            await verb(runtime, asked)

    asyncio.run(acted())


async def _facts(runtime: "Runtime", asked: argparse.Namespace) -> None:
    from bot.usecases.content import fact_review

    for one in fact_review.review(runtime):
        if asked.days is None or (one.due != "withdrawn" and one.days <= asked.days):
            print("\n".join(_lines(one, asked.lang)))


def _lines(one: "ToReview", language: str) -> list[str]:
    when = {"overdue": f"OVERDUE by {-one.days} days", "withdrawn": "withdrawn"}.get(one.due, f"in {one.days} days")
    law = f", {one.law}" if one.law else ""
    said = one.value.get(language) or next(iter(one.value.values()), "")
    lines = [
        f"{one.expires_on}  {when}  {one.kind} {one.id}: {said}",
        f"    owner {one.owner}, {one.confidence}, verified {one.verified_on}; {one.source}{law}",
    ]
    if one.screens:
        lines.append(f"    said on: {', '.join(one.screens)}")
    if one.due in ("overdue", "withdrawn"):
        lines.append(f"    people read instead: {one.instead.get(language, '')}")
    return lines


async def _export(runtime: "Runtime", asked: argparse.Namespace) -> None:
    from bot.usecases.content import packages

    content, target = runtime.content, asked.file
    if target.is_dir():
        await asyncio.to_thread(_unfold, target, content.files)
    else:
        _, data = await packages.hand_over(runtime)
        await asyncio.to_thread(target.write_bytes, data)
    print(f"content {content.revision} (revision {runtime.revision}) is in {target}")


def _unfold(folder: Path, files: Mapping[str, str]) -> None:
    """Into a checkout: what is no longer part of the content goes, so that git sees it."""
    try:
        gone = set(contents.files_of(folder)) - set(files)
    except BrokenContent:  # an empty folder
        gone = set()
    for name in sorted(gone):
        (folder / name).unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


async def _import(runtime: "Runtime", asked: argparse.Namespace) -> None:
    from bot.usecases.accounts import sign_ins
    from bot.usecases.content import drafts, packages, publishing

    editor, file, kept = await sign_ins.acting_as(runtime, asked.editor), asked.file, asked.keep_own
    title = asked.title or file.stem
    try:
        if file.is_dir():
            files = await asyncio.to_thread(contents.files_of, file)
            draft_id = await packages.bring_in_files(runtime, editor, files, title, kept)
        else:
            data = await asyncio.to_thread(file.read_bytes)
            draft_id = await packages.bring_in(runtime, editor, data, title, kept)
    except (packages.NotAPackage, OSError) as error:
        raise Refused(f"{file.name}: {error}") from None
    found = await publishing.compare_draft(runtime, draft_id)
    draft = await drafts.read_draft(runtime, draft_id)
    print(f"draft {draft_id}, opened for {editor.login}: “{draft.heading.title}”")
    print(
        f"{found.sentences} sentences, {len(found.facts)} facts and {len(found.services)} services differ; "
        f"{len(found.screens_added)} screens are new, {len(found.screens_removed)} go; "
        f"{len(found.outdated)} texts are older than their translations"
    )
