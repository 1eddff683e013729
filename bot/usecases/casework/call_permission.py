"""Who may call about a request now, and why not: the server's half. Her hours are sealed in the letter, and the browser
that opens it judges them (`bot/desk/static/call_permission.js`).
"""

from collections.abc import Sequence
from datetime import date, datetime

from bot.runtime import RIGA
from bot.usecases.acting import SignedIn
from bot.usecases.casework.permissions import leads
from bot.usecases.casework.states import SAFE_AT_MOST, is_blocked, joint_lock, lock_of
from bot.usecases.refused import Refused
from storage.contact_requests import ContactRequest
from storage.database import Store


class CallBlocked(Refused):
    """The person said that the number is no longer safe."""


class NoContact(CallBlocked):
    """Nobody contacts the person because of this report: her own request holds, or she has withdrawn it."""


class CallsLocked(Refused):
    """The limit of attempts is reached or the safe time has ended: nobody calls now, or only the head of service."""


def refuse_locked(request: ContactRequest, worker: SignedIn, now: datetime) -> None:
    """Raise CallBlocked or CallsLocked if this worker may not call. Beyond the limit of attempts only the head may."""
    refuse_unsafe(request, now)
    if not leads(request, worker) and lock_of(request, now):
        raise CallsLocked


def refuse_unsafe(request: ContactRequest, now: datetime) -> None:
    """Raise CallBlocked or CallsLocked if nobody may call: an unsafe or wrong number, one that somebody else answered,
    a permission that has ended, or a report beside which her own instructions hold.

    Its last day is on the envelope (sR10). Without one, a permission lasts 31 days at most.
    """
    if request.joined_to or request.no_contact:
        raise NoContact
    if request.call_blocked:
        raise CallBlocked
    if lock_of(request, now) in ("other_person", "wrong_number"):
        raise CallsLocked
    if request.call_until and now.astimezone(RIGA).date() > request.call_until:
        raise CallsLocked
    if now >= max(request.created_hour, request.confirmed_hour or request.created_hour) + SAFE_AT_MOST:
        raise CallsLocked


async def refuse_reported(store: Store, request: ContactRequest, worker: SignedIn, now: datetime) -> None:
    """Raise CallBlocked or CallsLocked if what is known of a joined report forbids to call: a word of the person's own,
    that somebody else answered, an attempt a moment ago, or a last day that was given with its code."""
    reports = await store.joinings.reports_of(request.id)
    if is_blocked(request, reports):
        raise CallBlocked
    lock = joint_lock(request, reports, now)
    if lock == "other_person" or (lock == "pause" and not leads(request, worker)):
        raise CallsLocked
    until = await call_until(store, request, reports)
    if until and now.astimezone(RIGA).date() > until:
        raise CallsLocked


async def call_until(store: Store, request: ContactRequest, reports: Sequence[ContactRequest]) -> date | None:
    """Return the last day on which she may be called; None where she gave no number."""
    if request.call_until is None:
        return None
    return min([request.call_until, *await last_days(store, request, reports)])


async def last_days(store: Store, request: ContactRequest, reports: Sequence[ContactRequest]) -> list[date]:
    """Return the last days that were given with the codes of joined reports. A later word of her own request lifts one.

    Only hours tell the order of additions to two requests.
    """
    word = request.confirmed_hour
    added = await store.additions.times_of([report.id for report in reports])
    return [addition.until for addition in added if addition.until and not (word and addition.made_at < word)]
