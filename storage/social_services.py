"""Social services: whom they serve, when they read, and the keys that requests are sealed to."""

import json
from collections.abc import Collection
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Record, changed, random_id
from storage.vault import Vault

Hours = dict[str, list[str]]
"""Weekly reading hours: {"mon": ["08:30", "17:00"], …}, Europe/Riga; a day without an entry is closed."""


class SocialService(Record, kw_only=True):
    """A service, under its id in dialogs/services.yaml. `places` are municipality ids, `names` are by language."""

    __tablename__ = "social_services"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    names: Mapped[dict[str, str]]
    places: Mapped[list[str]]
    phone: Mapped[str]
    hours: Mapped[Hours]
    reads_within_minutes: Mapped[int]
    email: Mapped[str | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)
    closed_days: Mapped[list[str]] = mapped_column(default_factory=list)
    deputy_email: Mapped[str | None] = mapped_column(default=None)
    head_email: Mapped[str | None] = mapped_column(default=None)
    fallback_id: Mapped[str | None] = mapped_column(String(64), default=None)
    escalates_within_minutes: Mapped[int] = mapped_column(default=120)
    reader_id: Mapped[str | None] = mapped_column(String(32), default=None)
    """The sole reader of requests from people who know somebody here; None: the head of service."""
    reader_email: Mapped[str | None] = mapped_column(default=None)
    """That reader's own address; None: the head's."""
    open_until: Mapped[datetime | None] = mapped_column(default=None)
    """Until then it can be written to with untried addresses, because it could before an upgrade."""
    key_differs_at: Mapped[datetime | None] = mapped_column(default=None)
    """When a holder's browser found that letters are sealed to a key other than hers. None if never, or settled."""


