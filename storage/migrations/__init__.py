"""Brings the tables of an older version up to date. Runs by itself when the database is opened."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

REPLICAS_TAKE_TURNS = 0x626C616B  # any number, as long as it stays the same


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of the newest version."""
    return set(MigrationContext.configure(connection).get_current_heads()) == newest()


@cache
def newest() -> frozenset[str]:
    """The version that this program needs: its migrations do not change while it runs."""
    return frozenset(ScriptDirectory(str(Path(__file__).parent)).get_heads())


def migrate(connection: Connection, to: str = "head") -> None:
    """Up to the newest version, or one, in the connection's transaction: all of it or nothing."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": REPLICAS_TAKE_TURNS})
    if to == "head" and is_current(connection):
        return
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
