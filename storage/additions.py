"""What a person adds to her request later: each addition sealed to the same service, and erased with the request."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcHour


class Addition(Record, kw_only=True):
    """One sealed change: other safe times, or answers to the risk questions. Which of them, only its reader knows."""

    __tablename__ = "additions"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    request_id: Mapped[str] = mapped_column(ForeignKey("contact_requests.id"), index=True)
    sealed: Mapped[bytes]
    sealed_to: Mapped[str | None] = mapped_column(default=None)
    made_at: Mapped[datetime] = mapped_column(UtcHour)
    until: Mapped[date | None] = mapped_column(default=None)
    """The last day that new safe times name; it counts once the agreed word was found right."""


class Additions:
    """Kept as long as their request, and erased by erasing it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, addition: Addition) -> None:
        self._session.add(addition)
        await self._session.flush()

    async def by_id(self, addition_id: int) -> Addition | None:
        return await self._session.scalar(select(Addition).where(Addition.id == addition_id))

    async def of_request(self, request_id: str) -> list[Addition]:
        """In the order in which they were made: the last one counts."""
        found = select(Addition).where(Addition.request_id == request_id)
        return list(await self._session.scalars(found.order_by(Addition.id)))

    async def newest(self, request_id: str) -> int:
        """The number of the last one; 0 where there is none."""
        found = select(func.max(Addition.id)).where(Addition.request_id == request_id)
        return await self._session.scalar(found) or 0

    async def newest_times(self, request_id: str, today: date) -> int:
        """The number of the last one with safe times that are not over yet; 0 where there is none."""
        found = select(func.max(Addition.id)).where(Addition.request_id == request_id, Addition.until >= today)
        return await self._session.scalar(found) or 0

    async def count(self, request_id: str) -> int:
        found = select(func.count()).select_from(Addition).where(Addition.request_id == request_id)
        return await self._session.scalar(found) or 0
