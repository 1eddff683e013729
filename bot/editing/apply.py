"""Apply edits to a package. Edits that cannot be applied are skipped and reported with their location."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.editing import tables, topics
from bot.editing.edits import KINDS, Edit, Kind, value_of
from bot.editing.sheets import Sheets
from bot.engine.problems import BrokenContent, Problem

Write = Callable[[Sheets, Edit, Any], None]


@dataclass(frozen=True)
class Applied:
    """The files after the edits, and a problem for each edit that could not be applied."""

    files: Mapping[str, str]
    problems: tuple[Problem, ...]


def apply(files: Mapping[str, str], edits: Iterable[Edit]) -> Mapping[str, str]:
    """Return the files after the edits. Raise BrokenContent with a problem for each edit that cannot be applied."""
    applied = attempt(files, edits)
    if applied.problems:
        raise BrokenContent(applied.problems)
    return applied.files


def attempt(files: Mapping[str, str], edits: Iterable[Edit]) -> Applied:
    """Apply what can be applied, in the order of KINDS: create, then link, then set texts, and retire last."""
    sheets = Sheets(files)
    problems: list[Problem] = []
    wanted = sorted(edits, key=lambda edit: STAGES.get(edit.kind, 0))
    if not wanted:
        return Applied(files, ())
    for edit in wanted:
        before = sheets.copy()
        try:
            WRITERS[edit.kind](sheets, edit, value_of(edit))
        except BrokenContent as broken:
            sheets = before
            problems.extend(broken.problems)
    try:
        sheets.cite_again()
    except BrokenContent as broken:
        problems.extend(broken.problems)
    return Applied(sheets.written(), tuple(problems))


def _text(sheets: Sheets, edit: Edit, text: str) -> None:
    sheets.say(edit.name, edit.language, text)


def _still(_: Sheets, __: Edit, ___: str) -> None:
    """An editor confirmed that a text is still right: nothing changes."""


WRITERS: Mapping[Kind, Write] = {
    "topic": topics.add,
    "split": topics.split,
    "screen": topics.add_screen,
    "choice": topics.link,
    "order": topics.order,
    "text": _text,
    "fact": tables.fact,
    "withdrawn": tables.withdraw,
    "service": tables.service,
    "phrases": tables.phrases,
    "danger": tables.warnings,
    "despair": tables.warnings,
    "still": _still,
    "retire": topics.retire,
}
STAGES = {kind: stage for stage, kind in enumerate(KINDS)}
