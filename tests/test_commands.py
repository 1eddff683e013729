"""The command line, as an operator and an editor use it."""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot import content
from bot.__main__ import main
from bot.commands.running import CANNOT_BE_USED
from bot.volatile import lies_in_memory
from tests import packages
from tests.conftest import ROOT, missing
from tests.patience import PATIENCE
from tests.pictures import rehearsed
from tests.program import memory_of_the_tests, proved


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands keep their files in the folder they are called from."""
    monkeypatch.chdir(tmp_path)
    proved(tmp_path)
    monkeypatch.setenv("BOT_SECRET", "a secret of the tests, long enough to be one")


def test_check_prints_the_certificate(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "longest distance to emergency help, in presses: 1\n" in said
    assert "longest distance to a human: 1\n" in said
    assert "no request without consent" in said


def test_the_version_is_the_one_of_pyproject_and_names_the_content(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (
        capsys.readouterr().out == f"blakus {project['version']}, content of the checkout {content.read().revision}\n"
    )


@pytest.mark.parametrize(
    "command, printed", [(["check"], "cards made and read"), (["draw"], "</svg>"), (["find", "112"], "")]
)
def test_commands_about_the_content_do_without_the_database(command: list[str], printed: str) -> None:
    """Loading SQLAlchemy would take longer than the proof. `make bench` measures the whole."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", *command],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert printed in done.stdout
    assert "sqlalchemy" not in done.stderr


