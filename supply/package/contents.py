"""What the package holds: our files as they are committed, the browser's bundle, and the pinned packages."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from supply.pins import HASH, ROOT, RUNTIME

CODE = Path("usr/lib/blakus")
PACKAGES = CODE / ".venv" / "lib" / "site-packages"
PYTHONS = ("3.11", "3.13")
"""Of Debian 12 and of Debian 13."""
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
OURS = ("bot", "storage", "dialogs", "locales", "docs", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")
NOT_NEEDED = ("docs/pictures/",)
BUNDLES = "bot/desk/static/vendor"
TEMPLATES = "bot/commands/installed"
UNIT = Path("usr/lib/systemd/system/blakus.service")
COMMAND = Path("usr/bin/blakus")
ROOT_LOCALES = ("root", "global")
"""What Babel reads whatever the language."""
PYVENV = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3\n"


class NotBuilt(Exception):
    """The package cannot be built. The message says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A checkout that is packed, and what stands for it: its version for Debian, and the second it was committed."""

    folder: Path
    version: str
    seconds: int


def source(folder: Path = ROOT) -> Source:
    """Name the state of a checkout.

    A tagged commit has the version of the project. Any other sorts after it, by the time of its commit; with changes
    that are not committed it says so.
    """
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["version"]
    seconds = int(git(folder, "log", "-1", "--format=%ct"))
    if f"v{project}" in git(folder, "tag", "--points-at", "HEAD").split() and not is_changed(folder):
        return Source(folder, project, seconds)
    when = git(folder, "log", "-1", "--format=%cd", "--date=format-local:%Y%m%d%H%M%S").strip()
    commit = git(folder, "rev-parse", "--short=9", "HEAD").strip()
    return Source(folder, f"{project}+{when}.{commit}{'.changed' if is_changed(folder) else ''}", seconds)


def is_changed(folder: Path) -> bool:
    """Whether a file of the package differs from the commit."""
    return bool(git(folder, "status", "--porcelain", "--", *OURS, "requirements.txt", "supply").strip())


def git(folder: Path, *command: str) -> str:
    """Ask git about a checkout, with times in UTC. Raises NotBuilt with its words."""
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [shutil.which("git") or "git", "-c", f"safe.directory={folder}", "-C", str(folder), *command],
        capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    if done.returncode:
        raise NotBuilt(f"git {command[0]}: {done.stderr.strip()}")
    return done.stdout


def our_files(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file of ours: where it lies in the checkout, and where in the package.

    Raises NotBuilt if the browser's bundle was not made.
    """
    listed = [name for name in git(folder, "ls-files", "-z", "--", *OURS).split("\0") if name]
    for name in listed:
        if not name.startswith(NOT_NEEDED):
            yield folder / name, CODE / name
    bundles = sorted((folder / BUNDLES).glob("*.js"))
    if [bundle.name for bundle in bundles] != sorted(made.name for made in (folder / "bot/desk/browser").glob("*.js")):
        raise NotBuilt("the code for the workers' browser was not made: make setup")
    for bundle in bundles:
        yield bundle, CODE / BUNDLES / bundle.name


def lay_out(tree: Path, folder: Path) -> None:
    """Put everything into an empty folder, as it will lie below `/`. Raises NotBuilt."""
    for found, target in our_files(folder):
        write(tree / target, found.read_bytes())
    _packages(tree / PACKAGES, folder)
    _environment(tree / CODE / ".venv")
    for template, target, mode in (("blakus.service", UNIT, 0o644), ("blakus.sh", COMMAND, 0o755)):
        text = (folder / TEMPLATES / template).read_text()
        for name, value in (("@CODE@", f"/{CODE}"), ("@PYTHON@", f"/{CODE}/.venv/bin/python")):
            text = text.replace(name, value)
        write(tree / target, text.encode(), mode)


def write(target: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file and the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    target.chmod(mode)


def _environment(venv: Path) -> None:
    """A virtual environment on the Python of the machine, whichever of ours that is: one folder serves them all."""
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to("/usr/bin/python3")
    write(venv / "pyvenv.cfg", PYVENV.encode())
    for python in PYTHONS:
        (venv / "lib" / f"python{python}").mkdir()
        (venv / "lib" / f"python{python}" / "site-packages").symlink_to("../site-packages")


def _packages(target: Path, folder: Path) -> None:
    """Fill one folder with the pinned packages for every Python of ours.

    Compiled modules carry the version of their Python in their names, so they lie side by side; whatever else differs
    between two wheels of one package would be wrong for one of them, and is refused.
    """
    for python in PYTHONS:
        scratch = target.with_name(f"for-{python}")
        _install(scratch, folder / RUNTIME.name, python)
        for found in sorted(scratch.rglob("*")):
            name = found.relative_to(scratch)
            if found.is_dir() or name.parts[0] == "bin" or "__pycache__" in name.parts:
                continue
            there, data = target / name, found.read_bytes()
            if there.exists() and there.read_bytes() != data and ".dist-info" not in name.parts[0]:
                raise NotBuilt(f"{name} is not the same for Python {' and '.join(PYTHONS)}: they need a package each")
            write(there, data, 0o755 if found.stat().st_mode & 0o100 else 0o644)
        shutil.rmtree(scratch)
    _leave_out(target, {path.name for path in (folder / "locales").iterdir() if path.is_dir()})


def _install(target: Path, lock: Path, python: str) -> None:
    """Let pip fetch what is pinned, compare its hashes and unpack it. Nothing is built or run."""
    if unequal := [text for text in _markers(lock) if "python" in text.lower()]:
        raise NotBuilt(f"pip would ask this Python, not {python}, about: {unequal[0]}")
    platforms = [f"--platform={name}" for name in PLATFORMS]
    command = [
        *(
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-compile",
        ),
        *("--require-hashes", "--only-binary=:all:", "--implementation=cp", f"--python-version={python}"),
        *(*platforms, f"--target={target}", f"--requirement={lock}"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotBuilt(f"pip: {done.stderr.strip()}")


def _markers(lock: Path) -> Iterator[str]:
    """Yield what the lock file asks of an environment, but for what is the same on every machine of ours."""
    for line in lock.read_text().replace("\\\n", " ").splitlines():
        if text := HASH.sub("", line.partition("#")[0]).strip():
            marker = str(Requirement(text).marker or "")
            yield marker.replace("implementation_name != 'pypy'", "").replace('implementation_name != "pypy"', "")


def _leave_out(packages: Path, languages: set[str]) -> None:
    """Take out what is large and never read here: Babel's other languages, and the names of others' holidays."""
    for found in (packages / "babel" / "locale-data").glob("*.dat"):
        if found.stem.partition("_")[0] not in {*languages, *ROOT_LOCALES}:
            found.unlink()
    for found in (packages / "holidays" / "locale").iterdir():
        if not (found / "LC_MESSAGES" / "LV.mo").exists():
            shutil.rmtree(found)
