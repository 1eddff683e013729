"""The rules of the house, so that its shape outlives its authors."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.settings import Settings
from tests.conftest import ROOT

CACHE = str(ROOT / "var" / "cache" / "import-linter")
LONGEST_FUNCTION = 60
LONGEST_MODULE = 350
PROGRAM = ("bot", "storage")
OURS = (*PROGRAM, "bench", "dialogs", "docs", "locales", "tests")
LEFT_FOR_LATER = re.compile(r"\b(TOD[O]|FIXM[E])\b")  # bracketed, or this file would find itself


def test_imports_point_the_right_way() -> None:
    """In a process of its own: import-linter would switch off every logger there is in this one."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--cache-dir", CACHE]
    verdict = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert verdict.returncode == 0, verdict.stdout


def test_the_readme_names_every_setting() -> None:
    table = re.findall(r"^\| `(BOT_[A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(table) == sorted(f"BOT_{name.upper()}" for name in Settings.__annotations__)


def test_no_function_is_longer_than_a_screen() -> None:
    assert not [f"{where}: {lines} lines" for where, lines in functions() if lines > LONGEST_FUNCTION]


def test_no_module_needs_a_map() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in modules()}
    assert not {str(path): lines for path, lines in lengths.items() if lines > LONGEST_MODULE}


def test_nothing_is_left_for_later() -> None:
    written = [path for folder in OURS for path in (ROOT / folder).rglob("*") if is_ours(path)]
    assert not [str(path.relative_to(ROOT)) for path in written if LEFT_FOR_LATER.search(path.read_text())]


def test_every_transcript_is_told_in_latvian_and_russian() -> None:
    told = {path.name for path in (ROOT / "tests" / "transcripts").rglob("*.txt")}
    stories = {name.removesuffix(".txt").rpartition(".")[0] for name in told}
    assert told >= {f"{story}.{language}.txt" for story in stories for language in ("lv", "ru")}
    assert {name.removesuffix(".txt").rpartition(".")[2] for name in told} == {"lv", "ru", "en"}


def modules() -> Iterator[Path]:
    for folder in PROGRAM:
        yield from (ROOT / folder).rglob("*.py")


def functions() -> Iterator[tuple[str, int]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def is_ours(path: Path) -> bool:
    texts = {".css", ".html", ".j2", ".js", ".md", ".po", ".py", ".txt", ".yaml"}
    return path.is_file() and path.suffix in texts and "vendor" not in path.parts
