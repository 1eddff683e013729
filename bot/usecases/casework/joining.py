"""Joining a report and the person's own request, by a worker who has read both. Nothing is compared or searched.

From then on they are one case: one holder, one state, the earlier deadline (`storage.joinings`), one slip. The report
keeps its own urgency and its own plan beside hers.
What the person wrote herself says how to reach her; the contact of the report is withheld. If her own letter goes, also
because she withdrew it, nobody contacts her because of the report.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.priority import highest
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import sides
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.leaving import begin_anew
from bot.usecases.casework.permissions import Gone, first_come, get_request, holds, leads, refuse_joined
from bot.usecases.casework.promises import HANDED_OVER, TAKEN, taker_in
from bot.usecases.casework.requests import OPEN, take_up
from bot.usecases.refused import NotAllowed, Refused
from storage.contact_requests import ContactRequest
from storage.database import Store

READ = "letter_read"
JOINED = "letters_joined"
A_WRONG_JOINING = timedelta(minutes=15)
"""How long the worker who joined them can part them again; whoever leads can as long as the request is open."""


class NotRead(Refused):
    """The worker has not read both letters."""


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request that a report could be joined to, as the list names it."""

    reference: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Joining:
    """What this worker can join a report to, and whether she can part it again."""

    choices: tuple[OwnRequest, ...] = ()
    is_offered: bool = False
    """Whether it is a report that she could join to whatever else she has read."""
    may_part: bool = False


async def get_joining(runtime: Runtime, worker: SignedIn, reference: str) -> Joining:
    """Return what this worker can join or part now. Raises NotFound."""
    now = runtime.now()
    async with runtime.database.store() as store:
        report = await get_request(store, worker, reference)
        if report.joined_to:
            return Joining(may_part=await _may_part(store, report, worker, now))
        if not (_is_report(report) and _may_have(report, worker)):
            return Joining()
        others = await store.sides.of(report.id)
        found = [
            row
            for row in await store.requests.of_service(report.service_id, OPEN)
            if row.id not in others and _fit(report, row, worker)
        ]
        read = await store.audit.subjects(worker.id, READ, [row.id for row in found])
        choices = tuple(OwnRequest(row.id, row.created_hour) for row in found if row.id in read)
        return Joining(choices, is_offered=True)


@first_come
async def join(runtime: Runtime, worker: SignedIn, reference: str, to: str) -> None:
    """Join a report to the person's own request; whatever nobody has of them is taken by the worker.

    Raises NotFound, Gone, Joined, NotAllowed unless the worker may act on both, NotRead, and HeadAllots.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        report, own = await get_request(store, worker, reference), await get_request(store, worker, to)
        for request in (report, own):
            if request.status not in OPEN:
                raise Gone(request.status)
        refuse_joined(report)
        if not (_is_report(report) and _fit(report, own, worker)):
            raise NotAllowed
        if len(await store.audit.subjects(worker.id, READ, {reference, to})) < 2:
            raise NotRead
        if own.worker_id is None:
            await take_up(runtime, store, own, worker)
            own = await get_request(store, worker, to)
        await _allow_both(store, report, own, worker)
        await store.requests.hold(own)  # a withdrawal at this moment leaves no report beside an empty envelope
        own.priority = highest(own.priority, report.priority)
        if own.status != "awaited":  # the day is hers
            due = report.due_at if report.worker_id else await deadline(runtime, store, report, "taken")
            own.due_at = min(filter(None, (own.due_at, due)))
        if report.call_blocked:  # which came first is not known, so only a word from now on lifts it
            report.blocked_addition = max(report.blocked_addition or 0, await store.additions.newest(own.id))
        report.joined_to = own.id
        await _hand_over(store, report, own, worker, now)
        await store.outbox.settle(report.id, now)
        for request in (report, own):
            store.audit.add(JOINED, worker.id, request.id, at=now)


@first_come
async def part(runtime: Runtime, worker: SignedIn, reference: str) -> None:
    """Part a report from the request it was joined to by mistake. It stays with the same worker, to be begun anew.

    Raises NotFound and NotAllowed.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        report = await get_request(store, worker, reference)
        if not (report.joined_to and await _may_part(store, report, worker, now)):
            raise NotAllowed
        own, report.joined_to = report.joined_to, None
        await _keep_as_before(runtime, store, report, own)
        await begin_anew(runtime, store, report)
        for request_id in (report.id, own):
            store.audit.add("letters_parted", worker.id, request_id, at=now)


async def _allow_both(store: Store, report: ContactRequest, own: ContactRequest, worker: SignedIn) -> None:
    """Let whoever has them have both: not the two sides of one family, and nobody who ever had another side of either.

    Raises NotAllowed and HeadAllots.
    """
    if own.id in await store.sides.of(report.id):
        raise NotAllowed
    holder = replace(worker, id=own.worker_id or worker.id)
    for request in (report, own):
        await sides.must_be_free(store, request, holder)
    await store.sides.share(report.id, own.id)


async def _hand_over(
    store: Store, report: ContactRequest, own: ContactRequest, worker: SignedIn, now: datetime
) -> None:
    """Note in the audit that whoever has had her request has had the report, too; the present holder last.

    Nothing if all of them had it: joining again and again begins no promise anew.
    """
    had = [taker_in(entry) for entry in reversed(await store.audit.entries(own.id, events=TAKEN))]
    holders = [*dict.fromkeys(holder for holder in had if holder != own.worker_id), own.worker_id or worker.id]
    new = [holder for holder in holders if not await store.audit.has_had(report.id, holder, TAKEN, HANDED_OVER)]
    for holder in dict.fromkeys([*new, holders[-1]] if new else []):
        store.audit.add(HANDED_OVER, worker.id, report.id, holder, at=now)


async def _keep_as_before(runtime: Runtime, store: Store, report: ContactRequest, own: str) -> None:
    """Take back that her request was closed meanwhile, which shortened for how long the report is kept."""
    joined = await store.audit.entries(report.id, events={JOINED}, limit=1)
    closed = await store.audit.entries(own, events={"request_closed"}, limit=1)
    if joined and closed and closed[0].id > joined[0].id:
        whole = report.created_hour + timedelta(days=runtime.content.request.erased_after_days)
        report.purge_at = max(report.purge_at, whole)


def _is_report(request: ContactRequest) -> bool:
    return request.basis != "own" and request.status in OPEN


def _may_have(request: ContactRequest, worker: SignedIn) -> bool:
    return request.worker_id is None or holds(request, worker)


def _fit(report: ContactRequest, own: ContactRequest, worker: SignedIn) -> bool:
    """Whether these two can become one case of one worker.

    Both are hidden from the colleagues or neither is, so that joining shows nothing to anybody.
    """
    if own.basis != "own" or own.status not in OPEN:
        return False
    if (own.head_only, own.is_sample) != (report.head_only, report.is_sample):
        return False
    alike = report.worker_id in (None, own.worker_id or worker.id)
    return alike and _may_have(report, worker) and _may_have(own, worker)


async def _may_part(store: Store, report: ContactRequest, worker: SignedIn, now: datetime) -> bool:
    if report.status not in OPEN:
        return False
    if leads(report, worker):
        return True
    newest = await store.audit.entries(report.id, events={JOINED}, limit=1)
    mine = bool(newest) and newest[0].actor == worker.id and holds(report, worker)
    return mine and now < newest[0].at + A_WRONG_JOINING
