"""Finds what is not sealed to the present key of a service yet: letters, and what is sealed beside them."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.beside import BESIDE, Beside
from storage.contact_requests import ContactRequest


class Resealing:
    """What a change of the key has still to reseal."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def letters(self, service_id: str, recipient: str) -> list[str]:
        """Return the ids of a service's letters that are not sealed to this key."""
        other = or_(ContactRequest.sealed_to.is_(None), ContactRequest.sealed_to != recipient)
        found = select(ContactRequest.id).where(
            ContactRequest.service_id == service_id, ContactRequest.sealed.is_not(None), other
        )
        return list(await self._session.scalars(found.order_by(ContactRequest.purge_at, ContactRequest.id)))

    async def beside(self, service_id: str, recipient: str) -> list[tuple[str, Beside, int]]:
        """Return what is sealed beside letters, but not to this key: request, table, and id of the row."""
        found: list[tuple[str, Beside, int]] = []
        for table, beside in BESIDE.items():
            other = or_(beside.sealed_to.is_(None), beside.sealed_to != recipient)
            rows = select(beside.request_id, beside.id).join(ContactRequest, ContactRequest.id == beside.request_id)
            rows = rows.where(ContactRequest.service_id == service_id, other).order_by(beside.id)
            found += [(request, table, number) for request, number in await self._session.execute(rows)]
        return found
