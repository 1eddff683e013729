"""`setup` prepares a machine: below a scratch folder, with the real database, mail server, terminal and tools."""

import asyncio
import os
import pty
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr
from pyrage import x25519

from bot import startup
from bot.__main__ import build_parser, main
from bot.commands import settings_file, setup_answers, setup_files, setup_machine, setup_people, setup_wanted
from bot.runtime import Runtime
from bot.settings import Unsafe, from_environment
from bot.usecases.accounts import workers
from tests.certificates import Authority
from tests.conftest import ROOT
from tests.patience import PATIENCE, patiently
from tests.pictures import rehearsed
from tests.program import proved
from tests.usecases.operation.test_doctor import with_settings
from tests.usecases.services.test_delivery import Post, listening

PUBLIC, DESK = "https://blakus.example.lv", "https://darbs.example.lv"
ADDRESSES = ("dienests@example.lv", "vaditajs@example.lv")
JOIN = re.compile(rf"{DESK}/join/([\w-]+)")
ODD = (
    "pa$$w&1;x",
    "a'b",
    'say "it"',
    "#first",
    "a # b",
    "back\\slash",
    "`id`",
    "two words",
    "Ēriks (paraugs)",
    "%41",
    "",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine on which nothing is set up but the proof of the content, which takes a while."""
    home = tmp_path / "root" / "var" / "lib" / "blakus"
    home.mkdir(parents=True)
    proved(home)
    return tmp_path / "root"


@pytest.fixture
def recipient() -> str:
    return str(x25519.Identity.generate().to_public())


def answers(recipient: str, **other: str) -> list[str]:
    given = {
        "--public-url": PUBLIC, "--desk-url": DESK, "--name-of-service": "Balvi", "--smtp": "none",
        "--proxy": "nginx", "--certificates": "acme", "--backup-recipient": recipient,
    } | {f"--{name.replace('_', '-')}": value for name, value in other.items()}  # fmt: skip
    return ["--email", *ADDRESSES, *(word for pair in given.items() for word in pair)]


async def set_up(root: Path, *options: str) -> tuple[int, str, str]:
    """Run the command in a process of its own, without a terminal."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "setup", "--root", str(root), *options,
        cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with patiently():
        said, wrong = await process.communicate()
    return process.returncode or 0, said.decode(), wrong.decode()


def files(root: Path) -> Mapping[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "sqlite" not in path.name and "cache" not in path.parts
    }


async def hours_of(root: Path) -> Mapping[str, list[str]]:
    file = root / "var/lib/blakus/var/blakus.sqlite"
    settings = settings_file.read(root / "etc/blakus/settings") | {"BOT_DATABASE": f"sqlite:///{file}"}
    async with (
        startup.runtime_of(from_environment(settings), var=file.parent) as runtime,
        runtime.database.store() as store,
    ):
        (service,) = await store.services.all()
        return service.hours


def everything(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())


@pytest.mark.long
@pytest.mark.pictures
async def test_one_command_prepares_a_machine_and_hands_out_links_that_no_file_holds(
    root: Path, recipient: str
) -> None:
    code, said, wrong = await set_up(root, *answers(recipient), "--links", "--people", "head=Kārlis Ozols (paraugs)")
    assert (code, wrong) == (0, "")
    tokens = JOIN.findall(said)
    assert re.findall(r"^(\w+): (\w+), seen by", said, re.MULTILINE) == [
        ("head", "karlis"), *((role, role) for role in setup_answers.NEEDED[1:])
    ]  # fmt: skip
    assert said.count("█") > 100, "and each as a QR code"
    rehearsed("operating-setup")
    written = everything(root)
    assert b"tel:112" in (root / "usr/share/blakus/down.html").read_bytes()
    assert [token for token in tokens if token.encode() in written] == []
    settings = settings_file.read(root / "etc/blakus/settings")
    assert from_environment(settings).operator == "Balvu novada Sociālā pārvalde"
    url = f"sqlite:///{root}/var/lib/blakus/var/blakus.sqlite"
    async with startup.runtime_of(
        from_environment(settings | {"BOT_DATABASE": url}), var=root / "var/lib/blakus/var"
    ) as runtime:
        there = await workers.list_workers(runtime)
    assert sorted((worker.role, worker.service_id) for worker in there) == sorted(
        (role, "balvu-novads" if role in ("head", "worker") else None) for role in setup_answers.NEEDED
    )
    assert {worker.name for worker in there if worker.role in ("head", "dpo")} == {
        "Kārlis Ozols (paraugs)", "Datu aizsardzības speciālists"
    }  # fmt: skip


@pytest.mark.long
async def test_what_is_written_may_be_read_by_whom_it_concerns_alone(root: Path, recipient: str) -> None:
    before = os.umask(0o077)
    try:
        assert (await set_up(root, *answers(recipient)))[0] == 0
    finally:
        os.umask(before)
    modes = {str(path.relative_to(root)): oct(path.stat().st_mode & 0o777) for path in root.rglob("*")}
    assert modes["etc/blakus/settings"] == "0o640"
    assert modes["var/lib/blakus"] == "0o700"
    assert modes["usr/local/bin/blakus"] == modes["usr/local/sbin/blakus-backup"] == "0o755"
    others = {"usr/share/blakus/down.html": "0o644", "usr/share/blakus": "0o755", "etc/nginx/conf.d": "0o755"}
    assert others.items() <= modes.items(), "the web server has to read them, whatever root's umask is"


@pytest.mark.long
async def test_a_second_run_changes_only_what_it_is_told(root: Path, recipient: str) -> None:
    code, said, _ = await set_up(root, *answers(recipient))
    assert (code, JOIN.findall(said)) == (0, []), "what is no terminal may be a log"
    assert "For a link: blakus worker again worker" in said
    first = files(root)
    code, said, _ = await set_up(root, "--links")
    assert (code, JOIN.findall(said)) == (0, [])
    assert files(root) == first
    assert (await set_up(root, "--desk-url", "https://galds.example.lv"))[0] == 0
    changed = {name for name, data in files(root).items() if first.get(name) != data}
    ours = {"etc/blakus/settings", "etc/blakus/setup.json"}
    assert changed == ours | {"etc/nginx/conf.d/blakus.conf", "etc/nginx/conf.d/blakus-http.conf"}
    before, after = first["etc/blakus/settings"].decode(), (root / "etc/blakus/settings").read_text()
    assert after == before.replace(DESK, "https://galds.example.lv")
    post = Post()
    async with listening(post) as server:
        code, said, _ = await set_up(root, "--smtp", server)
    assert (code, len(post.mails)) == (0, 2), "of the mail server was said something, so the addresses are tried"
    assert "invited" not in said
    code, said, _ = await set_up(root, "--hours", "mon=09:00-12:00", "tue=10:00-11:00", "--people", "head=Other")
    assert code == 0
    assert "service balvu-novads: its hours are set" in said
    assert "head: head has an account; --people changes no name" in said
    assert (await hours_of(root)) == {"mon": ["09:00", "12:00"], "tue": ["10:00", "11:00"]}
    code, _, wrong = await set_up(root, "--smtp", "none")
    assert (code, f"delete the line BOT_SMTP from {setup_files.SETTINGS}" in wrong) == (1, True), wrong


@pytest.mark.long
async def test_a_file_that_somebody_changed_is_left_alone_and_said(root: Path, recipient: str) -> None:
    assert (await set_up(root, *answers(recipient)))[0] == 0
    unit = root / "etc/systemd/system/blakus.service"
    unit.write_text(unit.read_text().replace("MemoryMax=1G", "MemoryMax=2G"))
    code, said, _ = await set_up(root)
    assert code == 0
    assert "kept  /etc/systemd/system/blakus.service: it was changed by hand" in said
    assert "MemoryMax=2G" in unit.read_text()


@pytest.mark.long
async def test_test_mails_go_out_and_it_says_whether_the_mail_server_took_them(root: Path, recipient: str) -> None:
    post = Post()
    async with listening(post) as server:
        code, said, _ = await set_up(root, *answers(recipient, smtp=server))
    assert code == 0
    assert "sent  2 test mails" in said
    assert sorted(mail["To"] for mail in post.mails) == sorted(ADDRESSES)
    assert {mail["From"] for mail in post.mails} == {ADDRESSES[0]}


async def test_a_mail_server_that_refuses_is_counted(runtime: Runtime) -> None:
    async with listening(Post("550 no")) as server:
        told = with_settings(runtime, mode="service", smtp=SecretStr(server))
        wanted = setup_wanted.Wanted("balvu-novads", {"mon": ("08:30", "17:00")}, *ADDRESSES, try_mail=True)
        assert (await setup_people.prepare(told, wanted)).mails == (0, 2)


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"public_url": "http://blakus.example.lv"}, "--public-url: BOT_PUBLIC_URL must begin with https://"),
        ({"name_of_service": "Atlantīda"}, "--name-of-service: no such service; “blakus service ids” lists them all"),
        ({"smtp": "smtp.example.lv"}, "--smtp: BOT_SMTP must look like"),
        ({"proxy": "apache"}, "--proxy: nginx, caddy or none"),
        ({"certificates": "somewhere"}, "--certificates: acme, or the path"),
        ({"backup_recipient": "AGE-SECRET-KEY-1"}, "--backup-recipient: the public key that age-keygen prints"),
        ({"desk_url": PUBLIC}, "BOT_PUBLIC_URL and BOT_DESK_URL must be two names"),
    ],
)
async def test_a_wrong_answer_is_one_sentence_and_nothing_is_written(
    root: Path, recipient: str, wrong: dict[str, str], says: str
) -> None:
    code, said, error = await set_up(root, *answers(recipient, **wrong))
    assert (code, said) == (1, "")
    assert says in error
    assert error.count("\n") == 1
    assert not (root / "etc").exists()


