"""Databases that have today's tables already: the program's own migrations make them once, each test gets a copy."""

import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

import sqlalchemy

from storage.database import make_private
from storage.migrations import migrate
from storage.urls import with_driver


def furnished(url: str) -> str:
    """The same address. Where it names a SQLite file that is not there yet, there is one with empty tables now."""
    given = with_driver(url)
    if given.get_backend_name() == "sqlite" and given.database and not Path(given.database).exists():
        make_private(Path(given.database))
        Path(given.database).write_bytes(_sqlite())
    return url


def furnish_postgres(url: str) -> None:
    """Make the tables in an empty database."""
    _migrated(with_driver(url))


@cache
def _sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tables.sqlite"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # written in the file, and slow to change
        _migrated(sqlalchemy.make_url(f"sqlite:///{file}"))
        return file.read_bytes()


def _migrated(url: sqlalchemy.URL) -> None:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()
