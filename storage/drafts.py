"""Drafts of content packages, stored edit by edit so that nothing is lost."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Conflict, Record, Versioned, changed, random_id
from storage.packages import DraftState, Made, unpacked


class Draft(Versioned, Record, kw_only=True):
    """A whole package on the way: the files it began with, and what came of it. Its edits are rows of their own."""

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
    """One edited thing of a draft, as it stands now. `place` grows with every save: the order of the edits."""

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
    """Somebody at a draft: where she looks now, and whether she ever changed something in it."""

    __tablename__ = "draft_hands"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    worker_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]
    screen: Mapped[str] = mapped_column(String(200), default="")
    edited: Mapped[bool] = mapped_column(default=False)


class Drafts:
    """Finds drafts, and keeps their edits one by one."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, draft: Draft) -> None:
        self._session.add(draft)
        await self._session.flush()

    async def by_id(self, draft_id: str) -> Draft | None:
        return await self._session.scalar(select(Draft).where(Draft.id == draft_id))

    async def in_work(self) -> list[Draft]:
        """Open and proposed ones, newest first."""
        living = select(Draft).where(Draft.standing.in_(("open", "proposed")))
        return list(await self._session.scalars(living.order_by(Draft.opened_at.desc(), Draft.id)))

    async def begun_with(self, live_hash: str) -> list[Draft]:
        """Those that were opened, or put anew, while a package of this hash was in use."""
        return list(await self._session.scalars(select(Draft).where(Draft.live_hash == live_hash)))

    async def edits(self, draft_id: str) -> list[DraftEdit]:
        """In the order in which they were last saved."""
        found = select(DraftEdit).where(DraftEdit.draft_id == draft_id)
        return list(await self._session.scalars(found.order_by(DraftEdit.place, DraftEdit.id)))

    async def edit_of(self, draft_id: str, kind: str, name: str, language: str) -> DraftEdit | None:
        return await self._session.scalar(select(DraftEdit).where(*_at(draft_id, kind, name, language)))

    async def save(self, edit: DraftEdit, seen: int) -> int:
        """Keep what stands there now, where `seen` is the version the editor had before her: 0 for nothing.

        Its new version. Conflict when somebody saved the same place meanwhile.
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
        """Take an edit back. Conflict when somebody saved the same place meanwhile."""
        where = _at(draft_id, kind, name, language)
        if not await changed(self._session, delete(DraftEdit).where(*where, DraftEdit.version == seen)):
            raise Conflict("draft_edits")

    async def hands(self, draft_id: str) -> list[DraftHand]:
        """Everybody who ever opened it."""
        found = select(DraftHand).where(DraftHand.draft_id == draft_id)
        return list(await self._session.scalars(found.order_by(DraftHand.worker_id)))

    async def seen(
        self, draft_id: str, worker_id: str, at: datetime, screen: str | None = None, edited: bool = False
    ) -> None:
        """Note where somebody is in a draft, and that she changed something."""
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
