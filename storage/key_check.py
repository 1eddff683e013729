"""Knows whether the key we were given is the one this database was sealed with.

With another key nobody could sign in, and the audit would look as if somebody had changed it.
"""

from hmac import compare_digest

from sqlalchemy import Column, Integer, LargeBinary, Table, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from storage.audit import Entry
from storage.base import Record, WrongKey
from storage.vault import Vault

ONLY = 1
key_check = Table(
    "key_check",
    Record.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("mark", LargeBinary, nullable=False),
    Column("audit_after", Integer, nullable=False),
)
"""One row: the last entry of the audit that was linked with an earlier key, and a MAC of it made with the key."""


def is_ours(connection: Connection, vault: Vault) -> bool:
    """Whether the database was sealed with our key. A database without a mark is taken as ours."""
    row = connection.execute(select(key_check.c.mark, key_check.c.audit_after)).one_or_none()
    return row is None or compare_digest(row.mark, vault.mark_of_database(row.audit_after))


def require(connection: Connection, vault: Vault) -> None:
    """Raise WrongKey if the database was sealed with another key."""
    if not is_ours(connection, vault):
        raise WrongKey


def remember(connection: Connection, vault: Vault) -> None:
    """Mark the database as sealed with our key, unless it is marked. Another replica may do so at the same moment."""
    if connection.execute(select(key_check.c.id)).first() is None:
        try:
            with connection.begin_nested():
                row = insert(key_check).values(id=ONLY, mark=vault.mark_of_database(0), audit_after=0)
                connection.execute(row)
        except IntegrityError:
            require(connection, vault)


def replace(connection: Connection, vault: Vault) -> None:
    """Take our key in place of the one the database was sealed with; the audit is proved from here on."""
    last = connection.execute(select(func.coalesce(func.max(Entry.id), 0))).scalar_one()
    connection.execute(update(key_check).values(mark=vault.mark_of_database(last), audit_after=last))
