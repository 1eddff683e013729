"""A package as one file: a zip with a table of contents, to move content between desks, git and municipalities.

A package from elsewhere is read in memory, never unpacked to disk, and accepted only if every check passes.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.editing.blocks import Blocks
from bot.engine.parts import CATALOGUES
from bot.engine.problems import broken

FORMAT = 1
CONTENTS = "package.json"
KNOWN = re.compile(
    rf"dialogs/[a-z0-9][a-z0-9-]{{0,60}}\.yaml|locales/[a-z]{{2,3}}/LC_MESSAGES/(?:{'|'.join(CATALOGUES)})\.po"
)
OF_A_COMPUTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)|/$")
"""Files that computers add when somebody repacks a package. They are ignored and never read."""
MOST_FILES = 400
LARGEST_FILE = 4_000_000
LARGEST = 16_000_000
LARGEST_PACKED = 8_000_000
LONGEST_TEXT = 6000
"""Limits: many times the size of the shipped content, far below what could exhaust memory."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""A fixed timestamp, so that the same content makes the same file."""


class NoPackage(Exception):
    """This file is not a package that can be read here; `problem` says why."""

    def __init__(self, rule: str, /, **values: object) -> None:
        self.problem = broken(rule, **values)
        super().__init__(str(self.problem))


class _Contents(BaseModel):
    """The table of contents: the SHA-256 of each file, and one over all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    revision: str
    files: dict[str, str]
    checksum: str


def pack(files: Mapping[str, str], revision: str) -> bytes:
    """Return a package as one file. The same content gives the same bytes."""
    sums = {name: sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}
    contents = _Contents(format=FORMAT, revision=revision, files=sums, checksum=_checksum(sums))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in [(CONTENTS, contents.model_dump_json(indent=1)), *sorted(files.items())]:
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), text.encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(data: bytes) -> dict[str, str]:
    """Return the files of a package. Raise NoPackage."""
    if len(data) > LARGEST_PACKED:
        raise NoPackage("large package", most=f"{LARGEST_PACKED:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _files(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise NoPackage("no package", why=type(error).__name__) from error


def keep_own(theirs: Mapping[str, str], own: Mapping[str, str], kept: Collection[str]) -> dict[str, str]:
    """Return their package with the parts of ours that a municipality keeps; `kept` holds keys of OWN."""
    files = dict(theirs)
    for part in kept:
        OWN[part](files, own)
    return files


def _keep_facts(files: dict[str, str], own: Mapping[str, str]) -> None:
    """Keep our rows. Add theirs only where we have none, because their texts cite them."""
    name = "dialogs/facts.yaml"
    ours, new = Blocks(name, own.get(name, "facts:\n"), "facts"), Blocks(name, files.get(name, "facts:\n"), "facts")
    ours.add_lines([new.lines(fact) for fact in new if fact not in ours])
    files[name] = ours.text


def _keep_file(name: str) -> Callable[[dict[str, str], Mapping[str, str]], None]:
    def keep(files: dict[str, str], own: Mapping[str, str]) -> None:
        if name in own:
            files[name] = own[name]

    return keep


OWN: Mapping[str, Callable[[dict[str, str], Mapping[str, str]], None]] = {
    "facts": _keep_facts,
    "services": _keep_file("dialogs/services.yaml"),
    "places": _keep_file("dialogs/municipalities.yaml"),
}


def _files(archive: zipfile.ZipFile) -> dict[str, str]:
    entries = [entry for entry in archive.infolist() if not OF_A_COMPUTER.search(entry.filename)]
    names = [entry.filename for entry in entries]
    if len(names) > MOST_FILES or len(set(names)) != len(names):
        raise NoPackage("many files", most=MOST_FILES)
    if CONTENTS not in names:
        raise NoPackage("no contents", file=CONTENTS)
    if strange := sorted(name for name in names if name != CONTENTS and not KNOWN.fullmatch(name)):
        raise NoPackage("strange file", file=strange[0][:80])
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise NoPackage("strangely packed")
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise NoPackage("large package unpacked", most=f"{LARGEST:,}")
    contents = _contents(_read(archive, CONTENTS))
    files = {name: _read(archive, name) for name in names if name != CONTENTS}
    sums = {name: sha256(data).hexdigest() for name, data in files.items()}
    if sums != contents.files or _checksum(sums) != contents.checksum:
        raise NoPackage("wrong checksum")
    return {name: _text(name, data) for name, data in sorted(files.items())}


def _contents(data: bytes) -> _Contents:
    try:
        given = json.loads(data)
        if isinstance(given, dict) and isinstance(given.get("format"), int) and given["format"] > FORMAT:
            raise NoPackage("newer format", format=given["format"], own=FORMAT)
        contents = _Contents.model_validate(given)
    except (ValidationError, ValueError, RecursionError) as error:
        raise NoPackage("unreadable contents", file=CONTENTS) from error
    if contents.format != FORMAT:
        raise NoPackage("unknown format", format=contents.format)
    return contents


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a file up to the limit: the size it declares may be wrong."""
    with archive.open(name) as entry:
        data = entry.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise NoPackage("large file in it", file=name, most=f"{LARGEST_FILE:,}")
    return data


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NoPackage("file without UTF-8", file=name) from error


def _checksum(sums: Mapping[str, str]) -> str:
    return sha256("\n".join(f"{sum_}  {name}" for name, sum_ in sorted(sums.items())).encode()).hexdigest()
