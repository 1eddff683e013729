"""Errands: what has to happen outside the database after a commit, stored in the same transaction."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Select, String, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcHour, changed


class Errand(Record, kw_only=True):
    """Something to do, such as telling a service that something waits. It is done at least once, never lost."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(32))
    service_id: Mapped[str] = mapped_column(ForeignKey("social_services.id"))
    request_id: Mapped[str | None] = mapped_column(ForeignKey("contact_requests.id"), index=True, default=None)
    due_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(UtcHour, default=None)
    """When it was done or no longer needed. Withdrawing a request settles its errands too, so only the hour is stored:
    enough to delete it by."""
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    """When a mail server accepted the mail, if one did."""


OPEN = Errand.done_at.is_(None)


class Outbox:
    """Gives each errand to one replica at a time. If that dies, the claim runs out."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, errand: Errand) -> None:
        self._session.add(errand)
        await self._session.flush()

    async def claim(self, now: datetime, limit: int, for_: timedelta) -> list[Errand]:
        """Claim due errands that nobody is doing, for `for_`. An attempt is counted before it is made.

        At most `limit`, plus whatever else of the same kinds waits for the same services, due or to be retried: however
        much comes at once, one mail covers it all.
        """
        free = or_(Errand.claimed_until.is_(None), Errand.claimed_until <= now)
        due = select(Errand).where(OPEN, Errand.due_at <= now, free).order_by(Errand.due_at, Errand.id)
        first = await self._claimed(due.limit(limit), now + for_)
        told = {(errand.service_id, errand.kind) for errand in first}
        others = Errand.id.not_in([errand.id for errand in first])
        same = and_(tuple_(Errand.service_id, Errand.kind).in_(told), others)
        waits = or_(Errand.due_at <= now, Errand.attempts > 0)
        rest = await self._claimed(select(Errand).where(OPEN, waits, free, same), now + for_) if told else []
        return sorted([*first, *rest], key=lambda errand: (errand.due_at, errand.id))

    async def _claimed(self, which: Select[Errand], until: datetime) -> list[Errand]:
        ids = which.with_only_columns(Errand.id).with_for_update(skip_locked=True)
        ours = update(Errand).where(Errand.id.in_(ids))
        claimed = await self._session.scalars(
            ours.values(claimed_until=until, attempts=Errand.attempts + 1).returning(Errand),
            execution_options={"synchronize_session": False},
        )
        return list(claimed)

    async def done(self, errand_id: int, at: datetime, *, sent: bool) -> None:
        """Settle an errand. `sent`: a mail was sent, even if it was no longer needed by then."""
        errand = update(Errand).where(Errand.id == errand_id)
        if sent:
            await changed(self._session, errand.where(Errand.sent_at.is_(None)).values(sent_at=at))
        await changed(self._session, errand.where(OPEN).values(done_at=at))

    async def failed(self, errand_id: int, again_at: datetime) -> None:
        """Release an errand, to be retried then by any replica."""
        again = update(Errand).where(Errand.id == errand_id, OPEN)
        await changed(self._session, again.values(claimed_until=None, due_at=again_at))

    async def settle(self, request_id: str, at: datetime) -> None:
        """Settle all errands about a request: somebody took it, or it was withdrawn."""
        await changed(self._session, update(Errand).where(Errand.request_id == request_id, OPEN).values(done_at=at))

    async def will_tell(self, request_id: str, service_id: str, kind: str, after: datetime, by: datetime) -> bool:
        """Whether an unclaimed notice of this kind is due between these moments."""
        found = select(func.count()).select_from(Errand)
        same = found.where(Errand.request_id == request_id, Errand.service_id == service_id, Errand.kind == kind)
        waits = same.where(OPEN, Errand.claimed_until.is_(None), Errand.due_at > after, Errand.due_at <= by)
        return bool(await self._session.scalar(waits))

    async def of_request(self, request_id: str) -> list[Errand]:
        """Return the errands about a request, open and recently done, oldest first."""
        found = select(Errand).where(Errand.request_id == request_id).order_by(Errand.id)
        return list(await self._session.scalars(found))

    async def of_service(self, service_id: str, kinds: Collection[str], since: datetime) -> list[Errand]:
        """Return the errands of these kinds that a service has had since then."""
        found = select(Errand).where(Errand.service_id == service_id, Errand.kind.in_(kinds))
        recent = or_(OPEN, Errand.sent_at >= since)
        return list(await self._session.scalars(found.where(recent)))

    async def waiting(self) -> int:
        """Return how many errands are open."""
        return (await self._session.scalars(select(func.count()).select_from(Errand).where(OPEN))).one()

    async def oldest_due(self) -> datetime | None:
        """Return since when the longest-waiting errand has been due."""
        return (await self._session.scalars(select(func.min(Errand.due_at)).where(OPEN))).one()

    async def expire(self, before: datetime) -> int:
        """Delete errands done before then. Return how many."""
        return await changed(self._session, delete(Errand).where(Errand.done_at < before))
