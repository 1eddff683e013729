"""`backup`: try whether a backup can be restored, where its key lies, and note at the service that it was tried."""

import argparse
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.parsing import add_command, day
from bot.usecases.refused import Refused

if TYPE_CHECKING:
    from bot.commands.parsing import Commands

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


def add(commands: "Commands") -> None:
    """Add `backup` and its verbs."""
    parser = add_command(
        commands, "backup", _backup, "try whether a backup can be restored, and note that it was tried"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    try_ = verbs.add_parser(
        "try", help="open a backup in a scratch place and look whether it is whole; changes nothing"
    )
    try_.add_argument("file", type=Path, metavar="FILE", help="a file of the folder of backups")
    try_.add_argument("--key", type=Path, required=True, help="the file that age-keygen wrote")
    noted = verbs.add_parser("noted", help="note for the doctor on which day a backup was last restored on trial")
    noted.add_argument("day", type=day, metavar="DAY", help="such as 2026-11-30")


def _backup(options: argparse.Namespace) -> None:
    if options.verb == "try":
        _try(options.file, options.key)
        return
    from bot.commands.running import with_runtime
    from bot.usecases.operation import doctor_backups

    with_runtime(lambda runtime: doctor_backups.note_drill(runtime, options.day))
    print(f"noted: a backup was restored on {options.day}")


def _try(file: Path, key: Path) -> None:
    from pyrage import DecryptError, IdentityError, decrypt, x25519

    from storage import backups

    try:
        lines = key.read_text(encoding="utf-8").splitlines()
        identities = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
        data = decrypt(file.read_bytes(), identities)
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    except (IdentityError, UnicodeDecodeError):
        raise Refused(f"{key} is no key of age-keygen") from None
    except DecryptError:
        raise Refused(f"{file} is not whole, or {key} is not the key it was locked to") from None
    where = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as scratch:
        try:
            found = backups.look(data, Path(scratch))
        except backups.NotWhole as error:
            raise Refused(f"{file} cannot be restored: {error}") from None
    print(f"{file} can be restored: {found.database}, tables of version {found.version}")
    if found.services is not None:
        print(f"{found.services} services, {found.accounts} accounts; no conversation and no letter")
    print(f"note it at the service: blakus backup noted {date.today().isoformat()}")  # noqa: DTZ011 - the day here
