"""The package: which files it holds, which version it says it is, and what its `preinst` keeps and puts back."""

import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import version
from storage.migrations import newest
from supply.package import before, contents, deb
from tests.conftest import ROOT, missing
from tests.tables import furnished

OLD, NEW = "0.1.0", "0.2.0"
REQUEST = """
    INSERT INTO contact_requests (id, once_hash, receipt_hash, service_id, sealed, priority, language, created_hour,
        read_by, purge_at, status, opened_count, call_blocked, is_sample, attempts, most_attempts, head_only,
        escalated_to, last_called, flood, version)
    VALUES (:id, :id || 'o', :id || 'r', 'balvu-novads', 'a sealed letter', 'today', 'lv', '2026-11-30', '2026-12-01',
        '2027-01-01', 'new', 0, 0, 0, '[]', 3, 0, '', 0, 0, 1)
"""
A_WORKER = """
    INSERT INTO workers (id, name, login, role, created_at, language, active, totp_last_step, failures, recovery_marks,
        version)
    VALUES (:id, :id, :id, 'worker', '2026-11-30', 'lv', 1, 0, 0, '[]', 1)
"""
TAKEN = """
    INSERT INTO audit (at, actor, event, subject, reason, previous, chain)
    VALUES ('2026-12-01', :actor, :event, 'hers', :to, x'', x'')
"""


@pytest.fixture
def checkout(tmp_path: Path, tool: Callable[[str], str]) -> Path:
    """A checkout in which a small project was committed."""
    git = tool("git")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.lv")
    for command in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", "First")):
        subprocess.run([git, *command], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> before.Machine:
    """A machine with a database of today's tables, on which the version before is about to come or go."""
    monkeypatch.delenv(before.WORD, raising=False)
    made = before.Machine(tmp_path)
    made.database.parent.mkdir(parents=True)
    furnished(f"sqlite:///{made.database}")
    return made


@pytest.fixture
def live(machine: before.Machine) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(machine.database, isolation_level=None)) as connection:
        yield connection


def arrives(monkeypatch: pytest.MonkeyPatch, version: str, known: frozenset[str]) -> None:
    monkeypatch.setattr(before, "VERSION", version)
    monkeypatch.setattr(before, "KNOWN", known)


