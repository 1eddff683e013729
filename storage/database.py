"""The database: opened once, migrated at start, and used through a `Store`, which is one transaction."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, func, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm.exc import StaleDataError

from storage.additions import Additions
from storage.audit import Audit
from storage.base import Conflict, Trouble
from storage.consents import Consents
from storage.contact_requests import ContactRequests
from storage.conversations import Conversations, Traces, UpdatesHeard
from storage.counts import Counts
from storage.leader import Leader
from storage.migrations import is_current, migrate
from storage.notes import Notes
from storage.outbox import Outbox
from storage.passkeys import Passkeys
from storage.rounds import Rounds
from storage.social_services import SocialServices
from storage.vault import Unreadable, Vault
from storage.wording import Drafts, Revisions
from storage.workers import DeskSessions, Workers

__all__ = ["Conflict", "Database", "Store", "Trouble", "Unreadable", "Vault"]

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what we confirmed survives a power cut
    "secure_delete=ON",  # what is deleted is overwritten, not only unlinked
    "foreign_keys=ON",
    "busy_timeout=5000",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "journal_size_limit=1048576",
)

EMPTIED = ("conversations", "traces", "updates_heard", "contact_requests", "additions", "notes")

TWICE = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    "23505",  # unique_violation
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
}
"""How the databases say that someone else was faster."""


class Store:
    """One transaction. What its repositories remember is there after the commit, or not at all."""

    def __init__(self, connection: AsyncConnection, session: AsyncSession, vault: Vault) -> None:
        self.conversations = Conversations(connection, vault)
        self.traces = Traces(connection, vault)
        self.updates_heard = UpdatesHeard(connection)
        self.counts = Counts(connection)
        self.services = SocialServices(session)
        self.consents = Consents(session)
        self.requests = ContactRequests(session)
        self.additions = Additions(session)
        self.notes = Notes(session)
        self.workers = Workers(session, vault)
        self.sessions = DeskSessions(session)
        self.passkeys = Passkeys(session)
        self.outbox = Outbox(session)
        self.revisions = Revisions(session)
        self.drafts = Drafts(session)
        self.rounds = Rounds(session)
        self.audit = Audit(session, vault)


class Database:
    """SQLite in one file, or PostgreSQL for several replicas. `key` seals what rests in it."""

    def __init__(self, url: str, key: bytes) -> None:
        self._url = with_driver(url)
        self._vault = Vault(key)
        self._engine = make_engine(self._url)
        self.is_open = False
        """Whether the tables are known to be what this version needs; before that nothing is read from them."""
        self._leader = None if self._on_sqlite else Leader(self._url)

    async def open(self) -> None:
        """Bring the tables up to date. Several replicas may do it at once. Raises Trouble when it cannot be reached."""
        if self._on_sqlite and self._url.database:
            make_private(Path(self._url.database))
        try:
            async with self._engine.begin() as connection:
                await connection.run_sync(migrate)
        except (DBAPIError, NoConnection) as error:
            raise as_ours(error) from None
        self.is_open = True

    async def standing(self) -> tuple[bool, datetime]:
        """Whether the tables are what this version needs, and the time by the database's clock. Changes nothing."""
        try:
            async with self._engine.connect() as connection:
                self.is_open = await connection.run_sync(is_current)
                now: object = (await connection.execute(select(func.current_timestamp()))).scalar_one()
        except (DBAPIError, NoConnection) as error:
            raise as_ours(error) from None
        at = now if isinstance(now, datetime) else datetime.fromisoformat(str(now))
        return self.is_open, at if at.tzinfo else at.replace(tzinfo=UTC)

    async def close(self) -> None:
        if self._leader:
            await self._leader.close()
        await self._engine.dispose()

    async def leads(self) -> bool:
        """Whether this process is the one that does the timed work now. On SQLite there is only one."""
        return self._leader is None or await self._leader.leads()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """One transaction: committed at the end, undone on any exception.

        Raises Conflict when someone was faster, Trouble when the database failed.
        """
        if not self.is_open:
            raise Trouble("NotOpen")
        try:
            async with self._engine.begin() as connection, session_of(connection) as session:
                store = Store(connection, session, self._vault)
                yield store
                await session.flush()
                await store.audit.write()
        except (DBAPIError, NoConnection, StaleDataError) as error:
            raise as_ours(error) from None

    async def shrink(self) -> bool:
        """Let freed pages and the write-ahead log hold nothing. False when someone was reading: try again later."""
        async with self._engine.connect() as connection:
            if not self._on_sqlite:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text(f"VACUUM {', '.join(EMPTIED)}"))
                return True
            driver: Any = (await connection.get_raw_connection()).driver_connection
            cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, _, _ = await cursor.fetchone()
            return not busy

    @property
    def folder(self) -> Path | None:
        """Where the embedded database lies; None where it is elsewhere."""
        return Path(self._url.database).parent if self._on_sqlite and self._url.database else None

    @property
    def _on_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"


def with_driver(url: str) -> URL:
    """Whatever driver the operator named, we use the asynchronous one."""
    given = make_url(url)
    backend = given.drivername.partition("+")[0]
    if backend not in DRIVERS:
        raise ValueError(f"neither SQLite nor PostgreSQL: {backend}")
    return given.set(drivername=DRIVERS[backend])


def make_engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "postgresql":
        return create_async_engine(
            url,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            pool_size=10,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5, "tcp_user_timeout": 10_000},  # a server that went silent is gone
        )
    # One connection: writers queue up in order here, instead of polling each other's lock.
    alone = {"pool_size": 1, "max_overflow": 0} if url.database else {}  # in memory there is one connection anyway
    engine = create_async_engine(url, hide_parameters=True, **alone)
    event.listen(engine.sync_engine, "connect", set_pragmas)
    event.listen(engine.sync_engine, "begin", begin_immediately)
    return engine


def set_pragmas(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_immediately(connection: Connection) -> None:
    """Take the lock before reading. With the driver's default, 97 of 100 concurrent updates were lost in silence."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def session_of(connection: AsyncConnection) -> AsyncSession:
    """Tracks records within the transaction of `connection`, which alone commits. Reading twice shows the newest."""
    return AsyncSession(
        connection,
        expire_on_commit=False,
        join_transaction_mode="rollback_only",
        execution_options={"populate_existing": True},
    )


def as_ours(error: DBAPIError | NoConnection | StaleDataError) -> Conflict | Trouble:
    """The same without the database's words, which repeat what was to be stored."""
    if isinstance(error, StaleDataError):
        return Conflict()
    said = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(said, "sqlite_errorcode", None) or getattr(said, "sqlstate", None)
    return Conflict() if code in TWICE else Trouble(type(said).__name__, code)


def make_private(file: Path) -> None:
    """Readable by its owner only; the log beside it inherits that."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
