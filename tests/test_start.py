"""What a start takes from outside: settings that cannot be, a secret that was cut off, a folder it cannot write to."""

import os
import stat
from collections.abc import Iterator
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


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
async def test_what_the_program_keeps_is_its_owners_alone_whatever_the_umask_and_what_was_there(tmp_path: Path) -> None:
    var, link = tmp_path / "var", tmp_path / "elsewhere"
    link.write_text("not ours")
    link.chmod(0o644)
    (var / "cache" / "earlier").mkdir(parents=True)
    (var / "tools").mkdir()
    for name in ("cache/earlier/one.json", "blakus.sqlite", "blakus.sqlite-wal", "tools/run"):
        (var / name).touch()
        (var / name).chmod(0o755 if name == "tools/run" else 0o644)
    for folder in (var, var / "cache", var / "tools"):
        folder.chmod(0o755)
    (var / "link").symlink_to(link)
    database = SecretStr(f"sqlite:///{var / 'blakus.sqlite'}")
    async with app.runtime_of(Settings(database=database), var=var):
        modes = {str(one.relative_to(var)): stat.S_IMODE(one.lstat().st_mode) for one in [var, *var.rglob("*")]}
    del modes["link"]
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
    assert {"secret", "blakus.sqlite", "cache"} <= modes.keys()
    assert modes["tools/run"] == 0o700, "what can be run can still be run"
    assert stat.S_IMODE(link.stat().st_mode) == 0o644


@pytest.mark.usefixtures("umask")
async def test_a_database_in_a_folder_of_others_is_its_owners_alone_and_the_folder_is_left_as_it_is(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o755)
    file = tmp_path / "blakus.sqlite"
    file.touch()
    file.chmod(0o644)
    async with app.runtime_of(Settings(database=SecretStr(f"sqlite:///{file}")), var=tmp_path / "var"):
        kept = [one for one in tmp_path.iterdir() if one.name.startswith("blakus")]
        assert {oct(stat.S_IMODE(one.stat().st_mode)) for one in kept} == {"0o600"}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_certificate_that_cannot_be_kept_stops_no_start(tmp_path: Path) -> None:
    content = packages.read(tmp_path / "package")
    (tmp_path / "cache").write_text("no folder")
    assert certified(content, date(2026, 11, 23), tmp_path / "cache").revision == content.revision


async def test_the_demonstration_is_refused_to_others_also_while_its_database_is_away(tmp_path: Path) -> None:
    away = SecretStr("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Unsafe, match="BOT_DESK_LISTEN"):
        async with app.running(Settings(desk_listen="0.0.0.0:0", listen="127.0.0.1:0", database=away), var=tmp_path):
            pass
