"""Find where an editor can fix a problem: the text, fact, service, topic or screen, and the language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.editing.blocks import Blocks
from bot.editing.catalogue import Catalogue
from bot.editing.sheets import DATA
from bot.engine.phrasebook import WARNED
from bot.engine.problems import Problem

Where = Literal["text", "fact", "service", "phrases", "danger", "despair", "screen", "file"]

CATALOGUE = re.compile(r"locales/([a-z]{2,3})/LC_MESSAGES/[a-z]+\.po")
SPOKEN_LIST = re.compile(r" +([a-z]{2,3}): \|")
TABLES: Mapping[str, tuple[str, Where]] = {
    "dialogs/facts.yaml": ("facts", "fact"),
    "dialogs/services.yaml": ("services", "service"),
    "dialogs/words.yaml": ("topics", "phrases"),
}


@dataclass(frozen=True, slots=True)
class ToMend:
    """A problem and the place to fix it. `name` is a key, an id or, if nothing more precise is known, the file."""

    problem: Problem
    kind: Where
    name: str
    language: str = ""

    @property
    def screen(self) -> str:
        """The screen to open for a text or a screen; empty for anything else."""
        return self.name.partition(":")[0] if self.kind in ("text", "screen") else ""


def to_mend(files: Mapping[str, str], problem: Problem) -> ToMend:
    """Return a problem with its place in these files."""
    catalogue = CATALOGUE.fullmatch(problem.file)
    if catalogue:
        language = catalogue[1]
        entries = Catalogue(files.get(problem.file, ""))
        key = problem.key or next((key for key in entries if entries.line(key) == problem.line), "")
        return ToMend(problem, "text", key, language) if key else ToMend(problem, "file", problem.file, language)
    if problem.file in TABLES:
        root, kind = TABLES[problem.file]
        if kind == "phrases":
            return _list(files, problem)
        name = _block(files, problem, root)
        return ToMend(problem, kind, name) if name else ToMend(problem, "file", problem.file)
    if problem.file in DATA or problem.file not in files:
        return ToMend(problem, "file", problem.file)
    name = problem.screen or _block(files, problem, "screens")
    return ToMend(problem, "screen", name) if name else ToMend(problem, "file", problem.file)


def _list(files: Mapping[str, str], problem: Problem) -> ToMend:
    """Find the list of phrases that contains the problem's line, and its language."""
    above = files.get(problem.file, "").split("\n")[: problem.line]
    top = next((line.rstrip(" :") for line in reversed(above) if line[:1].isalpha()), "")
    language = next((found[1] for line in reversed(above) if (found := SPOKEN_LIST.fullmatch(line.rstrip()))), "")
    for about in WARNED:
        if top == about:
            return ToMend(problem, about, about, language)
    name = _block(files, problem, "topics") if top == "topics" else ""
    return ToMend(problem, "phrases", name, language) if name else ToMend(problem, "file", problem.file)


def _block(files: Mapping[str, str], problem: Problem, root: str) -> str:
    """Return the name of the block that contains the problem's line, or an empty string."""
    blocks = Blocks(problem.file, files.get(problem.file, ""), root)
    before = [name for name in blocks if blocks.line(name) <= problem.line]
    return max(before, key=blocks.line, default="")
