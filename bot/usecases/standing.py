"""How a request stands, for whoever has its code: a timeline in reviewed words that name nothing of what was sent.

Written for the case that somebody else holds the code. No hour or place to come, no worker, no cover, no word of hers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.runtime import RIGA, Runtime
from bot.usecases import notices, receipts
from bot.usecases.contact import STILL_OPEN, words_of
from bot.usecases.states import IN_CONTACT, attempts_left, waits_for_her
from storage.contact_requests import ContactRequest

State = Literal[
    "new", "late", "read", "taken", "awaited", "overdue", "contacted", "done", "not_reached", "withdrawn",
    "erased_at_desk", "expired", "expired_unread",
]  # fmt: skip
Try = Literal["no_answer", "no_answer_again", "other_person", "not_safe", "wrong_number"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach her: its day, and what it means for her."""

    day: date
    meaning: Try


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
    readers: int
    """How many different workers have had the letter in their browsers."""
    waits_for_her: bool
    """The next step is hers: new times with the agreed word, a call, or a visit."""
    blocked: bool
    can_be_changed: bool
    can_be_withdrawn: bool
    erased_soon: bool
    """Nobody has read it, and its letter goes within a day: everyone at the service has been told."""
    escalated_to: str
    """Whom a mail has told that nobody takes it: "", "deputy", "head" or "fallback" (another service)."""
    told_name: str
    """The name of that other service, where people can write to it."""


async def look(runtime: Runtime, code: str, language: str) -> Standing | None:
    """How a request stands. None for every code that is not one, whatever is wrong with it, after the same work."""
    receipt_hash, now = await receipts.hashed(runtime, code), runtime.now()
    async with runtime.database.store() as store:
        request = await store.requests.by_receipt(receipt_hash)
        if request is None:
            return None
        words = await words_of(runtime, store, request, language)
        state = state_of(request, now)
        told, name = await notices.told(runtime, store, request, language) if state == "late" else ("", "")
    open_ = request.status in STILL_OPEN
    return Standing(
        state=state,
        words=words,
        read=request.opened_in_time is not None,
        in_time=request.opened_in_time,
        taken=request.status in ("taken", "awaited", "contacted", "met"),
        attempts=attempts_of(request),
        readers=request.opened_count,
        waits_for_her=open_ and (state == "awaited" or waits_for_her(request, now)),
        blocked=request.call_blocked,
        can_be_changed=open_,
        can_be_withdrawn=request.status not in ("withdrawn", "expired"),
        erased_soon=open_ and request.last_called and request.opened_in_time is None,
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
            return "not_reached" if request.closed_as == "could_not_reach_safely" else "done"
        case "withdrawn":
            return "erased_at_desk" if request.closed_as == "erased_at_desk" else "withdrawn"
        case "expired":
            return "expired_unread" if unread else "expired"


def attempts_of(request: ContactRequest) -> tuple[Attempt, ...]:
    """Each try that did not reach her. Only of the last one can anything still follow."""
    told = [attempt for attempt in request.attempts if attempt["outcome"] not in IN_CONTACT]
    last = len(told) - 1
    more = request.status == "taken" and attempts_left(request) > 0
    return tuple(
        Attempt(
            datetime.fromisoformat(attempt["at"]).astimezone(RIGA).date(),
            _meaning(attempt["outcome"], again=more and number == last),
        )
        for number, attempt in enumerate(told)
    )


def _meaning(outcome: str, again: bool) -> Try:
    match outcome:
        case "no_answer":
            return "no_answer_again" if again else "no_answer"
        case "other_person":
            return "other_person"
        case "wrong_number":
            return "wrong_number"
        case _:
            return "not_safe"
