"""What a start takes from outside: settings that cannot be, a secret that was cut off, a folder it cannot write to."""

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import app, startup
from bot.commands.running import CANNOT_BE_USED
from bot.content import Content
from bot.proof import certified
from bot.runtime import Runtime, Secrets, own_secret
from bot.settings import Settings, Unsafe, from_environment
from bot.usecases.accounts import workers
from bot.usecases.operation import audit, doctor
from storage.database import Trouble, WrongKey
from tests import packages
from tests.conftest import ROOT, SECRET, runtime_on
from tests.faces import Clock
from tests.patience import PATIENCE
from tests.program import proved


@pytest.mark.parametrize(
    "name, value",
    [
        ("BOT_SMTP", "smtp://desk:a/canary@mail.example:25"),
        ("BOT_SMTP", "smtp://desk:canary@mail.example:twenty"),
        ("BOT_SMTP", "canary@mail.example"),
        ("BOT_DESK_URL", "https://canary:port"),
        ("BOT_PUBLIC_URL", "https:///canary"),
        ("BOT_EXIT_URL", "canary.example.lv"),
        ("BOT_EXIT_URL", "ftp://canary.example.lv/"),
        ("BOT_TELEGRAM_API", "canary.example.lv"),
        ("BOT_TELEGRAM_WEBHOOK_SECRET", "canary with a space"),
        ("BOT_TELEGRAM_WEBHOOK_SECRET", "canary" * 43),
        ("BOT_MAIL_FROM", "canary"),
        ("BOT_MAIL_FROM", "Canary <canary@example.lv>"),
        ("BOT_BACKUP_RECIPIENT", "AGE-SECRET-KEY-1CANARY" + "Q" * 52),
        ("BOT_BACKUP_RECIPIENT", "age1canary"),
        ("BOT_BACKUP_RECIPIENT", "ssh-ed25519 canary"),
    ],
)
def test_what_is_misspelled_is_refused_by_its_name_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(Unsafe) as refused:
        from_environment({name: value})
    assert str(refused.value).startswith(f"{name} must ")
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("smtp", ["", "smtp://localhost:1025", "smtps://desk:p%2Fw@mail.example", "smtp://[::1]:25/"])
def test_a_mail_server_is_understood_with_and_without_a_password(smtp: str) -> None:
    assert from_environment({"BOT_SMTP": smtp}).smtp.get_secret_value() == smtp


@pytest.mark.parametrize(
    "name, value",
    [
        ("BOT_EXIT_URL", "https://www.example.lv/laiks?diena=rit"),
        ("BOT_TELEGRAM_API", "http://127.0.0.1:8082"),
        ("BOT_TELEGRAM_WEBHOOK_SECRET", "a" * 256),
        ("BOT_MAIL_FROM", "blakus@localhost"),
        ("BOT_BACKUP_RECIPIENT", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"),  # of age's manual
    ],
)
def test_what_is_spelled_as_it_must_be_is_taken(name: str, value: str) -> None:
    taken = getattr(from_environment({name: value}), name.removeprefix("BOT_").lower())
    assert taken in (value, SecretStr(value))


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
    async with startup.runtime_of(Settings(database=database), var=var):
        modes = {str(path.relative_to(var)): stat.S_IMODE(path.lstat().st_mode) for path in [var, *var.rglob("*")]}
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
    async with startup.runtime_of(Settings(database=SecretStr(f"sqlite:///{file}")), var=tmp_path / "var"):
        kept = [path for path in tmp_path.iterdir() if path.name.startswith("blakus")]
        assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in kept} == {"0o600"}
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


