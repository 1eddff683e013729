"""Workers' passkeys: the public halves of keys that never leave a phone, laptop or security key."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Attempted, Record, UtcHour, Versioned, changed, random_id


class Passkey(Attempted, Versioned, Record, kw_only=True):
    """A worker's passkey, under the name she gave it. Nothing here can sign in.

    `credential` is its id in the browser; `sign_count` its counter at the last use, zero if it does not count. The
    version keeps a signature from being accepted twice.
    """

    __tablename__ = "passkeys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"), index=True)
    credential: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(UtcHour, default=None)


class Passkeys:
    """Finds passkeys by their worker."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, made: Passkey) -> None:
        """Store a passkey. Raises Conflict if it is registered already."""
        self._session.add(made)
        await self._session.flush()

    async def of_worker(self, worker_id: str) -> list[Passkey]:
        """Return a worker's passkeys, oldest first."""
        found = select(Passkey).where(Passkey.worker_id == worker_id)
        return list(await self._session.scalars(found.order_by(Passkey.made_at, Passkey.id)))

    async def by_credential(self, worker_id: str, credential: bytes) -> Passkey | None:
        found = select(Passkey).where(Passkey.worker_id == worker_id, Passkey.credential == credential)
        return await self._session.scalar(found)

    async def by_id(self, passkey_id: str) -> Passkey | None:
        return await self._session.scalar(select(Passkey).where(Passkey.id == passkey_id))

    async def remove(self, worker_id: str, passkey_id: str) -> bool:
        """Delete a worker's passkey. Return whether there was one."""
        hers = delete(Passkey).where(Passkey.worker_id == worker_id, Passkey.id == passkey_id)
        return bool(await changed(self._session, hers))

    async def remove_all(self, worker_id: str) -> int:
        """Delete all passkeys of a worker. Return how many."""
        return await changed(self._session, delete(Passkey).where(Passkey.worker_id == worker_id))
