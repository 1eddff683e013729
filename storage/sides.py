"""Two requests that are two sides of one family, as the head of their service marked them by eye."""

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String, column, delete, exists, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from storage.base import Record, changed

LETTERS = table("contact_requests", column("id", String), column("sealed", LargeBinary))


class Side(Record, kw_only=True):
    """A pair of requests, the lower id first. It stays until the letters of both are erased."""

    __tablename__ = "sides"

    one_id: Mapped[str] = mapped_column(ForeignKey("contact_requests.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("contact_requests.id"), primary_key=True)


class Sides:
    """Adds and finds pairs. What erases requests erases them (storage.contact_requests)."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, request_id: str, other_id: str) -> None:
        """Raises Conflict if the pair is there already."""
        first, second = sorted((request_id, other_id))
        self._session.add(Side(one_id=first, other_id=second))
        await self._session.flush()

    async def share(self, request_id: str, other_id: str) -> None:
        """Give each of two requests the other sides of both, for good: they are about one person."""
        for mine, theirs in ((request_id, other_id), (other_id, request_id)):
            for side in set(await self.of(theirs)) - set(await self.of(mine)):
                await self.add(mine, side)

    async def of(self, request_id: str) -> list[str]:
        """Return the other sides of a request."""
        return [other for mine, other in await self.all() if mine == request_id]

    async def all(self) -> list[tuple[str, str]]:
        """Return all pairs, each both ways. There are never many: a pair goes with its letters."""
        pairs = [(side.one_id, side.other_id) for side in await self._session.scalars(select(Side))]
        return sorted([*pairs, *((higher, lower) for lower, higher in pairs)])

    async def part(self) -> int:
        """Forget pairs once the letters of both are erased. Return how many."""
        erased = select(LETTERS.c.id).where(LETTERS.c.sealed.is_(None))
        return await changed(self._session, delete(Side).where(Side.one_id.in_(erased), Side.other_id.in_(erased)))

    @staticmethod
    def stands_in(request_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """Return the condition that a request stands in a pair."""
        return exists().where(or_(Side.one_id == request_id, Side.other_id == request_id))