class TriedAddress(Record, kw_only=True):
    """An address that was sent a test mail, and when somebody confirmed its arrival."""

    __tablename__ = "tried_addresses"

    service_id: Mapped[str] = mapped_column(ForeignKey("social_services.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes | None] = mapped_column(unique=True, default=None)
    sent_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)


class ServiceKey(Record, kw_only=True):
    """One holder's copy of the service's key: the recipient to seal to, and the identity sealed to her own key.

    `endorsement` is made with the service's identity over her own key. Nobody who cannot open a copy can forge it, so a
    browser that changes the service's key can check that her own key is still the one the copy was sealed to.
    """

    __tablename__ = "service_keys"
    __table_args__ = (UniqueConstraint("recipient", "held_by"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default_factory=random_id)
    service_id: Mapped[str] = mapped_column(ForeignKey("social_services.id"), index=True)
    recipient: Mapped[str]
    wrapped: Mapped[bytes]
    held_by: Mapped[str] = mapped_column(ForeignKey("workers.id"))
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    endorsement: Mapped[bytes | None] = mapped_column(default=None)
    unopened: Mapped[bool] = mapped_column(default=False)
    """Given by a colleague and not yet proved to open: it does not count."""
    mark: Mapped[bytes | None] = mapped_column(default=None)
    """A MAC of service, recipient and holder with our key. It cannot be made with the database alone."""


def mark_content(service_id: str, recipient: str, held_by: str) -> bytes:
    """Return what the mark of a copy is made from."""
    return json.dumps(["service_key", service_id, recipient, held_by]).encode()


LIVING = ServiceKey.retired_at.is_(None) & ServiceKey.unopened.is_(False)
GIVEN = ServiceKey.retired_at.is_(None) & ServiceKey.unopened
FEWEST_HOLDERS = 2
"""With a single holder, people would write to nobody if she fell ill, forgot her passphrase, or left."""


class SocialServices:
    """Finds services, their keys, and trials of their addresses."""

    def __init__(self, session: AsyncSession, vault: Vault) -> None:
        self._session = session
        self._vault = vault

    async def put(self, service: SocialService) -> SocialService:
        """Insert or update a service."""
        merged = await self._session.merge(service)
        await self._session.flush()
        return merged

    async def by_id(self, service_id: str) -> SocialService | None:
        return await self._session.scalar(select(SocialService).where(SocialService.id == service_id))

    async def all(self) -> list[SocialService]:
        return list(await self._session.scalars(select(SocialService).order_by(SocialService.id)))

    async def hold(self, service_id: str) -> SocialService | None:
        """Lock a service until the commit, to change its keys alone. Requests can still be sent to it."""
        found = select(SocialService).where(SocialService.id == service_id)
        return await self._session.scalar(found.with_for_update(key_share=True))

    async def held(self) -> list[SocialService]:
        """Lock all services against changes until the commit. Requests can still be sent to them."""
        held = select(SocialService).order_by(SocialService.id).with_for_update(key_share=True)
        return list(await self._session.scalars(held))

    async def by_place(self, municipality: str) -> list[SocialService]:
        """Return a municipality's active services, whether or not a request can be sealed to them."""
        active = await self._session.scalars(
            select(SocialService).where(SocialService.active).order_by(SocialService.id)
        )
        return [service for service in active if municipality in service.places]

    async def holders(self) -> dict[str, frozenset[str]]:
        """Return who holds a living copy of the newest key, by service. Services without a holder are left out.

        A copy is living once its holder has opened it. One that was written without our key does not count.
        """
        living = select(ServiceKey).where(LIVING).order_by(ServiceKey.made_at.desc(), ServiceKey.id)
        newest: dict[str, str] = {}
        found: dict[str, set[str]] = {}
        for key in await self._session.scalars(living):
            if newest.setdefault(key.service_id, key.recipient) == key.recipient and self.is_ours(key):
                found.setdefault(key.service_id, set()).add(key.held_by)
        return {service: frozenset(holders) for service, holders in found.items()}

    async def forged(self) -> frozenset[str]:
        """Return services with a living copy that was written, or redirected, by somebody without our key."""
        living = await self._session.scalars(select(ServiceKey).where(LIVING))
        return frozenset(key.service_id for key in living if not self.is_ours(key))

    async def add_key(self, key: ServiceKey) -> None:
        key.mark = self._mark(key)
        self._session.add(key)
        await self._session.flush()

    async def put_copy(self, key: ServiceKey) -> None:
        """Store a holder's copy, replacing one of the same key."""
        same = (ServiceKey.recipient == key.recipient, ServiceKey.held_by == key.held_by)
        copy = {"wrapped": key.wrapped, "endorsement": key.endorsement, "unopened": key.unopened, "retired_at": None,
                "mark": self._mark(key)}  # fmt: skip
        if not await changed(self._session, update(ServiceKey).where(*same).values(**copy)):
            await self.add_key(key)

    async def given_to(self, worker_id: str) -> ServiceKey | None:
        """Return the copy a colleague gave her and she has not opened yet."""
        return next(iter(await self._copies(ServiceKey.held_by == worker_id, GIVEN)), None)

    async def given(self, service_id: str) -> list[ServiceKey]:
        """Return a service's copies that were given and not opened yet."""
        return await self._copies(ServiceKey.service_id == service_id, GIVEN)

    async def keys(self, service_id: str) -> list[ServiceKey]:
        """Return every living copy, newest first. The first one's recipient is the one to seal to."""
        return await self._copies(ServiceKey.service_id == service_id, LIVING)

    async def copies_of(self, worker_id: str) -> list[ServiceKey]:
        """Return the copies a holder can open letters with: her living one, then those of earlier keys."""
        opened = (ServiceKey.wrapped != b"", ServiceKey.unopened.is_(False))
        return await self._copies(ServiceKey.held_by == worker_id, *opened)

    async def newest(self, service_id: str) -> str | None:
        """Return the recipient of the service's latest key, even if nobody holds it any more."""
        keys = await self._copies(ServiceKey.service_id == service_id, ServiceKey.unopened.is_(False))
        return keys[0].recipient if keys else None

    async def was_used(self, recipient: str) -> bool:
        """Whether any service has or had this key. Keys are never reused."""
        return bool(await self._copies(ServiceKey.recipient == recipient))

    async def recipient(self, service_id: str) -> str | None:
        """Return what to seal to; None if fewer than FEWEST_HOLDERS could read it, or somebody else could."""
        service = await self.by_id(service_id)
        if service is None or service.key_differs_at is not None:
            return None
        keys = await self.keys(service_id)
        if not all(map(self.is_ours, keys)):
            return None
        holders = {key.held_by for key in keys if key.recipient == keys[0].recipient}
        return keys[0].recipient if len(holders) >= FEWEST_HOLDERS else None

    async def retire(self, recipient: str, at: datetime) -> None:
        """Stop sealing to this key. Its copies stay, for what was sealed before.

        They lose our mark, so that nobody with the database alone can make it the present key again.
        """
        copies = update(ServiceKey).where(ServiceKey.recipient == recipient, ServiceKey.retired_at.is_(None))
        await changed(self._session, copies.values(retired_at=at, mark=None))

    async def erase_copies(self, worker_id: str, at: datetime) -> int:
        """Erase all of a worker's copies. Return how many living ones she held."""
        hers = update(ServiceKey).where(ServiceKey.held_by == worker_id)
        living = await changed(self._session, hers.where(LIVING).values(retired_at=at, wrapped=b"", mark=None))
        await changed(self._session, hers.where(GIVEN).values(retired_at=at))
        await changed(self._session, hers.values(wrapped=b""))
        return living

    async def trials(self) -> list[TriedAddress]:
        """Return every address that was sent a test mail."""
        return list(await self._session.scalars(select(TriedAddress)))

    async def trial(self, service_id: str, address: str) -> TriedAddress | None:
        return await self._session.get(TriedAddress, (service_id, address))

    async def trial_of(self, token_hash: bytes) -> TriedAddress | None:
        """Return the trial whose mail carried this token."""
        return await self._session.scalar(select(TriedAddress).where(TriedAddress.token_hash == token_hash))

    async def add_trial(self, trial: TriedAddress) -> None:
        self._session.add(trial)
        await self._session.flush()

    async def keep_trials(self, service_id: str, addresses: Collection[str]) -> None:
        """Delete trials of a service's other addresses: one that comes back has to be tried again."""
        others = delete(TriedAddress).where(
            TriedAddress.service_id == service_id, TriedAddress.address.not_in(addresses)
        )
        await changed(self._session, others)

    async def expire_trials(self, before: datetime) -> int:
        """Delete unconfirmed trials from before then. Return how many."""
        old = delete(TriedAddress).where(TriedAddress.confirmed_at.is_(None), TriedAddress.sent_at < before)
        return await changed(self._session, old)

    async def expire(self, before: datetime) -> int:
        """Delete copies retired before then: nothing sealed to them is left. Return how many."""
        return await changed(self._session, delete(ServiceKey).where(ServiceKey.retired_at < before))

    def is_ours(self, key: ServiceKey) -> bool:
        """Whether our mark confirms the recipient of this copy."""
        return key.mark is not None and compare_digest(key.mark, self._mark(key))

    def _mark(self, key: ServiceKey) -> bytes:
        return self._vault.mark(mark_content(key.service_id, key.recipient, key.held_by))

    async def _copies(self, *which: ColumnElement[bool]) -> list[ServiceKey]:
        living_first = (ServiceKey.retired_at.is_not(None), ServiceKey.made_at.desc(), ServiceKey.id)
        return list(await self._session.scalars(select(ServiceKey).where(*which).order_by(*living_first)))
