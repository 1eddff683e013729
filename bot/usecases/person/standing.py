"""The state of a request for whoever holds its code: a timeline in reviewed words that repeat nothing she sent.

Somebody else may hold the code. So it shows no appointment, no worker, no cover story, and none of her words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.runtime import RIGA, Runtime
from bot.usecases.casework import receipts
from bot.usecases.casework.states import IN_CONTACT, lock_of, missed, waits_for_her
from bot.usecases.person.contact import request_words
from bot.usecases.services import notices
from storage.contact_requests import IN_TOUCH, STILL_OPEN, ContactRequest

State = Literal[
    "new", "late", "read", "taken", "awaited", "overdue", "contacted", "done", "not_reached", "withdrawn",
    "erased_at_desk", "expired", "expired_unread", "unanswered",
]  # fmt: skip
NOBODYS: tuple[State, ...] = ("late", "read")
"""Nobody has taken it, and she learns who was notified."""
CLOSED: Mapping[str, State] = {"could_not_reach_safely": "not_reached", "together": "unanswered"}
"""How her page names a request that was closed before the service was in contact with her."""
Try = Literal["no_answer", "other_person", "not_safe", "wrong_number", "contact"]
Then = Literal["", "again", "new_times", "her_word", "another_number", "decided"]
Waiting = Literal["", "other_person", "wrong_number", "no_answer", "times_over", "overdue", "her"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to reach her: its day, how it went, and what follows for her (only from the last one).

    Talks and meetings appear once, as “contact” and without a day, whoever called or came to whom.
    """

    day: date | None
    outcome: Try
    then: Then


@dataclass(frozen=True, slots=True)
class Standing:
    """What her page shows. `words` is what texts may cite: the service, and the promise made when it was sent."""

    state: State
    words: Mapping[str, str]
    read: bool
    in_time: bool | None
    """Whether it was first read by the promised time; None while nobody has read it."""
    taken: bool
    attempts: tuple[Attempt, ...]
    reopened: int | None
    """How many of these attempts precede the reopening of the request; None if it was never reopened."""
    readers: int
    """How many workers have had the letter in their browsers."""
    waits_for: Waiting
    """Why the next step is hers: new times with the agreed word, a call, or a visit. Empty if it is not."""
    renewed: bool
    """New times came in since. Only the worker's browser can tell whether they count."""
    blocked: bool
    has_number: bool
    """Whether she gave a number. If she calls or comes herself, there are no times to change."""
    can_be_changed: bool
    can_be_withdrawn: bool
    erased_soon: bool
    """Nobody has read it, and it is erased within a day. Everyone at the service has been notified."""
    escalated_to: str
    """Who was mailed that nobody takes it: "", "deputy", "head" or "fallback" (another service)."""
    told_name: str
    """The name of that other service, if people can write to it."""


async def get_standing(runtime: Runtime, code: str, language: str) -> Standing | None:
    """Return how a request stands. None for any invalid code, after the same amount of work."""
    receipt_hash, now = await receipts.hashed(runtime, code), runtime.now()
    async with runtime.database.store() as store:
        request = await store.requests.by_receipt(receipt_hash)
        if request is None:
            return None
        words = await request_words(runtime, store, request, language)
        state = state_of(request, now)
        told, name = await notices.last_notified(runtime, store, request, language) if state in NOBODYS else ("", "")
        newest = await store.additions.newest_times(request.id, now.astimezone(RIGA).date())
        own = await store.requests.by_id(request.joined_to) if request.joined_to else None
        opened_again = await store.audit.entries(request.id, events={"request_reopened"}, limit=1)
    if own:  # the page of a report says of her contact what it would say alone; its row is let go of by now
        contacts = [attempt for attempt in own.attempts if attempt["outcome"] in IN_CONTACT]
        request.attempts = sorted([*request.attempts, *contacts], key=lambda attempt: attempt["at"])
    open_ = request.status in STILL_OPEN
    attempts, reopened = attempts_of(request, now), opened_again[0].at if opened_again else None
    return Standing(
        state=state,
        words=words,
        read=request.opened_in_time is not None,
        in_time=request.opened_in_time,
        taken=request.status in ("taken", "awaited", "contacted", "met"),
        attempts=attempts,
        reopened=len(attempts_of(request, now, before=reopened)) if reopened else None,
        readers=request.opened_count,
        waits_for=waiting_of(request, now) if open_ else "",
        renewed=open_ and newest > _answers_to(request),
        blocked=open_ and request.call_blocked,
        has_number=request.call_until is not None,
        can_be_changed=open_,
        can_be_withdrawn=request.status not in ("withdrawn", "expired"),
        erased_soon=open_ and request.last_called and request.opened_in_time is None and state not in IN_TOUCH,
        escalated_to=told,
        told_name=name,
    )


