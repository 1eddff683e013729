"""An opened database, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator

import pytest
import sqlalchemy

from storage.database import Database
from storage.urls import with_driver
from tests.tables import furnished

KEY = bytes(range(32))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(furnished(database_url), KEY)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def replica(database: Database, database_url: str) -> AsyncIterator[Database]:
    """The same database, opened by another process."""
    replica = Database(database_url, KEY)
    await replica.open()
    yield replica
    await replica.close()


@pytest.fixture
def intruder(database: Database, database_url: str) -> Iterator[sqlalchemy.Connection]:
    """Someone who reached the database past our code. Every statement counts at once."""
    url = with_driver(database_url)
    if url.get_backend_name() == "sqlite":
        url = url.set(drivername="sqlite")
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