def test_a_command_with_a_database_does_without_chat_desk_and_telegram(tmp_path: Path) -> None:
    """Loading them would take as long as all else that it does."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "counts"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "storage.database" in loaded
    assert not loaded & {"bot.app", "bot.desk.app", "telegram", "aiohttp.web"}


def test_check_refuses_a_broken_package_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = packages.write(tmp_path / "package", words={"ru": {"court": None}})
    assert main(["check", str(folder)]) == 1
    assert "dialogs.po" in capsys.readouterr().err


def test_draw_is_a_map_of_every_screen_people_can_see(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "--lang", "ru"]) == 0
    drawn = capsys.readouterr().out
    ElementTree.fromstring(drawn)  # noqa: S314  our own drawing
    assert ">court-protection</text>" in drawn
    assert "<script" not in drawn


def test_find_prints_a_line_for_each_topic_best_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["find", "--lang", "ru", "боюсь что заберут детей"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["topic"], first["screen"]) == ("children-taken", "children-taken")
    monkeypatch.setattr("sys.stdin", io.StringIO("kur palikt pa nakti ar berniem\nmuzh bjet\n"))
    assert main(["find"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["topic"] == "crisis-centre"
    assert {line["query"] for line in lines} == {"kur palikt pa nakti ar berniem", "muzh bjet"}
    assert (lines[-1]["danger"], lines[-1]["despair"]) == (True, False)


@pytest.mark.parametrize(
    "typed, topic, danger, despair",
    [
        ("qwrtplk", None, False, False),
        ("gribu nomirt", "thoughts-of-death", False, True),
        ("viņš mani nogalinās un es gribu nomirt", "emergency", True, True),
    ],
)
def test_find_says_apart_whether_danger_and_despair_are_heard_also_where_nothing_is_offered(
    capsys: pytest.CaptureFixture[str], typed: str, topic: str | None, danger: bool, despair: bool
) -> None:
    assert main(["find", typed]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["topic"], first["danger"], first["despair"]) == (topic, danger, despair)


def test_talk_holds_a_conversation_that_can_be_piped(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "bot", "talk", "--lang", "ru"],
        input="1\nнеразборчиво\n999\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "BOT_SECRET": "x" * 32, "PATH": ""},
        check=True,
        timeout=PATIENCE,
    )
    assert "Здравствуйте!" in said.stdout
    assert "О чём вы хотите узнать?" in said.stdout
    assert "неразборчиво" not in said.stdout
    assert said.stderr == "", "no line of the log stands between the screens"
    assert not list(tmp_path.rglob("*.sqlite*"))


def test_an_operator_opens_a_service_and_invites_its_first_worker(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "set", "balvu-novads", "--hours", "mon=08:30-17:00", "--email", "a@example.lv"]) == 0
    assert main(["service", "list"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("balvu-novads cannot be addressed\n    0 of two hold its key; two of its workers")
    assert "nobody else is told" in said
    assert main(["service", "try", "balvu-novads"]) == 1
    assert "set BOT_SMTP" in capsys.readouterr().err
    assert (
        main(["worker", "invite", "anna", "--name", "Anna (paraugs)", "--role", "worker", "--service", "balvu-novads"])
        == 0
    )
    assert "/join/" in capsys.readouterr().out
    assert main(["worker", "list"]) == 0
    assert "anna worker balvu-novads open" in capsys.readouterr().out
    assert main(["service", "set", "balvu-novads", "--reader", "anna", "--reader-email", "anna@example.lv"]) == 1
    assert "--reader: Only somebody of this service who holds its key" in capsys.readouterr().err
    assert main(["worker", "leave", "anna"]) == 0
    assert "0 of two hold its key" in capsys.readouterr().out


def test_every_service_of_the_directory_is_listed_with_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "set", "balvu-novads", "--hours", "mon=08:30-17:00"]) == 0
    assert main(["service", "ids"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("*")]) == 1
    assert "* balvu-novads  Balvu novada Sociālā pārvalde" in lines
    assert len(lines) == len(content.read().services)


@pytest.mark.parametrize(
    "wrong, says",
    [
        (["service", "set", "atlantis", "--hours", "mon=08:30-17:00"], "the directory has no service atlantis; blakus"),
        (["service", "show", "balvu-novads"], "the service balvu-novads is not set up"),
        (["worker", "invite", "anna", "--name", "Anna", "--role", "head", "--service", "riga"], "riga is not set up"),
        (["worker", "invite", "kārlis ozols", "--name", "Kārlis", "--role", "dpo"], "a login has letters from a to z"),
        (["worker", "leave", "nobody"], "nobody has this login"),
    ],
)
def test_a_refusal_is_a_sentence_that_says_what_to_do(
    wrong: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(wrong) == 1
    assert says in capsys.readouterr().err


def test_a_login_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    invite = ["worker", "invite", "dace", "--name", "Dace (paraugs)", "--role", "dpo"]
    assert main(invite) == 0
    assert main(invite) == 1
    assert "the login dace is taken" in capsys.readouterr().err


def test_an_operator_changes_a_calendar_by_command_and_sees_what_it_promises(
    capsys: pytest.CaptureFixture[str],
) -> None:
    week = [f"{day}=08:30-17:00" for day in ("mon", "tue", "wed", "thu", "fri")]
    assert main(["service", "set", "balvu-novads", "--hours", *week, "--email", "a@example.lv"]) == 0
    change = [
        "--deputy-email",
        "b@example.lv",
        "--reads-within",
        "60",
        "--closed",
        "2026-12-30",
        "2026-12-28..2026-12-29",
    ]
    assert main(["service", "set", "balvu-novads", *change]) == 0
    assert main(["service", "show", "balvu-novads"]) == 0
    said = capsys.readouterr().out
    assert "--email a@example.lv\n--deputy-email b@example.lv\n" in said
    assert "--reads-within 60\n" in said
    assert "fri=08:30-17:00\n" in said
    assert "--closed 2026-12-28..2026-12-30\n" in said
    assert "who writes on friday evening: read by " in said
    assert main(["service", "set", "balvu-novads", "--hours", "mon=09:00-10:00", "--email", "nobody"]) == 1
    assert capsys.readouterr().err == "--email: This is not an e-mail address.\n"
    assert main(["service", "set", "balvu-novads", "--hours", "mon=09:00-10:00", "--deputy-email", ""]) == 0
    assert main(["service", "show", "balvu-novads"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("--hours mon=09:00-10:00\n")
    assert "tue" not in said
    assert "deputy" not in said


def test_one_command_says_whether_the_audit_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "invite", "dace", "--name", "Dace (paraugs)", "--role", "dpo"]) == 0
    assert main(["worker", "leave", "dace"]) == 0
    assert main(["audit"]) == 0
    assert "the chain of 2 entries is whole" in capsys.readouterr().out
    (file,) = tmp_path.rglob("*.sqlite")
    with closing(sqlite3.connect(file)) as intruder, intruder:
        intruder.execute("DROP TRIGGER audit_stays")
        intruder.execute("UPDATE audit SET actor = 'someone' WHERE id = 1")
    assert main(["audit"]) == 1
    assert "broken at entry 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        ["service", "set", "atlantis", "--hours", "mon=08:30-17:00"],
        ["service", "set", "balvu-novads", "--email", "a@example.lv"],
        ["service", "show", "balvu-novads"],
        ["worker", "invite", "anna", "--name", "Anna", "--role", "worker"],
        ["worker", "leave", "nobody"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused_in_a_line(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(wrong) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_service_mode_refuses_to_start_on_unsafe_defaults(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_MODE", "service")
    monkeypatch.delenv("BOT_SECRET")
    assert main(["run"]) == CANNOT_BE_USED
    said = capsys.readouterr().err
    assert "BOT_SECRET" in said
    assert "BOT_OPERATOR" in said


def test_a_misspelt_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKN", "123:secret")
    assert main(["run"]) == CANNOT_BE_USED
    said = capsys.readouterr().err
    assert "BOT_TELEGRAM_TOKN is not a setting" in said
    assert "secret" not in said


def test_the_counts_of_a_year_are_printed_as_sums_of_its_weeks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["counts", "--year", "2026"]) == main(["counts", "--year", "2026", "--json"]) == 0
    assert capsys.readouterr().out == "nothing was published of 2026: a week's numbers are, when it is over\n"
    (file,) = tmp_path.rglob("*.sqlite")
    with closing(sqlite3.connect(file)) as database, database:
        rows = [("2026-11-16", "start:go", 40), ("2026-11-23", "start:go", 35), ("2025-11-24", "start:go", 90)]
        database.executemany("INSERT INTO published_counts VALUES (?, ?, ?)", rows)
    assert main(["counts", "--year", "2026"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-11-16 start:go about 40",
        "2026-11-23 start:go about 35",
        "2026 start:go about 75",
    ]
    assert main(["counts", "--year", "2026", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"year": 2026, "button": "start:go", "about": 75}


def test_the_doctor_finds_the_key_of_the_running_service_in_memory_and_makes_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = memory_of_the_tests()
    if not lies_in_memory(memory):
        missing("a tmpfs at /dev/shm")
    monkeypatch.setenv("BOT_MEMORY_FOLDER", str(memory))
    before = {*memory.iterdir()}
    main(["doctor"])
    assert "key of conversations: lies on the disk" in capsys.readouterr().out
    assert {*memory.iterdir()} == before
    main(["service", "list"])  # as the service does when it starts
    main(["doctor"])
    assert "key of conversations: lies in memory" in capsys.readouterr().out


@pytest.mark.pictures
def test_the_doctor_says_no_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1
    said, logged = capsys.readouterr()
    assert "RED    settings: missing: BOT_MODE=service" in said
    assert logged == ""  # its own turns would hide what it found
    assert "RED    database: out of reach (its file is not there)" in said
    assert said.splitlines()[-1].startswith("NO: settings, database")
    rehearsed("operating-doctor")
    assert main(["doctor", "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"name": "database", "well": False}.items() <= next(
        line for line in lines if line["name"] == "database"
    ).items()


def test_a_package_goes_out_as_one_file_and_comes_in_as_a_draft(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["worker", "invite", "eva", "--name", "Eva", "--role", "editor"]) == 0
    assert main(["content", "export", "package.zip"]) == 0
    assert main(["content", "import", "package.zip", "--editor", "eva", "--keep-own", "facts", "services"]) == 0
    said = capsys.readouterr().out
    assert "opened for eva: “package”\n0 sentences, 0 facts and 0 services differ" in said
    (tmp_path / "package.zip").write_bytes((tmp_path / "package.zip").read_bytes()[:-500])
    assert main(["content", "import", "package.zip", "--editor", "eva"]) == 1
    assert "package.zip: this is not a package, or it was damaged on the way" in capsys.readouterr().err
    assert main(["content", "import", "nothing.zip", "--editor", "eva"]) == 1


def test_content_goes_into_a_checkout_and_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "checkout" / "dialogs").mkdir(parents=True)
    (tmp_path / "checkout" / "dialogs" / "retired.yaml").write_text("screens: {}\n")
    assert main(["content", "export", "checkout"]) == 0
    assert not (tmp_path / "checkout" / "dialogs" / "retired.yaml").exists()
    assert main(["check", "checkout"]) == 0
    exported = capsys.readouterr().out.split()[1]
    assert exported == content.read(tmp_path / "checkout").revision == content.read().revision


def test_the_schema_of_letters_names_the_codes_of_the_form_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "letter-schema"]) == 0
    letter = json.loads(capsys.readouterr().out)["$defs"]["request"]["properties"]
    form = content.read().request
    assert letter["form"] == {"const": form.version}
    assert letter["answers"]["properties"]["contact_mode"]["enum"] == list(form.fields["contact_mode"].options)
    described = {name: answer["description"] for name, answer in letter["answers"]["properties"].items()}
    assert described.items() <= {name: field.purpose for name, field in form.fields.items()}.items()


def test_the_review_calendar_says_what_ends_first_with_owner_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "facts", "--lang", "ru"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("    ")]
    assert lines == sorted(lines, key=lambda line: line[:10])
    assert len(lines) == len(content.read().facts) + len(content.read().services)
    assert main(["content", "facts", "--days", "0"]) == 0
    due = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("    ")]
    assert [line for line in due if "OVERDUE" not in line and "  in 0 days" not in line] == []
    assert len(due) < len(lines)


@pytest.fixture
def eight_bits(tmp_path: Path, tool: Callable[[str], str]) -> dict[str, str]:
    """The environment of a machine on which LANG=lv_LV means ISO-8859-13, as it does on Debian."""
    made = tmp_path / "locales" / "lv_LV.ISO-8859-13"
    made.parent.mkdir()
    subprocess.run([tool("localedef"), "-i", "lv_LV", "-f", "ISO-8859-13", str(made)], capture_output=True, check=False)
    assert made.is_dir()
    return os.environ | {"LOCPATH": str(made.parent), "LC_ALL": made.name, "PYTHONPATH": str(ROOT)}


def test_with_a_latvian_eight_bit_locale_every_letter_goes_into_a_file_and_out_of_one(
    tmp_path: Path, eight_bits: dict[str, str]
) -> None:
    def said(*command: str, typed: str = "") -> str:
        run = [sys.executable, "-m", "bot", *command]
        done = subprocess.run(run, cwd=tmp_path, env=eight_bits, input=typed.encode(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode()

    assert "круглосуточно" in said("content", "facts", "--lang", "ru")
    assert "Здравствуйте" in said("talk", "--lang", "ru")
    said("site", "closed")
    written = {letter for path in (tmp_path / "closed").rglob("*.html") for letter in path.read_text("utf-8")}
    style = (ROOT / "bot" / "channels" / "static" / "chat.css").read_text("utf-8")
    assert {letter for letter in style if not letter.isascii()} <= written, "the signs of exit and telephone"


def test_no_file_is_read_in_the_encoding_of_the_locale() -> None:
    """Beside what is read when the program is loaded, see the test above."""
    asked = re.compile(r"\b(read_text|write_text)\((?![^)]*(encoding=|\"utf-8\"))")
    written = [path for folder in ("bot", "storage") for path in (ROOT / folder).rglob("*.py")]
    lines = [(path, line) for path in written for line in path.read_text("utf-8").splitlines()]
    plain = [f"{path}: {line}" for path, line in lines if asked.search(line) and "encoding" not in line]
    assert plain == []
