"""Accounts of the desk, and where they are signed in."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Attempted, Record, UtcDay, Versioned, changed, random_id
from storage.vault import Vault

Role = Literal["worker", "head", "editor", "approver", "operator", "dpo"]


class Worker(Attempted, Versioned, Record, kw_only=True):
    """Someone with an account at the desk. Changed attributes are written at the commit, which may raise Conflict.

    `own_recipient` and `own_wrapped` are her personal key, made in her browser and locked with her passphrase. The key
    of her service is sealed to it. The version also keeps a second-factor code from being used twice, and simultaneous
    guesses from escaping the count. Only strangers' attempts are counted here; those from a browser she has used, or
    with her passkey, are counted with that.
    """

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    name: Mapped[str]
    login: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(String(16))
    created_at: Mapped[datetime]
    service_id: Mapped[str | None] = mapped_column(ForeignKey("social_services.id"), default=None)
    language: Mapped[str] = mapped_column(String(8), default="lv")
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(default=None)
    totp_sealed: Mapped[bytes | None] = mapped_column(default=None)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    invited_hash: Mapped[bytes | None] = mapped_column(unique=True, default=None)
    invited_until: Mapped[datetime | None] = mapped_column(default=None)
    conduct_at: Mapped[datetime | None] = mapped_column(default=None)
    recovery_marks: Mapped[list[str]] = mapped_column(default_factory=list)
    own_recipient: Mapped[str | None] = mapped_column(default=None)
    own_wrapped: Mapped[bytes | None] = mapped_column(default=None)
    wants_key: Mapped[bool] = mapped_column(default=False)
    """She asked to hold the key of her service. Nobody can give it to her otherwise."""


class DeskSession(Record, kw_only=True):
    """A browser in which a worker is signed in. Only a hash of its token is stored: a copied database opens no desk."""

    __tablename__ = "sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When she last proved again in this session who she is."""
    doubts: Mapped[int] = mapped_column(default=0)
    """Failed attempts to do so since."""


class KnownBrowser(Attempted, Versioned, Record, kw_only=True):
    """A browser in which a worker has signed in before. Only a hash of its token is stored; it opens nothing."""

    __tablename__ = "known_browsers"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"), primary_key=True, index=True)
    used_at: Mapped[datetime] = mapped_column(UtcDay, index=True)


LIVING = DeskSession.ended_at.is_(None)


class Workers:
    """Finds accounts. A worker's second factor is encrypted with our key."""

    def __init__(self, session: AsyncSession, vault: Vault) -> None:
        self._session = session
        self._vault = vault

    async def add(self, worker: Worker) -> None:
        """Store an account. Raises Conflict if the login is taken."""
        self._session.add(worker)
        await self._session.flush()

    async def by_id(self, worker_id: str) -> Worker | None:
        return await self._session.scalar(select(Worker).where(Worker.id == worker_id))

    async def by_login(self, login: str) -> Worker | None:
        return await self._session.scalar(select(Worker).where(Worker.login == login))

    async def by_invitation(self, invited_hash: bytes) -> Worker | None:
        return await self._session.scalar(select(Worker).where(Worker.invited_hash == invited_hash))

    async def of_service(self, service_id: str) -> list[Worker]:
        """Return a service's active workers, by name."""
        found = select(Worker).where(Worker.service_id == service_id, Worker.active)
        return list(await self._session.scalars(found.order_by(Worker.name, Worker.id)))

    async def all(self) -> list[Worker]:
        return list(await self._session.scalars(select(Worker).order_by(Worker.name, Worker.id)))

    def set_totp(self, worker: Worker, secret: bytes) -> None:
        """Set a worker's second factor. Codes of an earlier one are void."""
        worker.totp_sealed = self._vault.seal(secret, b"totp:" + worker.id.encode())
        worker.totp_last_step = 0

    def totp(self, worker: Worker) -> bytes | None:
        """Return the secret of the second factor. Raises Unreadable if it is another worker's or of another key."""
        if worker.totp_sealed is None:
            return None
        return self._vault.open(worker.totp_sealed, b"totp:" + worker.id.encode())


