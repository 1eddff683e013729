"""The short-lived, sealed state of people's conversations, and the little that outlives it.

The busiest table: one statement reads, one writes, and no object is tracked in between.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import (
    Column,
    CursorResult,
    Executable,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from storage.base import Conflict, Record, UtcDateTime
from storage.vault import Unreadable, Vault

Channel = Literal["web", "telegram", "terminal"]
LONGEST_KEY = 32
"""Bytes."""

conversations = Table(
    "conversations",
    Record.metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("idle_at", UtcDateTime, nullable=False, index=True),
    Column("ends_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

traces = Table(
    "traces",
    Record.metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
    sqlite_with_rowid=False,
)

updates_heard = Table(
    "updates_heard",
    Record.metadata,
    Column("mark", LargeBinary, primary_key=True),
    Column("until", UtcDateTime, nullable=False, index=True),
    sqlite_with_rowid=False,
)

left_pages = Table(
    "left_pages",
    Record.metadata,
    Column("mark", LargeBinary, primary_key=True),
    Column("until", UtcDateTime, nullable=False, index=True),
    sqlite_with_rowid=False,
)


class Statements(Protocol):
    """Executes statements: SQLAlchemy's connection, or something quicker."""

    async def execute(self, statement: Executable, parameters: Any = None, /) -> CursorResult[Any]: ...


READ = select(conversations).where(conversations.c.key == bindparam("of"))
WRITE = (
    update(conversations)
    .where(conversations.c.key == bindparam("of"), conversations.c.version == bindparam("seen"))
    .values({name: bindparam(name) for name in ("channel", "sealed", "version", "idle_at", "ends_at")})
)
BEGIN = insert(conversations)
FORGET = delete(conversations).where(conversations.c.key == bindparam("of"))
FORGET_ALL = delete(conversations).where(
    conversations.c.key >= bindparam("first"), conversations.c.key <= bindparam("last")
)
FORGET_SEEN = FORGET.where(conversations.c.version == bindparam("seen"))
TRACE = select(traces).where(traces.c.key == bindparam("of"))
ERASE = delete(traces).where(traces.c.key == bindparam("of"))
KNOWN = select(updates_heard.c.mark).where(updates_heard.c.mark == bindparam("of"))
LEFT = select(left_pages.c.mark).where(left_pages.c.mark == bindparam("of"))
LEAVE = insert(traces)
OFTEN = (READ, WRITE, BEGIN, FORGET, FORGET_SEEN, TRACE, ERASE, LEAVE, KNOWN, LEFT)
"""The statements of turns, compiled once (module `together`)."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, decrypted. `version` goes back into `put`, so that no turn is lost.

    `content` is empty if our key does not open it: the conversation then starts over, and nobody is stuck.
    """

    key: bytes
    channel: Channel
    content: bytes
    version: int
    idle_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """What an ended conversation leaves in a channel: where, and which messages to remove."""

    key: bytes
    content: bytes
    until: datetime