@pytest.mark.parametrize("hours", ["mon=25:00-26:00", "mon=17:00-08:30", "someday=08:30-17:00", "mon"])
async def test_wrong_hours_are_refused_before_anything_is_asked_or_written(
    root: Path, recipient: str, hours: str
) -> None:
    code, said, error = await set_up(root, *answers(recipient), "--hours", hours)
    assert (code, said) == (2, "")
    assert error.endswith("argument --hours: must look like mon=08:30-17:00\n")
    assert not (root / "etc").exists()


@pytest.mark.long
async def test_a_scratch_folder_can_be_named_from_where_one_is(root: Path, recipient: str) -> None:
    code, _, wrong = await set_up(Path(os.path.relpath(root, ROOT)), *answers(recipient))
    assert (code, wrong) == (0, "")
    assert (root / "var/lib/blakus/var/blakus.sqlite").exists()


async def test_with_caddy_it_waits_until_the_certificate_is_there_and_says_so(authority: Authority) -> None:
    """Caddy orders it in the background, and shows none or another meanwhile."""
    other, own = authority.server("elsewhere.example"), authority.server("blakus.example.lv")
    shown = [other, other, own]
    entry = authority.server()
    entry.sni_callback = lambda way, *_: setattr(way, "context", shown.pop(0))
    said: list[str] = []
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=entry) as server:
        port = server.sockets[0].getsockname()[1]
        await asyncio.to_thread(setup_machine.await_certificates, ["blakus.example.lv"], said.append, port)
    assert (said, shown) == (["got   a certificate for blakus.example.lv"], [])


