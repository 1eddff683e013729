"""The doctor's lines about backups: is the newest there, whole, and locked to the right key, and was it ever restored.

An age file does not say who can open it. The script that makes a backup writes down beside it which recipient it was
locked to, and its sum; that a file can be restored is tried where its key lies, which is not this machine.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.runtime import RIGA, Runtime
from bot.usecases.operation.doctor_line import Line, Sentence, green, not_set, red, says, waiting
from bot.usecases.refused import Refused

BACKUP_WITHIN = timedelta(hours=30)
DRILL_WITHIN = timedelta(days=365)
NAMES, SUM = "blakus-*.age", ".sha256"
BESIDE = re.compile(r"# recipient (?P<recipient>age1\S+)\n(?P<sum>[0-9a-f]{64})  \S+\n")
HEADER = re.compile(rb"age-encryption\.org/v1\n((?:-> .+\n(?:.*\n)+?)+)--- ", re.MULTILINE)
STANZA = re.compile(rb"^-> (?!\S*-grease\b)\S+", re.MULTILINE)
"""A way to open the file. What ends with “-grease” opens nothing: some programs add it to keep readers tolerant."""
LONGEST_HEADER = 4096
NOTED = "restore_tried"
SEE_TIMER = says("see the timer: systemctl list-timers")
TRY_IT = says("where its key lies: blakus backup try FILE --key KEY; then here: blakus backup noted DAY")


@dataclass(frozen=True, slots=True)
class Backup:
    """The newest backup as it lies in its folder."""

    file: Path
    made: datetime
    recipients: int
    """How many keys open it, as its header says; 0 if it is no age file."""
    noted_recipient: str
    is_whole: bool


def backup_line(runtime: Runtime) -> Line:
    """Check the newest backup in the folder of the settings."""
    about, folder = says("backup"), runtime.settings.backups
    if not folder:
        return not_set(about, says("BOT_BACKUPS is not set, so nobody looks"))
    try:
        found = newest(Path(folder))
    except PermissionError:
        return not_set(
            about,
            says("may not be read by the account of the program"),
            says("root: chgrp -R blakus {folder}, and chmod 0750 {folder}", folder=folder),
        )
    except OSError:
        return red(about, says("there is no folder {folder}", folder=folder), SEE_TIMER)
    if found is None:
        return red(about, says("there is none"), SEE_TIMER)
    age = datetime.now(UTC) - found.made
    hours = says("the newest is {number} hours old", number=int(age.total_seconds() // 3600))
    if age >= BACKUP_WITHIN:
        return red(about, hours, SEE_TIMER)
    if wrong := _wrong(found, runtime.settings.backup_recipient):
        return red(about, *wrong)
    return green(about, hours, says("whole, and locked to the key of the settings"))


def newest(folder: Path) -> Backup | None:
    """Return the newest backup of a folder. Raises OSError if it cannot be looked at."""
    files = [path for path in folder.iterdir() if path.match(NAMES)]
    if not files:
        return None
    file = max(files, key=lambda path: path.stat().st_mtime)
    made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    try:
        noted = BESIDE.fullmatch(file.with_name(file.name + SUM).read_text(encoding="utf-8"))
    except FileNotFoundError:
        noted = None
    with file.open("rb") as opened:
        header = HEADER.match(opened.read(LONGEST_HEADER))
        opened.seek(0)
        total = hashlib.file_digest(opened, "sha256").hexdigest()
    recipients = len(STANZA.findall(header[1])) if header else 0
    if noted is None:
        return Backup(file, made, recipients, "", is_whole=False)
    return Backup(file, made, recipients, noted["recipient"], is_whole=noted["sum"] == total)


def _wrong(found: Backup, recipient: str) -> tuple[Sentence, Sentence] | None:
    again = says("make it anew: systemctl start blakus-backup")
    if not found.recipients:
        return says("the newest is no age file"), again
    if not found.is_whole:
        return says("the newest is not whole: its sum is missing or differs"), again
    if found.recipients > 1:
        return says("{number} keys open the newest", number=found.recipients), says(
            "find out who added one, and set the recipient anew: blakus setup --backup-recipient …"
        )
    if not recipient:
        return says("BOT_BACKUP_RECIPIENT is not set"), says("blakus setup --backup-recipient …")
    if found.noted_recipient != recipient:
        return says("the newest is locked to another key than that of the settings"), says(
            "blakus setup --backup-recipient …, and then systemctl start blakus-backup"
        )
    return None


async def drill_line(runtime: Runtime) -> Line:
    """Name the day on which the operator last noted that a backup had been restored."""
    about = says("restore drill")
    day = await last_drill(runtime)
    if day is None:
        return waiting(about, says("nobody has noted one within a year"), TRY_IT)
    return green(about, says("noted for {day}", day=day.isoformat()))


async def last_drill(runtime: Runtime) -> date | None:
    """Return the last day that was noted; None if none was within a year."""
    async with runtime.database.store() as store:
        noted = await store.audit.entries(events={NOTED}, limit=20)
    days = [date.fromisoformat(entry.subject) for entry in noted]
    recent = [day for day in days if runtime.today() - day <= DRILL_WITHIN]
    return max(recent, default=None)


async def note_drill(runtime: Runtime, day: date) -> None:
    """Note that a backup was restored on a day. Raises Refused for a day that has not come."""
    if day > runtime.now().astimezone(RIGA).date():
        raise Refused(f"{day} has not come yet")
    async with runtime.database.store() as store:
        store.audit.add(NOTED, "system", day.isoformat(), at=runtime.now())
