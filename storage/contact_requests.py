"""Contact requests: an envelope we can read, and a sealed letter we cannot."""

from collections.abc import Set
from datetime import date, datetime
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Update,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, undefer
from sqlalchemy.orm.attributes import flag_modified

from storage.audit import Entry
from storage.base import Record, UtcHour, Versioned, changed
from storage.beside import BESIDE
from storage.narrowing import Narrowing
from storage.outbox import Errand
from storage.sides import Sides

Priority = Literal["today", "next_working_day", "in_order"]
Status = Literal["new", "taken", "awaited", "contacted", "met", "closed", "withdrawn", "expired"]
ClosedAs = Literal[
    "met", "referred", "declined", "could_not_reach_safely", "withdrawn", "erased_at_desk", "expired", "together",
    "expired_in_contact",
]  # fmt: skip
Basis = Literal["own", "agreed", "police_duty", "child_duty"]


class ContactRequest(Versioned, Record, kw_only=True):
    """The envelope, with the letter in `sealed` until it is erased; then a tombstone that says nothing of a person.

    Changed attributes are written at the commit, which raises Conflict if somebody else changed the request meanwhile.
    Only `by_id` loads `sealed`: a list of ten thousand needs no letters.
    """

    __tablename__ = "contact_requests"
    __table_args__ = (Index(None, "service_id", "status"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    once_hash: Mapped[bytes] = mapped_column(unique=True)
    receipt_hash: Mapped[bytes] = mapped_column(unique=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("social_services.id"))
    sealed: Mapped[bytes | None] = mapped_column(deferred=True, deferred_raiseload=True)
    sealed_to: Mapped[str | None] = mapped_column(default=None)
    priority: Mapped[Priority] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    created_hour: Mapped[datetime] = mapped_column(UtcHour)
    read_by: Mapped[datetime]
    purge_at: Mapped[datetime] = mapped_column(UtcHour, index=True)
    status: Mapped[Status] = mapped_column(String(16), default="new")
    worker_id: Mapped[str | None] = mapped_column(ForeignKey("workers.id"), default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    """The deadline of its state: for a new one, by when to take it. None once it has ended."""
    opened_count: Mapped[int] = mapped_column(default=0)
    """How many workers have had the letter in their browsers, read or not."""
    opened_in_time: Mapped[bool | None] = mapped_column(default=None)
    """Whether it was first read by the promised time; None while nobody has read it."""
    call_blocked: Mapped[bool] = mapped_column(default=False)
    closed_as: Mapped[ClosedAs | None] = mapped_column(String(32), default=None)
    is_sample: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[list[dict[str, str]]] = mapped_column(default_factory=list)
    most_attempts: Mapped[int] = mapped_column(default=3)
    head_only: Mapped[bool] = mapped_column(default=False)
    escalated_to: Mapped[str] = mapped_column(String(16), default="")
    told_at: Mapped[datetime | None] = mapped_column(default=None)
    """When somebody was last told that its deadline had passed."""
    last_called: Mapped[bool] = mapped_column(default=False)
    call_until: Mapped[date | None] = mapped_column(default=None)
    """The last day of her permission to call or write; None where she gave no number."""
    word_addition: Mapped[int | None] = mapped_column(default=None)
    """Id of the newest addition whose agreed word a worker's browser found right."""
    blocked_addition: Mapped[int | None] = mapped_column(default=None)
    """Id of the newest addition when she called her number unsafe: only a later one can lift that."""
    unsafe_until: Mapped[int | None] = mapped_column(default=None)
    """A joined report, erased since, forbade to call: id of her newest addition that does not lift that."""
    confirmed_hour: Mapped[datetime | None] = mapped_column(UtcHour, default=None)
    """When `word_addition` was made."""
    flood: Mapped[bool] = mapped_column(default=False)
    """It came in a flood. It may be real, so every promise holds."""
    next_due: Mapped[date | None] = mapped_column(default=None)
    """The nearest day of the plan that workers made with the person; what has to happen then is sealed."""
    slip_counted: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[Basis] = mapped_column(String(16), default="own")
    """Why we may have it: her own consent, or what another institution's report rests on."""
    joined_to: Mapped[str | None] = mapped_column(String(32), index=True, default=None)
    """Of a report: the id of the person's own request that a worker joined it to, for as long as both letters are kept.
    See `storage.joinings`."""
    no_contact: Mapped[bool] = mapped_column(default=False)
    """Of a report: it was joined to her own request, whose letter is gone; nobody contacts her because of the report.
    """


class Reader(Record, kw_only=True):
    """A worker whose browser has had a letter, for whatever purpose."""

    __tablename__ = "readers"

    request_id: Mapped[str] = mapped_column(ForeignKey("contact_requests.id"), primary_key=True)
    worker_id: Mapped[str] = mapped_column(String(32), primary_key=True)


IN_TOUCH: tuple[Status, ...] = ("contacted", "met")
"""Somebody is in contact with the person, whether or not the letter was opened."""
UNHEARD = and_(ContactRequest.opened_in_time.is_(None), ContactRequest.status.not_in(IN_TOUCH))
LAST_CALLED = and_(ContactRequest.last_called, UNHEARD, ContactRequest.sealed.is_not(None))
APART = ContactRequest.joined_to.is_(None)
"""Not joined to another: lists, deadlines and reminders are those of the request that a report is joined to."""
URGENCY = case({"today": 0, "next_working_day": 1}, value=ContactRequest.priority, else_=2)
BY_URGENCY = (URGENCY, ContactRequest.created_hour, ContactRequest.id)
QUEUE_ORDER = (case((LAST_CALLED, 0), else_=1), *BY_URGENCY)
"""First, however long the queue, what will soon be erased unread; then by urgency, longest waiting first."""
TAKEN = exists().where(Entry.subject == ContactRequest.id, Entry.event.in_(("request_taken", "request_reopened")))
FOLDED = and_(ContactRequest.flood, ContactRequest.status == "new", ~TAKEN)
"""Listed apart, below the rest of its priority, until somebody takes it: then it is a request like any other."""
STILL_OPEN: frozenset[Status] = frozenset({"new", "taken", "awaited", "contacted", "met"})
"""States in which somebody still has to act."""
ENDED: tuple[Status, ...] = ("closed", "withdrawn", "expired")


def narrowed(to: Narrowing | None) -> list[ColumnElement[bool]]:
    """Return the conditions of a narrowing; none for None."""
    if to is None:
        return []
    only: list[ColumnElement[bool]] = [
        APART,
        or_(ContactRequest.status.not_in(ENDED), ContactRequest.created_hour > to.ended_after),
    ]
    if to.open_to_all:
        only.append(ContactRequest.head_only.is_(False))
    if to.priority:
        only.append(ContactRequest.priority == to.priority)
    only += [ContactRequest.worker_id == to.held_by] if to.held_by else []
    if to.folded is not None:
        only.append(FOLDED if to.folded else ~FOLDED)
    return only


class ContactRequests:
    """Finds requests by what each side holds: workers an id, the person a receipt."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, request: ContactRequest) -> None:
        """Store a new request. Raises Conflict if it was already sent; `by_once` finds it then."""
        if request.status == "new":
            request.due_at = request.due_at or request.read_by
        self._session.add(request)
        await self._session.flush()

    async def by_id(self, request_id: str) -> ContactRequest | None:
        """Return a request with its letter."""
        found = select(ContactRequest).where(ContactRequest.id == request_id)
        return await self._session.scalar(found.options(undefer(ContactRequest.sealed)))

    async def by_once(self, once_hash: bytes) -> ContactRequest | None:
        return await self._session.scalar(select(ContactRequest).where(ContactRequest.once_hash == once_hash))

    async def by_receipt(self, receipt_hash: bytes) -> ContactRequest | None:
        return await self._session.scalar(select(ContactRequest).where(ContactRequest.receipt_hash == receipt_hash))

    async def waiting(self, service_id: str) -> list[ContactRequest]:
        """Return requests that nobody has taken, most urgent first, then longest waiting."""
        return await self.of_service(service_id, {"new"})

    async def of_service(
        self, service_id: str, statuses: Set[Status], only: Narrowing | None = None, first: int = 0,
        most: int | None = None,
    ) -> list[ContactRequest]:  # fmt: skip
        """Return requests, most urgent first: at most `most`, skipping `first`."""
        found = select(ContactRequest).where(
            ContactRequest.service_id == service_id, ContactRequest.status.in_(statuses), *narrowed(only)
        )
        return list(await self._session.scalars(found.order_by(*QUEUE_ORDER).offset(first or None).limit(most)))

    async def count(self, service_id: str, statuses: Set[Status], only: Narrowing | None = None) -> int:
        found = select(func.count()).select_from(ContactRequest)
        mine = found.where(
            ContactRequest.service_id == service_id, ContactRequest.status.in_(statuses), *narrowed(only)
        )
        return await self._session.scalar(mine) or 0

    async def ended(self, since: datetime, before: datetime) -> list[tuple[str, str, bool, int]]:
        """Count requests sent in a span: service, how they ended (empty: not yet), whether read in time, how many."""
        how, in_time = func.coalesce(ContactRequest.closed_as, ""), func.coalesce(ContactRequest.opened_in_time, False)
        sent = ContactRequest.created_hour >= since, ContactRequest.created_hour < before
        found = select(ContactRequest.service_id, how, in_time, func.count()).where(
            *sent, ContactRequest.is_sample.is_(False)
        )
        rows = await self._session.execute(found.group_by(ContactRequest.service_id, how, in_time))
        return [(service, ended, bool(in_time), number) for service, ended, in_time, number in rows]

    async def overdue(self, now: datetime) -> list[tuple[str, str, datetime]]:
        """Return open requests past their deadline, except taken ones: id, service, deadline."""
        found = select(ContactRequest.id, ContactRequest.service_id, ContactRequest.due_at).where(
            APART, ContactRequest.status.in_(("new", "awaited", "contacted", "met")), ContactRequest.due_at <= now
        )
        rows = await self._session.execute(found.order_by(*BY_URGENCY))
        return [(request, service, due) for request, service, due in rows if due is not None]

    async def unread(self, before: datetime) -> list[tuple[str, str]]:
        """Return id and service of unread open requests, without contact, whose letter is erased before then."""
        found = select(ContactRequest.id, ContactRequest.service_id).where(
            ContactRequest.status.not_in(ENDED),
            UNHEARD,
            ContactRequest.last_called.is_(False),
            ContactRequest.purge_at <= before,
        )
        return [(request, service) for request, service in await self._session.execute(found.order_by(*BY_URGENCY))]

    async def services_told_elsewhere(self) -> set[str]:
        """Return services with an untaken, or soon erased unread, request of which another service was told."""
        untaken = and_(ContactRequest.status == "new", ContactRequest.escalated_to == "fallback")
        unread = and_(ContactRequest.status.not_in(ENDED), LAST_CALLED)
        found = select(ContactRequest.service_id).where(or_(untaken, unread))
        return set(await self._session.scalars(found))

    async def lapsed(self, now: datetime) -> list[ContactRequest]:
        """Return taken requests whose worker has missed the deadline."""
        found = select(ContactRequest).where(APART, ContactRequest.status == "taken", ContactRequest.due_at <= now)
        return list(await self._session.scalars(found.order_by(*BY_URGENCY)))

    async def take(self, request: ContactRequest, worker_id: str, until: datetime) -> bool:
        """Take it for a worker until then. False if it is someone else's, or no longer open.

        False too if it has become confidential since it was read: this worker may not be its reader.
        """
        own = and_(ContactRequest.status == "taken", ContactRequest.worker_id == worker_id)
        free = or_(ContactRequest.status == "new", own)
        as_seen = ContactRequest.head_only.is_(request.head_only)
        ours = update(ContactRequest).where(ContactRequest.id == request.id, free, as_seen)
        taken = ours.values(status="taken", worker_id=worker_id, due_at=until, escalated_to="", told_at=None)
        return await self._changed(taken) == 1

    async def release(self, worker_id: str, now: datetime) -> list[ContactRequest]:
        """Release the requests of a worker who left: taken ones return to the queue, later ones wait for a colleague.

        Return them, so that somebody is told of each.
        """
        held = select(ContactRequest).where(
            APART, ContactRequest.worker_id == worker_id, ContactRequest.status.not_in(ENDED)
        )
        left = list(await self._session.scalars(held.order_by(*BY_URGENCY).with_for_update()))
        theirs = update(ContactRequest).where(ContactRequest.worker_id == worker_id)
        promised = theirs.where(ContactRequest.status == "taken").values(status="new", worker_id=None, due_at=now)
        promised = promised.values(escalated_to="", told_at=None)
        begun = theirs.where(ContactRequest.status.in_(("awaited", "contacted", "met"))).values(worker_id=None)
        await self._changed(promised)
        await self._changed(begun)
        return left

    async def hold(self, request: ContactRequest) -> None:
        """Lock it until the commit. Raises Conflict if it has changed since it was read."""
        flag_modified(request, "status")
        await self._session.flush()

    async def hand_to(self, request_id: str, worker_id: str) -> bool:
        """Note that the letter goes to this worker's browser. Each worker counts once, however often and for what.

        False if it has just been erased: no reader may outlive the letter.
        """
        if await self.was_handed_to(request_id, worker_id):
            return True
        there = update(ContactRequest).where(ContactRequest.id == request_id, ContactRequest.sealed.is_not(None))
        if not await self._changed(there.values(opened_count=ContactRequest.opened_count)):
            return False
        if not await self.was_handed_to(request_id, worker_id):  # the row is locked now, so nobody else counts
            await self._changed(there.values(opened_count=ContactRequest.opened_count + 1))
            self._session.add(Reader(request_id=request_id, worker_id=worker_id))
            await self._session.flush()
        return True

    async def was_handed_to(self, request_id: str, worker_id: str) -> bool:
        found = select(Reader.worker_id).where(Reader.request_id == request_id, Reader.worker_id == worker_id)
        return await self._session.scalar(found) is not None

    async def note_reading(self, request_id: str, now: datetime) -> None:
        """Note that it was read. The first time records whether the promise was kept."""
        in_time = func.coalesce(ContactRequest.opened_in_time, ContactRequest.read_by >= now)
        await self._changed(
            update(ContactRequest).where(ContactRequest.id == request_id).values(opened_in_time=in_time)
        )

    async def erase(
        self, request_id: str, status: Status, closed_as: ClosedAs | None = None, by: str | None = None
    ) -> bool:
        """Erase the letter and all beside it for good, and leave a tombstone. False if it was erased already.

        `closed_as` says how it ended if the status alone does not, `by` which worker ended it. A confidential request
        stays confidential in the list of ended ones. Because of a report that was joined to it nobody contacts her from
        then on: what she said herself about that is gone, or was taken back.
        """
        there = update(ContactRequest).where(ContactRequest.id == request_id, ContactRequest.sealed.is_not(None))
        gone = there.values(sealed=None, sealed_to=None, status=status, due_at=None, call_blocked=False)
        gone = gone.values(attempts=[], most_attempts=3, last_called=False, told_at=None, basis="own")
        gone = gone.values(next_due=None, joined_to=None, no_contact=False)
        gone = gone.values(
            call_until=None, word_addition=None, blocked_addition=None, confirmed_hour=None, unsafe_until=None
        )
        if status in ("withdrawn", "expired"):
            gone = gone.values(closed_as=closed_as or status)
        if by:
            gone = gone.values(worker_id=by)
        erased = await self._changed(gone) == 1
        for beside in (*BESIDE.values(), Reader):  # after the row is locked
            await changed(self._session, delete(beside).where(beside.request_id == request_id))
        joined = update(ContactRequest).where(ContactRequest.joined_to == request_id)
        await self._changed(joined.values(joined_to=None, no_contact=True))
        await Sides(self._session).part()
        return erased

    async def forget(self, before: datetime) -> int:
        """Delete tombstones of requests sent before then that no errand and no pair refers to. Return how many."""
        kept = or_(exists().where(Errand.request_id == ContactRequest.id), Sides.stands_in(ContactRequest.id))
        old = delete(ContactRequest).where(ContactRequest.sealed.is_(None), ContactRequest.created_hour < before, ~kept)
        return await changed(self._session, old)

    async def unmark(self, before: datetime) -> int:
        """Remove from tombstones of requests sent by then that they were confidential, or part of a flood."""
        marked = or_(ContactRequest.head_only, ContactRequest.flood)
        old = update(ContactRequest).where(ContactRequest.sealed.is_(None), marked)
        old = old.where(ContactRequest.created_hour <= before)
        return await self._changed(old.values(head_only=False, flood=False))

    async def due(self, now: datetime) -> list[ContactRequest]:
        """Return requests whose letter is due to be erased."""
        found = select(ContactRequest).where(ContactRequest.sealed.is_not(None), ContactRequest.purge_at <= now)
        return list(await self._session.scalars(found.order_by(ContactRequest.purge_at)))

    async def _changed(self, change: Update) -> int:
        """Return how many rows changed. Each change is a new version: whoever read an older one gets a Conflict."""
        return await changed(self._session, change.values(version=ContactRequest.version + 1))
