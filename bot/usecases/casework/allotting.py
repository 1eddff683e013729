"""The head marks two requests of her service as two sides of one family (bot.usecases.casework.sides)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.permissions import Gone, first_come, get_request, name_of, reads_confidential
from bot.usecases.casework.requests import OPEN, Envelope, describe
from bot.usecases.casework.retention import KEPT_AT_MOST
from bot.usecases.refused import NotAllowed, Refused
from bot.usecases.services.known_there import find_elsewhere
from bot.usecases.services.offers import Offer
from storage.contact_requests import ContactRequest
from storage.database import Store
from storage.narrowing import Narrowing

MARKED = "sides_marked"
FEW = 2
"""With so few holders of the key nobody stands in for anybody: for one side a neighbouring service is named."""


class HeldByOne(Refused):
    """One worker has both requests: one of them has to be handed over first."""


@dataclass(frozen=True, slots=True)
class TwoSides:
    """What the head sees: the sides already marked, the requests that could be one, and the neighbour if few hold the
    key.
    """

    request: Envelope
    marked: tuple[Envelope, ...]
    others: tuple[Envelope, ...]
    neighbour: Offer | None
    few: bool


async def look(runtime: Runtime, head: SignedIn, reference: str, language: str) -> TwoSides:
    """Return what the page of two sides shows. Raises NotFound, Gone, and NotAllowed to all but the head."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await _markable(store, head, reference)
        only = Narrowing(open_to_all=not await reads_confidential(store, head), ended_after=now - KEPT_AT_MOST)
        found = await store.requests.of_service(request.service_id, {*OPEN, "closed"}, only)
        sides = set(await store.sides.of(request.id))
        case = await _case(store, request)
        there = [candidate for candidate in found if candidate.id not in case and candidate.purge_at > now]
        names = {
            worker_id: await name_of(store, worker_id) for worker_id in {row.worker_id for row in [request, *there]}
        }
        reports = await store.joinings.by_request(request.service_id)
        shown = {
            row.id: describe(
                row,
                names[row.worker_id],
                head,
                readable=True,
                now=now,
                reports=reports.get(row.id, ()),
            )
            for row in [request, *there]
        }
        few = request.head_only or len({key.held_by for key in await store.services.keys(request.service_id)}) <= FEW
        service = await store.services.by_id(request.service_id)
    place = service.places[0] if service and service.places else ""
    return TwoSides(
        shown[request.id],
        _those(shown, [candidate.id for candidate in there if candidate.id in sides]),
        _those(shown, [candidate.id for candidate in there if candidate.id not in sides]),
        await find_elsewhere(runtime, place, language) if few else None,
        few,
    )


@first_come
async def mark(runtime: Runtime, head: SignedIn, reference: str, other: str) -> None:
    """Mark two requests as two sides: from now on nobody takes both. Marking them again changes nothing.

    Raises NotFound, Gone, HeldByOne, and NotAllowed for one and the same request or to all but the head.
    """
    now = runtime.now()
    async with runtime.database.store() as store:
        pair = [await _markable(store, head, request_id) for request_id in sorted({reference, other})]
        if len(pair) != len((reference, other)):
            raise NotAllowed
        cases = [await _case(store, request) for request in pair]
        if cases[0] & cases[1]:
            raise HeldByOne
        for request in pair:
            await store.requests.hold(request)
        one, two = pair
        if one.worker_id is not None and one.worker_id == two.worker_id and {one.status, two.status} <= OPEN:
            raise HeldByOne
        if two.id in await store.sides.of(one.id):
            return
        for mine, theirs in product(*cases):
            if theirs not in await store.sides.of(mine):
                await store.sides.add(mine, theirs)
        for request, side in ((one, two), (two, one)):
            store.audit.add(MARKED, head.id, request.id, side.id, at=now)


async def _case(store: Store, request: ContactRequest) -> set[str]:
    """Return a request and what is joined to it."""
    own = request.joined_to or request.id
    return {own, *(report.id for report in await store.joinings.reports_of(own))}


async def _markable(store: Store, head: SignedIn, reference: str) -> ContactRequest:
    if head.role != "head":
        raise NotAllowed
    request = await get_request(store, head, reference)
    if request.sealed is None:
        raise Gone(request.status)
    return request


def _those(shown: dict[str, Envelope], references: Sequence[str]) -> tuple[Envelope, ...]:
    return tuple(shown[reference] for reference in references)