class Conversations:
    """Conversations by a keyed hash of the address, encrypted with our key."""

    def __init__(self, connection: Statements, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def get(self, key: bytes) -> Conversation | None:
        row = (await self._connection.execute(READ, {"of": key})).one_or_none()
        return None if row is None else self._opened(row)

    async def put(
        self, key: bytes, channel: Channel, content: bytes, idle_at: datetime, ends_at: datetime, version: int | None
    ) -> None:
        """Write one turn. `version` is the one read, None for a new conversation. Raises Conflict if it is outdated."""
        values = {
            "channel": channel,
            "sealed": self._vault.seal(content, b"conversation:" + key),
            "version": (version or 0) + 1,
            "idle_at": min(idle_at, ends_at),  # so that one indexed column says what is over
            "ends_at": ends_at,
        }
        if version is None:
            await self._connection.execute(BEGIN, {"key": key, **values})
            return
        written = await self._connection.execute(WRITE, {"of": key, "seen": version, **values})
        if written.rowcount == 0:
            raise Conflict("conversations")

    async def delete(self, key: bytes, version: int | None = None) -> bool:
        """Delete it; with `version`, only if nobody has written since. Return whether it was deleted."""
        if version is None:
            return int((await self._connection.execute(FORGET, {"of": key})).rowcount) > 0
        return int((await self._connection.execute(FORGET_SEEN, {"of": key, "seen": version})).rowcount) > 0

    async def delete_all(self, beginning: bytes) -> int:
        """Delete all whose key has this prefix. Return how many."""
        last = beginning.ljust(LONGEST_KEY, b"\xff")
        return int((await self._connection.execute(FORGET_ALL, {"first": beginning, "last": last})).rowcount)

    async def expired(self, now: datetime, limit: int = 500) -> list[Conversation]:
        """Return those whose time is over, oldest first."""
        over = select(conversations).where(conversations.c.idle_at <= now)
        rows = await self._connection.execute(over.order_by(conversations.c.idle_at).limit(limit))
        return [self._opened(row) for row in rows]

    async def shorten(self, longest: datetime, to: datetime) -> int:
        """End at `to` all that would last beyond `longest`: the clock was set back, or another replica's runs ahead."""
        beyond = update(conversations).where(conversations.c.idle_at > longest)
        return (await self._connection.execute(beyond.values(idle_at=to))).rowcount

    async def living(self, now: datetime, limit: int = 5000) -> list[Conversation]:
        """Return ongoing ones, to count how many a change of the content affects."""
        on = select(conversations).where(conversations.c.idle_at > now).limit(limit)
        return [self._opened(row) for row in await self._connection.execute(on)]

    async def count(self) -> int:
        return int((await self._connection.execute(select(func.count()).select_from(conversations))).scalar_one())

    def _opened(self, row: Row[*tuple[Any, ...]]) -> Conversation:
        key, channel, sealed, version, idle_at, ends_at = row
        return Conversation(
            key, channel, decrypt(self._vault, sealed, b"conversation:" + key), version, idle_at, ends_at
        )


class Traces:
    """Messages still to be removed: one row per chat, the newest replacing the older."""

    def __init__(self, connection: Statements, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def get(self, key: bytes) -> Trace | None:
        row = (await self._connection.execute(TRACE, {"of": key})).one_or_none()
        return None if row is None else self._opened(row)

    async def put(self, key: bytes, content: bytes, until: datetime) -> None:
        await self.delete(key)
        sealed = self._vault.seal(content, b"trace:" + key)
        await self._connection.execute(LEAVE, {"key": key, "sealed": sealed, "until": until})

    async def waiting(self, limit: int = 500) -> list[Trace]:
        """Return what is still to be done, most urgent first."""
        rows = await self._connection.execute(select(traces).order_by(traces.c.until).limit(limit))
        return [self._opened(row) for row in rows]

    async def delete(self, key: bytes) -> bool:
        return int((await self._connection.execute(ERASE, {"of": key})).rowcount) > 0

    async def expire(self, now: datetime) -> int:
        """Delete what can no longer be acted on. Return how many rows."""
        return (await self._connection.execute(delete(traces).where(traces.c.until <= now))).rowcount

    def _opened(self, row: Row[*tuple[Any, ...]]) -> Trace:
        key, sealed, until = row
        return Trace(key, decrypt(self._vault, sealed, b"trace:" + key), until)


class UpdatesHeard:
    """Marks of updates whose conversation has ended, so that a repeated one does not start it again."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    async def add(self, mark: bytes, until: datetime) -> bool:
        """Store a mark. False if it is known already."""
        if await self.known(mark):
            return False
        await self._connection.execute(insert(updates_heard), {"mark": mark, "until": until})
        return True

    async def known(self, mark: bytes) -> bool:
        return (await self._connection.execute(KNOWN, {"of": mark})).first() is not None

    async def expire(self, now: datetime) -> int:
        """Delete expired marks. Return how many rows."""
        return (await self._connection.execute(delete(updates_heard).where(updates_heard.c.until <= now))).rowcount


class LeftPages:
    """Marks of pages that were left, so that none of them comes back."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    async def add(self, mark: bytes, until: datetime) -> None:
        """Store a mark until then. A known one stays as it is."""
        if not await self.known(mark):
            await self._connection.execute(insert(left_pages), {"mark": mark, "until": until})

    async def known(self, mark: bytes) -> bool:
        return (await self._connection.execute(LEFT, {"of": mark})).first() is not None

    async def expire(self, now: datetime) -> int:
        """Delete expired marks. Return how many rows."""
        return (await self._connection.execute(delete(left_pages).where(left_pages.c.until <= now))).rowcount


def decrypt(vault: Vault, sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt content; empty if our key does not fit, because a changed key must not lock anybody out."""
    try:
        return vault.open(sealed, bound_to)
    except Unreadable:
        return b""
