"""What a start takes from outside: settings that cannot be, a secret that was cut off, a folder it cannot write to."""

import stat
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import app
from bot.proof import certified
from bot.runtime import Secrets, own_secret
from bot.settings import Settings, Unsafe, from_environment
from tests import packages


@pytest.mark.parametrize(
    "name, value",
    [
        ("BOT_SMTP", "smtp://desk:a/canary@mail.example:25"),
        ("BOT_SMTP", "smtp://desk:canary@mail.example:twenty"),
        ("BOT_SMTP", "canary@mail.example"),
        ("BOT_DESK_URL", "https://canary:port"),
        ("BOT_PUBLIC_URL", "https:///canary"),
    ],
)
def test_an_address_that_is_none_is_refused_by_its_name_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(Unsafe) as refused:
        from_environment({name: value})
    assert name in str(refused.value)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("smtp", ["", "smtp://localhost:1025", "smtps://desk:p%2Fw@mail.example", "smtp://[::1]:25/"])
def test_a_mail_server_is_understood_with_and_without_a_password(smtp: str) -> None:
    assert from_environment({"BOT_SMTP": smtp}).smtp.get_secret_value() == smtp


def test_a_secret_that_a_crash_left_empty_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    made = own_secret(Settings(), tmp_path).storage
    assert made != Secrets("").storage
    assert own_secret(Settings(), tmp_path).storage == made
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_certificate_that_cannot_be_kept_stops_no_start(tmp_path: Path) -> None:
    content = packages.read(tmp_path / "package")
    (tmp_path / "cache").write_text("no folder")
    assert certified(content, date(2026, 11, 23), tmp_path / "cache").revision == content.revision


async def test_the_demonstration_is_refused_to_others_also_while_its_database_is_away(tmp_path: Path) -> None:
    away = SecretStr("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Unsafe, match="BOT_DESK_LISTEN"):
        async with app.running(Settings(desk_listen="0.0.0.0:0", listen="127.0.0.1:0", database=away), var=tmp_path):
            pass
