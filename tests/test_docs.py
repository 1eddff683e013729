"""What docs/ promises is there: every test it names, every number of its clocks, every command and every link."""

import ast
import re
import shlex
from ast import literal_eval
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from bot.__main__ import build_parser
from bot.content import Content
from bot.jobs import timetable
from bot.runtime import Runtime
from bot.settings import Settings
from supply.package import contents
from tests import pictures
from tests.conftest import ROOT
from tests.mutants.table import named_tests

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
NAMED_TEST = re.compile(r"(tests/[\w/]+\.py)::((?:\w+::)?\w+)")
NAMED_FILE = re.compile(r"`((?:bot|dialogs|docs|locales|storage|tests)/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")
CODE = re.compile(r"^```[a-z]*\n([\s\S]*?)^```$|^((?: {4}.*\n)+)", re.MULTILINE)
PRIVACY, SECURITY = (DOCS / "privacy.md").read_text(), (DOCS / "security.md").read_text()
STATEMENT = re.compile(r"^\| \[(s[VRWCOG]\d+)\]\(safety-tests\.md#(\w+)\) \| (.+) \| (.+) \|$", re.MULTILINE)
AMOUNT = re.compile(r"(\d+) (second|minute|hour|day)s?")


def ids(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_test_that_is_named_exists(page: Path) -> None:
    named = set(NAMED_TEST.findall(page.read_text()))
    assert {f"{file}::{test}" for file, test in named if test not in known_in(ROOT / file)} == set()


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_file_that_is_named_or_linked_exists(page: Path) -> None:
    text = page.read_text()
    named = {ROOT / name for name in NAMED_FILE.findall(text)} | {page.parent / link for link in LINK.findall(text)}
    assert {str(path) for path in named if not path.exists()} == set()


def test_the_index_names_every_page() -> None:
    listed = {DOCS / name for name in LINK.findall((DOCS / "README.md").read_text())}
    assert {page.name for page in DOCS.glob("*.md") if page not in listed} == {"README.md"}


def test_every_picture_is_on_a_page_and_a_test_walks_to_what_it_shows() -> None:
    """`make pictures` takes them; that each page is still there is seen by the walk itself, in tests/pictures.py."""
    shown = {Path(picture).stem for page in PAGES for picture in re.findall(r"pictures/[\w-]+\.png", page.read_text())}
    assert shown == {path.stem for path in pictures.FOLDER.iterdir()}
    walks = [path.read_text() for path in (ROOT / "tests").rglob("*.py") if "pytest.mark.pictures" in path.read_text()]
    assert {name for name in shown if not any(f'"{name}"' in walk for walk in walks)} == set()


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_command_that_is_shown_is_understood(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in commands(page.read_text()):
        try:
            build_parser().parse_args(command)
        except SystemExit:
            pytest.fail(f"{command}: {capsys.readouterr().err}")


def test_from_a_bare_server_to_a_service_takes_at_most_ten_commands() -> None:
    """Those that somebody types, on both machines, until the doctor has said yes."""
    section = (DOCS / "operating.md").read_text().partition("## Set up\n")[2].partition("blakus doctor\n```")[0]
    typed = [line for block in CODE.findall(section) for line in "".join(block).splitlines() if line.strip()]
    assert 4 < len([*typed, "blakus doctor"]) <= 10


def test_every_clock_says_the_number_of_the_code(shipped: Content) -> None:
    clocks = {clock: after for _, _, after, clock, *_ in table("What each clock erases") if clock.strip("– ")}
    assert len(clocks) > 10
    assert {clock: after for clock, after in clocks.items() if amount(after) != constant(clock, shipped)} == {}


def test_every_clock_names_a_job_and_a_test() -> None:
    for what, _, _, _, job, shown in table("What each clock erases"):
        assert NAMED_TEST.search(shown), what
        assert job.strip("`– ") in {"", *(name.strip("`") for name, *_ in table("The jobs"))}, what


def test_the_jobs_are_those_of_the_program(runtime: Runtime) -> None:
    said = {job.strip("`"): amount(every) for job, every, _ in table("The jobs")}
    assert said == {name: every for name, (every, _) in timetable(runtime, None).items()}


@pytest.mark.parametrize("heading", ["Attacks that had succeeded", "Attacks that failed"])
def test_every_attack_has_a_name_says_what_holds_and_names_a_test(heading: str) -> None:
    """That each test exists is held above, as for every page."""
    attacks = table(heading, SECURITY)
    assert len(attacks) > 5
    assert [attack for attack, holds, tests in attacks if not (holds and NAMED_TEST.search(tests))] == []
    names = [attack.split("**")[1] for attack, _, _ in attacks if attack.startswith("**")]
    assert len({*names}) == len(attacks)


def test_every_statement_says_its_state_and_its_tests_stand_under_its_id() -> None:
    """In the order of docs/safety.md, so that whoever adds a test finds the place."""
    statements = STATEMENT.findall((DOCS / "safety.md").read_text())
    tests = named_tests((DOCS / "safety-tests.md").read_text())
    assert [statement for statement, *_ in statements] == list(tests)
    assert [statement for statement, anchor, *_ in statements if anchor != statement.lower()] == []
    untold = [
        statement for statement, _, _, state in statements if not state.startswith(("shown", "partly", "by hand"))
    ]
    assert untold == []
    assert [statement for statement, _, _, state in statements if not tests[statement] and "by hand" not in state] == []


def test_safety_itself_names_no_test() -> None:
    """They stand in one place, so that a test that is renamed is renamed there."""
    assert NAMED_TEST.findall((DOCS / "safety.md").read_text()) == []


def test_the_kitchen_table_has_ten_moments_and_a_face_for_each() -> None:
    moments = table("The kitchen-table test")
    assert [number for number, *_ in moments] == [str(number) for number in range(1, 11)]
    assert all(web and telegram for _, _, web, telegram, _ in moments)


def test_what_the_container_file_names_is_there() -> None:
    """It is built by hand; what can be known without is known here."""
    text = (DOCS / "Containerfile").read_text()
    order, says = re.search(r"ENTRYPOINT (\[.*\])", text), re.search(r"^CMD (\[.*\])", text, re.MULTILINE)
    assert order
    assert says
    assert literal_eval(order[1]) == [f"/{contents.CODE}/.venv/bin/python", "-m", "bot"]
    build_parser().parse_args(literal_eval(says[1]))
    assert {f"bot_{name}" for name in Settings.model_fields} >= {name.lower() for name in re.findall(r"BOT_\w+", text)}
    assert "FROM scratch" in text, "no image of anybody, and no digest that nobody has read"
    assert re.search(r"^container:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@cache
def known_in(file: Path) -> set[str]:
    """The tests a file holds, those in a class as Class::test."""
    if not file.exists():
        return set()
    found = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}::{test.name}"
                for test in node.body
                if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef)
            }
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
    return found


