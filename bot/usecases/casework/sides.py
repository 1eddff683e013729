"""Two sides of one family: nobody takes both, the head of the service included.

The server cannot read letters, so the head marks two requests by eye; there is no index and no hash of anybody. A mark
is never taken back, because whoever could take it back could take both. It ends with the letters: once both are erased.
"""

from bot.usecases.acting import SignedIn
from bot.usecases.casework.promises import HANDED_OVER, TAKEN
from bot.usecases.refused import HeadAllots
from storage.contact_requests import ContactRequest
from storage.database import Store


async def must_be_free(store: Store, request: ContactRequest, worker: SignedIn) -> None:
    """Raise HeadAllots if this worker ever had the other side. Call it wherever somebody comes to have a request.

    Both sides are locked until the commit, in one order for everybody: of two who take one side each at the same
    moment, and of taking and marking, the second gets a Conflict.
    """
    for reference in sorted({request.id, *await store.sides.of(request.id)}):
        row = request if reference == request.id else await store.requests.by_id(reference)
        if row:
            await store.requests.hold(row)
    if not await is_free(store, request, worker):
        raise HeadAllots


async def is_free(store: Store, request: ContactRequest, worker: SignedIn) -> bool:
    """Whether this worker has never had the other side of a request."""
    return not [other for other in await store.sides.of(request.id) if await _has_had(store, other, worker)]


async def closed_to(store: Store, worker: SignedIn) -> frozenset[str]:
    """Return the requests whose other side this worker has or has had."""
    return frozenset([own for own, other in await store.sides.all() if await _has_had(store, other, worker)])


async def _has_had(store: Store, reference: str, worker: SignedIn) -> bool:
    if await store.audit.has_had(reference, worker.id, TAKEN, HANDED_OVER):
        return True
    request = await store.requests.by_id(reference)
    if request is None or request.closed_as == "erased_at_desk":  # by her, for the person: that is no having
        return False
    return request.worker_id == worker.id
