"""Review rounds: practitioners walk a frozen draft and comment on it, and each comment gets an answer."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, ForeignKey, String, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, defer, mapped_column

from storage.base import Record, Versioned, changed, random_id
from storage.packages import unpacked

CommentKind = Literal["wrong", "unclear", "missing", "good"]
Verdict = Literal["accepted", "declined"]


class Round(Versioned, Record, kw_only=True):
    """One round over a draft as it was when the round was opened. `cards` are its situations."""

    __tablename__ = "rounds"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), index=True)
    title: Mapped[str]
    packed: Mapped[bytes]
    hash: Mapped[str] = mapped_column(String(16))
    cards: Mapped[list[dict[str, str]]]
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def files(self) -> dict[str, str]:
        return unpacked(self.packed)

    def is_open(self, now: datetime) -> bool:
        """Whether somebody may still walk and comment."""
        return self.closed_at is None and now < self.closes_at


class Participant(Versioned, Record, kw_only=True):
    """An invited practitioner. We store hashes of link and session, her first name, and the service she is from.

    `walk` is where she is: codes only, as in a conversation, and of an invented person.
    """

    __tablename__ = "participants"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    service: Mapped[str]
    invited_at: Mapped[datetime]
    invited_until: Mapped[datetime]
    invited_hash: Mapped[bytes | None] = mapped_column(unique=True, default=None)
    session_hash: Mapped[bytes | None] = mapped_column(unique=True, default=None)
    session_until: Mapped[datetime | None] = mapped_column(default=None)
    joined_at: Mapped[datetime | None] = mapped_column(default=None)
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(8), default="lv")
    card: Mapped[str] = mapped_column(String(64), default="")
    walk: Mapped[str] = mapped_column(default="")
    walked: Mapped[list[str]] = mapped_column(default_factory=list)


class Comment(Versioned, Record, kw_only=True):
    """A comment on a screen, and its answer. `edit` is the place of the edit it led to, as `kind|name|language`."""

    __tablename__ = "comments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participants.id"))
    card: Mapped[str] = mapped_column(String(64))
    screen: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    kind: Mapped[CommentKind] = mapped_column(String(16))
    text: Mapped[str]
    at: Mapped[datetime]
    verdict: Mapped[Verdict | None] = mapped_column(String(16), default=None)
    answer: Mapped[str] = mapped_column(default="")
    edit: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str | None] = mapped_column(String(64), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


class Rounds:
    """Finds rounds, their participants and comments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, row: Round | Participant | Comment) -> None:
        self._session.add(row)
        await self._session.flush()

    async def by_id(self, round_id: str, *, files: bool = False) -> Round | None:
        """Return a round, by default without its files: a button press must not load the whole package."""
        found = select(Round).where(Round.id == round_id)
        return await self._session.scalar(found if files else found.options(defer(Round.packed, raiseload=True)))

    async def of_draft(self, draft_id: str) -> list[Round]:
        """Return a draft's rounds, oldest first, without their files."""
        found = select(Round).options(defer(Round.packed, raiseload=True)).where(Round.draft_id == draft_id)
        return list(await self._session.scalars(found.order_by(Round.opened_at, Round.id)))

    async def close(self, draft_id: str, at: datetime) -> None:
        """Close a draft's rounds and delete participants' first names. Their services stay."""
        await self._close(at, Round.draft_id == draft_id)

    async def expire(self, now: datetime) -> None:
        """Close every round whose last day is over, and delete its participants' first names."""
        await self._close(now, Round.closes_at <= now, Round.closed_at.is_(None))

    async def participants(self, round_id: str) -> list[Participant]:
        """Return everybody who was invited, in that order."""
        found = select(Participant).where(Participant.round_id == round_id)
        return list(await self._session.scalars(found.order_by(Participant.invited_at, Participant.id)))

    async def invited(self, invited_hash: bytes) -> Participant | None:
        return await self._session.scalar(select(Participant).where(Participant.invited_hash == invited_hash))

    async def in_session(self, session_hash: bytes) -> Participant | None:
        return await self._session.scalar(select(Participant).where(Participant.session_hash == session_hash))

    async def participant(self, participant_id: str) -> Participant | None:
        return await self._session.scalar(select(Participant).where(Participant.id == participant_id))

    async def comments(self, round_id: str) -> list[Comment]:
        """Return a round's comments, oldest first."""
        found = select(Comment).where(Comment.round_id == round_id)
        return list(await self._session.scalars(found.order_by(Comment.at, Comment.id)))

    async def comment(self, comment_id: str) -> Comment | None:
        return await self._session.scalar(select(Comment).where(Comment.id == comment_id))

    async def _close(self, at: datetime, *which: ColumnElement[bool]) -> None:
        here = select(Round.id).where(*which)
        await changed(self._session, update(Participant).where(Participant.round_id.in_(here)).values(name=""))
        ended = update(Round).where(*which, Round.closed_at.is_(None))
        await changed(self._session, ended.values(closed_at=at))

    async def unanswered(self, draft_id: str) -> int:
        """Return how many comments on a draft nobody has answered."""
        waiting = select(func.count()).select_from(Comment).join(Round, Round.id == Comment.round_id)
        return await self._session.scalar(waiting.where(Round.draft_id == draft_id, Comment.verdict.is_(None))) or 0
