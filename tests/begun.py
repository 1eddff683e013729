"""What many tests begin with, made once: the program itself builds it, and each later test gets a copy of the rows.

Building an office, with colleagues, keys and a request, was half the work of the tests that have one.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal
from sqlalchemy import URL

from bot.runtime import Runtime
from storage.database import Database
from storage.urls import with_driver
from tests.copies import VERSION, first_row, tables_of
from tests.faces import Clock
from tests.quick import SLOW_ON_PURPOSE

AT_ONCE = ("key_check", VERSION)
"""Tables that an open database has filled already."""
SQLITE_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"

FILLING = """DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM {0}), 'not empty'; END $$;
    INSERT INTO {0} SELECT * FROM unnest({1}::{0}[])"""
LAST = """SELECT quote_ident(sequencename), last_value FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL"""

Made = TypeVar("Made", bound=Hashable)
Rows = dict[str, Any]
"""By table. How they are written down, only the database's own part of this module knows."""


@dataclass(frozen=True)
class Begun:
    """What came out of building: the rows of the database, the time, and what the tests are told."""

    rows: Rows
    now: datetime
    made: Any


_begun: dict[Hashable, Begun] = {}


async def begun(runtime: Runtime, clock: Clock, build: Callable[[Runtime, Clock], Awaitable[Made]]) -> Made:
    """What `build` makes in an empty database and answers. It builds for the first test that asks, in a runtime of its
    own, so that nothing of the building is in the memory of any test's runtime. What it answers cannot be changed, and
    is the same for all tests of this process.
    """
    url = with_driver(runtime.settings.database.get_secret_value())
    asked = _what_it_depends_on(runtime, clock, build)
    if asked in _begun:
        _put(url, _begun[asked].rows)
        clock.now = _begun[asked].now
    else:
        assert not _rows(url), "what stands here already would be handed to other tests"
        made = await _built(runtime, clock, build)
        _begun[asked] = Begun(_rows(url), clock.now, made)
    answer: Made = _begun[asked].made
    return answer


async def _built(runtime: Runtime, clock: Clock, build: Callable[[Runtime, Clock], Awaitable[Made]]) -> Made:
    database = Database(runtime.settings.database.get_secret_value(), runtime.secrets.storage)
    try:
        await database.open()
        made = await build(replace(runtime, database=database), clock)
    finally:
        await database.close()
    hash(made)  # raises TypeError for what one test could change under the next
    return made


def _what_it_depends_on(runtime: Runtime, clock: Clock, build: Callable[..., Any]) -> Hashable:
    """The same for two tests only if building would make the same for both, but for what is drawn by lot."""
    backend = runtime.settings.database.get_secret_value().partition(":")[0]
    settings = tuple((name, str(value)) for name, value in runtime.settings if name != "database")
    quick = tuple(getattr(module, name) for module, name, _ in SLOW_ON_PURPOSE)  # a test may have its own
    return build, backend, clock.now, runtime.content.revision, runtime.secrets.storage, settings, quick


def _rows(url: URL) -> Rows:
    return _rows_of_sqlite(str(url.database)) if url.get_backend_name() == "sqlite" else _rows_of_postgres(url)


def _put(url: URL, rows: Rows) -> None:
    if url.get_backend_name() == "sqlite":
        _put_into_sqlite(str(url.database), rows)
    else:
        _put_into_postgres(url, rows)


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _rows_of_sqlite(file: str) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(file)) as connection:
        names = [name for (name,) in connection.execute(SQLITE_TABLES) if name not in AT_ONCE]
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608
    return {name: rows for name, rows in found.items() if rows}


def _put_into_sqlite(file: str, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Beside the connection of the test's runtime, which holds no transaction now."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        for name, ours in rows.items():
            assert connection.execute(f"SELECT 1 FROM {name}").fetchone() is None, f"{name} is not empty"  # noqa: S608
            places = ", ".join("?" * len(ours[0]))
            connection.executemany(f"INSERT INTO {name} VALUES ({places})", ours)  # noqa: S608


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _connected(url: URL) -> psycopg.Connection:
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)


def _rows_of_postgres(url: URL) -> dict[str, Composed]:
    """What fills each table of an empty database: its rows as PostgreSQL itself writes and reads them."""
    filling = {}
    with _connected(url) as connection:
        for name in tables_of(connection):
            table = Identifier(name)
            (rows,) = first_row(connection.execute(SQL("SELECT array_agg({0})::text FROM {0}").format(table)))
            if rows is not None and name not in AT_ONCE:
                filling[name] = SQL(FILLING).format(table, Literal(rows))
        for name, last in connection.execute(LAST).fetchall():
            filling[name] = SQL("SELECT setval({}, {})").format(Literal(name), Literal(last))
    return filling


def _put_into_postgres(url: URL, filling: dict[str, Composed]) -> None:
    """A row may come before the one it refers to: they have been in a database together, so nobody checks it again."""
    with _connected(url) as connection:
        connection.execute(SQL("; ").join([SQL("SET session_replication_role = replica"), *filling.values()]))
