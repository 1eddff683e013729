"""Brings the tables of an older version up to date. Runs by itself when the database is opened."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

HERE = Path(__file__).parent
REPLICAS_TAKE_TURNS = 0x626C616B  # any number, as long as it stays the same
MEASURED = """
    SELECT quote_ident(relname), quote_ident(attname), format_type(atttypid, atttypmod)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND attnum > 0 AND NOT attisdropped
    AND (relpersistence = 'u' OR atttypid = 'bytea'::regtype) AND coalesce(attstattarget, -1) <> 0
"""


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of the newest version. Asked without Alembic: loading it slows down every start."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return set(connection.scalars(text("SELECT version_num FROM alembic_version"))) == newest()


@cache
def newest() -> frozenset[str]:
    """The version that this program needs, by the name of its last file: no migration changes while it runs."""
    return frozenset({max(file.name[1:5] for file in (HERE / "versions").glob("v[0-9]*.py"))})


def migrate(connection: Connection, to: str = "head", mark: Callable[[bytes], bytes] | None = None) -> None:
    """Up to the newest version, or one, in the connection's transaction: all of it or nothing.

    `mark` makes what only a holder of our key could have written (see `Vault.mark`); without it rows stay unmarked.
    """
    on_postgresql = connection.dialect.name == "postgresql"
    if on_postgresql:
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": REPLICAS_TAKE_TURNS})
    if to == "head" and is_current(connection):
        return
    from alembic import command  # here: only an older database needs it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"], config.attributes["mark"] = connection, mark
    command.upgrade(config, to)
    if on_postgresql:
        keep_unmeasured(connection)


def keep_unmeasured(connection: Connection) -> None:
    """PostgreSQL keeps samples of what stands in a column, in a table that is logged, copied and seldom renewed.

    Of conversations, and of whatever is sealed or hashed, it shall keep none. Saying the type again drops those it has.
    """
    for table, column, kind in connection.execute(text(MEASURED)).all():
        change = f"ALTER COLUMN {column} TYPE {kind}, ALTER COLUMN {column} SET STATISTICS 0"
        connection.execute(text(f"ALTER TABLE {table} {change}"))
