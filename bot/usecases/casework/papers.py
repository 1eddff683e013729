"""The risk conversation and the plan of a request: filled in and sealed in the browser, one of each, erased with it.

Neither has a sum or a level, and the server knows nothing of them but the nearest day of the plan. Whoever may read the
request reads them; once the person is in contact, whoever holds the request may write them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.key_change import RESEALED_SIZE
from bot.usecases.casework.permissions import (
    Gone,
    first_come,
    get_letter,
    get_readable,
    get_request,
    holds,
    refuse_joined,
    require_present_key,
)
from bot.usecases.casework.requests import OPEN
from bot.usecases.refused import NotAllowed, Refused
from bot.usecases.services.keys import SEALED
from storage.contact_requests import IN_TOUCH
from storage.database import Conflict
from storage.papers import Paper, PaperKind

KINDS: tuple[PaperKind, ...] = get_args(PaperKind)
FURTHEST = timedelta(days=90)
"""How far ahead a step of a plan may be: no letter is kept longer than that."""


class NotAPaper(Refused):
    """Not sealed to the one size, or a day that no plan of ours has."""


@dataclass(frozen=True, slots=True)
class SealedPaper:
    """A paper as the server keeps it. `version` is what the next change has to name."""

    kind: PaperKind
    by: str
    at: datetime
    sealed: bytes
    version: int


@first_come
async def save(
    runtime: Runtime,
    worker: SignedIn,
    reference: str,
    kind: PaperKind,
    recipient: str,
    sealed: bytes,
    version: int,
    next_due: date | None = None,
) -> int:
    """Keep or replace a paper and return its new version. `version` is that of the one it replaces, 0 if there is none.

    Raises NotAPaper, NotAllowed before the person is in contact or for a request that a colleague has, NoKey, NotFound,
    Gone, and AlreadyTaken if a colleague saved it meanwhile or the service's key has changed.
    """
    now, today = runtime.now(), runtime.today()
    if not sealed.startswith(SEALED) or len(sealed) != RESEALED_SIZE:
        raise NotAPaper
    if next_due and not (kind == "plan" and today - FURTHEST <= next_due <= today + FURTHEST):
        raise NotAPaper
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        await get_letter(store, request, worker)
        if request.status not in OPEN:
            raise Gone(request.status)
        refuse_joined(request)
        if request.status not in IN_TOUCH or not holds(request, worker):
            raise NotAllowed
        await require_present_key(store, worker, recipient)
        paper = await store.papers.of_kind(request.id, kind)
        if (paper.version if paper else 0) != version:
            raise Conflict
        if kind == "plan":
            request.next_due = next_due
        await store.requests.hold(request)  # a withdrawal at this moment takes the paper along
        if paper is None:
            paper = Paper(
                request_id=request.id,
                kind=kind,
                worker_id=worker.id,
                sealed=sealed,
                sealed_to=recipient,
                changed_at=now,
            )
        else:
            paper.worker_id, paper.sealed, paper.sealed_to, paper.changed_at = worker.id, sealed, recipient, now
        await store.papers.add(paper)
        store.audit.add(f"{kind}_saved", worker.id, request.id, at=now)
        return paper.version


async def list_papers(runtime: Runtime, worker: SignedIn, reference: str) -> list[SealedPaper]:
    """Return the papers of a request. Raises NotFound, Gone, AlreadyTaken, NoKey."""
    async with runtime.database.store() as store:
        request = await get_readable(store, worker, reference)
        names = {colleague.id: colleague.name for colleague in await store.workers.all()}
        rows = await store.papers.of_request(request.id)
    return [
        SealedPaper(row.kind, names.get(row.worker_id, ""), row.changed_at, row.sealed, row.version) for row in rows
    ]
