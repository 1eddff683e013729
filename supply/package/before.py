"""The package's `preinst`: what has to be kept or put back before another version's files take the place of these.

Before an upgrade it stops the service and copies the database. Going back, it looks whether the older version knows the
tables; where it does not, it refuses, or puts the copy back when it is told to. It runs on Debian's Python alone.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

VERSION = "0"
"""Of the package that is being installed; filled in when it is built."""
KNOWN: frozenset[str] = frozenset()
"""The states of the tables that this version knows; filled in when it is built."""

SHORT_LIVED = ("conversations", "traces", "updates_heard", "left_pages", "sessions", "known_browsers")
"""Left out of the copy: they begin anew, and people's evenings lie in no further file."""
GOES_WITH_A_LETTER = ("additions", "notes", "papers", "readers")
COMPARED = (
    *("sealed", "call_blocked", "call_until", "attempts", "most_attempts", "head_only", "closed_as"),
    *("joined_to", "no_contact", "unsafe_until"),
)
"""What a person or a call has changed about an open request, or how it ended: where one differs, its copy is out of
date."""
SAYS_NOTHING = {
    "sealed_to": None,
    "next_due": None,
    "attempts": "[]",
    "most_attempts": 3,
    "last_called": 0,
    "told_at": None,
    "basis": "own",
    "joined_to": None,
    "no_contact": 0,
    "word_addition": None,
    "blocked_addition": None,
    "confirmed_hour": None,
    "unsafe_until": None,
}
"""What erasing a letter takes from its envelope; an older copy lacks some of these columns."""
COMES_TO_HAVE = ("request_taken", "request_taken_over", "request_reopened", "request_handed_over")
"""What the audit says of who comes to have a request; nobody may have both sides of one family."""
WORD = "BLAKUS_PUT_BACK"


class Refused(Exception):
    """Nothing was changed. The message tells the operator why, and what to do."""


