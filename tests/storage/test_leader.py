"""Of several replicas one leads, and another as soon as that one is gone."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from storage.database import Database

KEY = bytes(range(32))
CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"


@pytest.fixture
async def replicas(postgres_url: str) -> AsyncIterator[tuple[Database, Database]]:
    both = Database(postgres_url, KEY), Database(postgres_url, KEY)
    yield both
    for database in both:
        await database.close()


async def test_one_leads_and_goes_on_leading(replicas: tuple[Database, Database]) -> None:
    one, other = replicas
    assert [await one.leads(), await other.leads(), await one.leads(), await other.leads()] == [
        True,
        False,
        True,
        False,
    ]


async def test_who_stops_hands_over(replicas: tuple[Database, Database]) -> None:
    one, other = replicas
    assert await one.leads()
    await one.close()
    assert await other.leads()


async def test_who_lost_the_connection_leads_no_more(replicas: tuple[Database, Database], postgres_url: str) -> None:
    one, other = replicas
    assert await one.leads()
    with psycopg.connect(postgres_url, autocommit=True) as intruder:
        intruder.execute(CUT_OFF)
    assert await other.leads()
    assert not await one.leads()
    assert not await one.leads()


async def test_with_the_database_out_of_reach_nobody_leads() -> None:
    lost = Database("postgresql://nobody@127.0.0.1:9/nowhere", KEY)
    assert not await lost.leads()
    await lost.close()


async def test_on_sqlite_the_only_process_leads(tmp_path: object) -> None:
    alone = Database(f"sqlite:///{tmp_path}/blakus.sqlite", KEY)
    assert await alone.leads()
    await alone.close()
