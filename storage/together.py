"""SQLite in one file, made quick: who waits for the disk at the same moment waits for it together.

Reading and writing take some ten microseconds and are done at once, in the loop's own thread. Only the commit waits
for the disk, so only it goes into a thread of its own; whoever comes meanwhile shares the next one. Each transaction
is a savepoint, so one that fails undoes nothing of its neighbours, and each is told that it is done only after the
commit that holds it.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Executable, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import await_only

from storage.base import NaiveTime, UtcDateTime

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what we confirmed survives a power cut
    "secure_delete=ON",  # what is deleted is overwritten, not only unlinked
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "journal_size_limit=1048576",
    "busy_timeout=0",  # the loop never waits for another process; see begin()
)
PATIENCE = 5000
"""Milliseconds that another process may hold the file: a command of the operator, a backup."""


class AtOnce(SQLiteDialect_pysqlite):
    """Python's own driver under SQLAlchemy's asynchronous face. Nothing in it waits but the beginning and the end."""

    driver = "at_once"
    is_async = True
    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        if not dbapi_connection.in_transaction:
            await_only(begin(dbapi_connection))

    def do_commit(self, dbapi_connection: Any) -> None:
        await_only(asyncio.to_thread(dbapi_connection.commit))


class Rows(list[Any]):
    """What a statement found, or how much it changed."""

    def __init__(self, found: Iterable[Any], rowcount: int) -> None:
        super().__init__(found)
        self.rowcount = rowcount

    def first(self) -> Any:
        return self[0] if self else None

    one_or_none = first  # for statements by primary key


class Prepared:
    """A statement compiled once. What SQLAlchemy does around each execution costs more than SQLite's own work."""

    def __init__(self, statement: Executable) -> None:
        dialect = AtOnce()
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.text = str(compiled)
        self._fixed = compiled.params
        self._names: list[str] = list(compiled.positiontup or ())
        kinds = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        self._binding = [_binding(kinds[name], dialect) for name in self._names]
        columns = getattr(statement, "selected_columns", ())
        self._reading = [_reading(column.type.dialect_impl(dialect), dialect) for column in columns]

    def execute(self, driver: sqlite3.Connection, given: Mapping[str, Any]) -> Rows:
        held = (given[name] if name in given else self._fixed[name] for name in self._names)
        values = [bind(value) if bind else value for bind, value in zip(self._binding, held, strict=True)]
        cursor = driver.execute(self.text, values)
        if not self._reading:
            return Rows((), cursor.rowcount)
        reading = self._reading
        return Rows(
            (tuple(read(value) if read else value for read, value in zip(reading, row, strict=True)) for row in cursor),
            -1,
        )


def _binding(kind: Any, dialect: AtOnce) -> Callable[[Any], Any] | None:
    processor: Callable[[Any], Any] | None = kind.bind_processor(dialect)
    return at_once_said if type(kind) is UtcDateTime else processor


def _reading(kind: Any, dialect: AtOnce) -> Callable[[Any], Any] | None:
    processor: Callable[[Any], Any] | None = kind.result_processor(dialect, None)
    return at_once_read if type(kind) is UtcDateTime else processor