class Machine:
    """Where things lie, and what is asked of systemd and dpkg."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.database = root / "var/lib/blakus/var/blakus.sqlite"
        self.copies = root / "var/lib/blakus-before"
        self.settings = root / "etc/blakus/settings"
        self.was_running = root / "run/blakus-was-running"
        self.systemd = root / "run/systemd/system"

    def stop(self) -> None:
        """Stop the service, and remember that it ran, so that `postinst` starts it again."""
        if not self.systemd.is_dir() or not holds("systemctl", "is-active", "--quiet", "blakus"):
            return
        self.was_running.touch()
        if not holds("systemctl", "stop", "blakus"):
            raise Refused("the service cannot be stopped: systemctl status blakus")

    def copy_of(self, version: str) -> Path:
        """Return where the database lies as that version left it."""
        return self.copies / f"{version}.sqlite"

    def is_elsewhere(self) -> bool:
        """Whether the database lies on a server."""
        with suppress(OSError):
            return bool(re.search(r"^BOT_DATABASE=['\"]?postgres", self.settings.read_text(), re.M))
        return False


def main(arguments: list[str], machine: Machine) -> None:
    """Do what dpkg calls `preinst` for. Raises Refused."""
    if arguments[:1] != ["upgrade"] or len(arguments) < 2:
        return
    leaving = arguments[1]
    if machine.is_elsewhere():
        say("the database lies on PostgreSQL, and this package makes no copy of it")
    elif machine.database.exists() and is_older(VERSION, leaving):
        go_back(leaving, machine)
        return
    machine.stop()
    if not machine.is_elsewhere() and machine.database.exists() and leaving != VERSION:
        keep(machine, leaving)


def is_older(version: str, than: str) -> bool:
    """Compare two versions as dpkg does."""
    return holds("dpkg", "--compare-versions", version, "lt", than)


def keep(machine: Machine, leaving: str) -> None:
    """Copy the database as the version that goes leaves it. Raises Refused where there is no room."""
    machine.copies.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = machine.copy_of(leaving)
    if shutil.disk_usage(machine.copies).free < 3 * machine.database.stat().st_size:
        raise Refused(f"there is no room in {machine.copies} for a copy of the database; the version you have stays")
    draft = there.with_suffix(".part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(machine.database)) as live, closing(sqlite3.connect(draft)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA secure_delete = ON")
        for table in SHORT_LIVED:
            if has(copy, table):
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        copy.commit()
        copy.execute("VACUUM")
    draft.replace(there)
    say(f"the database as {leaving} left it is kept in {there}, for a day")


def go_back(leaving: str, machine: Machine) -> None:
    """Go back to this older version: as it is where the tables are known, else with the copy. Raises Refused."""
    with closing(sqlite3.connect(machine.database)) as live:
        unknown = {state for (state,) in live.execute("SELECT version_num FROM alembic_version")} - KNOWN
    if not unknown:
        machine.stop()
        say(f"{VERSION} knows these tables; the database stays as it is")
        return
    there = machine.copy_of(VERSION)
    if not there.exists():
        raise Refused(
            f"{leaving} has changed the tables, and no copy from before is here ({there}). Stay with {leaving}, or "
            f"restore a backup after removing {machine.database}"
        )
    when = f"{datetime.fromtimestamp(there.stat().st_mtime).astimezone():%d.%m.%Y %H:%M}"
    if os.environ.get(WORD) != "yes":
        with closing(sqlite3.connect(machine.database)) as live, closing(sqlite3.connect(there)) as copy:
            lost, ended = len(letters(live).keys() - letters(copy).keys()), len(out_of_date(live, copy))
        raise Refused(
            f"{leaving} has changed the tables. {VERSION} needs the copy of {when}. Putting it back loses {lost} open "
            f"requests that came since, and ends {ended} that were changed or withdrawn since; accounts, keys and "
            f"texts are those of then. Tell the services. To do it: {WORD}=yes before the command"
        )
    machine.stop()
    put_back(machine, there, leaving)
    say(f"the database of {when} is back")


def put_back(machine: Machine, there: Path, leaving: str) -> None:
    """Put the copy in place of the database, without what a person has taken back or changed since."""
    keep(machine, leaving)
    draft = machine.copies / "going-back.part"
    shutil.copyfile(there, draft)
    draft.chmod(0o600)
    with closing(sqlite3.connect(machine.database)) as live, closing(sqlite3.connect(draft)) as copy:
        copy.execute("PRAGMA secure_delete = ON")
        for request in out_of_date(live, copy):
            end(copy, request)
        keep_marks(live, copy)
        copy.commit()
        copy.execute("VACUUM")
    owner = machine.database.stat()
    os.chown(draft, owner.st_uid, owner.st_gid)
    for left_over in ("-wal", "-shm"):
        machine.database.with_name(machine.database.name + left_over).unlink(missing_ok=True)
    # The two folders may be on two disks; a copy beside the database is then moved into its place as a whole.
    beside = machine.database.with_name("going-back.part")
    shutil.move(draft, beside)
    os.chown(beside, owner.st_uid, owner.st_gid)
    beside.replace(machine.database)


def out_of_date(live: sqlite3.Connection, copy: sqlite3.Connection) -> list[str]:
    """Return the requests that the copy holds a letter of and that a person has changed since, or that have ended.

    A report beside which her own instructions hold, or held, goes too where the older version could not know that.
    """
    both = columns(live) & columns(copy)
    compared = [name for name in COMPARED if name in both]
    now, then = letters(live, compared), letters(copy, compared)
    withheld = set()
    if "no_contact" in columns(live) - both:
        found = live.execute("SELECT id FROM contact_requests WHERE joined_to IS NOT NULL OR no_contact")
        withheld = {request for (request,) in found}
    ended = {request for request, known in then.items() if now.get(request) != known or request in withheld}
    if "unsafe_until" in columns(live) - both:
        ended |= {one for (one,) in live.execute("SELECT id FROM contact_requests WHERE unsafe_until IS NOT NULL")}
    if "joined_to" in columns(live):  # what a report forbids is forbidden to her own number, too
        forbids = live.execute(
            "SELECT id, joined_to FROM contact_requests WHERE joined_to IS NOT NULL AND (call_blocked "
            "OR attempts LIKE '%other_person%' OR id IN (SELECT request_id FROM additions WHERE until IS NOT NULL))"
        )
        ended |= {own for report, own in forbids if report in ended}
    for side, had in had_since(live, copy).items():
        ended |= {side} if len(had) == 1 else {side, *sides_of(live, side)}
    return [request for request in then if request in ended]


def had_since(live: sqlite3.Connection, copy: sqlite3.Connection) -> dict[str, set[str]]:
    """Return who has come to have a marked request since the copy, which does not know it."""
    if not all(has(copy, table) for table in ("sides", "audit")):
        return {}
    found: dict[str, set[str]] = {}
    for side in {half for pair in live.execute("SELECT one_id, other_id FROM sides") for half in pair}:
        if had := takers(live, side) - takers(copy, side):
            found[side] = had
    return found


def takers(database: sqlite3.Connection, request: str) -> set[str]:
    """Return who has ever had a request, as the audit says."""
    given = "CASE event WHEN 'request_handed_over' THEN reason ELSE actor END"
    named = ", ".join("?" * len(COMES_TO_HAVE))
    asked = f"SELECT DISTINCT {given} FROM audit WHERE subject = ? AND event IN ({named})"  # noqa: S608 - names of our own
    return {taker for (taker,) in database.execute(asked, (request, *COMES_TO_HAVE))}


def sides_of(database: sqlite3.Connection, request: str) -> set[str]:
    pairs = database.execute("SELECT one_id, other_id FROM sides WHERE ? IN (one_id, other_id)", (request,))
    return {half for pair in pairs for half in pair} - {request}


def letters(database: sqlite3.Connection, compared: Sequence[str] = ()) -> dict[str, tuple[object, ...]]:
    """Return these columns, and what was added, of every request that still has a letter."""
    asked = ", ".join(["id", *compared])
    found = database.execute(f"SELECT {asked} FROM contact_requests WHERE sealed IS NOT NULL")  # noqa: S608 - names of our own
    added: dict[str, list[int]] = {}
    if has(database, "additions"):
        for request, number in database.execute("SELECT request_id, id FROM additions ORDER BY id"):
            added.setdefault(request, []).append(number)
    return {request: (*rest, tuple(added.get(request, ()))) for request, *rest in found}


def end(copy: sqlite3.Connection, request: str) -> None:
    """End a request without its letter, as a backup does: nobody calls, and who has its code reads that it ended."""
    for table in GOES_WITH_A_LETTER:
        if has(copy, table):
            copy.execute(f"DELETE FROM {table} WHERE request_id = ?", (request,))  # noqa: S608 - names of our own
    copy.execute(
        "UPDATE contact_requests SET status = 'expired', closed_as = 'expired', due_at = NULL, sealed = NULL, "
        "call_blocked = 0, call_until = NULL WHERE id = ?",
        (request,),
    )
    there = columns(copy)
    if "joined_to" in there:  # what she wrote herself is gone, so nobody contacts her because of a report
        copy.execute(
            "UPDATE contact_requests SET joined_to = NULL, no_contact = 1 WHERE joined_to = ? AND sealed IS NOT NULL",
            (request,),
        )
    for name, value in SAYS_NOTHING.items():
        if name in there:
            copy.execute(f"UPDATE contact_requests SET {name} = ? WHERE id = ?", (value, request))  # noqa: S608 - our own


def keep_marks(live: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    """Carry over which requests are two sides of one family, and who has come to have one: neither is taken back."""
    if has(live, "sides") and has(copy, "sides"):
        copy.executemany(
            "INSERT OR IGNORE INTO sides (one_id, other_id) SELECT one.id, other.id "
            "FROM contact_requests AS one, contact_requests AS other WHERE one.id = ? AND other.id = ?",
            live.execute("SELECT one_id, other_id FROM sides").fetchall(),
        )
        for side, had in had_since(live, copy).items():  # it has ended there, and its tombstone names who had it
            copy.execute(
                "UPDATE contact_requests SET worker_id = known.id FROM (SELECT id FROM workers WHERE id = ?) AS known "
                "WHERE contact_requests.id = ?",
                (min(had), side),
            )


def columns(database: sqlite3.Connection) -> set[str]:
    """Return the columns of a request in this version of the tables."""
    return {name for (_, name, *_) in database.execute("PRAGMA table_info(contact_requests)")}


def has(database: sqlite3.Connection, table: str) -> bool:
    return bool(database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone())


def holds(*command: str) -> bool:
    """Ask a tool of the machine."""
    return subprocess.run(command, check=False).returncode == 0


def say(words: str) -> None:
    """Tell the operator, among the lines of dpkg."""
    sys.stdout.write(f"blakus: {words}.\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1:], Machine())
    except (Refused, OSError, sqlite3.Error) as error:
        sys.stderr.write(f"blakus: {error}.\n")
        sys.exit(1)
