"""Calls: showing a number outside its safe times, noting how a call went, and when a shown number must go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import showings, sides
from bot.usecases.casework.call_permission import (
    CallBlocked,
    CallsLocked,
    NoContact,
    refuse_locked,
    refuse_reported,
    refuse_unsafe,
)
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.passing import take_if_new, tell_head
from bot.usecases.casework.permissions import Gone, first_come, get_request, holds, is_visible, leads, may_read, name_of
from bot.usecases.casework.promises import SHOWN
from bot.usecases.casework.reasons import reason_in_words
from bot.usecases.casework.requests import OPEN
from bot.usecases.casework.showings import Showing, was_shown
from bot.usecases.casework.states import (
    AWAITED_AFTER_A_CALL,
    MOST_ATTEMPTS,
    Outcome,
    action_of,
    after,
    awaited_until,
    enter,
    is_locked_for_good,
    needs_head,
)
from bot.usecases.refused import NotAllowed, NotFound
from bot.usecases.retrying import retry
from storage.contact_requests import ContactRequest
from storage.database import Store

TRIES = 5
"""How often noting a call is tried while others act on the request: what has happened must not be refused."""
Ended = Literal[
    "", "taken_over", "returned", "closed", "withdrawn", "erased", "hidden", "unsafe", "joined", "own_gone", "locked",
    "noted",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What a page that shows the number needs to know."""

    mine: bool
    holder: str | None
    since: datetime | None
    open: bool
    may_show: bool
    ended: Ended
    """Why the number must go; empty while it may stay."""
    others: tuple[Showing, ...]
    """To whom it was shown since, so that the page can say so."""
    owes: bool
    """Whether the worker still has to note a call."""


@first_come
async def reveal_outside(runtime: Runtime, worker: SignedIn, reference: str, reason: str, told: str = "") -> None:
    """Let the head of service see the number outside its safe times, with a reason, while the permission lasts.

    Raises NoReason, Gone, NotAllowed, HeadAllots, CallBlocked and CallsLocked, and ToldFirst if the number was shown to
    a colleague who has noted no outcome, unless `told` is the mark of that warning.
    """
    now, said = runtime.now(), reason_in_words(reason)
    async with runtime.database.store() as store:
        request = await get_request(store, worker, reference)
        if request.sealed is None or request.status not in OPEN:
            raise Gone(request.status)
        if not leads(request, worker):
            raise NotAllowed
        await sides.must_be_free(store, request, worker)
        refuse_unsafe(request, now)
        await refuse_reported(store, request, worker, now)
        await showings.tell_first(store, request, worker, told)
        store.audit.add("phone_revealed_outside", worker.id, request.id, said, at=now)


@first_come
async def note_attempt(runtime: Runtime, worker: SignedIn, reference: str, outcome: Outcome, most: int) -> bool:
    """Note how a call went, as a code. `most` comes from the sealed request and can only lower the limit.

    A worker who was shown the number and has noted nothing since can always note it, even if the request was taken
    over, closed, given back or hidden from her meanwhile. The attempt then counts and locks, but a state that has moved
    on stays. Of an erased request only the audit keeps it. If no further call was agreed, the request waits for the
    person. Return whether the worker may still read the request. Raises NotFound, Gone, NotAllowed, CallBlocked and
    CallsLocked.
    """
    return await retry(lambda: _note(runtime, worker, reference, outcome, most), TRIES)


async def _note(runtime: Runtime, worker: SignedIn, reference: str, outcome: Outcome, most: int) -> bool:
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await store.requests.by_id(reference)
        if request is None or request.service_id != worker.service_id:
            raise NotFound
        visible, shown = await is_visible(store, worker, request), await was_shown(store, request, worker)
        if not (visible or shown):
            raise NotFound
        if not shown:
            _refuse_unless_hers(request, worker)
        if request.sealed is None:
            store.audit.add("attempt_noted", worker.id, request.id, outcome, at=now)
            return False
        limit = str(request.most_attempts)
        request.most_attempts = max(1, min(most, request.most_attempts, MOST_ATTEMPTS))
        if not shown:
            refuse_locked(request, worker, now)
            await refuse_reported(store, request, worker, now)
        before = {"limit": limit, "from": request.status, "due": request.due_at.isoformat() if request.due_at else ""}
        newest = str(await store.additions.newest(request.id))
        noted = {"at": now.isoformat(), "outcome": outcome, "additions": newest, **before}
        request.attempts = [*request.attempts, noted]
        if request.status in OPEN and not request.joined_to:  # the state of a joined report is that of her own request
            await _go_on(runtime, store, request, worker, outcome, visible=visible)
        store.audit.add("attempt_noted", worker.id, request.id, outcome, at=now)
        return visible and request.status in OPEN and may_read(request, worker)


