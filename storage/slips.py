"""Sums of what is counted at closing, by service and quarter, and the editions frozen from them. No slip is kept."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcDay, changed

TOTAL = ""
"""The row that counts all cases."""


class SlipSum(Record, kw_only=True):
    """How many of a quarter's cases answered a question with yes; TOTAL counts all."""

    __tablename__ = "slip_sums"

    service_id: Mapped[str] = mapped_column(ForeignKey("social_services.id"), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


class QuarterEdition(Record, kw_only=True):
    """What may be told of a quarter, frozen: later changes of the rule or the sums change nothing of it."""

    __tablename__ = "quarter_editions"

    service_id: Mapped[str] = mapped_column(ForeignKey("social_services.id"), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    told: Mapped[dict[str, str]]
    frozen_at: Mapped[datetime] = mapped_column(UtcDay)


class Slips:
    """Adds to sums, and finds editions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, service_id: str, quarter: str, questions: Iterable[str]) -> None:
        """Count one case with the questions that were answered with yes. In sorted order, to avoid deadlocks."""
        insert = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        for question in sorted({TOTAL, *questions}):
            one_more = insert(SlipSum).values(service_id=service_id, quarter=quarter, question=question, number=1)
            await self._session.execute(
                one_more.on_conflict_do_update(
                    index_elements=[SlipSum.service_id, SlipSum.quarter, SlipSum.question],
                    set_={"number": SlipSum.number + 1},
                )
            )

    async def sums(self, before: str) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """Return the sums of quarters before this one, by service and quarter."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for row in await self._session.scalars(select(SlipSum).where(SlipSum.quarter < before)):
            found.setdefault((row.service_id, row.quarter), {})[row.question] = row.number
        return found

    async def erase(self, before: str) -> int:
        """Erase the exact sums of quarters before this one. Return how many rows."""
        return await changed(self._session, delete(SlipSum).where(SlipSum.quarter < before))

    async def freeze(self, edition: QuarterEdition) -> None:
        """Raises Conflict if another replica has frozen it."""
        self._session.add(edition)
        await self._session.flush()

    async def is_frozen(self, service_id: str, quarter: str) -> bool:
        key = {"service_id": service_id, "quarter": quarter}
        return await self._session.get(QuarterEdition, key) is not None

    async def editions(self, service_id: str) -> list[QuarterEdition]:
        """Return the editions of a service, newest first."""
        found = select(QuarterEdition).where(QuarterEdition.service_id == service_id)
        return list(await self._session.scalars(found.order_by(QuarterEdition.quarter.desc())))

    async def forget(self, before: str) -> int:
        """Delete editions of quarters before this one. Return how many."""
        return await changed(self._session, delete(QuarterEdition).where(QuarterEdition.quarter < before))
