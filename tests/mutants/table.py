"""The breaks of `mutants.yaml`, and the tests that docs/safety-tests.md names for their statements."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("mutants.yaml")
SECTION = re.compile(r"^### (s[VRWCOG]\d+)$([\s\S]*?)(?=^##|\Z)", re.MULTILINE)
NAMED_TEST = re.compile(r"(tests/[\w/]+\.py)::((?:\w+::)?\w+)")
WITHOUT_BROWSER = (
    "tests/engine/",
    "tests/usecases/",
    "tests/lives/",
    "tests/storage/",
    "tests/editing/",
    "tests/exchange/",
    "tests/find/",
)
IN_A_BROWSER = re.compile(r"\b(?:playwright|tests\.desk\.browsing|browser_page)\b")
"""What a test file says that opens pages in a real browser: by its words, because few say it by their names."""
IN_A_PROCESS = ("test_restore", "test_proxies", "test_volatile", "test_offline", "test_memory", "test_crash",
                "test_replicas", "faults")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one line of the program, for the worse."""

    line: str
    """The id of the statement in docs/safety.md that it breaks."""
    file: str
    old: str
    new: str

    @property
    def name(self) -> str:
        return f"{self.line} {self.file}: {' '.join(self.old.split())[:60]}"


def mutants(table: Path = TABLE) -> list[Mutant]:
    """In the order of the table."""
    return [Mutant(**row) for row in YAML(typ="safe").load(table.read_text())]


def named_tests(page: str) -> dict[str, list[str]]:
    """From the text of docs/safety-tests.md: statement id to its tests, those without a browser first."""
    named = {
        statement: dict.fromkeys("::".join(test) for test in NAMED_TEST.findall(section))
        for statement, section in SECTION.findall(page)
    }
    return {statement: sorted(tests, key=cost) for statement, tests in named.items()}


def cost(test: str) -> int:
    """How dear a test is, roughly: 0 without pages, 1 with pages, 2 in a browser or with the program as a process."""
    file = test.split("::")[0]
    if any(slow in file for slow in IN_A_PROCESS) or opens_a_browser(ROOT / file):
        return 2
    return 0 if file.startswith(WITHOUT_BROWSER) else 1


@cache
def opens_a_browser(file: Path) -> bool:
    return file.is_file() and bool(IN_A_BROWSER.search(file.read_text()))


def places(mutant: Mutant, root: Path = ROOT) -> int:
    """How often the old text stands in its file: once, or the mutant means nothing any more."""
    path = root / mutant.file
    return path.read_text().count(mutant.old) if path.is_file() else 0
