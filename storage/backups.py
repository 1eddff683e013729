"""Looks at a backup that was opened: is it whole, of a version we know, and without what no backup may hold."""

import io
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage import migrations
from storage.beside import BESIDE

SQLITE = b"SQLite format 3\0"
OF_POSTGRESQL = {"blakus.sql", "requests.copy"}
ENDS_WITH = b"PostgreSQL database dump complete"
EMPTY = (
    "conversations",
    "traces",
    "updates_heard",
    "left_pages",
    "sessions",
    "known_browsers",
    "readers",
    "outbox",
    "sides",
    *BESIDE,
)
"""Tables that no backup holds a row of. An older backup may lack some of them."""


class NotWhole(Exception):
    """The backup cannot be restored. The message says why."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a backup holds: of which database and version, and, on SQLite, how many services and accounts."""

    database: str
    version: str
    services: int | None = None
    accounts: int | None = None


def look(data: bytes, folder: Path) -> Looked:
    """Look at an opened backup; `folder` is a scratch place in memory. Raises NotWhole."""
    return _sqlite(data, folder / "copy.sqlite") if data.startswith(SQLITE) else _postgresql(data)


def _sqlite(data: bytes, file: Path) -> Looked:
    file.touch(mode=0o600)
    file.write_bytes(data)
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
            if (found := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise NotWhole(f"its pages are damaged: {str(found).splitlines()[0]}")
            versions = [version for (version,) in copy.execute("SELECT version_num FROM alembic_version")]
            there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            empty = [name for name in EMPTY if name in there]
            held = [name for name in empty if copy.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]  # noqa: S608
            sealed = copy.execute("SELECT count(*) FROM contact_requests WHERE sealed IS NOT NULL").fetchone()[0]
            services = copy.execute("SELECT count(*) FROM social_services").fetchone()[0]
            accounts = copy.execute("SELECT count(*) FROM workers").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise NotWhole(f"it is no database of Blakus: {error}") from None
    if held or sealed:
        raise NotWhole(f"it holds what no backup may: {', '.join([*held, *(['letters'] if sealed else [])])}")
    version = "".join(versions)
    _require_known(version)
    return Looked("SQLite", version, services, accounts)


def _postgresql(data: bytes) -> Looked:
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            missing = OF_POSTGRESQL - set(archive.getnames())
            if missing:
                raise NotWhole(f"it lacks {', '.join(sorted(missing))}")
            text, requests = (_member(archive, name) for name in ("blakus.sql", "requests.copy"))
    except tarfile.TarError:
        raise NotWhole("it is neither a database of SQLite nor an archive of PostgreSQL's") from None
    if ENDS_WITH not in text[-4096:]:
        raise NotWhole("blakus.sql was cut off")
    if held := _held(text, requests):
        raise NotWhole(f"it holds what no backup may: {', '.join(held)}")
    version = text.partition(b"COPY public.alembic_version (version_num) FROM stdin;\n")[2].partition(b"\n")[0].decode()
    _require_known(version)
    return Looked("PostgreSQL", version)


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    return member.read() if member else b""


def _held(dump: bytes, requests: bytes) -> list[str]:
    """Name what a dump has rows of and must not, and “letters” if a request still has its own. Raises NotWhole."""
    held = [name for name in EMPTY if (rows := _rows(dump, name)) and not rows.startswith(b"\\.")]
    columns = dump.partition(b"CREATE TABLE public.contact_requests (\n")[2].partition(b"\n);")[0].splitlines()
    names = [line.split()[0] for line in columns if line.split()]
    if b"sealed" not in names:
        raise NotWhole("it says nothing of requests")
    at = names.index(b"sealed")
    letters = any(row.split(b"\t")[at] != rb"\N" for row in requests.splitlines())
    return [*held, *(["letters"] if letters else [])]


def _rows(dump: bytes, table: str) -> bytes:
    """Return the dump from the first row of a table on; empty if its data was left out."""
    return dump.partition(f"\nCOPY public.{table} (".encode())[2].partition(b"FROM stdin;\n")[2]


def _require_known(version: str) -> None:
    from alembic.script import ScriptDirectory  # here: loading it slows down every start

    known = {script.revision for script in ScriptDirectory(str(Path(migrations.__file__).parent)).walk_revisions()}
    if version not in known:
        raise NotWhole(f"its tables are of version {version or '?'}, which this program does not know")
