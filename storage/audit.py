"""Who did what to which request, without a word of its content. Written once; changing it is refused, and shows."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from hmac import compare_digest
from random import SystemRandom

from sqlalchemy import String, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcHour, changed, random_id
from storage.vault import Vault

Added = tuple[datetime, str, str, str, str | None]
"""at, actor, event, subject, reason"""

PERSON = "person"
"""Whoever holds the receipt code: nobody knows more."""
ONE_AT_A_TIME = 0x61756469  # any number, as long as it stays the same


A_BITE = 100
"""Entries looked at in one transaction: a few milliseconds."""


class Entry(Record, kw_only=True):
    """`chain` proves this row and all before it: it is made with our key from the row and `previous`."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[str | None]
    previous: Mapped[bytes]
    chain: Mapped[bytes]


class Waiting(Record, kw_only=True):
    """What a person did, until the next notices of the service take it into the audit: its place there, between what
    workers did, would else tell the minute. By the hour only, and in no order: the id is chance."""

    __tablename__ = "audit_waiting"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - the base class declares it so

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    hour: Mapped[datetime] = mapped_column(UtcHour)
    event: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column(index=True)


class Audit:
    """Append-only. What is added is written at the commit, after everything else: others wait for it, briefly."""

    def __init__(self, session: AsyncSession, vault: Vault) -> None:
        self._session = session
        self._vault = vault
        self._added: list[Added] = []

    def add(self, event: str, actor: str, subject: str, reason: str | None = None, *, at: datetime) -> None:
        """`actor` is a worker's id or 'system'; `subject` the id of a request, service or worker."""
        self._added.append((at, actor, event, subject, reason))

    def add_later(self, event: str, subject: str, *, at: datetime, due: datetime) -> None:
        """What a person did. It waits in this transaction's own row and enters the audit at `due`, by the hour."""
        self._session.add(Waiting(hour=at, event=event, subject=subject, due_at=due))

    async def enter(self, now: datetime) -> int:
        """Take in what is due, in an order of chance. How many. What a crash interrupts is still waiting."""
        due = list(await self._session.scalars(delete(Waiting).where(Waiting.due_at <= now).returning(Waiting)))
        SystemRandom().shuffle(due)
        for waiting in due:
            self.add(waiting.event, PERSON, waiting.subject, at=waiting.hour)
        return len(due)

    async def write(self) -> None:
        """The Store's last step before the commit."""
        if not self._added:
            return
        if self._session.get_bind().dialect.name == "postgresql":
            await self._session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        newest = await self._session.scalar(select(Entry).order_by(Entry.id.desc()).limit(1))
        number, previous = (newest.id, newest.chain) if newest else (0, b"")
        for added in self._added:
            number += 1
            at, actor, event, subject, reason = added
            chain = self._link(previous, number, added)
            row = Entry(
                id=number,
                at=at,
                actor=actor,
                event=event,
                subject=subject,
                reason=reason,
                previous=previous,
                chain=chain,
            )
            self._session.add(row)
            previous = chain
        self._added.clear()
        await self._session.flush()

    async def entries(
        self, subject: str | None = None, before: int | None = None, limit: int = 200, events: Collection[str] = ()
    ) -> list[Entry]:
        """Newest first; the next page is `before` the last id of this one. Only of these events, if any are named."""
        found = select(Entry).order_by(Entry.id.desc()).limit(limit)
        if subject is not None:
            found = found.where(Entry.subject == subject)
        if before is not None:
            found = found.where(Entry.id < before)
        if events:
            found = found.where(Entry.event.in_(events))
        return list(await self._session.scalars(found))

    async def newest_of_each(self, subject: str, events: Collection[str]) -> dict[str, Entry]:
        """Of each actor the newest of these events, however many others there are since."""
        found = select(func.max(Entry.id)).where(Entry.subject == subject, Entry.event.in_(events))
        newest = select(Entry).where(Entry.id.in_(found.group_by(Entry.actor)))
        return {entry.actor: entry for entry in await self._session.scalars(newest)}

    async def verify(self, last: Entry | None = None) -> tuple[int | None, Entry | None]:
        """Some entries further than `last`: the first that was changed or stands behind a gap, and where to go on.

        None where there are no more. In bites, because a year of entries would hold up everybody else. That the
        newest entries are missing cannot be seen from here: note the last `chain` elsewhere now and then.
        """
        before = last
        for row in await self._page(last.id if last else 0):
            if not (self._unchanged(row) and follows(row, last)):
                return row.id, None
            last = row
        return None, last if last is not before else None

    async def expire(self, before: datetime) -> int:
        """Forget entries older than twelve months; the database refuses to forget younger ones. How many.

        Only from the beginning on: what a person did bears an earlier hour than what stands before it, and a gap in
        the middle would look like tampering.
        """
        first_to_stay = await self._session.scalar(select(func.min(Entry.id)).where(Entry.at >= before))
        old = delete(Entry).where(Entry.at < before)
        return await changed(self._session, old if first_to_stay is None else old.where(Entry.id < first_to_stay))

    async def _page(self, after: int) -> list[Entry]:
        return list(await self._session.scalars(select(Entry).where(Entry.id > after).order_by(Entry.id).limit(A_BITE)))

    def _unchanged(self, row: Entry) -> bool:
        added = (row.at, row.actor, row.event, row.subject, row.reason)
        return compare_digest(row.chain, self._link(row.previous, row.id, added))

    def _link(self, previous: bytes, number: int, added: Added) -> bytes:
        at, *words = added
        row = json.dumps([previous.hex(), number, at.astimezone(UTC).isoformat(), *words])
        return self._vault.mark(row.encode())


def follows(row: Entry, last: Entry | None) -> bool:
    """The oldest entry has nothing before it, or what stood there was forgotten in time."""
    if last is None:
        return (row.id == 1) == (row.previous == b"")
    return row.id == last.id + 1 and compare_digest(row.previous, last.chain)
