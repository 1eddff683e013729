"""Rewrites tables of PostgreSQL after erasing: it leaves deleted rows in the free space of its pages."""

from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.beside import BESIDE

EMPTIED = (
    *("conversations", "traces", "updates_heard", "left_pages"),
    *("contact_requests", "readers", *BESIDE),
    *("sessions", "known_browsers", "consents", "audit_waiting"),
)
CHANGES = text("SELECT relname, n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE schemaname = current_schema()")
MOST_HELD_UP = 1000
"""Milliseconds that tidying up may wait for a table, with everybody else queued behind it."""
LOCKED = "55P03"  # lock_not_available


class Rewriting:
    """Remembers how many changes each table had when it was last rewritten."""

    def __init__(self) -> None:
        self._rewritten: dict[str, int] = {}

    async def rewrite(self, connection: AsyncConnection) -> bool:
        """Rewrite what has changed, outside any transaction. False if somebody was reading a table: try again later."""
        await connection.execute(text(f"SET lock_timeout = {MOST_HELD_UP}"))
        try:
            return await self._rewrite(connection)
        finally:
            with suppress(DBAPIError, NoConnection):  # a broken connection is replaced anyway
                await connection.execute(text("RESET lock_timeout"))

    async def _rewrite(self, connection: AsyncConnection) -> bool:
        done = True
        for table, changes in (await connection.execute(CHANGES)).all():
            if table not in EMPTIED or self._rewritten.get(table) == changes:
                continue
            try:
                await connection.execute(text(f"VACUUM (FULL) {table}"))
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != LOCKED:
                    raise
                done = False  # a backup is reading it
            else:
                self._rewritten[table] = changes
        return done
