"""Backups: what the doctor sees of the newest, and whether one can be restored, tried where its key lies."""

import os
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pyrage import encrypt, x25519

from bot.__main__ import main
from bot.commands import setup_files
from bot.runtime import Runtime
from bot.usecases.operation import doctor_backups
from bot.usecases.operation.doctor_line import Line
from bot.usecases.refused import Refused
from storage.migrations import newest
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_service
from tests.program import proved
from tests.usecases.operation.test_doctor import with_settings


@pytest.fixture
def key(tmp_path: Path, tool: Callable[[str], str]) -> Path:
    subprocess.run([tool("age-keygen"), "-o", str(tmp_path / "backup.key")], check=True, capture_output=True)
    return tmp_path / "backup.key"


def recipient_of(key: Path) -> str:
    return subprocess.run(["age-keygen", "-y", str(key)], check=True, capture_output=True, text=True).stdout.strip()


Script = Callable[[], Path]


@pytest.fixture
async def make(tmp_path: Path, runtime: Runtime, key: Path, tool: Callable[[str], str]) -> Script:
    """Makes a backup of a database with a service, by the script that `setup` installs."""
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "head", "balvi"))
    tool("sqlite3")
    script = setup_files.show("backup").replace("/var/lib/blakus/var/blakus.sqlite", str(tmp_path / "blakus.sqlite"))

    def made() -> Path:
        folder = tmp_path / "backups"
        subprocess.run(["sh", "-s", recipient_of(key), str(folder)], input=script, text=True, check=True)
        (file,) = folder.glob("blakus-*.age")
        return file

    return made


def seen(runtime: Runtime, tmp_path: Path, key: Path) -> Line:
    kept = with_settings(runtime, backups=str(tmp_path / "backups"), backup_recipient=recipient_of(key))
    return doctor_backups.backup_line(kept)


async def test_a_backup_of_tonight_is_green_and_readable_by_the_programs_account_alone(
    runtime: Runtime, tmp_path: Path, key: Path, make: Script
) -> None:
    file = make()
    line = seen(runtime, tmp_path, key)
    assert (line.state, line.said) == (
        "green", "the newest is 0 hours old; whole, and locked to the key of the settings"
    )  # fmt: skip
    modes = [oct(path.stat().st_mode & 0o777) for path in (file.parent, file, file.with_name(f"{file.name}.sha256"))]
    assert modes == ["0o750", "0o640", "0o640"]


async def test_an_old_backup_or_none_is_red(runtime: Runtime, tmp_path: Path, key: Path, make: Script) -> None:
    assert "there is no folder" in seen(runtime, tmp_path, key).said
    (tmp_path / "backups").mkdir()
    assert seen(runtime, tmp_path, key).said == "there is none"
    file = make()
    then = file.stat().st_mtime - timedelta(hours=31).total_seconds()
    os.utime(file, (then, then))
    assert (seen(runtime, tmp_path, key).state, seen(runtime, tmp_path, key).todo) == (
        "red", "see the timer: systemctl list-timers"
    )  # fmt: skip


async def test_a_damaged_backup_is_red(runtime: Runtime, tmp_path: Path, key: Path, make: Script) -> None:
    file = make()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert seen(runtime, tmp_path, key).said == "the newest is not whole: its sum is missing or differs"
    file.write_bytes(b"no age file")
    assert seen(runtime, tmp_path, key).said == "the newest is no age file"
    file.write_bytes(whole)
    file.with_name(f"{file.name}.sha256").unlink()
    assert seen(runtime, tmp_path, key).state == "red"


async def test_a_backup_locked_to_another_key_or_to_two_is_red(
    runtime: Runtime, tmp_path: Path, key: Path, make: Script
) -> None:
    file = make()
    other = tmp_path / "other.key"
    other.write_text(str(x25519.Identity.generate()))
    assert seen(runtime, tmp_path, other).said == "the newest is locked to another key than that of the settings"
    to = [x25519.Recipient.from_str(recipient_of(identity)) for identity in (key, other)]
    file.write_bytes(encrypt(b"for two", to))
    beside = file.with_name(f"{file.name}.sha256")
    total = subprocess.run(["sha256sum", str(file)], capture_output=True, text=True, check=True).stdout.split()[0]
    beside.write_text(f"# recipient {recipient_of(key)}\n{total}  {file.name}\n")
    assert seen(runtime, tmp_path, key).said == "2 keys open the newest"


