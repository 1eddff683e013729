"""Consents: to what and in which words, and nothing about who gave them."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, UtcHour, changed, random_id

Channel = Literal["web", "telegram", "terminal", "desk"]
"""Where it was given; at the desk when a worker enters what a person agreed to elsewhere."""


class Wording(Record, kw_only=True):
    """The exact text of a consent. The database refuses to change it."""

    __tablename__ = "consent_wordings"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str]


class Consent(Record, kw_only=True):
    """Consent to one wording. No address, no device, no account: these columns and never more."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    request_id: Mapped[str] = mapped_column(String(32), index=True)
    wording_id: Mapped[str]
    wording_hash: Mapped[str] = mapped_column(ForeignKey("consent_wordings.hash"))
    language: Mapped[str] = mapped_column(String(8))
    purposes: Mapped[list[str]]
    recipient: Mapped[str]
    channel: Mapped[Channel] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(UtcHour, index=True)
    action: Mapped[str]
    withdrawal_wording: Mapped[str]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcHour, default=None)


class Consents:
    """Finds consents, stored for twelve months to prove that we were allowed."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep_wording(self, language: str, text: str) -> str:
        """Store a text forever, if it is new, and return its hash for the Consent."""
        digest = sha256(f"{language}\0{text}".encode()).hexdigest()
        if await self.wording(digest) is None:
            self._session.add(Wording(hash=digest, language=language, text=text))
            await self._session.flush()
        return digest

    async def wording(self, digest: str) -> Wording | None:
        return await self._session.scalar(select(Wording).where(Wording.hash == digest))

    async def wordings(self, digests: Collection[str]) -> list[Wording]:
        """Return these texts in a stable order."""
        found = select(Wording).where(Wording.hash.in_(digests)).order_by(Wording.language, Wording.hash)
        return list(await self._session.scalars(found))

    async def all(self) -> list[Consent]:
        """Return all consents, oldest first. The order within an hour reveals nothing."""
        return list(await self._session.scalars(select(Consent).order_by(Consent.given_at, Consent.id)))

    async def add(self, consent: Consent) -> None:
        self._session.add(consent)
        await self._session.flush()

    async def of_request(self, request_id: str) -> list[Consent]:
        given = select(Consent).where(Consent.request_id == request_id)
        return list(await self._session.scalars(given.order_by(Consent.given_at, Consent.id)))

    async def withdraw(self, request_id: str, at: datetime) -> None:
        """Withdraw all consents of this request. An earlier withdrawal keeps its time."""
        standing = update(Consent).where(Consent.request_id == request_id, Consent.withdrawn_at.is_(None))
        await changed(self._session, standing.values(withdrawn_at=at))

    async def expire(self, before: datetime) -> int:
        """Delete consents given before then. Return how many."""
        return await changed(self._session, delete(Consent).where(Consent.given_at < before))
