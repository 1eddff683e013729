"""`make mutants`: break the program in many small ways, and see the tests turn red that docs/safety-tests.md names.

Each break is made in a scratch copy of the last commit. The named tests of its line run there, the cheapest first,
until one is red. A break that no named test notices has survived: the line claims more than is shown. What cannot be
broken as the table says, or is red without it, is an error. What was seen is kept for the commit, so that a run that
was stopped goes on where it was.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from tests.mutants.table import ROOT, Mutant, cost, mutants, named_tests, places

KEPT = ROOT / "var" / "mutants"
SHARED = (".venv", "node_modules", "var/tools", "bot/desk/static/vendor")
"""What is installed, not written: the copies use ours."""
PATIENCE = "120"
"""Seconds that a test waits for what never comes. A break may well take away what it waits for."""
AT_MOST = 1800
"""Seconds after which tests that do not end are an error."""
GREEN, RED = 0, 1
"""What pytest ends with; everything else is a mistake of the run itself."""


class WrongTable(Exception):
    """The table does not fit the program, or a named test is red by itself."""


@dataclass(slots=True)
class Copy:
    """A scratch copy of the commit, in which one break at a time is made."""

    root: Path
    writes: int = 0

    def write(self, file: str, text: str) -> None:
        """With a time of its own: Python's cache tells two texts of one length and one second apart by nothing else."""
        path = self.root / file
        path.write_text(text)
        self.writes += 1
        at = datetime.now(UTC).timestamp() + self.writes * 2
        os.utime(path, (at, at))

    def run(self, tests: list[str]) -> tuple[int, str]:
        """What pytest ends with, and the test that was red."""
        command = [".venv/bin/python", "-m", "pytest", "-q", "-x", "--no-header", *tests]
        env = {**os.environ, "TEST_PATIENCE": PATIENCE}
        try:
            done = subprocess.run(
                command, cwd=self.root, env=env, capture_output=True, text=True, timeout=AT_MOST, check=False
            )
        except subprocess.TimeoutExpired:
            return -1, "does not end"
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return done.returncode, failed[0].split(" - ")[0] if failed else done.stdout[-300:] + done.stderr[-300:]


@dataclass(slots=True)
class Results:
    """What was seen of one commit, kept so that a stopped run goes on."""

    path: Path
    seen: dict[str, str] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, commit: str) -> "Results":
        path = KEPT / f"{commit}.json"
        return cls(path, json.loads(path.read_text()) if path.exists() else {})

    def keep(self, key: str, what: str) -> None:
        with self.lock:
            self.seen[key] = what
            self.path.write_text(json.dumps(self.seen, indent=1))


def verdict(mutant: Mutant, tests: list[str], copy: Copy, results: Results) -> str:
    """“red: <test>” or “SURVIVED”. Raises WrongTable."""
    if not tests:
        raise WrongTable("docs/safety-tests.md names no test for this line")
    if places(mutant, copy.root) != 1:
        raise WrongTable("the old text does not stand exactly once in its file")
    whole = (copy.root / mutant.file).read_text()
    for together in batches(tests):
        copy.write(mutant.file, whole.replace(mutant.old, mutant.new))
        try:
            ended, what = copy.run(together)
        finally:
            copy.write(mutant.file, whole)
        if ended == RED:
            must_be_green(together, copy, results)  # or the break is not what turned them red
            return f"red: {what}"
        if ended != GREEN:
            raise WrongTable(f"with the break the tests do not run (pytest ended with {ended}): {what}")
    return "SURVIVED"


def batches(tests: list[str]) -> Iterator[list[str]]:
    """Tests that are run in one go: the cheap ones together, those in a browser file by file."""
    for _, of_one_cost in groupby(tests, cost):
        together = list(of_one_cost)
        if cost(together[0]) < 2:
            yield together
        else:
            yield from (list(of_file) for _, of_file in groupby(together, lambda test: test.split("::")[0]))


def must_be_green(tests: list[str], copy: Copy, results: Results) -> None:
    """Without any break; seen once for each commit. Raises WrongTable."""
    key = " ".join(tests)
    if results.seen.get(key) == "green":
        return
    ended, what = copy.run(tests)
    if ended != GREEN:
        raise WrongTable(f"red without the break: {what}")
    results.keep(key, "green")


def copies(how_many: int, commit: str) -> SimpleQueue[Copy]:
    """Made anew, so that nothing of an earlier run is left in them."""
    made: SimpleQueue[Copy] = SimpleQueue()
    for number in range(how_many):
        root = KEPT / f"copy-{number}"
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", ROOT, root], check=True)
        subprocess.run(["git", "checkout", "-q", "--detach", commit], cwd=root, check=True)
        for shared in SHARED:
            (root / shared).parent.mkdir(parents=True, exist_ok=True)
            (root / shared).symlink_to(ROOT / shared)
        made.put(Copy(root))
    return made


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("lines", nargs="*", help="only these lines of docs/safety.md, as sV1")
    parser.add_argument("--anew", action="store_true", help="forget what was seen of this commit")
    parser.add_argument("--side-by-side", type=int, default=1, help="how many at once")
    asked = parser.parse_args(arguments)
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()
    KEPT.mkdir(parents=True, exist_ok=True)
    results = Results.of(commit)
    if asked.anew:
        results.seen.clear()
    tests = named_tests((ROOT / "docs" / "safety-tests.md").read_text())
    wanted = [candidate for candidate in mutants() if not asked.lines or candidate.line in asked.lines]
    free = copies(asked.side_by_side, commit)

    def judged(mutant: Mutant) -> str:
        key = json.dumps([mutant.line, mutant.file, mutant.old, mutant.new])
        if (known := results.seen.get(key, "")).startswith("red"):
            return known
        copy = free.get()
        try:
            said = verdict(mutant, tests.get(mutant.line, []), copy, results)
        except WrongTable as wrong:
            said = f"ERROR: {wrong}"
        finally:
            free.put(copy)
        results.keep(key, said)
        return said

    red = 0
    with ThreadPoolExecutor(asked.side_by_side) as pool:
        for number, (mutant, said) in enumerate(zip(wanted, pool.map(judged, wanted), strict=True), 1):
            red += said.startswith("red")
            print(f"{number}/{len(wanted)}  {mutant.name}\n    {said}", flush=True)
    seen = f"{commit[:7]}, {datetime.now(UTC):%d.%m.%Y}"
    print(f"{red} of {len(wanted)} were noticed by a test that is named for their line ({seen}).")
    return 0 if red == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
