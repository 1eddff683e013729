"""A database of the first version, with a row in every table, comes up to today's with every row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage.database import Database, with_driver
from storage.migrations import migrate

KEY = bytes(range(32))
AT = datetime(2026, 11, 22, 10, 17, tzinfo=UTC)
FIRST = "0001"
BEFORE_ADDRESSES_WERE_TRIED = "0007"


def a_value(column: "sa.Column[Any]") -> Any:
    """Something of the right type; ids are all the same, so that what refers to a row finds it."""
    match column.type:
        case sa.Boolean():
            return True
        case sa.Integer():
            return 1
        case sa.DateTime():
            return AT
        case sa.JSON():
            return {}
        case sa.LargeBinary():
            return b"one"
        case _:
            return "one"


def furnish(connection: sa.Connection) -> dict[str, Any]:
    """One row in every table of the first version. Answers what was written."""
    tables = sa.MetaData()
    tables.reflect(connection)
    written = {}
    for table in tables.sorted_tables:
        if table.name != "alembic_version":
            row = {column.name: a_value(column) for column in table.columns}
            connection.execute(sa.insert(table), row)
            written[table.name] = row
    return written


@pytest.fixture
def engine(empty_database_url: str) -> sa.Engine:
    backend = "postgresql+psycopg" if "postgres" in empty_database_url else "sqlite"
    return sa.create_engine(with_driver(empty_database_url).set(drivername=backend))


async def test_a_database_of_the_first_version_keeps_every_row(empty_database_url: str, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        migrate(connection, FIRST)
        written = furnish(connection)
    assert len(written) >= 12
    database = Database(empty_database_url, KEY)
    assert (await database.standing())[0] is False
    await database.open()
    assert (await database.standing())[0] is True
    async with database.store() as store:
        assert [one.id for one in await store.services.all()] == ["one"]
        assert [one.id for one in await store.workers.all()] == ["one"]
        assert await store.requests.by_id("one")
        assert await store.conversations.count() == 1
    await database.close()
    with engine.connect() as connection:
        today = sa.MetaData()
        today.reflect(connection)
        for name, row in written.items():
            (kept,) = connection.execute(sa.select(today.tables[name])).mappings()
            assert {column: kept[column] for column in row if not isinstance(row[column], datetime)} == {
                column: value for column, value in row.items() if not isinstance(value, datetime)
            }, name
    engine.dispose()


async def test_a_service_that_could_be_written_to_stays_so_for_fourteen_days(
    empty_database_url: str, engine: sa.Engine
) -> None:
    with engine.begin() as connection:
        migrate(connection, BEFORE_ADDRESSES_WERE_TRIED)
        tables = sa.MetaData()
        tables.reflect(connection)

        def insert(name: str, **differs: Any) -> None:
            row = {column.name: a_value(column) for column in tables.tables[name].columns}
            connection.execute(sa.insert(tables.tables[name]), row | differs)

        for service, holders in (("two", ("a", "b")), ("alone", ("c",))):
            insert("social_services", id=service)
            for holder in holders:
                insert("workers", id=holder, login=holder, service_id=service, invited_hash=holder.encode())
                insert("service_keys", id=holder, service_id=service, held_by=holder, retired_at=None)
    database = Database(empty_database_url, KEY)
    await database.open()
    async with database.store() as store:
        until = {one.id: one.open_until for one in await store.services.all()}
    await database.close()
    engine.dispose()
    assert until["alone"] is None
    assert until["two"]
    assert timedelta(days=13) < until["two"] - datetime.now(UTC) <= timedelta(days=14)