def test_a_certificate_that_does_not_come_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_machine, "CERTIFICATES_WITHIN", 0.0)
    said: list[str] = []
    setup_machine.await_certificates(["blakus.example.lv"], said.append, 9)
    assert said == ["FAILED: Caddy has no certificate for blakus.example.lv yet. See: journalctl -u caddy -n 20"]


def test_what_is_told_more_than_once_here_and_in_a_file_is_all_taken(tmp_path: Path) -> None:
    """A password is told in a file, and a setting that is none on the command line."""
    (tmp_path / "told").write_text("--set\nBOT_DATABASE=postgresql://…\n--people\nworker=Anna\n")
    told = ["--set", "BOT_MAIL_FROM=blakus@example.lv", "--people", "head=Kārlis", f"@{tmp_path}/told"]
    options = build_parser().parse_args(["setup", *told])
    assert options.more == ["BOT_MAIL_FROM=blakus@example.lv", "BOT_DATABASE=postgresql://…"]
    assert options.people == ["head=Kārlis", "worker=Anna"]


async def test_without_answers_and_without_a_terminal_every_missing_one_is_named(root: Path) -> None:
    code, _, error = await set_up(root)
    assert code == 1
    assert [line.partition(" is missing")[0] for line in error.splitlines()] == [
        question.option for question in setup_answers.QUESTIONS
    ]