def run(folder: Path, *before: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start the program in a process of its own, which is expected to refuse."""
    proved(folder)
    usual = {"BOT_LISTEN": "127.0.0.1:0", "BOT_DESK_LISTEN": "127.0.0.1:0", "BOT_SECRET": SECRET}
    return subprocess.run(
        [*before, sys.executable, "-m", "bot", "run"], cwd=folder, capture_output=True, text=True, check=False,
        timeout=PATIENCE, env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]} | usual | environment,
    )  # fmt: skip


def without_rights(tool: Callable[[str], str]) -> tuple[str, ...]:
    """Root may write everywhere and listen on every port; the account of the service may not."""
    return (tool("setpriv"), "--bounding-set=-all") if os.geteuid() == 0 else ()


@pytest.mark.parametrize(
    "setting, value, says",
    [
        ("BOT_DATABASE", "mysql://someone:canary@localhost/blakus", "BOT_DATABASE must look like sqlite:"),
        ("BOT_DATABASE", "canary", "BOT_DATABASE must look like sqlite:"),
        ("BOT_DATABASE", "postgresql://someone:can%ary@localhost/blakus", "BOT_DATABASE must look like sqlite:"),
        ("BOT_LISTEN", "192.0.2.7:8080", "BOT_LISTEN=192.0.2.7:8080 cannot be used: this machine has no such address"),
        ("BOT_LISTEN", "127.0.0.1:80", "BOT_LISTEN=127.0.0.1:80 cannot be used: ports below 1024 belong to root"),
        ("BOT_DATABASE", "sqlite:////proc/blakus.sqlite", "BOT_DATABASE: its file cannot be written"),
        ("BOT_PUBLIC_URL", "https://blakus.example.lv/chat", "BOT_PUBLIC_URL must be a name alone, without a path"),
        ("BOT_SMTP", "smtp://desk:can%ary@mail.example", "BOT_SMTP must look like"),
        ("BOT_SMTP", "smtp://desk:can[ary@mail.example", "BOT_SMTP must look like"),
        ("BOT_SMTP", "smtp://desk:can#ary@mail.example", "# as %23"),
        ("BOT_MEMORY_FOLDER", "/nowhere/canary", "BOT_MEMORY_FOLDER must be a folder that is there"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_with_the_name_of_the_setting(
    tmp_path: Path, tool: Callable[[str], str], setting: str, value: str, says: str
) -> None:
    done = run(tmp_path, *without_rights(tool), BOT_MODE="service", BOT_OPERATOR="Paraugs", **{setting: value})
    assert done.returncode == CANNOT_BE_USED, "and systemd does not try again every two seconds"
    assert says in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "canary" not in done.stderr


def test_a_port_that_another_program_has_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        done = run(tmp_path, BOT_DESK_LISTEN=address)
    assert f"BOT_DESK_LISTEN={address} cannot be used: another program listens there" in done.stderr
    assert [line for line in done.stderr.splitlines() if "Traceback" in line or "File " in line] == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, tool: Callable[[str], str]) -> None:
    proved(tmp_path)
    shutil.rmtree(tmp_path / "var")
    tmp_path.chmod(0o555)
    done = subprocess.run(
        [*without_rights(tool), sys.executable, "-m", "bot", "run"], cwd=tmp_path, capture_output=True, text=True,
        check=False, env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    )  # fmt: skip
    tmp_path.chmod(0o755)
    assert (done.returncode, done.stderr.count("\n")) == (CANNOT_BE_USED, 1), done.stderr
    assert "it has to belong to the account of the program" in done.stderr


def test_the_name_of_people_and_that_of_the_desk_are_two() -> None:
    url = "https://blakus.example.lv"
    with pytest.raises(Unsafe, match="must be two names"):
        from_environment({"BOT_PUBLIC_URL": url, "BOT_DESK_URL": f"{url}/"})


@pytest.mark.parametrize(
    "name, value",
    [
        ("BOT_PORT", "tcp://10.0.0.7:8080"),
        ("BOT_PORT_8080_TCP", "tcp://10.0.0.7:8080"),
        ("BOT_PORT_8080_TCP_ADDR", "10.0.0.7"),
        ("BOT_SERVICE_HOST", "10.0.0.7"),
        ("BOT_SERVICE_PORT_HTTP", "8080"),
        ("BOT_DESK_PORT", "tcp://10.0.0.8:8081"),
    ],
)
def test_what_kubernetes_says_of_a_service_of_that_name_is_passed_over(name: str, value: str) -> None:
    assert from_environment({name: value}) == Settings()


def test_a_port_alone_is_somebodys_mistake_and_is_said() -> None:
    with pytest.raises(Unsafe, match="BOT_PORT is not a setting"):
        from_environment({"BOT_PORT": "8080"})


async def test_another_secret_than_the_databases_is_refused_and_not_taken_for_an_intrusion(
    database_url: str, clock: Clock, shipped: Content, tmp_path: Path
) -> None:
    async with runtime_on(database_url, clock, shipped) as runtime:
        await workers.invite(runtime, "dace", "Dace (paraugs)", "dpo")
    other = Settings(database=SecretStr(database_url), secret=SecretStr("another secret, long enough to be one"))
    with pytest.raises(Unsafe, match="BOT_SECRET is not the one this database was made with"):
        async with startup.runtime_of(other, var=tmp_path / "var"):
            pass
    database = startup.database_of(other, Secrets(other.secret.get_secret_value()))
    try:
        line = await doctor.database_line(Runtime(database, shipped, other, Secrets("x" * 32), clock))
        assert (line.well, line.said) == (False, "BOT_SECRET is not the one it was made with")
        with pytest.raises(Trouble):
            async with database.store():
                pass
    finally:
        await database.close()


async def test_after_an_incident_a_new_secret_is_accepted_and_the_audit_is_proved_from_there(
    database_url: str, clock: Clock, shipped: Content, tmp_path: Path
) -> None:
    async with runtime_on(database_url, clock, shipped) as runtime:
        await workers.invite(runtime, "dace", "Dace (paraugs)", "dpo")
    other = Settings(database=SecretStr(database_url), secret=SecretStr("another secret, long enough to be one"))
    database = startup.database_of(other, Secrets(other.secret.get_secret_value()))
    assert await database.take_key(clock())
    assert not await database.take_key(clock()), "it has this one already"
    await database.close()
    async with startup.runtime_of(other, clock, tmp_path / "var") as runtime:
        assert await audit.find_break(runtime) is None
        assert [line.event for line in await audit.list_events(runtime)] == ["secret_accepted", "worker_invited"]
        await workers.leave(runtime, "dace")
        assert await audit.find_break(runtime) is None
    with pytest.raises(WrongKey):
        async with runtime_on(database_url, clock, shipped):
            pass


async def test_a_server_that_is_away_or_refuses_is_said_with_its_reason(postgres_url: str) -> None:
    for url, why in (
        ("postgresql://nobody@127.0.0.1:1/none", "nothing answers at this address"),
        (re.sub(r"/[^/?]+\?", "/nosuch?", postgres_url), "it has no such database or user"),
    ):
        with pytest.raises(Unsafe, match=why):
            async with startup.runtime_of(Settings(database=SecretStr(url), secret=SecretStr(SECRET))):
                pass