def commands(text: str) -> Iterator[list[str]]:
    """What follows `python -m bot` or the operator's `blakus` in blocks of code; `run` and the like included."""
    for block in CODE.findall(text):
        for line in "".join(block).replace("\\\n", " ").splitlines():
            if found := re.search(r"(?:-m bot|^blakus) (?![\"$])(.+)", line):
                yield shlex.split(re.split(r"[>|&;)]", found[1])[0], comments=True)


def table(heading: str, page: str = PRIVACY) -> list[list[str]]:
    """The rows of the first table under a heading of a page, without its head."""
    under = page.partition(f" {heading}\n")[2]
    lines = under[under.index("\n|") :].strip().split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def amount(text: str) -> timedelta:
    found = AMOUNT.search(text)
    assert found, f"no amount of time in “{text}”"
    return timedelta(**{f"{found[2]}s": int(found[1])})


def constant(name: str, content: Content) -> timedelta:
    """What the code holds under a dotted name; a question of the form is named by its file."""
    name = name.strip("`")
    if name == "dialogs/request.yaml erased_after_days":
        return timedelta(days=content.request.erased_after_days)
    if name == "dialogs/request.yaml valid_until":
        return timedelta(days=int(content.request.fields["valid_until"].default or 0))
    module, _, attribute = name.rpartition(".")
    value = getattr(import_module(module), attribute)
    return value if isinstance(value, timedelta) else timedelta(seconds=value)
