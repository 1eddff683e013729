"""Group commit for SQLite: transactions that end close together wait for the disk together.

Reads and writes take some ten microseconds and run in the event loop's own thread. Only the commit waits for the disk,
so only it runs in another thread; transactions that arrive meanwhile share the next one. Each is a savepoint, so a
failing one undoes nothing of its neighbours, and each is done only after the commit that contains it.
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
"""Milliseconds that another process, such as an operator's command or a backup, may lock the file."""


class AtOnce(SQLiteDialect_pysqlite):
    """Python's own driver as an asynchronous SQLAlchemy dialect. Only begin and commit ever wait."""

    driver = "at_once"
    is_async = True
    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        if not dbapi_connection.in_transaction:
            await_only(begin(dbapi_connection))

    def do_commit(self, dbapi_connection: Any) -> None:
        await_only(asyncio.to_thread(dbapi_connection.commit))


class Rows(list[Any]):
    """The rows a statement returned, or how many it changed."""

    def __init__(self, found: Iterable[Any], rowcount: int) -> None:
        super().__init__(found)
        self.rowcount = rowcount

    def first(self) -> Any:
        return self[0] if self else None

    one_or_none = first  # for statements by primary key


class Prepared:
    """A statement compiled once: SQLAlchemy's work per execution costs more than SQLite's own."""

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
    return format_time if type(kind) is UtcDateTime else processor


def _reading(kind: Any, dialect: AtOnce) -> Callable[[Any], Any] | None:
    processor: Callable[[Any], Any] | None = kind.result_processor(dialect, None)
    return parse_time if type(kind) is UtcDateTime else processor


def format_time(at: datetime) -> str:
    """Format a time as SQLAlchemy does for SQLite, in a tenth of the steps. Raises NaiveTime.

    Every turn writes two times and reads two.
    """
    if at.utcoffset() is None:
        raise NaiveTime("a time without a zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Statements:
    """Executes statements without yielding to the loop, and those of every turn by the shortest path."""

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
    """Create an engine with one connection: writers queue here instead of polling each other's lock."""
    ours = {"check_same_thread": False, "isolation_level": None}  # the driver must not begin transactions of its own
    engine = create_async_engine(url, hide_parameters=True, poolclass=StaticPool, connect_args=ours)
    event.listen(engine.sync_engine, "connect", set_pragmas)
    return engine


def set_pragmas(connection: Any, _: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


async def begin(driver: sqlite3.Connection) -> None:
    """Take the write lock before reading. With the driver's default, 97 of 100 concurrent updates were lost."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY:
            raise
        beginning = asyncio.ensure_future(asyncio.to_thread(_begin_when_free, driver))
        try:
            await asyncio.shield(beginning)
        except asyncio.CancelledError:  # a thread cannot be cancelled: undo what it began
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
    """One SQLite transaction, and all who wait for its commit. `unchanged`: the driver's count of changes before."""

    unchanged: int
    waiting: list[asyncio.Future[None]] = field(default_factory=list)
    ending: asyncio.Task[None] | None = None

    def end(self, error: sqlite3.Error | None = None) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(None) if error is None else future.set_exception(error)


class Together:
    """Runs transactions one after another, and commits those that end close together at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._shared: Shared | None = None
        self._connection: AsyncConnection | None = None
        self._closed = False
        self._thread = ThreadPoolExecutor(1, "commit")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Have the connection to oneself. Returns only when the transaction is on disk."""
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
            if shared.ending is None:  # whoever waits now still gets in before it
                shared.ending = asyncio.create_task(self._end(shared))
            done = asyncio.get_running_loop().create_future()
            shared.waiting.append(done)
        await done

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[sqlite3.Connection]:
        """Have the driver outside any transaction, for what cannot run in one."""
        async with self._turn:
            _, driver = await self._connected()
            await self._commit(driver)
            yield driver

    async def close(self) -> None:
        """Finish what was begun, then close for good: whoever comes too late gets no connection that nobody closes."""
        if self._connection:
            async with self.alone():
                await self._connection.close()
                self._connection = None
        self._closed = True
        self._thread.shutdown()

    async def _connected(self) -> tuple[AsyncConnection, sqlite3.Connection]:
        if self._closed:
            raise sqlite3.ProgrammingError("closed")
        if self._connection is None:
            self._connection = await self._engine.connect()
        driver: Any = self._connection.sync_connection.connection.driver_connection  # type: ignore[union-attr]
        return self._connection, driver

    async def _begun(self, connection: AsyncConnection, driver: sqlite3.Connection) -> Shared:
        await begin(driver)
        sync: Connection = connection.sync_connection  # type: ignore[assignment]
        if not sync.in_transaction():  # only tells SQLAlchemy; its savepoints nest in ours
            sync.begin()
        self._shared = Shared(driver.total_changes)
        return self._shared

    def _undo(self, driver: sqlite3.Connection, shared: Shared) -> None:
        """Undo one that failed. If SQLite rolled everything back, as on a full disk, all of them fail."""
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
        """Commit the open transaction. A failure is raised for those who wait, and nobody else."""
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