class DeskSessions:
    """Finds sessions that have not ended."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, begun: DeskSession) -> None:
        self._session.add(begun)
        await self._session.flush()

    async def get(self, token_hash: bytes) -> DeskSession | None:
        return await self._session.scalar(select(DeskSession).where(DeskSession.token_hash == token_hash, LIVING))

    async def of_worker(self, worker_id: str) -> list[DeskSession]:
        """Return a worker's sessions, latest first."""
        found = select(DeskSession).where(DeskSession.worker_id == worker_id, LIVING)
        return list(await self._session.scalars(found.order_by(DeskSession.seen_at.desc())))

    async def seen(self, token_hash: bytes, at: datetime) -> None:
        here = update(DeskSession).where(DeskSession.token_hash == token_hash, LIVING)
        await changed(self._session, here.values(seen_at=at))

    async def doubt(self, token_hash: bytes, most: int) -> bool:
        """Count an attempt to confirm, before it is checked. False if `most` have failed already."""
        here = update(DeskSession).where(DeskSession.token_hash == token_hash, LIVING, DeskSession.doubts < most)
        return bool(await changed(self._session, here.values(doubts=DeskSession.doubts + 1)))

    async def confirm(self, token_hash: bytes, at: datetime) -> None:
        here = update(DeskSession).where(DeskSession.token_hash == token_hash, LIVING)
        await changed(self._session, here.values(confirmed_at=at, doubts=0))

    async def end(self, token_hash: bytes, at: datetime) -> None:
        here = update(DeskSession).where(DeskSession.token_hash == token_hash, LIVING)
        await changed(self._session, here.values(ended_at=at))

    async def end_all(self, worker_id: str, at: datetime) -> int:
        """Sign a worker out everywhere. Return from how many browsers."""
        everywhere = update(DeskSession).where(DeskSession.worker_id == worker_id, LIVING)
        return await changed(self._session, everywhere.values(ended_at=at))

    async def expire(self, before: datetime) -> int:
        """Delete sessions not seen since then. Return how many."""
        return await changed(self._session, delete(DeskSession).where(DeskSession.seen_at < before))


class KnownBrowsers:
    """Finds browsers in which a worker has signed in before."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, token_hash: bytes, worker_id: str) -> KnownBrowser | None:
        key = (KnownBrowser.token_hash == token_hash, KnownBrowser.worker_id == worker_id)
        return await self._session.scalar(select(KnownBrowser).where(*key))

    async def add(self, known: KnownBrowser) -> None:
        """Store a browser. Raises Conflict if it is known already."""
        self._session.add(known)
        await self._session.flush()

    async def keep_latest(self, worker_id: str, most: int, just_used: bytes) -> None:
        """Keep a worker's `most` latest browsers. Dates are by day, so `just_used` is ranked first explicitly."""
        latest = select(KnownBrowser.token_hash).where(KnownBrowser.worker_id == worker_id)
        others_last = KnownBrowser.token_hash != just_used
        latest = latest.order_by(others_last, KnownBrowser.used_at.desc(), KnownBrowser.token_hash).limit(most)
        others = (KnownBrowser.worker_id == worker_id, KnownBrowser.token_hash.not_in(latest))
        await changed(self._session, delete(KnownBrowser).where(*others))

    async def forget_all(self, worker_id: str) -> int:
        """Delete all of a worker's browsers. Return how many."""
        return await changed(self._session, delete(KnownBrowser).where(KnownBrowser.worker_id == worker_id))

    async def expire(self, before: datetime) -> int:
        """Delete browsers not used since that day. Return how many."""
        return await changed(self._session, delete(KnownBrowser).where(KnownBrowser.used_at <= before))