@pytest.mark.long
async def test_at_a_terminal_it_asks_at_most_eight_things_and_again_what_was_wrong(root: Path, recipient: str) -> None:
    typed = [PUBLIC, DESK, "Nowhere", "Balvi", " ".join(ADDRESSES), "none", "caddy", "acme", recipient]
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "setup", "--root", str(root),
        cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    said = ""
    async with patiently():
        while process.returncode is None or typed:
            read = await asyncio.to_thread(_read, ours)
            if not read:
                break
            said += read
            if typed and said.endswith("): "):
                os.write(ours, f"{typed.pop(0)}\n".encode())
        await process.wait()
    os.close(ours)
    assert process.returncode == 0, said
    assert re.findall(r"^(\d)/8 ", said, re.MULTILINE) == list("1233") + list("45678")
    assert "no such service" in said
    assert len(JOIN.findall(said)) == len(setup_answers.NEEDED), "a terminal is where links are handed over"
    assert (root / "etc/caddy/Caddyfile").exists()


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:  # the other end is closed
        return ""


@pytest.mark.parametrize("value", ODD)
def test_a_setting_means_the_same_to_the_program_a_shell_and_a_container(tmp_path: Path, value: str) -> None:
    try:
        line = f"BOT_OPERATOR={settings_file.quoted('BOT_OPERATOR', value)}"
    except Unsafe as refused:
        pytest.fail(str(refused))
    file = tmp_path / "settings"
    file.write_text(f"{line}\n")
    assert settings_file.read(file) == {"BOT_OPERATOR": value}
    shell = subprocess.run(
        ["sh", "-c", f'. {file}; printf %s "$BOT_OPERATOR"'], capture_output=True, text=True, check=True
    )
    assert shell.stdout == value
    literally = line.partition("=")[2]  # as docker and podman read --env-file
    assert from_environment({"BOT_OPERATOR": literally}).operator == value


def test_a_setting_that_stands_there_twice_is_changed_in_both_places(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text(settings_file.changed("BOT_OPERATOR=old\nBOT_OPERATOR=older\n", {"BOT_OPERATOR": "new"}))
    assert settings_file.read(file) == {"BOT_OPERATOR": "new"}


@pytest.mark.parametrize("text", ["pa$$w&1;x", "two words", "a\\b", "'a'b", "~/x", '"a$b"', "`id`"])
def test_what_a_shell_and_systemd_read_in_two_ways_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings"
    file.write_text(f"# first\nBOT_SMTP={text}\n")
    with pytest.raises(Unsafe, match="line 2: put the value in single quotes: BOT_SMTP='…'"):
        settings_file.read(file)


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, tool: Callable[[str], str]) -> None:
    for name in ("unit", "backup-unit", "backup-timer"):
        text = setup_files.show(name).replace("/usr/local/sbin/blakus-backup", shutil.which("true") or "")
        (tmp_path / setup_files.SHOWN[name].template).write_text(text)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run([tool("systemd-analyze"), "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "blakus" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", ["command", "backup", "backup-postgresql"])
def test_the_scripts_are_shell(name: str) -> None:
    subprocess.run(["sh", "-n"], input=setup_files.show(name), text=True, check=True)


def test_every_file_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    for name in setup_files.SHOWN:
        assert main(["setup", "--show", name]) == 0
        assert not setup_files.PLACEHOLDER.search(capsys.readouterr().out)


async def test_systemd_is_told_when_the_program_answers(tmp_path: Path) -> None:
    proved(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        environment = {"PYTHONPATH": str(ROOT), "NOTIFY_SOCKET": str(tmp_path / "notify"), "PATH": os.environ["PATH"]}
        ports = {"BOT_LISTEN": "127.0.0.1:0", "BOT_DESK_LISTEN": "127.0.0.1:0"}
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=tmp_path, env=environment | ports,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with patiently():
                assert await asyncio.get_running_loop().sock_recv(systemd, 100) == b"READY=1"
        finally:
            process.terminate()
            process.wait(PATIENCE)
