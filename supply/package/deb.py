"""A folder with the files of the package becomes a `.deb`, byte for byte the same whenever it is built again."""

import ast
import os
import shutil
import subprocess
from hashlib import md5, sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from supply.package.contents import NotBuilt, Source, lay_out, write

HERE = Path(__file__).parent
ARCHITECTURE = "amd64"
PYTHON = "python3 (>= 3.11), python3 (<< 3.12~) | python3 (>= 3.13), python3 (<< 3.14~)"
"""Read as: 3.11 or newer, of those only 3.11 or 3.13 and newer, and nothing newer than 3.13."""
CONTROL = """\
Package: blakus
Version: {version}
Architecture: {architecture}
Maintainer: The authors of Blakus <root@localhost>
Installed-Size: {size}
Pre-Depends: {python}
Depends: age, ca-certificates, libstdc++6, passwd, sqlite3, util-linux
Suggests: nginx | caddy, certbot, postgresql-client
Section: web
Priority: optional
Description: assistant for people in Latvia who suffer violence at home
 A structured dialogue on Telegram and on a plain web page, a sealed request for
 contact, and a desk for social workers. It brings every Python package it needs.
 After installing: blakus setup
"""
KEPT_FOR_A_DAY = "# Copies that an upgrade made of the database.\nd /var/lib/blakus-before 0700 root root 1d\n"


def build(source: Source, into: Path) -> Path:
    """Build the package of a checkout, and write its SHA-256 sum beside it. Raises NotBuilt."""
    into.mkdir(parents=True, exist_ok=True)
    made = into / f"blakus_{source.version}_{ARCHITECTURE}.deb"
    with TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        tree.mkdir()
        lay_out(tree, source.folder)
        write(tree / "usr/lib/tmpfiles.d/blakus.conf", KEPT_FOR_A_DAY.encode())
        _doc(tree, source.folder)
        _control(tree, source)
        _settle(tree, source.seconds)
        _pack(tree, made, source.seconds)
    sums = into / "SHA256SUMS"
    others = [line for line in sums.read_text().splitlines() if not line.endswith(made.name)] if sums.exists() else []
    there = [line for line in others if (into / line.partition("  ")[2]).exists()]
    sums.write_text("\n".join([*there, f"{sha256(made.read_bytes()).hexdigest()}  {made.name}"]) + "\n")
    return made


def states(folder: Path) -> frozenset[str]:
    """Return the states of the tables that a version knows: the revisions of its migrations."""
    found = set()
    for file in (folder / "storage" / "migrations" / "versions").glob("*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                (target,) = node.targets if isinstance(node, ast.Assign) else (node.target,)
                if isinstance(target, ast.Name) and target.id == "revision":
                    found.add(str(node.value.value))
    if not found:
        raise NotBuilt("no migration names its revision")
    return frozenset(found)


def preinst(version: str, known: frozenset[str]) -> str:
    """Return `before.py` as a script that knows its version and the tables of that version."""
    text = (HERE / "before.py").read_text()
    for before, after in (
        ('VERSION = "0"', f"VERSION = {version!r}"),
        ("KNOWN: frozenset[str] = frozenset()", f"KNOWN: frozenset[str] = frozenset({sorted(known)!r})"),
    ):
        if text.count(before) != 1:
            raise NotBuilt(f"before.py does not say “{before}” once")
        text = text.replace(before, after)
    return f"#!/usr/bin/python3 -I\n{text}"


def _doc(tree: Path, folder: Path) -> None:
    write(tree / "usr/share/doc/blakus/copyright", (folder / "LICENSE").read_bytes())


def _control(tree: Path, source: Source) -> None:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    size = sum(path.stat().st_size for path in files) // 1024
    control = tree / "DEBIAN"
    said = CONTROL.format(version=source.version, architecture=ARCHITECTURE, size=size, python=PYTHON)
    write(control / "control", said.encode())
    sums = [f"{md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}" for path in files]  # noqa: S324 - dpkg's
    write(control / "md5sums", ("\n".join(sums) + "\n").encode())
    # Another Python on the machine (Debian 13 instead of 12): what was compiled is compiled anew.
    write(control / "triggers", b"interest-noawait /usr/bin/python3\n")
    write(control / "preinst", preinst(source.version, states(source.folder)).encode(), 0o755)
    for name in ("postinst", "prerm", "postrm"):
        write(control / name, (HERE / f"{name}.sh").read_bytes(), 0o755)


def _settle(tree: Path, seconds: int) -> None:
    """Give every file the same time and every folder the same mode, whoever builds it, and whenever."""
    for path in [tree, *tree.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def _pack(tree: Path, made: Path, seconds: int) -> None:
    tool = shutil.which("dpkg-deb")
    if tool is None:
        raise NotBuilt("dpkg-deb is missing: build the package on Debian or Ubuntu")
    # One thread: with more, blocks may be cut elsewhere.
    command = [tool, "--root-owner-group", "--threads-max=1", "-Zzstd", "-z12", "--build", str(tree), str(made)]
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(seconds)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise NotBuilt(f"dpkg-deb: {done.stderr.strip()}")


def listed(made: Path) -> dict[str, str]:
    """Return what a package holds: path and mode."""
    tool = shutil.which("dpkg-deb") or "dpkg-deb"
    done = subprocess.run([tool, "--contents", str(made)], capture_output=True, text=True, check=True)
    rows = [line.split(maxsplit=5) for line in done.stdout.splitlines()]
    return {row[5].partition(" -> ")[0].removeprefix("./"): row[0] for row in rows}
