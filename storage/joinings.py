"""Reports that are joined to the person's own request: they share its holder, its state and its deadline."""

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.base import changed
from storage.contact_requests import ContactRequest

HELD_TOGETHER = (
    "status", "worker_id", "due_at", "closed_as", "escalated_to", "told_at", "head_only",
)  # fmt: skip
"""What a joined report has in common with the person's own request. Its urgency and its plan are its own."""

OWN = aliased(ContactRequest)
STRAYED = and_(
    ContactRequest.joined_to > "",  # by its index: without it every turn reads through all letters
    ContactRequest.joined_to == OWN.id,
    or_(*(getattr(ContactRequest, name).is_distinct_from(getattr(OWN, name)) for name in HELD_TOGETHER)),
)
SOME_STRAYED = select(exists().where(STRAYED))
FOLLOWING = (
    update(ContactRequest)
    .where(STRAYED)
    .values({name: getattr(OWN, name) for name in HELD_TOGETHER} | {"version": ContactRequest.version + 1})
)


class Joinings:
    """Finds joined reports, and keeps them beside the request that they are joined to."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def reports_of(self, request_id: str) -> list[ContactRequest]:
        """Return the reports that are joined to a request, oldest first."""
        found = select(ContactRequest).where(ContactRequest.joined_to == request_id)
        return list(await self._session.scalars(found.order_by(ContactRequest.created_hour, ContactRequest.id)))

    async def case_of(self, request_id: str) -> list[str]:
        """Return the ids of a request and the reports that are joined to it."""
        return [request_id, *(report.id for report in await self.reports_of(request_id))]

    async def by_request(self, service_id: str) -> dict[str, list[ContactRequest]]:
        """Return the joined reports of a service by the request that each is joined to."""
        joined = ContactRequest.service_id == service_id, ContactRequest.joined_to.is_not(None)
        found: dict[str, list[ContactRequest]] = {}
        for report in await self._session.scalars(select(ContactRequest).where(*joined).order_by(ContactRequest.id)):
            found.setdefault(report.joined_to or "", []).append(report)
        return found

    async def keep_together(self) -> None:
        """Give joined reports the holder, state and deadline of the request that they are joined to.

        The last step before the commit of whatever has touched requests, so that no action can separate them.
        """
        if await self._session.scalar(SOME_STRAYED):
            await changed(self._session, FOLLOWING)
