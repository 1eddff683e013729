"""The pinned packages: requirements*.txt for Python, package-lock.json for the worker's browser."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
RUNTIME, TESTING = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
PACKAGE_LOCK = ROOT / "package-lock.json"
BUNDLED_FROM = ROOT / "bot" / "desk" / "browser"
"""What esbuild bundles for the worker's browser (see the Makefile)."""
HASH = re.compile(r"\s--hash=\S+")
IN_A_PACKAGE = re.compile(r"^(?:.*/)?node_modules/(?:@[^/]+/)?[^/]+(?=/)")


@dataclass(frozen=True, slots=True)
class Pin:
    """A package and its one version."""

    name: str
    version: str


def python(*locks: Path) -> list[Pin]:
    """The Python packages of lock files that this platform installs, without duplicates."""
    return list(dict.fromkeys(pin for lock in locks for pin in _pinned(lock)))


def _pinned(lock: Path) -> Iterator[Pin]:
    for line in lock.read_text().replace("\\\n", " ").splitlines():
        text = HASH.sub("", line.partition("#")[0]).strip()
        if not text:
            continue
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate():
            (exact,) = wanted.specifier
            yield Pin(wanted.name, exact.version)


def npm_lock() -> dict[str, Any]:
    """The packages of package-lock.json, by the folder they are installed in."""
    packages: dict[str, Any] = json.loads(PACKAGE_LOCK.read_text())["packages"]
    return packages


def bundled() -> list[str]:
    """The folders of the npm packages that the bundles contain, as reported by esbuild.

    Raise CalledProcessError if esbuild fails, IndexError if it is not installed.
    """
    esbuild = sorted((ROOT / "node_modules" / "@esbuild").glob("*/bin/esbuild"))[0]
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        into = ["--preserve-symlinks", f"--metafile={report}", f"--outdir={folder}"]
        bundle = [*map(str, sorted(BUNDLED_FROM.glob("*.js"))), "--bundle", "--format=esm", "--log-level=warning"]
        subprocess.run([str(esbuild), *bundle, *into], cwd=ROOT, check=True)
        inputs = json.loads(report.read_text())["inputs"]
    return sorted({found[0] for path in inputs if (found := IN_A_PACKAGE.match(path))})
