"""Published content packages, kept for ever, and the packages that versions of the program came with."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, defer, mapped_column

from storage.base import Record
from storage.packages import Made, unpacked


class Revision(Record, kw_only=True):
    """A published content package. The database refuses to change or delete it."""

    __tablename__ = "revisions"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(16))
    packed: Mapped[bytes]
    made: Mapped[Made] = mapped_column(String(16))
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(64))
    approved_by: Mapped[str | None] = mapped_column(String(64), default=None)
    title: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    certificate: Mapped[str] = mapped_column(default="")
    shipped_hash: Mapped[str] = mapped_column(String(16), default="")
    based_on: Mapped[int | None] = mapped_column(default=None)
    round_name: Mapped[str] = mapped_column(default="")
    services_heard: Mapped[int] = mapped_column(default=0)

    @property
    def files(self) -> dict[str, str]:
        return unpacked(self.packed)


class Confirmation(Record, kw_only=True):
    """A second person's approval, given afterwards, of a revision that could not wait: a fact withdrawn at once."""

    __tablename__ = "confirmations"

    number: Mapped[int] = mapped_column(ForeignKey("revisions.number"), primary_key=True, autoincrement=False)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Shipped(Record, kw_only=True):
    """A package shipped with a version of the program, against which the next one is compared."""

    __tablename__ = "shipped_packages"

    hash: Mapped[str] = mapped_column(String(16), primary_key=True)
    packed: Mapped[bytes]
    seen_at: Mapped[datetime]

    @property
    def files(self) -> dict[str, str]:
        return unpacked(self.packed)


class Revisions:
    """The history of revisions. It only grows."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def newest_number(self) -> int:
        """Return the latest number; 0 if nothing was published yet."""
        return await self._session.scalar(select(func.max(Revision.number))) or 0

    async def newest(self) -> Revision | None:
        return await self._session.scalar(select(Revision).order_by(Revision.number.desc()).limit(1))

    async def by_number(self, number: int) -> Revision | None:
        return await self._session.scalar(select(Revision).where(Revision.number == number))

    async def add(self, revision: Revision) -> None:
        """Store a revision. Raises Conflict if its number has been published meanwhile."""
        self._session.add(revision)
        await self._session.flush()

    async def all(self) -> list[Revision]:
        """Return all revisions, newest first, without their files."""
        found = select(Revision).options(defer(Revision.packed, raiseload=True))
        return list(await self._session.scalars(found.order_by(Revision.number.desc())))

    async def of_hash(self, hash_: str) -> list[Revision]:
        return list(await self._session.scalars(select(Revision).where(Revision.hash == hash_)))

    async def shipped(self, hash_: str) -> Shipped | None:
        return await self._session.scalar(select(Shipped).where(Shipped.hash == hash_))

    async def keep_shipped(self, shipped: Shipped) -> None:
        """Store a shipped package. Raises Conflict if another replica has done so."""
        self._session.add(shipped)
        await self._session.flush()

    async def confirmations(self) -> dict[int, Confirmation]:
        return {confirmation.number: confirmation for confirmation in await self._session.scalars(select(Confirmation))}

    async def confirm(self, confirmation: Confirmation) -> None:
        """Store a confirmation. Raises Conflict if somebody has done so."""
        self._session.add(confirmation)
        await self._session.flush()
