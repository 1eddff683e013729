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