def at_once_said(at: datetime) -> str:
    """A time as SQLAlchemy writes it for SQLite, by a tenth of the steps. Every turn writes two and reads two."""
    if at.utcoffset() is None:
        raise NaiveTime("a time without a zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def at_once_read(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Statements:
    """Carries statements out without a word to the loop: those that every turn needs by the shortest way."""

    def __init__(self, connection: AsyncConnection, prepared: Mapping[Executable, Prepared]) -> None:
        assert connection.sync_connection
        self._connection, self._prepared = connection.sync_connection, prepared
        self._driver: Any = self._connection.connection.driver_connection
        self.dialect = self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Any:
        ready = self._prepared.get(statement)
        if ready is None:
            return self._connection.execute(statement, parameters)
        return ready.execute(self._driver, parameters)


registry.register("sqlite.at_once", __name__, AtOnce.__name__)


def make_engine(url: URL) -> AsyncEngine:
    """One connection: writers queue up in order here, instead of polling each other's lock."""
    ours = {"check_same_thread": False, "isolation_level": None}  # the driver must not begin transactions of its own
    engine = create_async_engine(url, hide_parameters=True, poolclass=StaticPool, connect_args=ours)
    event.listen(engine.sync_engine, "connect", set_pragmas)
    return engine


def set_pragmas(connection: Any, _: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


async def begin(driver: sqlite3.Connection) -> None:
    """Take the lock before reading. With the driver's default, 97 of 100 concurrent updates were lost in silence."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY:
            raise
        beginning = asyncio.ensure_future(asyncio.to_thread(_begin_when_free, driver))
        try:
            await asyncio.shield(beginning)
        except asyncio.CancelledError:  # a thread cannot be called back: what it began is undone
            await asyncio.wait({beginning})
            driver.rollback()
            raise


def _begin_when_free(driver: sqlite3.Connection) -> None:
    driver.execute(f"PRAGMA busy_timeout={PATIENCE}")
    try:
        driver.execute("BEGIN IMMEDIATE")
    finally:
        driver.execute("PRAGMA busy_timeout=0")


@dataclass(eq=False)
class Shared:
    """One transaction of SQLite, and all who wait for its commit. `unchanged` is what the driver counted before it."""

    unchanged: int
    waiting: list[asyncio.Future[None]] = field(default_factory=list)
    ending: asyncio.Task[None] | None = None

    def end(self, error: sqlite3.Error | None = None) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(None) if error is None else future.set_exception(error)


class Together:
    """Takes transactions one after another, and commits those that came close together at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._shared: Shared | None = None
        self._connection: AsyncConnection | None = None
        self._thread = ThreadPoolExecutor(1, "commit")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Alone on the connection from here to its end; over only when it is on the disk."""
        async with self._turn:
            connection, driver = await self._connected()
            shared = self._shared or await self._begun(connection, driver)
            driver.execute("SAVEPOINT one")
            try:
                yield connection
                driver.execute("RELEASE one")
            except BaseException:
                self._undo(driver, shared)
                raise
            if shared.ending is None:  # whoever stands in line now still comes before it
                shared.ending = asyncio.create_task(self._end(shared))
            done = asyncio.get_running_loop().create_future()
            shared.waiting.append(done)
        await done

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[sqlite3.Connection]:
        """The driver without any transaction, for what cannot be done within one."""
        async with self._turn:
            _, driver = await self._connected()
            await self._commit(driver)
            yield driver

    async def close(self) -> None:
        """What was begun is ended first."""
        if self._connection:
            async with self.alone():
                await self._connection.close()
                self._connection = None
        self._thread.shutdown()

    async def _connected(self) -> tuple[AsyncConnection, sqlite3.Connection]:
        if self._connection is None:
            self._connection = await self._engine.connect()
        driver: Any = self._connection.sync_connection.connection.driver_connection  # type: ignore[union-attr]
        return self._connection, driver

    async def _begun(self, connection: AsyncConnection, driver: sqlite3.Connection) -> Shared:
        await begin(driver)
        sync: Connection = connection.sync_connection  # type: ignore[assignment]
        if not sync.in_transaction():  # SQLAlchemy only has to know that there is one; its savepoints lie in ours
            sync.begin()
        self._shared = Shared(driver.total_changes)
        return self._shared

    def _undo(self, driver: sqlite3.Connection, shared: Shared) -> None:
        """One has failed. Where SQLite has undone the whole transaction, as on a full disk, all are told."""
        with suppress(sqlite3.Error):
            if shared.waiting:
                driver.execute("ROLLBACK TO one")
                driver.execute("RELEASE one")
            else:
                driver.rollback()
        if not driver.in_transaction:
            self._shared = None
            shared.end(sqlite3.OperationalError("undone"))

    async def _end(self, shared: Shared) -> None:
        async with self._turn:
            if self._shared is shared and self._connection:
                await self._commit((await self._connected())[1])

    async def _commit(self, driver: sqlite3.Connection) -> None:
        """End what is open. Its own failure is told to those who wait, and to nobody else."""
        shared, self._shared = self._shared, None
        if shared is None:
            return
        try:
            if driver.total_changes == shared.unchanged:
                driver.commit()
            else:
                await asyncio.get_running_loop().run_in_executor(self._thread, driver.commit)
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                driver.rollback()
            shared.end(error)
        else:
            shared.end()
