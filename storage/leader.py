"""Elects the replica that runs the jobs: the one that holds an advisory lock of PostgreSQL.

The lock belongs to a connection of its own, outside the pool and any transaction. When the process, its machine or the
network dies, PostgreSQL ends that connection and releases the lock: no lease has to run out. It needs a direct
connection, not a pooler that hands out one per transaction.
"""

import asyncio
import os
import socket

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

ONE_LEADS = 0x626C616C  # any number, as long as it stays the same and differs from the migrations'
PATIENCE = 5.0
"""Seconds for an answer. Without one, the process does not lead."""
NOTICED = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""A machine that vanishes silently loses the lock within half a minute instead of two hours."""


class Leader:
    """This process's claim to lead. Ask before each job."""

    def __init__(self, url: URL) -> None:
        name = f"blakus jobs {socket.gethostname()[:32]} {os.getpid()}"
        self._engine = create_async_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"application_name": name, "options": NOTICED, "connect_timeout": int(PATIENCE)},
        )
        self._held: AsyncConnection | None = None
        self._asking = asyncio.Lock()

    async def leads(self) -> bool:
        """Whether this process leads now. It takes the lead if nobody has it."""
        async with self._asking:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await (self._still() if self._held else self._takes())
            except (DBAPIError, OSError, TimeoutError):
                await self.resign()
                return False

    async def resign(self) -> None:
        """Release the lock and the connection."""
        held, self._held = self._held, None
        if held:
            await held.invalidate()
            await held.close()

    async def close(self) -> None:
        await self.resign()
        await self._engine.dispose()

    async def _still(self) -> bool:
        """Whether the lock is still held: a connection that answers still has it."""
        assert self._held
        await self._held.execute(text("SELECT 1"))
        return True

    async def _takes(self) -> bool:
        connection = await self._engine.connect()
        taken = False
        try:
            asked = await connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": ONE_LEADS})
            taken = bool(asked.scalar_one())
        finally:
            if not taken:
                await connection.close()
        self._held = connection if taken else None
        return taken
