"""A queue too long for one page: how much there is, however little of it is looked at."""

from collections.abc import Set

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.requests import WITHDRAWN_SHOWN, Envelope, everything, shown_to
from storage.contact_requests import Status

MOST = 100
"""Envelopes on one page."""


async def how_many(
    runtime: Runtime, worker: SignedIn, among: Set[Status], priority: str = "", folded: bool | None = None
) -> int:
    """What there is for this worker in these states."""
    async with runtime.database.store() as store:
        only = await shown_to(store, worker, runtime.now(), priority, folded)
        return await store.requests.count(worker.service_id or "", among, only)


async def withdrawn_lately(runtime: Runtime, worker: SignedIn) -> list[Envelope]:
    """So that nobody looks for them in vain."""
    lately = runtime.now() - WITHDRAWN_SHOWN
    return [one for one in await everything(runtime, worker, {"withdrawn"}, most=MOST) if one.created_at > lately]