def state_of(request: ContactRequest, now: datetime) -> State:
    """Name the state. A broken promise comes first, even if somebody took the request without reading it."""
    unread = request.opened_in_time is None
    match request.status:
        case "new" | "taken" if unread and now >= request.read_by:
            return "late"
        case "new":
            return "new" if unread else "read"
        case "taken":
            return "taken"
        case "awaited":
            return "overdue" if request.due_at and now >= request.due_at else "awaited"
        case "contacted" | "met":
            return "contacted"
        case "closed":
            return CLOSED.get(request.closed_as or "", "done")
        case "withdrawn":
            return "erased_at_desk" if request.closed_as == "erased_at_desk" else "withdrawn"
        case "expired":
            return "expired_unread" if unread and request.closed_as != "expired_in_contact" else "expired"


def waiting_of(request: ContactRequest, now: datetime) -> Waiting:
    """Say why an open request waits for her. That somebody else answered the phone comes first."""
    if request.status in IN_TOUCH and request.attempts and request.attempts[-1]["outcome"] in IN_CONTACT:
        return ""  # she is in contact, whatever was tried before
    locked = lock_of(request, now)
    if locked in ("other_person", "wrong_number"):
        return locked
    if request.status == "awaited" and request.due_at and now >= request.due_at:
        return "overdue"
    if waits_for_her(request, now):
        return "no_answer"
    if request.call_until and now.astimezone(RIGA).date() > request.call_until and request.status not in IN_TOUCH:
        return "times_over"
    return "her" if request.status == "awaited" else ""


def attempts_of(request: ContactRequest, now: datetime, before: datetime | None = None) -> tuple[Attempt, ...]:
    """Return the attempts in order, and the first contact. Only the last attempt can have consequences.

    `before` leaves out later attempts.
    """
    found: list[Attempt] = []
    last = len(request.attempts) - 1
    for number, attempt in enumerate(request.attempts):
        if before and datetime.fromisoformat(attempt["at"]) > before:
            break
        outcome = _outcome(attempt["outcome"])
        if outcome == "contact":
            found += [] if any(attempt.outcome == "contact" for attempt in found) else [Attempt(None, outcome, "")]
        else:
            day = datetime.fromisoformat(attempt["at"]).astimezone(RIGA).date()
            then = _then(request, now) if number == last and request.status in STILL_OPEN else ""
            found.append(Attempt(day, outcome, then))
    if not before and request.status in IN_TOUCH and not any(attempt.outcome == "contact" for attempt in found):
        found.append(Attempt(None, "contact", ""))  # noted on the request that this report was joined to, gone since
    return tuple(found)


def _outcome(noted: str) -> Try:
    match noted:
        case "no_answer" | "other_person" | "wrong_number":
            return noted
        case "reached_not_safe":
            return "not_safe"
        case _:
            return "contact"


def _then(request: ContactRequest, now: datetime) -> Then:
    """Say what follows the last attempt, promising no more than the server enforces."""
    locked = lock_of(request, now)
    if locked == "other_person":
        return "her_word"
    if locked == "wrong_number":
        return "another_number"
    if waits_for_her(request, now):
        return "new_times"
    if locked == "limit":
        return "decided"
    if request.call_blocked or request.status in (*IN_TOUCH, "awaited"):
        return ""
    if not missed(request.attempts, request.word_addition):
        return ""
    return "again" if not (request.call_until and now.astimezone(RIGA).date() > request.call_until) else ""


def _answers_to(request: ContactRequest) -> int:
    """Return the newest addition from when the next step became hers, or one whose agreed word was right."""
    tried = [int(attempt.get("additions", 0)) for attempt in request.attempts if attempt["outcome"] not in IN_CONTACT]
    return max([*tried[-1:], request.word_addition or 0, request.blocked_addition or 0])
