"""Keep the key of conversations only in memory: a copy of the disk together with BOT_SECRET cannot open one.

The key outlives the program but not the machine: after `kill -9` conversations continue, after a reboot they do not.
"""

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from hmac import digest
from pathlib import Path
from secrets import token_bytes, token_hex

from bot.runtime import Secrets
from bot.settings import Settings
from storage.urls import embedded_file

IN_MEMORY = {"tmpfs", "ramfs"}
SIZE = 32
MOUNTS = Path("/proc/self/mountinfo")
ESCAPED = re.compile(r"\\([0-7]{3})")


def with_volatile(settings: Settings, secrets: Secrets, *, make: bool = True) -> Secrets:
    """Return the secrets, on SQLite with short-lived data bound to a key in memory, if there is a folder for it.

    `make`: where there is no key yet, make one. With PostgreSQL several machines share only BOT_SECRET; it keeps
    short-lived data out of its log instead.
    """
    file = embedded_file(settings.database.get_secret_value())
    where = folder(settings) if file else None
    key = _key(where / _name(secrets, file), make=make) if file and where else None
    return secrets.bound_to(key) if key else secrets


def folder(settings: Settings, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the folder for the key: the one the operator named, or one that systemd or the machine offers."""
    of_systemd = environment.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    offered = (of_systemd, "/dev/shm", environment.get("XDG_RUNTIME_DIR"))  # noqa: S108 - ownership is checked
    for name in (settings.memory_folder,) if settings.memory_folder else offered:
        path = Path(name or "/nowhere")
        if may_write(path) and lies_in_memory(path):
            return path
    return None


def may_write(path: Path) -> bool:
    """Return whether this is a folder into which the program may write."""
    return path.is_dir() and os.access(path, os.W_OK | os.X_OK)


def lies_in_memory(path: Path, mounts: Path = MOUNTS) -> bool:
    """Return whether the file system of a folder is in memory. If that is unknown, it is not."""
    path, best, kind = path.resolve(), Path(), ""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    for line in lines:
        before, _, behind = line.partition(" - ")
        point = Path(ESCAPED.sub(lambda found: chr(int(found[1], 8)), before.split()[4]))
        if path.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, kind = point, behind.split()[0]
    return kind in IN_MEMORY


def _name(secrets: Secrets, database: Path) -> str:
    """Return a file name unique to this installation and account that reveals neither the secret nor the path."""
    marked = digest(secrets.key("volatile"), f"{os.geteuid()}\0{database}".encode(), "sha256")
    return f"blakus-{marked.hex()[:16]}"


def _key(file: Path, *, make: bool) -> bytes | None:
    """Read the key, or create it atomically: of several processes one wins. None if the file is not safely ours."""
    with suppress(OSError):
        return _read(file)
    if not make:
        return None
    draft = file.with_name(f"{file.name}.{token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as made:
            made.write(token_bytes(SIZE))
        with suppress(FileExistsError):
            os.link(draft, file)
        return _read(file)
    except OSError:
        return None
    finally:
        draft.unlink(missing_ok=True)


def _read(file: Path) -> bytes | None:
    """Read a key only we can read and write, or return None. Raise OSError if there is no file."""
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as found:
        about, key = os.fstat(found.fileno()), found.read(SIZE + 1)
    ours = about.st_uid == os.geteuid() and not stat.S_IMODE(about.st_mode) & 0o077
    return key if ours and len(key) == SIZE else None