def upgraded(machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newer version came, and its tables are not those of the older one."""
    arrives(monkeypatch, NEW, newest())
    before.main(["upgrade", OLD], machine)
    live.execute("UPDATE alembic_version SET version_num = 'of the future'")
    arrives(monkeypatch, OLD, newest())


# --- What it holds ----------------------------------------------------------------------------------------------------


def test_the_package_holds_what_the_program_reads_and_nothing_of_the_tests() -> None:
    if not (ROOT / ".git").exists():
        missing("a git checkout")
    packed = {str(target.relative_to(contents.CODE)) for _, target in contents.our_files(ROOT)}
    read = [
        *(ROOT / "bot").rglob("*.*"), *(ROOT / "dialogs").iterdir(), *(ROOT / "locales").rglob("*.po"),
        *(ROOT / "storage" / "migrations" / "versions").glob("*.py"), ROOT / "pyproject.toml",
    ]  # fmt: skip
    listed = contents.git(ROOT, "ls-files", "--others", "--exclude-standard").splitlines()
    wanted = {str(path.relative_to(ROOT)) for path in read if "__pycache__" not in path.parts} - set(listed)
    assert wanted <= packed
    assert "bot/desk/static/vendor/age.js" in packed
    assert {name.partition("/")[0] for name in packed} == set(contents.OURS)


def test_without_the_browsers_bundle_no_package_is_built(checkout: Path) -> None:
    (checkout / "bot" / "desk" / "browser").mkdir(parents=True)
    (checkout / "bot" / "desk" / "browser" / "age.js").touch()
    with pytest.raises(contents.NotBuilt, match="make setup"):
        list(contents.our_files(checkout))


def test_unit_and_command_name_the_place_where_the_package_puts_the_program() -> None:
    for template in ("blakus.service", "blakus.sh"):
        text = (ROOT / contents.TEMPLATES / template).read_text()
        assert set(re.findall(r"@[A-Z_]+@", text)) <= {"@CODE@", "@PYTHON@"}, "the package fills in these two"


# --- Which version ----------------------------------------------------------------------------------------------------


def test_a_tagged_commit_has_the_version_of_the_project_and_every_later_one_sorts_after_it(
    checkout: Path, tool: Callable[[str], str]
) -> None:
    later = contents.source(checkout).version
    assert later.startswith(f"{version()}+")
    assert before.is_older(version(), later)
    subprocess.run([tool("git"), "tag", f"v{version()}"], cwd=checkout, check=True)
    assert contents.source(checkout).version == version()
    (checkout / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + "\n# changed\n")
    assert contents.source(checkout).version.endswith(".changed")


def test_the_package_asks_for_a_python_that_it_brings_packages_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={contents.PYTHONS[0]}"
    assert all(f">= {python})" in deb.PYTHON for python in contents.PYTHONS)


def test_its_preinst_knows_its_version_and_the_tables_of_its_migrations(tmp_path: Path) -> None:
    states = deb.states(ROOT)
    assert newest() <= states
    script = tmp_path / "preinst"
    script.write_text(deb.preinst(NEW, states))
    told = "import runpy, sys; told = runpy.run_path(sys.argv[1]); print(told['VERSION'], *sorted(told['KNOWN']))"
    done = subprocess.run([sys.executable, "-I", "-c", told, str(script)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [NEW, *sorted(states)]


def test_the_page_for_operators_names_this_package_and_where_its_copies_lie() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    assert f"apt-get install ./blakus_{version()}_{deb.ARCHITECTURE}.deb" in page
    assert f"apt-get install --allow-downgrades ./blakus_{version()}_{deb.ARCHITECTURE}.deb" in page
    assert f"`{before.WORD}=yes`" in page
    assert f"`{before.Machine().copies}/`" in page
    assert f"d {before.Machine().copies} 0700 root root 1d\n" in deb.KEPT_FOR_A_DAY
    assert all(f"`/{path}`" in page for path in (contents.CODE, contents.UNIT, contents.COMMAND))


# --- Upgrade, and back ------------------------------------------------------------------------------------------------


def test_an_upgrade_keeps_the_database_without_conversations_for_its_owner_alone(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.execute(REQUEST, {"id": "open"})
    arrives(monkeypatch, NEW, newest())
    before.main(["upgrade", OLD], machine)
    copy = machine.copy_of(OLD)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.parent.stat().st_mode & 0o777 == 0o700
    with closing(sqlite3.connect(copy)) as kept:
        assert [*before.letters(kept)] == ["open"]
        assert [*kept.execute("SELECT count(*) FROM conversations")] == [(0,)]


def test_going_back_leaves_a_database_alone_whose_tables_the_older_version_knows(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.execute(REQUEST, {"id": "open"})
    arrives(monkeypatch, OLD, newest())
    before.main(["upgrade", NEW], machine)
    assert [*before.letters(live)] == ["open"]
    assert not machine.copies.exists()


def test_going_back_over_changed_tables_without_a_copy_is_refused_with_a_sentence(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.execute("UPDATE alembic_version SET version_num = 'of the future'")
    arrives(monkeypatch, OLD, newest())
    with pytest.raises(before.Refused, match=f"{NEW} has changed the tables, and no copy"):
        before.main(["upgrade", NEW], machine)


def test_going_back_over_changed_tables_says_first_what_it_costs_and_changes_nothing(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.execute(REQUEST, {"id": "withdrawn"})
    upgraded(machine, live, monkeypatch)
    live.execute(REQUEST, {"id": "new"})
    live.execute("UPDATE contact_requests SET sealed = NULL WHERE id = 'withdrawn'")
    with pytest.raises(before.Refused, match="loses 1 open requests that came since, and ends 1 ") as refused:
        before.main(["upgrade", NEW], machine)
    assert f"{before.WORD}=yes" in str(refused.value)
    assert [*before.letters(live)] == ["new"]


def test_the_copy_comes_back_when_told_and_nothing_that_a_person_took_back_since(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = {
        "withdrawn": "sealed = NULL",
        "not to be called": "call_blocked = 1",
        "somebody else answered": """attempts = '[{"outcome": "other_person"}]'""",
        "for the head alone": "head_only = 1",
        "joined to her own request": "joined_to = 'as it was'",
        "her own request is gone": "no_contact = 1",
    }
    for request in ("as it was", *since):
        live.execute(REQUEST, {"id": request})
    upgraded(machine, live, monkeypatch)
    for request, change in since.items():
        live.execute(f"UPDATE contact_requests SET {change} WHERE id = ?", (request,))  # noqa: S608 - names of our own
    monkeypatch.setenv(before.WORD, "yes")
    before.main(["upgrade", NEW], machine)
    with closing(sqlite3.connect(machine.database)) as back:
        assert {state for (state,) in back.execute("SELECT version_num FROM alembic_version")} == newest()
        assert [*before.letters(back)] == ["as it was"]
        ended = back.execute("SELECT id FROM contact_requests WHERE status = 'expired' AND sealed IS NULL ORDER BY id")
        assert [request for (request,) in ended] == sorted(since)
    assert machine.copy_of(NEW).exists(), "the newer database is kept, too, to go forward again"


def test_a_report_is_contacted_by_nobody_in_an_older_version_that_knows_no_joining(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for request in ("own", "joined", "left over"):
        live.execute(REQUEST, {"id": request})
    upgraded(machine, live, monkeypatch)
    with closing(sqlite3.connect(machine.copy_of(OLD), isolation_level=None)) as copy:
        copy.execute("DROP INDEX ix_contact_requests_joined_to")
        for column in ("joined_to", "no_contact"):
            copy.execute(f"ALTER TABLE contact_requests DROP COLUMN {column}")
    live.execute("UPDATE contact_requests SET joined_to = 'own' WHERE id = 'joined'")
    live.execute("UPDATE contact_requests SET no_contact = 1 WHERE id = 'left over'")
    monkeypatch.setenv(before.WORD, "yes")
    before.main(["upgrade", NEW], machine)
    with closing(sqlite3.connect(machine.database)) as back:
        assert [*before.letters(back)] == ["own"]


def test_the_report_beside_a_letter_that_does_not_come_back_leads_to_no_contact(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for request in ("own", "joined"):
        live.execute(REQUEST, {"id": request})
    live.execute("UPDATE contact_requests SET joined_to = 'own' WHERE id = 'joined'")
    upgraded(machine, live, monkeypatch)
    live.execute("UPDATE contact_requests SET call_blocked = 1 WHERE id = 'own'")
    monkeypatch.setenv(before.WORD, "yes")
    before.main(["upgrade", NEW], machine)
    with closing(sqlite3.connect(machine.database)) as back:
        left = back.execute(
            "SELECT id, joined_to, no_contact FROM contact_requests WHERE sealed IS NOT NULL"
        ).fetchall()
    assert left == [("joined", None, 1)]


LATER = {
    "called unsafe": "UPDATE contact_requests SET call_blocked = 1 WHERE id = 'joined'",
    "somebody else answered": """
        UPDATE contact_requests SET attempts = '[{"outcome": "other_person"}]' WHERE id = 'joined'
    """,
    "a last day": """
        INSERT INTO additions (id, request_id, sealed, made_at, until)
        VALUES (1, 'joined', 'sealed', '2026-12-01', '2026-12-02')
    """,
}


@pytest.mark.parametrize("since", LATER)
def test_her_request_does_not_come_back_without_what_the_joined_report_forbids(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, since: str
) -> None:
    for request in ("own", "joined", "another"):
        live.execute(REQUEST, {"id": request})
    live.execute("UPDATE contact_requests SET joined_to = 'own' WHERE id = 'joined'")
    upgraded(machine, live, monkeypatch)
    live.execute(LATER[since])
    monkeypatch.setenv(before.WORD, "yes")
    before.main(["upgrade", NEW], machine)
    with closing(sqlite3.connect(machine.database)) as back:
        assert [*before.letters(back)] == ["another"]


def test_what_an_erased_report_forbade_is_forgotten_by_no_older_version(
    machine: before.Machine, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by one that knows the column, nor by one that does not: there the letter has ended."""
    for request in ("known", "new", "another"):
        live.execute(REQUEST, {"id": request})
    live.execute("UPDATE contact_requests SET unsafe_until = 0 WHERE id = 'known'")
    upgraded(machine, live, monkeypatch)
    live.execute("UPDATE contact_requests SET unsafe_until = 0 WHERE id = 'new'")
    with closing(sqlite3.connect(machine.copy_of(OLD), isolation_level=None)) as copy:
        assert before.out_of_date(live, copy) == ["new"]
        copy.execute("ALTER TABLE contact_requests DROP COLUMN unsafe_until")
    monkeypatch.setenv(before.WORD, "yes")
    before.main(["upgrade", NEW], machine)
    with closing(sqlite3.connect(machine.database)) as back:
        assert [*before.letters(back)] == ["another"]


@pytest.mark.parametrize("takers, left", [(["ilze"], ["his"]), (["ilze", "zane"], []), (["known"], ["hers", "his"])])
def test_whoever_has_had_one_side_since_has_had_it_after_going_back(
    machine: before.Machine,
    live: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
    takers: list[str],
    left: list[str],
) -> None:
    """The audit of the copy does not know it, so the side has ended and its tombstone tells; it tells of one only."""
    for request in ("hers", "his"):
        live.execute(REQUEST, {"id": request})
    live.execute(TAKEN, {"actor": "known", "event": "request_taken", "to": None})
    for worker in ("ilze", "zane"):
        live.execute(A_WORKER, {"id": worker})
    upgraded(machine, live, monkeypatch)
    live.execute("INSERT INTO sides VALUES ('hers', 'his')")
    for worker in takers:
        live.execute(TAKEN, {"actor": "head", "event": "request_handed_over", "to": worker})
    monkeypatch.setenv(before.WORD, "yes")
    before.main(["upgrade", NEW], machine)
    with closing(sqlite3.connect(machine.database)) as back:
        assert [*before.letters(back)] == left
        assert back.execute("SELECT count(*) FROM sides").fetchone() == (1,)
        (had,) = back.execute("SELECT worker_id FROM contact_requests WHERE id = 'hers'").fetchone()
    assert had == (None if takers == ["known"] else "ilze")


def test_a_database_on_a_server_is_neither_copied_nor_looked_at(
    machine: before.Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.settings.parent.mkdir(parents=True)
    machine.settings.write_text("BOT_DATABASE='postgresql://blakus@db1.internal/blakus'\n")
    arrives(monkeypatch, NEW, newest())
    before.main(["upgrade", OLD], machine)
    assert not machine.copies.exists()
    assert "makes no copy" in capsys.readouterr().out


def test_a_mark_of_two_sides_is_carried_over_to_the_copy() -> None:
    tables = """
        CREATE TABLE contact_requests (id TEXT PRIMARY KEY, sealed BLOB);
        CREATE TABLE sides (one_id TEXT, other_id TEXT, PRIMARY KEY (one_id, other_id));
        INSERT INTO contact_requests VALUES ('hers', x'00'), ('his', x'00');
    """
    since = (
        "INSERT INTO contact_requests VALUES ('new', x'00'); INSERT INTO sides VALUES ('hers', 'his'), ('hers', 'new')"
    )
    with closing(sqlite3.connect(":memory:")) as live, closing(sqlite3.connect(":memory:")) as copy:
        live.executescript(tables + since)
        copy.executescript(tables)
        before.keep_marks(live, copy)
        assert copy.execute("SELECT * FROM sides").fetchall() == [("hers", "his")]
