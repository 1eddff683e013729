"""Workers' notes to each other about a request: sealed to their service, and erased with the request."""

from datetime import datetime

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcHour


class Note(Record, kw_only=True):
    """One sealed note. Its author and hour are readable, its text is not."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    request_id: Mapped[str] = mapped_column(ForeignKey("contact_requests.id"), index=True)
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"))
    sealed: Mapped[bytes]
    sealed_to: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcHour)


class Notes:
    """Finds notes. They are stored as long as their request."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, note: Note) -> None:
        self._session.add(note)
        await self._session.flush()

    async def by_id(self, note_id: int) -> Note | None:
        return await self._session.scalar(select(Note).where(Note.id == note_id))

    async def of_request(self, request_id: str) -> list[Note]:
        """Return a request's notes, oldest first."""
        return list(await self._session.scalars(select(Note).where(Note.request_id == request_id).order_by(Note.id)))

    async def remove(self, request_id: str, note_id: int) -> bool:
        """Erase a note of this request. Return whether there was one."""
        found = delete(Note).where(Note.id == note_id, Note.request_id == request_id).returning(Note.id)
        return await self._session.scalar(found) is not None

    async def count(self, request_id: str) -> int:
        found = select(func.count()).select_from(Note).where(Note.request_id == request_id)
        return await self._session.scalar(found) or 0
