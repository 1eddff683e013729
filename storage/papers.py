"""What a worker keeps of the talk, the risk conversation and the plan: sealed, and erased with the request."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcHour, Versioned

PaperKind = Literal["conversation", "plan"]


class Paper(Versioned, Record, kw_only=True):
    """One sealed paper. A request has at most one of each kind; whoever saves it again replaces it."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("request_id", "kind", name="uq_papers_request_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    request_id: Mapped[str] = mapped_column(ForeignKey("contact_requests.id"), index=True)
    kind: Mapped[PaperKind] = mapped_column(String(16))
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"))
    sealed: Mapped[bytes]
    sealed_to: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UtcHour)


class Papers:
    """Finds papers. They are stored as long as their request."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, paper: Paper) -> None:
        self._session.add(paper)
        await self._session.flush()

    async def by_id(self, paper_id: int) -> Paper | None:
        return await self._session.scalar(select(Paper).where(Paper.id == paper_id))

    async def of_request(self, request_id: str) -> list[Paper]:
        found = select(Paper).where(Paper.request_id == request_id).order_by(Paper.kind)
        return list(await self._session.scalars(found))

    async def of_kind(self, request_id: str, kind: PaperKind) -> Paper | None:
        return await self._session.scalar(select(Paper).where(Paper.request_id == request_id, Paper.kind == kind))
