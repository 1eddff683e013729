"""The key of conversations lies in the machine's memory: a disk, however it is read, and BOT_SECRET open none of them.

It outlives the program, not the machine: after `kill -9` a conversation goes on, after a reboot it begins anew.
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
from storage.database import embedded_file

IN_MEMORY = {"tmpfs", "ramfs"}
SIZE = 32
MOUNTS = Path("/proc/self/mountinfo")
ESCAPED = re.compile(r"\\([0-7]{3})")


def with_volatile(settings: Settings, secrets: Secrets) -> Secrets:
    """The same secrets; on SQLite what lives shortly is bound to a key that no disk holds, where there is memory.

    Several machines share BOT_SECRET only: there PostgreSQL keeps what lives shortly out of its log.
    """
    file = embedded_file(settings.database.get_secret_value())
    where = folder(settings) if file else None
    key = _key(where / _name(secrets, file)) if file and where else None
    return secrets.bound_to(key) if key else secrets


def folder(settings: Settings, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the key lies: the folder that the operator named, or else one that systemd or the machine offers."""
    of_systemd = environment.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    offered = (of_systemd, "/dev/shm", environment.get("XDG_RUNTIME_DIR"))  # noqa: S108 - whose it is, is looked at
    for name in (settings.memory_folder,) if settings.memory_folder else offered:
        path = Path(name or "/nowhere")
        if path.is_dir() and os.access(path, os.W_OK | os.X_OK) and lies_in_memory(path):
            return path
    return None


def lies_in_memory(path: Path, mounts: Path = MOUNTS) -> bool:
    """Whether the file system of this folder is one of the machine's memory. Where nobody can tell, it is not."""
    path, best, kind = path.resolve(), Path(), ""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return False
    for line in lines:
        before, _, behind = line.partition(" - ")
        point = Path(ESCAPED.sub(lambda found: chr(int(found[1], 8)), before.split()[4]))
        if path.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, kind = point, behind.split()[0]
    return kind in IN_MEMORY


def _name(secrets: Secrets, database: Path) -> str:
    """Tells neither the secret nor the path, and is another one for each installation and account of the machine."""
    marked = digest(secrets.key("volatile"), f"{os.geteuid()}\0{database}".encode(), "sha256")
    return f"blakus-{marked.hex()[:16]}"


def _key(file: Path) -> bytes | None:
    """Read it, or make it: whole or not at all, and for one of those who do so at once. None where it is not ours."""
    with suppress(OSError):
        return _read(file)
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
    """What anybody else could have written or read is no key. Raises OSError where there is none."""
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as found:
        about, key = os.fstat(found.fileno()), found.read(SIZE + 1)
    ours = about.st_uid == os.geteuid() and not stat.S_IMODE(about.st_mode) & 0o077
    return key if ours and len(key) == SIZE else None
