"""`content`: the review calendar of facts, packages in and out, and the schema of the letters that the form makes."""

import argparse
import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot import content as contents
from bot.commands import translations
from bot.commands.parsing import add_command, count
from bot.commands.running import with_runtime
from bot.editing.package import OWN, NoPackage, unpack
from bot.engine.languages import LANGUAGES
from bot.engine.letter_schema import letter_schema
from bot.engine.problems import BrokenContent
from bot.usecases.refused import Refused

if TYPE_CHECKING:
    from bot.commands.parsing import Commands
    from bot.runtime import Runtime
    from bot.usecases.content.fact_review import ToReview


def add(commands: "Commands") -> None:
    """Add `content` and its verbs."""
    summary = "the review calendar of facts; packages and translations; the schema of letters"
    parser = add_command(commands, "content", _content, summary)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    facts = verbs.add_parser(
        "facts", help="the review calendar: overdue first, with owner, source and what is said instead"
    )
    facts.add_argument("--days", type=count, metavar="N", help="only what is overdue or ends within N days")
    facts.add_argument("--lang", choices=LANGUAGES, default="lv", help="language of the values (default: lv)")
    export = verbs.add_parser("export", help="write the content in use as one file with a checksum, or into a checkout")
    export.add_argument(
        "file", type=Path, metavar="FILE", help="the file to write, or a folder that gets dialogs/ and locales/"
    )
    importing = verbs.add_parser("import", help="open a package as a draft; this publishes nothing")
    importing.add_argument("file", type=Path, metavar="FILE", help="a file of `content export`, or a checkout")
    importing.add_argument("--editor", required=True, metavar="LOGIN", help="the editor who opens the draft")
    importing.add_argument("--title", default="", help="what the draft is called (default: the file's name)")
    importing.add_argument("--keep-own", nargs="+", default=[], choices=sorted(OWN), metavar="PART",
                           help=f"what we keep of our own: {', '.join(sorted(OWN))}")  # fmt: skip
    verbs.add_parser("letter-schema", help="the letter that a service opens, as JSON Schema, for its record system")
    translations.add_verbs(verbs)


def _content(options: argparse.Namespace) -> None:
    verb = {"facts": _facts, "export": _export, "import": _import, "letter-schema": _letter_schema}[options.verb]
    with_runtime(lambda runtime: verb(runtime, options))


async def _facts(runtime: "Runtime", options: argparse.Namespace) -> None:
    from bot.usecases.content import fact_review

    for fact in fact_review.review(runtime):
        if options.days is None or (fact.due != "withdrawn" and fact.days <= options.days):
            print("\n".join(_lines(fact, options.lang)))


def _lines(fact: "ToReview", language: str) -> list[str]:
    due = {"overdue": f"OVERDUE by {-fact.days} days", "withdrawn": "withdrawn"}.get(fact.due, f"in {fact.days} days")
    law = f", {fact.law}" if fact.law else ""
    value = fact.value.get(language) or next(iter(fact.value.values()), "")
    lines = [
        f"{fact.expires_on}  {due}  {fact.kind} {fact.id}: {value}",
        f"    owner {fact.owner}, {fact.confidence}, verified {fact.verified_on}; {fact.source}{law}",
    ]
    if fact.screens:
        lines.append(f"    said on: {', '.join(fact.screens)}")
    if fact.due in ("overdue", "withdrawn"):
        lines.append(f"    people read instead: {fact.instead.get(language, '')}")
    return lines


async def _export(runtime: "Runtime", options: argparse.Namespace) -> None:
    from bot.usecases.content import packages

    content, target = runtime.content, options.file
    if target.is_dir():
        await asyncio.to_thread(_unfold, target, content.files)
    else:
        await asyncio.to_thread(_require_ours, target)
        _, data = await packages.hand_over(runtime)
        await asyncio.to_thread(target.write_bytes, data)
    print(f"content {content.revision} (revision {runtime.revision}) is in {target}")


def _require_ours(file: Path) -> None:
    """Raise Refused for a file that is there and is no package: it would be lost."""
    if file.is_file():
        try:
            unpack(file.read_bytes())
        except NoPackage:
            raise Refused(f"{file} is there already, and is no package: name another file") from None


def _unfold(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files into a checkout. Files the content no longer has are deleted, so that git notices."""
    try:
        obsolete = set(contents.files_of(folder)) - set(files)
    except BrokenContent:  # an empty folder
        obsolete = set()
    for name in sorted(obsolete):
        (folder / name).unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


async def _import(runtime: "Runtime", options: argparse.Namespace) -> None:
    from bot.usecases.accounts import sign_ins
    from bot.usecases.content import drafts, packages, publishing

    editor, file, kept = await sign_ins.acting_as(runtime, options.editor), options.file, options.keep_own
    title = options.title or file.stem
    try:
        if file.is_dir():
            files = await asyncio.to_thread(contents.files_of, file)
            draft_id = await packages.bring_in_files(runtime, editor, files, title, kept)
        else:
            data = await asyncio.to_thread(file.read_bytes)
            draft_id = await packages.bring_in(runtime, editor, data, title, kept)
    except (packages.NotAPackage, OSError) as error:
        raise Refused(f"{file.name}: {error}") from None
    changes = await publishing.compare_draft(runtime, draft_id)
    draft = await drafts.read_draft(runtime, draft_id)
    print(f"draft {draft_id}, opened for {editor.login}: “{draft.heading.title}”")
    print(
        f"{changes.sentences} sentences, {len(changes.facts)} facts and {len(changes.services)} services differ; "
        f"{len(changes.screens_added)} screens are new, {len(changes.screens_removed)} go; "
        f"{len(changes.outdated)} texts are older than their translations"
    )


async def _letter_schema(runtime: "Runtime", _: argparse.Namespace) -> None:
    content = runtime.content
    dialogue = content.dialogue
    schema = letter_schema(content.request, content.referral, dialogue.languages, dialogue.municipalities)
    print(json.dumps(schema, ensure_ascii=False, indent=2))