def test_a_folder_that_may_not_be_read_is_said_and_is_not_red(
    runtime: Runtime, tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(doctor_backups, "newest", refused)  # the account that runs tests may be root
    line = seen(runtime, tmp_path, key)
    assert (line.state, line.said) == ("unset", "may not be read by the account of the program")


def tried(capsys: pytest.CaptureFixture[str], file: Path, key: Path) -> tuple[int, str]:
    code = main(["backup", "try", str(file), "--key", str(key)])
    said = capsys.readouterr()
    return code, said.out + said.err


async def test_whether_a_backup_can_be_restored_is_tried_where_its_key_lies(
    tmp_path: Path, key: Path, make: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    file = make()
    code, said = tried(capsys, file, key)
    assert code == 0
    assert "can be restored: SQLite" in said
    assert "1 services, 2 accounts; no conversation and no letter" in said
    stranger = tmp_path / "stranger.key"
    stranger.write_text(str(x25519.Identity.generate()))
    assert tried(capsys, file, stranger)[0] == 1
    assert "is no key of age-keygen" in tried(capsys, file, file)[1]
    file.write_bytes(file.read_bytes()[:-1])
    assert "is not whole" in tried(capsys, file, key)[1]


def a_copy(tmp_path: Path, key: Path, change: str) -> Path:
    """Make a backup of the database with one change, without the script."""
    copy, file = tmp_path / "copy.sqlite", tmp_path / "blakus-1.age"
    with closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as whole, closing(sqlite3.connect(copy)) as kept, kept:
        whole.backup(kept)
        kept.execute("PRAGMA journal_mode = DELETE")
        kept.execute(change)
    file.write_bytes(encrypt(copy.read_bytes(), [x25519.Recipient.from_str(recipient_of(key))]))
    return file


@pytest.mark.parametrize(
    "change,says",
    [
        (
            "UPDATE alembic_version SET version_num = '9999'",
            "of version 9999, which this program does not know",
        ),
        ("INSERT INTO updates_heard VALUES (x'00', '2026-11-30')", "it holds what no backup may: updates_heard"),
    ],
)
async def test_a_copy_with_traces_or_of_an_unknown_version_is_refused(
    tmp_path: Path, key: Path, runtime: Runtime, capsys: pytest.CaptureFixture[str], change: str, says: str
) -> None:
    code, said = tried(capsys, a_copy(tmp_path, key, change), key)
    assert (code, says in said) == (1, True), said


def test_what_is_no_backup_is_refused(tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "blakus-1.age"
    file.write_bytes(encrypt(b"something else", [x25519.Recipient.from_str(recipient_of(key))]))
    assert "neither a database of SQLite nor an archive" in tried(capsys, file, key)[1]


async def test_a_backup_of_an_older_version_is_looked_at_by_the_tables_it_has(
    tmp_path: Path, key: Path, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_copy(tmp_path, key, "DROP TABLE papers")
    code, said = tried(capsys, file, key)
    assert (code, "can be restored" in said) == (0, True), said


DUMP = """
CREATE TABLE public.contact_requests (
    id character varying NOT NULL,
    sealed text
);
COPY public.alembic_version (version_num) FROM stdin;
{version}
\\.
COPY public.notes (id, sealed) FROM stdin;
{note}\\.
-- PostgreSQL database dump complete
"""
"""The shape of a dump; that a real one is read is seen in tests/test_restore.py."""


@pytest.mark.parametrize(
    "note,letter,says",
    [
        ("", r"\N", "can be restored: PostgreSQL"),
        ("1\tsealed\n", r"\N", "it holds what no backup may: notes"),
        ("", "sealed", "it holds what no backup may: letters"),
    ],
)
def test_a_dump_of_postgresql_that_holds_letters_or_what_goes_with_them_is_refused(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str], note: str, letter: str, says: str
) -> None:
    (version,) = newest()
    files = {"blakus.sql": DUMP.format(version=version, note=note), "requests.copy": f"a request\t{letter}\n"}
    with tarfile.open(tmp_path / "dump.tar", "w") as archive:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
            archive.add(tmp_path / name, name)
    file = tmp_path / "blakus-1.age"
    file.write_bytes(encrypt((tmp_path / "dump.tar").read_bytes(), [x25519.Recipient.from_str(recipient_of(key))]))
    assert says in tried(capsys, file, key)[1]


async def test_the_doctor_names_the_day_that_was_noted_for_a_year(runtime: Runtime, clock: Clock) -> None:
    line = await doctor_backups.drill_line(runtime)
    assert (line.state, "blakus backup try" in line.todo) == ("waiting", True)
    today = runtime.today()
    await doctor_backups.note_drill(runtime, today - timedelta(days=3))
    await doctor_backups.note_drill(runtime, today - timedelta(days=40))
    assert (await doctor_backups.drill_line(runtime)).said == f"noted for {today - timedelta(days=3)}"
    with pytest.raises(Refused, match="has not come yet"):
        await doctor_backups.note_drill(runtime, today + timedelta(days=1))
    clock.move(days=363)
    assert (await doctor_backups.drill_line(runtime)).state == "waiting"


@pytest.mark.long
def test_a_day_is_noted_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    proved(tmp_path)
    assert main(["backup", "noted", "2026-11-01"]) == 0
    assert "noted: a backup was restored on 2026-11-01" in capsys.readouterr().out
