"""What the command line says to whoever mistyped something, or asked for what cannot be: a sentence, and no harm."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.program import proved


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands keep their files in the folder they are called from."""
    monkeypatch.chdir(tmp_path)
    proved(tmp_path)
    monkeypatch.setenv("BOT_SECRET", "a secret of the tests, long enough to be one")


def refusal(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """Return the sentence with which a command is refused."""
    try:
        code = main(command)
    except SystemExit as stopped:  # argparse
        code = int(stopped.code or 0)
    said, wrong = capsys.readouterr()
    assert (code in (1, 2), said) == (True, "")
    return wrong.splitlines()[-1]


def test_a_secret_is_accepted_once_and_then_there_is_nothing_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["worker", "list"]) == main(["secret", "accept"]) == 0
    assert capsys.readouterr().out == "the database has this secret already: there is nothing to do\n"
    monkeypatch.setenv("BOT_SECRET", "another secret of the tests, long enough")
    assert main(["secret", "accept"]) == main(["secret", "accept"]) == 0
    assert [line.partition(".")[0] for line in capsys.readouterr().out.splitlines()] == [
        "taken", "the database has this secret already: there is nothing to do"
    ]  # fmt: skip
    assert main(["audit"]) == 0
    assert "the chain of 1 entries is whole" in capsys.readouterr().out


def test_a_secret_is_accepted_by_no_database_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_DATABASE", "sqlite:///var/mistyped.sqlite")
    assert refusal(capsys, "secret", "accept") == "BOT_DATABASE: its file is not there"
    assert not (tmp_path / "var" / "mistyped.sqlite").exists()
    monkeypatch.setenv("BOT_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    assert refusal(capsys, "secret", "accept") == "BOT_DATABASE: nothing answers at this address"


def test_a_database_that_fails_during_a_command_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["counts"]) == 0
    capsys.readouterr()
    with closing(sqlite3.connect(tmp_path / "var" / "blakus.sqlite")) as database, database:
        database.execute("DROP TABLE published_counts")
    assert refusal(capsys, "counts") == "BOT_DATABASE: it cannot be used (OperationalError)"


def test_who_meets_another_change_is_told_to_look_and_run_the_command_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "set", "balvu-novads", "--hours", "mon=09:00-10:00"]) == 0
    with closing(sqlite3.connect(tmp_path / "var" / "blakus.sqlite")) as other, other:  # always a moment faster
        other.execute("CREATE TRIGGER faster BEFORE UPDATE ON social_services BEGIN SELECT RAISE(IGNORE); END")
    change = ("service", "set", "balvu-novads", "--email", "a@example.lv")
    assert (
        refusal(capsys, *change)
        == "Somebody else changed this at the same moment. Look at it, then run the command again."
    )


@pytest.mark.parametrize(
    "command, says",
    [
        (["leaflet", "--to", "README.md"], "argument --to: README.md is no folder"),
        (["referral", "--to", "README.md"], "argument --to: README.md is no folder"),
        (["site", "README.md"], "argument DIR: README.md is no folder"),
        (["content", "po", "--to", "README.md"], "argument --to: README.md is no folder"),
        (["leaflet", "--to", "paper", "--on", "x"], "argument --on: must look like 2026-11-30"),
        (["backup", "noted", "x"], "argument DAY: must look like 2026-11-30"),
        (["counts", "--year", "0"], "argument --year: must look like 2026"),
        (["counts", "--year", "99999"], "argument --year: must look like 2026"),
        (["content", "facts", "--days", "-3"], "argument --days: must be a number, such as 45"),
        (["content", "facts", "--lang", "xx"], "argument --lang: invalid choice: 'xx'"),
        (["find", "112", "--lang", "xx"], "argument --lang: invalid choice: 'xx'"),
        (["draw", "--lang", "xx"], "argument --lang: invalid choice: 'xx'"),
        (["talk", "--lang", "xx"], "argument --lang: invalid choice: 'xx'"),
        (["service", "set", "balvu-novads", "--hours", "mon=17:00-08:30"], "--hours: must look like mon=08:30-17:00"),
        (["service", "set", "balvu-novads", "--hours", "someday=08:30-17:00"], "--hours: must look like"),
    ],
)
def test_a_wrong_option_is_named_with_what_it_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str], says: str
) -> None:
    (tmp_path / "README.md").write_text("mine")
    assert says in refusal(capsys, *command)


@pytest.mark.parametrize(
    "command, says",
    [
        (["content", "export", "nowhere/x.zip"], "nowhere/x.zip: No such file or directory"),
        (["content", "xlsx", "--to", "nowhere/x.xlsx"], "nowhere/x.xlsx: No such file or directory"),
        (["content", "xlsx", "--from", "nowhere.xlsx"], "nowhere.xlsx: No such file or directory"),
        (["content", "import", "x.zip", "--editor", "dace"], "only an editor opens a draft"),
        (["content", "export", "README.md"], "README.md is there already, and is no package: name another file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str], says: str
) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "x.zip").write_text("")
    assert main(["worker", "invite", "dace", "--name", "Dace (paraugs)", "--role", "dpo"]) == 0
    capsys.readouterr()
    assert says in refusal(capsys, *command)
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_package_is_written_over_an_earlier_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "export", "content.zip"]) == main(["content", "export", "content.zip"]) == 0


def test_what_is_wrong_with_a_calendar_is_said_by_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "set", "balvu-novads", "--hours", "mon=08:30-17:00"]) == 0
    wrong = ["--closed", "2026-12-27–x", "--fallback", "balvu-novads", "--reads-within", "1", "--reader", "nobody"]
    assert refusal(capsys, "service", "set", "balvu-novads", *wrong) == (
        "--closed: Write days as 2026-12-23 or 2026-12-27..2027-01-05. "
        "--fallback: A service cannot stand in for itself. "
        "--reader: Only somebody of this service who holds its key can be named. "
        "--reads-within: Between 15 and 2400 minutes."
    )
