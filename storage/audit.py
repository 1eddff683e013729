"""Who did what to which request, without any of its content. Append-only: changes are refused, and detected."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from hmac import compare_digest
from random import SystemRandom

from sqlalchemy import Select, String, and_, delete, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcHour, changed, random_id
from storage.narrowing import AuditSearch
from storage.vault import Vault

Added = tuple[datetime, str, str, str, str | None]
"""at, actor, event, subject, reason"""

PERSON = "person"
"""Whoever holds the receipt code; nothing more is known of her."""
ONE_AT_A_TIME = 0x61756469  # any number, as long as it stays the same
A_BITE = 100
"""Entries verified in one transaction: a few milliseconds."""


class Entry(Record, kw_only=True):
    """One action. `chain` is a MAC of the row and `previous`, so it proves this row and all before it."""

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
    """What a person did, until it enters the audit with the next notices of the service. Entered at once, its place
    among the workers' actions would reveal the minute. Stored by the hour and in no order: the id is random."""

    __tablename__ = "audit_waiting"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - the base class declares it so

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    hour: Mapped[datetime] = mapped_column(UtcHour)
    event: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column(index=True)


class Audit:
    """Append-only. Entries are written last before the commit, because other transactions wait for that lock."""

    def __init__(self, session: AsyncSession, vault: Vault) -> None:
        self._session = session
        self._vault = vault
        self._added: list[Added] = []

    def add(self, event: str, actor: str, subject: str, reason: str | None = None, *, at: datetime) -> None:
        """Add an entry. `actor` is a worker's id or 'system'; `subject` the id of a request, service or worker."""
        self._added.append((at, actor, event, subject, reason))

    def add_later(self, event: str, subject: str, *, at: datetime, due: datetime) -> None:
        """Add what a person did. It waits in a row of its own and enters the audit at `due`, with its hour only."""
        self._session.add(Waiting(hour=at, event=event, subject=subject, due_at=due))

    async def enter(self, now: datetime) -> int:
        """Take what is due into the audit, in random order. Return how many. After a crash they are still waiting."""
        due = list(await self._session.scalars(delete(Waiting).where(Waiting.due_at <= now).returning(Waiting)))
        SystemRandom().shuffle(due)
        for waiting in due:
            self.add(waiting.event, PERSON, waiting.subject, at=waiting.hour)
        return len(due)

    async def write(self) -> None:
        """Write the added entries. The Store's last step before the commit."""
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
        """Return entries, newest first, only of `events` if any are named. Page on with `before`, the last id seen."""
        return await self._found(select(Entry).limit(limit), subject, before, events)

    async def has_had(self, subject: str, worker: str, taken: Collection[str], given: str) -> bool:
        """Whether this worker ever did one of `taken` to the subject, or was given it by somebody else's `given`."""
        by_her = and_(Entry.event.in_({*taken} - {given}), Entry.actor == worker)
        to_her = and_(Entry.event == given, Entry.reason == worker)
        found = select(Entry.id).where(Entry.subject == subject, or_(by_her, to_her)).limit(1)
        return await self._session.scalar(found) is not None

    async def search(self, wanted: AuditSearch, before: int | None, limit: int) -> list[Entry]:
        """Return the entries that fit, newest first. Page on with `before`, the last id seen."""
        found = select(Entry).limit(limit)
        if wanted.subject:
            found = found.where(Entry.subject.startswith(wanted.subject, autoescape=True))
        if wanted.worker:
            found = found.where(or_(Entry.actor == wanted.worker, Entry.subject == wanted.worker))
        if wanted.since is not None:
            found = found.where(Entry.at >= wanted.since)
        if wanted.before is not None:
            found = found.where(Entry.at < wanted.before)
        return await self._found(found, None, before, {wanted.event} if wanted.event else ())

    async def _found(
        self, found: Select[Entry], subject: str | None, before: int | None, events: Collection[str]
    ) -> list[Entry]:
        found = found.order_by(Entry.id.desc())
        if subject is not None:
            found = found.where(Entry.subject == subject)
        if before is not None:
            found = found.where(Entry.id < before)
        if events:
            found = found.where(Entry.event.in_(events))
        return list(await self._session.scalars(found))

    async def newest_of_each(self, subject: str, events: Collection[str]) -> dict[str, Entry]:
        """Return each actor's newest entry of these events."""
        found = select(func.max(Entry.id)).where(Entry.subject == subject, Entry.event.in_(events))
        newest = select(Entry).where(Entry.id.in_(found.group_by(Entry.actor)))
        return {entry.actor: entry for entry in await self._session.scalars(newest)}

    async def subjects(self, actor: str, event: str, among: Collection[str]) -> set[str]:
        """Return those of these subjects to which the actor did this."""
        found = select(Entry.subject).where(Entry.actor == actor, Entry.event == event, Entry.subject.in_(among))
        return set(await self._session.scalars(found.distinct()))

    async def verify(self, last: Entry | None = None) -> tuple[int | None, Entry | None]:
        """Verify the next A_BITE entries after `last`: in pieces, because a year of them would hold up everybody else.

        Return the id of the first that was changed or follows a gap, or None, and the entry to continue from, None at
        the end. Missing newest entries cannot be detected here: note the last `chain` elsewhere now and then.
        """
        if last is None:
            last = await self._first_of_another_key()
        before = last
        for row in await self._page(last.id if last else 0):
            if not (self._unchanged(row) and follows(row, last)):
                return row.id, None
            last = row
        return None, last if last is not before else None

    async def _first_of_another_key(self) -> Entry | None:
        """Return the last entry that was linked with an earlier key: only that key could prove it.

        None as well if that number was changed since: then what the earlier key linked counts as changed.
        """
        after = await self._session.scalar(text("SELECT audit_after FROM key_check"))
        if not after:
            return None
        mark = await self._session.scalar(text("SELECT mark FROM key_check"))
        is_ours = mark is not None and compare_digest(bytes(mark), self._vault.mark_of_database(after))
        return await self._session.get(Entry, after) if is_ours else None

    async def expire(self, before: datetime) -> int:
        """Delete entries from before `before`; the database refuses to delete those of the last year. Return how many.

        Only the oldest unbroken run: what a person did may bear an earlier hour than the entry before it, and a gap in
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
    """Whether a row follows `last`. Without `last` it is the very first, or its predecessors have expired."""
    if last is None:
        return (row.id == 1) == (row.previous == b"")
    return row.id == last.id + 1 and compare_digest(row.previous, last.chain)
