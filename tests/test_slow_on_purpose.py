"""What has to be slow is slow in the program, though the other tests do it quickly (tests/quick.py)."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pyrage import passphrase

from bot.channels import form_frame
from bot.runtime import Runtime
from bot.usecases.accounts import passwords
from bot.usecases.casework import receipts
from bot.usecases.fair_queue import Lane
from storage import together
from tests.quick import locked

MEBIBYTE = 2**20

pytestmark = pytest.mark.usefixtures("as_it_is")


async def test_guessing_a_password_takes_64_mebibytes_and_three_passes() -> None:
    hashed = await passwords.hash_password(Lane("anybody"), "four words are plenty")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_guessing_a_receipt_code_takes_32_mebibytes(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []

    def noted(_: bytes, **how: Any) -> bytes:
        made.append(how)
        return b""

    monkeypatch.setattr(hashlib, "scrypt", noted)
    await receipts.hashed(runtime, "1" * 16)
    assert [128 * how["n"] * how["r"] for how in made] == [32 * MEBIBYTE]


@pytest.mark.parametrize("spent", [0.0, 0.001, 0.1, 0.25, 0.251, 7.9])
def test_an_answer_about_a_code_comes_at_the_next_whole_quarter_of_a_second(spent: float) -> None:
    quarters = (spent + form_frame.pause(spent)) * 4
    assert quarters == pytest.approx(round(quarters))
    assert form_frame.pause(spent) < 1 / 4


def test_what_is_confirmed_has_reached_the_disk(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as connection:
        together.set_pragmas(connection, None)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_quick_lock_of_the_tests_is_a_lock_like_any_other() -> None:
    assert passphrase.decrypt(locked("a key", "a passphrase"), "a passphrase") == b"a key"
