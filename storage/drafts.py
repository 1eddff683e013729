"""Drafts of content packages, stored edit by edit so that nothing is lost."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Conflict, Record, Versioned, changed, random_id
from storage.packages import DraftState, Made, unpacked


class Draft(Versioned, Record, kw_only=True):
    """A draft of a package: the files it started from, and what became of it. Its edits are rows of their own."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    title: Mapped[str]
    made: Mapped[Made] = mapped_column(String(16))
    packed: Mapped[bytes]
    live_hash: Mapped[str] = mapped_column(String(16))
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    based_on: Mapped[int | None] = mapped_column(default=None)
    standing: Mapped[DraftState] = mapped_column(String(16), default="open", index=True)
    note: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[str | None] = mapped_column(String(64), default=None)
    proposed_at: Mapped[datetime | None] = mapped_column(default=None)
    proposed_hash: Mapped[str] = mapped_column(String(16), default="")
    sent_back_by: Mapped[str | None] = mapped_column(String(64), default=None)
    sent_back_why: Mapped[str] = mapped_column(default="")
    shipped_hash: Mapped[str | None] = mapped_column(String(16), default=None)

    @property
    def files(self) -> dict[str, str]:
        return unpacked(self.packed)


class DraftEdit(Record, kw_only=True):
    """The present value of one edited item. `place` grows with every save and orders the edits."""

    __tablename__ = "draft_edits"
    __table_args__ = (UniqueConstraint("draft_id", "kind", "name", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    value: Mapped[Any] = mapped_column(JSON)
    version: Mapped[int]
    place: Mapped[int]
    edited_by: Mapped[str] = mapped_column(String(64))
    edited_at: Mapped[datetime]


class DraftHand(Record, kw_only=True):
    """Somebody working on a draft: which screen she is on, and whether she ever changed anything."""

    __tablename__ = "draft_hands"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    worker_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]
    screen: Mapped[str] = mapped_column(String(200), default="")
    edited: Mapped[bool] = mapped_column(default=False)


class Drafts:
    """Finds drafts, and stores their edits one by one."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, draft: Draft) -> None:
        self._session.add(draft)
        await self._session.flush()

    async def by_id(self, draft_id: str) -> Draft | None:
        return await self._session.scalar(select(Draft).where(Draft.id == draft_id))

    async def in_work(self) -> list[Draft]:
        """Return open and proposed drafts, newest first."""
        living = select(Draft).where(Draft.standing.in_(("open", "proposed")))
        return list(await self._session.scalars(living.order_by(Draft.opened_at.desc(), Draft.id)))

    async def begun_with(self, live_hash: str) -> list[Draft]:
        """Return drafts opened, or rebased, while a package of this hash was in use."""
        return list(await self._session.scalars(select(Draft).where(Draft.live_hash == live_hash)))

    async def edits(self, draft_id: str) -> list[DraftEdit]:
        """Return a draft's edits, in the order they were last saved."""
        found = select(DraftEdit).where(DraftEdit.draft_id == draft_id)
        return list(await self._session.scalars(found.order_by(DraftEdit.place, DraftEdit.id)))

    async def edit_of(self, draft_id: str, kind: str, name: str, language: str) -> DraftEdit | None:
        return await self._session.scalar(select(DraftEdit).where(*_at(draft_id, kind, name, language)))

    async def save(self, edit: DraftEdit, seen: int) -> int:
        """Store an edit and return its new version. `seen` is the version the editor saw, 0 for none.

        Raises Conflict if somebody has saved the same item meanwhile.
        """
        place = await self._session.scalar(select(func.max(DraftEdit.place)).where(DraftEdit.draft_id == edit.draft_id))
        edit.place, edit.version = (place or 0) + 1, seen + 1
        if seen == 0:
            self._session.add(edit)
            await self._session.flush()
            return edit.version
        new = {name: getattr(edit, name) for name in ("value", "version", "place", "edited_by", "edited_at")}
        where = _at(edit.draft_id, edit.kind, edit.name, edit.language)
        if not await changed(self._session, update(DraftEdit).where(*where, DraftEdit.version == seen).values(**new)):
            raise Conflict("draft_edits")
        return edit.version

    async def drop(self, draft_id: str, kind: str, name: str, language: str, seen: int) -> None:
        """Delete an edit. Raises Conflict if somebody has saved the same item meanwhile."""
        where = _at(draft_id, kind, name, language)
        if not await changed(self._session, delete(DraftEdit).where(*where, DraftEdit.version == seen)):
            raise Conflict("draft_edits")

    async def hands(self, draft_id: str) -> list[DraftHand]:
        """Return everybody who ever opened the draft."""
        found = select(DraftHand).where(DraftHand.draft_id == draft_id)
        return list(await self._session.scalars(found.order_by(DraftHand.worker_id)))

    async def seen(
        self, draft_id: str, worker_id: str, at: datetime, screen: str | None = None, edited: bool = False
    ) -> None:
        """Note which screen somebody is on, and that she changed something."""
        new: dict[str, Any] = {"seen_at": at}
        new |= {"screen": screen} if screen is not None else {}
        new |= {"edited": True} if edited else {}
        here = update(DraftHand).where(DraftHand.draft_id == draft_id, DraftHand.worker_id == worker_id)
        if not await changed(self._session, here.values(**new)):
            self._session.add(DraftHand(draft_id=draft_id, worker_id=worker_id, **new))
            await self._session.flush()


def _at(draft_id: str, kind: str, name: str, language: str) -> tuple[Any, ...]:
    place = (draft_id, kind, name, language)
    columns = (DraftEdit.draft_id, DraftEdit.kind, DraftEdit.name, DraftEdit.language)
    return tuple(column == value for column, value in zip(columns, place, strict=True))
