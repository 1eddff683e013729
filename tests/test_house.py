"""The rules of the house, so that its shape outlives its authors."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.languages import LANGUAGES
from bot.settings import Settings
from tests.conftest import ROOT
from tests.hurry import hurried

CACHE = str(ROOT / "var" / "cache" / "import-linter")
LONGEST_FUNCTION = 60
LONGEST_MODULE = 350
PROGRAM = ("bot", "storage")
OURS = (*PROGRAM, "bench", "dialogs", "docs", "locales", "supply", "tests")
LEFT_FOR_LATER = re.compile(r"\b(TOD[O]|FIXM[E])\b")  # bracketed, or this file would find itself
A_FOREIGN_ACTION = re.compile(r"(?<!in)dee[d]", re.IGNORECASE)
STANDS_ALONE = ("bot/usecases/casework", "bot/usecases/content", "bot/usecases/operation")
"""Folders whose docstrings need no neighbour to be understood."""


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


def test_no_test_counts_on_a_quick_machine() -> None:
    """Wait for an event with tests/patience.py. How fast something is belongs in bench/.

    tests/mutants holds no tests: it runs them, and they may never end. tests/rehearsal holds none either, and measures.
    """
    tests = [
        path
        for path in (ROOT / "tests").rglob("*.py")
        if path.name != "patience.py" and path.parent.name not in ("mutants", "rehearsal")
    ]
    found = [(path.relative_to(ROOT), *finding) for path in tests for finding in hurried(path.read_text())]
    assert not [f"{path}:{line} {why}" for path, line, why in found]


@pytest.mark.parametrize(
    "code",
    [
        "assert time.monotonic() - begun < 3",
        "from time import perf_counter",
        "worked = resource.getrusage(resource.RUSAGE_CHILDREN)",
        "begun = asyncio.get_running_loop().time()",
        "assert datetime.now(UTC) - begun < timedelta(seconds=3)",
        "await page.evaluate('performance{}now()')".format("."),  # in pieces, or this file would find itself
        "async with asyncio.timeout(60): pass",
        "SOON = 2 * 15.0\nasync with asyncio.timeout(SOON): pass",
        "await asyncio.wait_for(event.wait(), 5)",
        "await asyncio.wait(tasks, timeout=0.5)",
        "process.wait(30)",
        "await asyncio.to_thread(begun.wait, 10)",
        "subprocess.run(command, timeout=60)",
        "ClientSession(timeout=ClientTimeout(total=30))",
        "await expect(page.locator('p')).to_be_visible(timeout=20_000)",
        "page.set_default_timeout(PATIENCE_MS / 10)",
        "await page.wait_for_timeout(100)",
        "await browser.new_context()",
        "await playwright.chromium.launch()",
        "for _ in range(200):\n    await asyncio.sleep(0.1)",
        "settings(deadline=200)",
        "settings(deadline=timedelta(milliseconds=200))",
        "settings(suppress_health_check=[HealthCheck.function_scoped_fixture])",
    ],
)
def test_hurry_is_found_in_a_test(code: str) -> None:
    assert list(hurried(code))


@pytest.mark.parametrize(
    "code",
    [
        "async with patiently(): await event.wait()",
        "subprocess.run(command, timeout=PATIENCE)",
        "async for _ in tries_meanwhile(): await asyncio.sleep(LOOK)",
        "patch.setattr(wire, 'USUAL', ClientTimeout(0.3))",
        "for _ in range(3): await asyncio.sleep(0)",
        "settings(deadline=None, max_examples=60)",
        "assert clock() - begun < timedelta(hours=1)",
        "web.AppRunner(app, shutdown_timeout=1)",
    ],
)
def test_patience_and_the_programs_own_limits_are_no_hurry(code: str) -> None:
    assert list(hurried(code)) == []


def test_nothing_is_left_for_later() -> None:
    written = [path for folder in OURS for path in (ROOT / folder).rglob("*") if is_ours(path)]
    assert not [str(path.relative_to(ROOT)) for path in written if LEFT_FOR_LATER.search(path.read_text())]


def test_what_somebody_does_is_called_an_action() -> None:
    written = [path for folder in OURS for path in (ROOT / folder).rglob("*.py")]
    assert not [str(path.relative_to(ROOT)) for path in written if A_FOREIGN_ACTION.search(path.read_text())]


def test_a_docstring_is_understood_without_its_neighbour() -> None:
    written = [path for folder in STANDS_ALONE for path in (ROOT / folder).rglob("*.py")]
    assert written
    assert not [where for path in written for where, text in docstrings(path) if text.startswith("The same")]


def test_every_transcript_is_told_in_latvian_and_russian_and_some_in_every_language() -> None:
    told = {path.name for path in (ROOT / "tests" / "transcripts").rglob("*.txt")}
    stories = {name.removesuffix(".txt").rpartition(".")[0] for name in told}
    assert told >= {f"{story}.{language}.txt" for story in stories for language in ("lv", "ru")}
    assert {name.removesuffix(".txt").rpartition(".")[2] for name in told} == {*LANGUAGES}


def modules() -> Iterator[Path]:
    for folder in PROGRAM:
        yield from (ROOT / folder).rglob("*.py")


def functions() -> Iterator[tuple[str, int]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def docstrings(path: Path) -> Iterator[tuple[str, str]]:
    """Yield where each docstring stands and what it says; a string under a name counts as one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value.value.strip()


def is_ours(path: Path) -> bool:
    texts = {".css", ".html", ".j2", ".js", ".md", ".po", ".py", ".txt", ".yaml"}
    return path.is_file() and path.suffix in texts and "vendor" not in path.parts
