"""The breaks of `make mutants` still fit the program. That named tests notice them is seen by that command alone."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutants.run import Copy, Results, WrongTable, batches, verdict
from tests.mutants.table import Mutant, cost, mutants, named_tests, places

NAMED = (ROOT / "docs" / "safety-tests.md").read_text()
BY_HAND = {"sC6", "sO7"}
"""Lines that no program looks at."""


def test_each_break_can_be_made_in_exactly_one_place_and_changes_something() -> None:
    assert [mutant.name for mutant in mutants() if places(mutant) != 1 or mutant.old == mutant.new] == []


def test_no_break_in_python_ends_in_an_unknown_name(tmp_path: Path) -> None:
    """Any test would notice that one, and none would have to look at what the statement says."""
    for number, mutant in enumerate(mutants()):
        if mutant.file.endswith(".py"):
            broken = (ROOT / mutant.file).read_text().replace(mutant.old, mutant.new)
            (tmp_path / f"{number} {mutant.line}.py").write_text(broken)
    assert len([*tmp_path.iterdir()]) > 80
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--target-version=py311"]
    done = subprocess.run([*ruff, "--select=F821,F823,E9", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_there_are_many_and_none_is_there_twice() -> None:
    everyone = Counter(mutants())
    assert len(everyone) >= 80
    assert [mutant.name for mutant, times in everyone.items() if times > 1] == []


def test_nearly_every_statement_has_a_break_and_names_the_tests_that_should_notice() -> None:
    named = named_tests(NAMED)
    assert [mutant.name for mutant in mutants() if not named.get(mutant.line)] == []
    without = set(named) - {mutant.line for mutant in mutants()} - BY_HAND
    assert without <= {"sV9", "sV10", "sR6", "sR8"}  # held by lists of words and questions, not by a line of code


def test_what_needs_no_browser_is_tried_first_and_together() -> None:
    tests = ["tests/engine/test_step.py::test_one", "tests/channels/test_form.py::test_two",
             "tests/desk/casework/test_opening_in_browser.py::test_three",
             "tests/lives/test_lives.py::test_four"]  # fmt: skip
    assert list(batches(sorted(tests, key=cost))) == [[tests[0], tests[3]], [tests[1]], [tests[2]]]


def test_a_break_whose_words_have_gone_is_found(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("a = 1\na = 1\n")
    assert places(Mutant("sV1", "code.py", "a = 1", "a = 2"), tmp_path) == 2
    assert places(Mutant("sV1", "code.py", "b = 1", "b = 2"), tmp_path) == 0
    assert places(Mutant("sV1", "gone.py", "b = 1", "b = 2"), tmp_path) == 0


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Of a program of one line, with a test that looks at it, one that looks at nothing and one that is always red."""
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "program.py").write_text("a = 1\n")
    (tmp_path / "tests").mkdir()
    for name, says in (("looks", "assert program.a == 1"), ("blind", "pass"), ("red", "raise ValueError")):
        (tmp_path / "tests" / f"test_{name}.py").write_text(f"import program\n\n\ndef test_{name}():\n    {says}\n")
    return Copy(tmp_path)


def test_only_what_is_red_with_the_break_is_asked_whether_it_is_green_without(copy: Copy, tmp_path: Path) -> None:
    results = Results(tmp_path / "results.json")
    blind, looks, red = (f"tests/test_{name}.py::test_{name}" for name in ("blind", "looks", "red"))
    mutant = Mutant("sV1", "program.py", "a = 1", "a = 2")
    assert verdict(mutant, [blind], copy, results) == "SURVIVED"
    assert results.seen == {}
    assert verdict(mutant, [looks], copy, results) == f"red: FAILED {looks}"
    assert results.seen == {looks: "green"}
    with pytest.raises(WrongTable, match="red without the break"):
        verdict(mutant, [red], copy, results)
    assert (copy.root / "program.py").read_text() == "a = 1\n"
