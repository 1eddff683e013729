"""The database: opened once, migrated at start, used through a `Store`, which is one transaction."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL, Connection, Executable, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm.exc import StaleDataError

from storage import key_check, together
from storage.additions import Additions
from storage.audit import Audit
from storage.base import Conflict, Trouble, WrongKey
from storage.clocks import Clocks
from storage.consents import Consents
from storage.contact_requests import ContactRequests
from storage.conversations import OFTEN, Conversations, LeftPages, Traces, UpdatesHeard
from storage.counts import Counts
from storage.drafts import Drafts
from storage.floods import Floods
from storage.joinings import Joinings
from storage.leader import Leader
from storage.migrations import is_current, migrate
from storage.notes import Notes
from storage.outbox import Outbox
from storage.papers import Papers
from storage.passkeys import Passkeys
from storage.resealing import Resealing
from storage.revisions import Revisions
from storage.rewriting import Rewriting
from storage.rounds import Rounds
from storage.sides import Sides
from storage.slips import Slips
from storage.social_services import SocialServices
from storage.together import Together
from storage.troubles import translate_error
from storage.urls import with_driver
from storage.vault import Unreadable, Vault
from storage.workers import DeskSessions, KnownBrowsers, Workers

__all__ = ["Conflict", "Database", "Store", "Trouble", "Unreadable", "Vault", "WrongKey"]


PREPARED: dict[Executable, together.Prepared] = {statement: together.Prepared(statement) for statement in OFTEN}


class Store:
    """One transaction: what its repositories write is stored at the commit, or not at all."""

    def __init__(self, connection: AsyncConnection, vault: Vault, volatile: Vault, *, at_once: bool) -> None:
        self._connection, self._vault, self._volatile, self._at_once = connection, vault, volatile, at_once
        self._statements = together.Statements(connection, PREPARED) if at_once else connection
        self._opened: AsyncSession | None = None
        self.conversations = Conversations(self._statements, volatile)

    @cached_property
    def traces(self) -> Traces:
        return Traces(self._statements, self._volatile)

    @cached_property
    def updates_heard(self) -> UpdatesHeard:
        return UpdatesHeard(self._statements)

    @cached_property
    def left_pages(self) -> LeftPages:
        return LeftPages(self._statements)

    @cached_property
    def counts(self) -> Counts:
        return Counts(self._statements)

    @cached_property
    def clocks(self) -> Clocks:
        return Clocks(self._session)

    @cached_property
    def services(self) -> SocialServices:
        return SocialServices(self._session, self._vault)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self._session)

    @cached_property
    def requests(self) -> ContactRequests:
        return ContactRequests(self._session)

    @cached_property
    def joinings(self) -> Joinings:
        return Joinings(self._session)

    @cached_property
    def resealing(self) -> Resealing:
        return Resealing(self._session)

    @cached_property
    def floods(self) -> Floods:
        return Floods(self._session)

    @cached_property
    def additions(self) -> Additions:
        return Additions(self._session)

    @cached_property
    def notes(self) -> Notes:
        return Notes(self._session)

    @cached_property
    def papers(self) -> Papers:
        return Papers(self._session)

    @cached_property
    def sides(self) -> Sides:
        return Sides(self._session)

    @cached_property
    def slips(self) -> Slips:
        return Slips(self._session)

    @cached_property
    def workers(self) -> Workers:
        return Workers(self._session, self._vault)

    @cached_property
    def sessions(self) -> DeskSessions:
        return DeskSessions(self._session)

    @cached_property
    def known_browsers(self) -> KnownBrowsers:
        return KnownBrowsers(self._session)

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(self._session)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._session)

    @cached_property
    def revisions(self) -> Revisions:
        return Revisions(self._session)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self._session)

    @cached_property
    def rounds(self) -> Rounds:
        return Rounds(self._session)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self._session, self._vault)

    async def flush(self) -> None:
        """Write what is still in memory; the audit last, because other transactions wait for its lock."""
        if self._opened:
            await self._opened.flush()
            if "requests" in vars(self):  # only then can a request have changed
                await self.joinings.keep_together()
            await self.audit.write()
            if self._at_once:
                await self._opened.commit()  # of its own savepoint

    async def close(self) -> None:
        if self._opened:
            await self._opened.close()

    @property
    def _session(self) -> AsyncSession:
        """Tracks records within our transaction; opened on first use, because most turns need none."""
        if self._opened is None:
            self._opened = AsyncSession(
                self._connection,
                expire_on_commit=False,
                join_transaction_mode="create_savepoint" if self._at_once else "rollback_only",
                execution_options={"populate_existing": True},
            )
        return self._opened


class Database:
    """SQLite in one file, or PostgreSQL for several replicas. `key` seals what is stored; `volatile`, if given, what is
    short-lived."""

    def __init__(self, url: str, key: bytes, volatile: bytes | None = None) -> None:
        self._url = with_driver(url)
        self._vault, self._volatile = Vault(key), Vault(volatile or key)
        self._engine = make_engine(self._url)
        self._together = Together(self._engine) if self._on_sqlite else None
        self._leader = None if self._on_sqlite else Leader(self._url)
        self._rewriting = Rewriting()
        self._why = ""
        """Why it could not be opened."""
        self.is_open = False
        """Whether the tables are known to fit this version; until then nothing is read from them."""

    async def open(self) -> None:
        """Migrate the tables. Several replicas may do so at once.

        Raises Trouble if it is unreachable, WrongKey if it was sealed with another key.
        """
        if self._on_sqlite and self._url.database:
            make_private(Path(self._url.database))
        try:
            async with self._transaction() as connection:
                await connection.run_sync(migrate, mark=self._vault.mark)
                await connection.run_sync(key_check.require, self._vault)
                await connection.run_sync(key_check.remember, self._vault)
        except (DBAPIError, NoConnection, sqlite3.Error) as error:
            trouble = translate_error(error)
            self._why = getattr(trouble, "why", "")
            raise trouble from None
        self.is_open = True

    async def standing(self) -> tuple[bool, datetime]:
        """Return whether the tables fit this version, and the time by the database's clock. Changes nothing.

        Raises Trouble, and WrongKey if it was sealed with another key.
        """
        self._require_file()
        try:
            async with self._transaction() as connection:
                is_open = await connection.run_sync(is_current)
                if is_open:
                    await connection.run_sync(key_check.require, self._vault)
                self.is_open = is_open
                now = await connection.run_sync(current_time)
        except (DBAPIError, NoConnection, sqlite3.Error) as error:
            raise translate_error(error) from None
        at = now if isinstance(now, datetime) else datetime.fromisoformat(str(now))
        return self.is_open, at if at.tzinfo else at.replace(tzinfo=UTC)

    async def take_key(self, at: datetime) -> bool:
        """Take our key in place of the one the database was sealed with, and note it in the audit.

        False if it was sealed with ours. Raises Trouble.
        """
        self._require_file()
        try:
            async with self._transaction() as connection:
                await connection.run_sync(migrate, mark=self._vault.mark)
                await connection.run_sync(key_check.remember, self._vault)
                if await connection.run_sync(key_check.is_ours, self._vault):
                    return False
                await connection.run_sync(key_check.replace, self._vault)
                store = Store(connection, self._vault, self._volatile, at_once=self._on_sqlite)
                store.audit.add("secret_accepted", "system", "BOT_SECRET", at=at)
                await store.flush()
                await store.close()
                return True
        except (DBAPIError, NoConnection, sqlite3.Error) as error:
            raise translate_error(error) from None

    async def leads(self) -> bool:
        """Whether this process runs the jobs now. On SQLite there is only one process."""
        return self._leader is None or await self._leader.leads()

    async def close(self) -> None:
        if self._leader:
            await self._leader.close()
        if self._together:
            await self._together.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """Open a transaction: committed at the end, rolled back on any exception.

        Raises Conflict if another write was faster, Trouble if the database failed.
        """
        if not self.is_open:
            raise Trouble("NotOpen", why=self._why)
        try:
            async with self._transaction() as connection:
                store = Store(connection, self._vault, self._volatile, at_once=self._on_sqlite)
                try:
                    yield store
                    await store.flush()
                finally:
                    await store.close()
        except (DBAPIError, NoConnection, StaleDataError, sqlite3.Error) as error:
            raise translate_error(error) from None

    async def shrink(self) -> bool:
        """Clear freed pages and the write-ahead log. False if somebody was reading: try again later. Raises Trouble."""
        try:
            return await self._shrunk()
        except (DBAPIError, NoConnection, sqlite3.Error) as error:
            raise translate_error(error) from None

    async def _shrunk(self) -> bool:
        if self._together:
            async with self._together.alone() as driver:
                checkpoint = await asyncio.to_thread(driver.execute, "PRAGMA wal_checkpoint(TRUNCATE)")
                return not checkpoint.fetchone()[0]
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            return await self._rewriting.rewrite(connection)

    @property
    def folder(self) -> Path | None:
        """The folder of the embedded database; None if there is none."""
        return Path(self._url.database).parent if self._on_sqlite and self._url.database else None

    def _require_file(self) -> None:
        """Raise Trouble if there is no file: SQLite would create one. For a server, only connecting can tell."""
        if self._on_sqlite and self._url.database and not Path(self._url.database).exists():
            raise Trouble("NoFile", why="its file is not there")

    def _transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._together.transaction() if self._together else self._engine.begin()

    @property
    def _on_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"


def current_time(connection: Connection) -> object:
    return connection.execute(select(func.current_timestamp())).scalar_one()


def make_engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "postgresql":
        return create_async_engine(
            url,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            pool_size=10,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5, "tcp_user_timeout": 10_000},  # a silent server counts as gone
        )
    return together.make_engine(url)


def make_private(file: Path) -> None:
    """Make a file readable by its owner only, even if it exists; its write-ahead log inherits that."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
    for path in (file, *file.parent.glob(f"{file.name}-*")):
        path.chmod(0o600)
