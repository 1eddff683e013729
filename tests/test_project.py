"""What a public project owes to its readers: a version with notes, a licence for each file, forms safe to fill in."""

import io
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bench import way
from bot import version
from bot.engine.languages import LANGUAGES
from tests.conftest import ROOT, missing

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
FORMS = [path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
REUSE = tomllib.loads((ROOT / "REUSE.toml").read_text())
STATEMENT = re.compile(r"(?:copyright|©)[^\n]{0,20}\b(?:19|20)\d\d\b", re.IGNORECASE)
STATING = {"LICENSE", "LICENSES/EUPL-1.2.txt", "REUSE.toml"}
"""The first two state whose the text of the licence is; the last states whose everything here is."""


def loaded(name: str) -> Any:
    return YAML(typ="safe").load(io.StringIO((ROOT / name).read_text()))


@pytest.fixture(scope="module")
def tracked(tool: Callable[[str], str]) -> list[str]:
    """Every file that is committed, as git lists it."""
    if not (ROOT / ".git").exists():
        missing("a git checkout")
    command = [tool("git"), "ls-files", "-z"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in said.stdout.split("\0") if name]


# --- Version ----------------------------------------------------------------------------------------------------------


def test_the_changelog_has_dated_notes_for_this_version_and_a_place_for_the_next() -> None:
    sections = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$\n(.*?)(?=^## |\Z)", CHANGELOG, re.M | re.S)
    notes = {name: (day, text.strip()) for name, day, text in sections}
    assert sections[0][0] == "Unreleased"
    assert sections[1][0] == version(), "the newest section is of this version"
    day, text = notes[version()]
    assert day
    assert text


def test_the_changelog_uses_the_known_headings_only() -> None:
    known = {"Upgrade", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert {*re.findall(r"^### (.+)$", CHANGELOG, re.M)} <= known


# --- publiccode.yml ---------------------------------------------------------------------------------------------------


def test_publiccode_has_every_key_that_its_standard_demands() -> None:
    said = loaded("publiccode.yml")
    demanded = {
        *("publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType"),
        *("description", "legal", "maintenance", "localisation"),
    }
    assert demanded <= said.keys()
    assert said["publiccodeYmlVersion"] == "0.4"
    assert said["url"].startswith("https://")
    assert said["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert said["softwareType"] == "standalone/web"
    assert said["maintenance"]["type"] in {"internal", "contract", "community", "none"}
    assert all(contact["name"] for contact in said["maintenance"]["contacts"])
    assert said["localisation"]["localisationReady"] is True


def test_publiccode_says_what_the_program_says_of_itself() -> None:
    said, project = loaded("publiccode.yml"), tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert said["softwareVersion"] == version()
    assert f"## [{version()}] - {said['releaseDate']}" in CHANGELOG
    assert said["legal"]["license"] == project["license"]
    assert said["localisation"]["availableLanguages"] == loaded("dialogs/dialogue.yaml")["languages"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_publiccode_describes_it_in_every_language_at_the_length_a_catalogue_takes(language: str) -> None:
    said = loaded("publiccode.yml")["description"][language]
    assert 0 < len(said["shortDescription"]) <= 150
    assert 150 <= len(said["longDescription"]) <= 10_000
    assert said["features"]
    assert all(len(feature) <= 100 for feature in said["features"])


# --- Licences ---------------------------------------------------------------------------------------------------------


def test_every_file_of_the_repository_has_a_copyright_and_a_licence(tracked: list[str]) -> None:
    assert len(tracked) > 500
    given = [entry for entry in REUSE["annotations"] if entry["SPDX-FileCopyrightText"]]
    paths = [path for entry in given for path in ([entry["path"]] if isinstance(entry["path"], str) else entry["path"])]
    assert [name for name in tracked if not any(covers(path, name) for path in paths)] == []


def test_every_licence_that_is_named_has_its_text_and_no_text_is_left_over() -> None:
    named = {entry["SPDX-License-Identifier"] for entry in REUSE["annotations"]}
    assert {path.stem for path in (ROOT / "LICENSES").iterdir()} == named
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (ROOT / "LICENSES" / f"{project['license']}.txt").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_no_file_carries_the_copyright_statement_of_somebody_else(tracked: list[str]) -> None:
    """It would need an entry of its own in REUSE.toml."""
    texts = [name for name in tracked if not name.endswith(".png") and name not in STATING]
    assert [name for name in texts if STATEMENT.search((ROOT / name).read_text())] == []


def covers(path: str, name: str) -> bool:
    """REUSE: `**` is any path; `*` stays within one folder."""
    pattern = "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in re.split(r"(\*\*|\*)", path))
    return re.fullmatch(pattern, name) is not None


@pytest.mark.parametrize(
    "path, name, is_covered",
    [
        ("**", "bot/desk/app.py", True),
        ("bot/**", "bot/desk/app.py", True),
        ("bot/*", "bot/desk/app.py", False),
        ("bot/*.py", "bot/jobs.py", True),
        ("LICENSE", "LICENSES", False),
    ],
)
def test_a_path_covers_what_reuse_says_it_covers(path: str, name: str, is_covered: bool) -> None:
    assert covers(path, name) is is_covered


# --- Issues and changes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_says_first_that_nothing_personal_belongs_into_it(form: Path) -> None:
    first, second, *asked = loaded(str(form.relative_to(ROOT)))["body"]
    assert first["type"] == "markdown"
    assert first["attributes"]["value"].startswith("**Write nothing about a real person here")
    assert "call 112" in first["attributes"]["value"]
    assert second["type"] == "checkboxes"
    assert all(option["required"] for option in second["attributes"]["options"])
    assert asked


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_asks_for_nothing_about_a_person(form: Path) -> None:
    labels = [part["attributes"]["label"].lower() for part in loaded(str(form.relative_to(ROOT)))["body"][2:]]
    words = ("your name", "e-mail", "email", "number", "address", "age", "screenshot", "log")
    assert [label for label in labels for word in words if re.search(rf"\b{word}\b", label)] == []


def test_no_issue_is_opened_without_a_form() -> None:
    assert len(FORMS) > 1
    assert loaded(".github/ISSUE_TEMPLATE/config.yml")["blank_issues_enabled"] is False


def test_a_change_is_proposed_under_the_word_that_nothing_personal_belongs_into_it() -> None:
    text = (ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md").read_text()
    assert text.startswith("<!-- Nothing about a real person belongs here")


# --- A first look and the gate ----------------------------------------------------------------------------------------


def test_every_step_of_check_and_gate_says_what_it_does_before_it_begins() -> None:
    makefile = (ROOT / "Makefile").read_text()
    steps = {step for names in re.findall(r"^(?:CHECK|GATE) := (.+)$", makefile, re.M) for step in names.split()}
    assert {"format", "lint", "types", "imports", "content", "light", "tests"} <= steps
    assert [step for step in steps if not re.search(rf"^check-{step}:\n\t\$\(call step,", makefile, re.M)] == []


@pytest.mark.long
def test_a_first_look_needs_neither_browser_nor_postgresql_and_nothing_long() -> None:
    """Only collected: what is run is what stands in the list."""
    files = ["tests/test_tools.py", "tests/usecases/person/test_counting.py", "tests/engine/test_find_recall.py"]
    assert heavy_ones(collected(*files)) == {"browser", "PostgreSQL", "long"}
    light = collected("--light", *files)
    assert "sqlite" in light
    assert heavy_ones(light) == set()


def heavy_ones(said: str) -> set[str]:
    known = {"browser": "test_a_page_runs_its_script", "PostgreSQL": "postgresql]", "long": "test_recall_of_the_public"}
    return {name for name, test in known.items() if test in said}


def collected(*arguments: str) -> str:
    """The tests that pytest would run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_bench_presses_what_the_shipped_dialogue_offers() -> None:
    steps = way.ours()
    assert len(steps) == len(way.PEERS), "the peers do as many"
    assert all("data" in step for step in steps if "text" not in step)
