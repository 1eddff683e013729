"""Two real processes on one PostgreSQL: either answers, one does the timed work, and the other takes over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from bot.runtime import Secrets
from bot.usecases.services.notices import NOTICE
from storage.database import Database
from storage.outbox import Errand
from tests.conftest import SECRET
from tests.patience import until
from tests.program import Program
from tests.storage.rows import a_service
from tests.usecases.services.test_delivery import Post, listening

LEADER = """
    SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE locktype = 'advisory' AND granted AND application_name LIKE 'blakus jobs %'
"""


@asynccontextmanager
async def replicas(folder: Path, url: str, **environment: str) -> AsyncIterator[tuple[Program, Program]]:
    """Two programs on one database, in folders of their own."""
    common = {"BOT_MODE": "service", "BOT_OPERATOR": "Paraugs", "BOT_DATABASE": url, **environment}
    both = Program(folder / "one", common), Program(folder / "other", common)
    try:
        for program in both:
            program.folder.mkdir()
        await asyncio.gather(*(program.start() for program in both))
        yield both
    finally:
        await asyncio.gather(*(program.kill() for program in both))


def leader(url: str) -> int | None:
    """The number of the process that does the timed work."""
    with psycopg.connect(url) as connection:
        row = connection.execute(LEADER).fetchone()
    return int(row[0].split()[-1]) if row else None


@pytest.fixture
async def office(postgres_url: str) -> AsyncIterator[Database]:
    """What is done beside the replicas, on their database."""
    database = Database(postgres_url, Secrets(SECRET).storage)
    await database.open()
    yield database
    await database.close()


async def something_waits(office: Database, service: str) -> None:
    async with office.store() as store:
        await store.services.put(a_service(id=service, email=f"{service}@example.org"))
        await store.outbox.add(Errand(kind=NOTICE, service_id=service, due_at=datetime.now(UTC)))


async def test_the_timed_work_moves_when_the_leader_is_killed_and_each_notice_goes_out_once(
    tmp_path: Path, postgres_url: str, office: Database
) -> None:
    post = Post()

    def told() -> list[str]:
        return [str(mail["To"]) for mail in post.mails]

    await something_waits(office, "balvi")
    async with listening(post) as smtp, replicas(tmp_path, postgres_url, BOT_SMTP=smtp) as both:
        await until(lambda: told() == ["balvi@example.org"])
        first = leader(postgres_url)
        one, other = both if both[0].pid == first else both[::-1]
        assert one.pid == first
        await one.kill()
        await something_waits(office, "ludza")
        await until(lambda: len(told()) > 1)
        assert leader(postgres_url) == other.pid
        assert told() == ["balvi@example.org", "ludza@example.org"]
        assert "job_failed" not in (other.folder / "stderr.log").read_text()
