"""How a request stands, for whoever has its code: a timeline in reviewed words that name nothing of what was sent.

Written for the case that somebody else holds the code. No hour or place to come, no worker, no cover, no word of hers.
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
"""Nobody has taken it: she learns who was told of it."""
CLOSED: Mapping[str, State] = {"could_not_reach_safely": "not_reached", "together": "unanswered"}
"""Where the person was not in contact with the service before it closed the request, her page says so."""
Try = Literal["no_answer", "other_person", "not_safe", "wrong_number", "contact"]
Then = Literal["", "again", "new_times", "her_word", "another_number", "decided"]
Waiting = Literal["", "other_person", "wrong_number", "no_answer", "times_over", "overdue", "her"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach her: its day, how it went, and what it still means for her; nothing follows from earlier ones.

    A talk or a meeting stands among them once, in one word and without its day, whoever called or came to whom.
    """

    day: date | None
    outcome: Try
    then: Then


@dataclass(frozen=True, slots=True)
class Standing:
    """What her page says. `words` are what texts may cite: the service, and the promise made then."""

    state: State
    words: Mapping[str, str]
    read: bool
    in_time: bool | None
    """Whether it was first read by when it was promised; None while nobody has read it."""
    taken: bool
    attempts: tuple[Attempt, ...]
    reopened: int | None
    """How many of these tries were made before the service opened again what it had closed; None: it never did."""
    readers: int
    """How many different workers have had the letter in their browsers."""
    waits_for: Waiting
    """Why the next step is hers: new times with the agreed word, a call, or a visit. Empty where it is not."""
    renewed: bool
    """New times came in since. Whether they hold, the worker's browser finds out."""
    blocked: bool
    has_number: bool
    """Whether she gave one to be called or written to. Who calls or comes herself has no times to change."""
    can_be_changed: bool
    can_be_withdrawn: bool
    erased_soon: bool
    """Nobody has read it, and its letter goes within a day: everyone at the service has been told."""
    escalated_to: str
    """Whom a mail has told that nobody takes it: "", "deputy", "head" or "fallback" (another service)."""
    told_name: str
    """The name of that other service, where people can write to it."""


async def get_standing(runtime: Runtime, code: str, language: str) -> Standing | None:
    """How a request stands. None for every code that is not one, whatever is wrong with it, after the same work."""
    receipt_hash, now = await receipts.hashed(runtime, code), runtime.now()
    async with runtime.database.store() as store:
        request = await store.requests.by_receipt(receipt_hash)
        if request is None:
            return None
        words = await request_words(runtime, store, request, language)
        state = state_of(request, now)
        told, name = await notices.last_notified(runtime, store, request, language) if state in NOBODYS else ("", "")
        newest = await store.additions.newest_times(request.id, now.astimezone(RIGA).date())
        opened_again = await store.audit.entries(request.id, events={"request_reopened"}, limit=1)
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
    """A promise that was not kept is said before all else, also when somebody took the request and did not look."""
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
    """Why an open request goes on only when she does something. That somebody else answered is said before all else."""
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
    """Each try in its order, and the first contact. Only from the last try can anything still follow.

    `before`: only those that were made until then.
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
    """What her page may say of the time after the last try, without saying more than the server holds to."""
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
    """The newest addition that was there when the next step became hers, or in which the agreed word was right."""
    tried = [int(attempt.get("additions", 0)) for attempt in request.attempts if attempt["outcome"] not in IN_CONTACT]
    return max([*tried[-1:], request.word_addition or 0, request.blocked_addition or 0])
