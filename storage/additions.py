"""Later additions to a request: each sealed to the same service, and erased with the request."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcHour


class Addition(Record, kw_only=True):
    """One sealed change: other safe times, or answers to the risk questions. Only its reader knows which."""

    __tablename__ = "additions"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    request_id: Mapped[str] = mapped_column(ForeignKey("contact_requests.id"), index=True)
    sealed: Mapped[bytes]
    sealed_to: Mapped[str | None] = mapped_column(default=None)
    made_at: Mapped[datetime] = mapped_column(UtcHour)
    until: Mapped[date | None] = mapped_column(default=None)
    """The last day of new safe times; it counts once the agreed word has been found right."""


class Additions:
    """Finds additions. They are stored as long as their request."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, addition: Addition) -> None:
        self._session.add(addition)
        await self._session.flush()

    async def by_id(self, addition_id: int) -> Addition | None:
        return await self._session.scalar(select(Addition).where(Addition.id == addition_id))

    async def of_request(self, request_id: str) -> list[Addition]:
        """Return a request's additions in order; the last one counts."""
        found = select(Addition).where(Addition.request_id == request_id)
        return list(await self._session.scalars(found.order_by(Addition.id)))

    async def times_of(self, request_ids: Collection[str]) -> list[Addition]:
        """Return in order what was said of safe times on any of these requests."""
        if not request_ids:
            return []
        found = select(Addition).where(Addition.request_id.in_(request_ids), Addition.until.is_not(None))
        return list(await self._session.scalars(found.order_by(Addition.id)))

    async def count_shown(self, case: Sequence[str]) -> int:
        """Count what stands beside a letter: what was added to it, and the safe times of the reports joined to it."""
        own, *reports = case
        return await self.count(own) + len(await self.times_of(reports))

    async def newest(self, request_id: str) -> int:
        """Return the id of the last one; 0 if there is none."""
        found = select(func.max(Addition.id)).where(Addition.request_id == request_id)
        return await self._session.scalar(found) or 0

    async def newest_times(self, request_id: str, today: date) -> int:
        """Return the id of the last one whose safe times are not over; 0 if there is none."""
        found = select(func.max(Addition.id)).where(Addition.request_id == request_id, Addition.until >= today)
        return await self._session.scalar(found) or 0

    async def count(self, request_id: str) -> int:
        found = select(func.count()).select_from(Addition).where(Addition.request_id == request_id)
        return await self._session.scalar(found) or 0