def _refuse_unless_hers(request: ContactRequest, worker: SignedIn) -> None:
    """Refuse a worker who was not shown the number, unless she has the request: then she dialled from paper."""
    if request.status not in OPEN:
        raise Gone(request.status)
    if request.status == "new" or not holds(request, worker):
        raise NotAllowed


async def _go_on(
    runtime: Runtime, store: Store, request: ContactRequest, worker: SignedIn, outcome: Outcome, *, visible: bool
) -> None:
    """Move an open request on. Nobody takes it, and its reader or the head is told, if the caller must not have it:
    it was hidden from her, or she has had the other side.
    """
    hers = visible and await sides.is_free(store, request, worker)
    now, to = runtime.now(), after(request.status, action_of(outcome))
    if to is None:  # NEXT has both for every open state
        raise AssertionError(request.status)
    if to != "new" and hers:
        await take_if_new(store, request, worker, now)
    if to == "taken" and is_locked_for_good(request, now):
        last = (now + AWAITED_AFTER_A_CALL).astimezone(RIGA).date()
        enter(request, after("taken", "wait") or to, awaited_until(last, now))
    elif to != request.status or to == "taken" or (to == "contacted" and outcome == "reached_verified"):
        enter(request, to, await deadline(runtime, store, request, to))
    if needs_head(request, now) or not hers:
        await tell_head(store, request, runtime)


async def owes(runtime: Runtime, worker: SignedIn, reference: str) -> bool:
    """Whether this worker was shown the number and has noted nothing since."""
    async with runtime.database.store() as store:
        request = await store.requests.by_id(reference)
        if request is None or request.service_id != worker.service_id:
            return False
        return await was_shown(store, request, worker)


async def on_screen(runtime: Runtime, worker: SignedIn, reference: str) -> OnScreen:
    """Return whether a number on this worker's screen may stay; if hidden from her, only that. Raises NotFound."""
    now = runtime.now()
    async with runtime.database.store() as store:
        request = await store.requests.by_id(reference)
        if request is None or request.service_id != worker.service_id:
            raise NotFound
        shown = await was_shown(store, request, worker)
        if not await is_visible(store, worker, request):
            if worker.id not in await store.audit.newest_of_each(request.id, SHOWN):
                raise NotFound
            return OnScreen(False, None, None, open=False, may_show=False, ended="hidden", others=(), owes=shown)
        ended = (
            _ended(request, worker, now) or await _forbidden(store, request, worker, now) or ("" if shown else "noted")
        )
        others = await showings.list_untold(store, request, worker) if not ended else ()
        holder = await name_of(store, request.worker_id)
        since, mine = await showings.held_since(store, request), request.worker_id == worker.id
        return OnScreen(mine, holder, since, request.status in OPEN, not ended, ended, others, shown)


async def _forbidden(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> Ended:
    try:
        await refuse_reported(store, request, worker, now)
    except CallBlocked:
        return "unsafe"
    except CallsLocked:
        return "locked"
    return ""


def _ended(request: ContactRequest, worker: SignedIn, now: datetime) -> Ended:
    if request.status == "withdrawn":
        return "erased" if request.closed_as == "erased_at_desk" else "withdrawn"
    if request.status not in OPEN:
        return "closed" if request.sealed is not None else "erased"
    if not holds(request, worker):
        return "taken_over" if request.worker_id else "returned"
    try:
        refuse_locked(request, worker, now)
    except NoContact:
        return "joined" if request.joined_to else "own_gone"
    except CallBlocked:
        return "unsafe"
    except CallsLocked:
        return "locked"
    return "locked" if request.status == "awaited" and not leads(request, worker) else ""
