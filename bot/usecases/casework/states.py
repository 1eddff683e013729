"""The life of a request at the desk: six states, each with a duty and a deadline, and what leads from one to the next.

Pure: everything here is decided from values. `NEXT` is the only place where a state changes into another.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from bot.runtime import RIGA
from storage.contact_requests import ContactRequest, Priority, Status

State = Literal["new", "taken", "awaited", "contacted", "met", "closed"]
STATES: tuple[State, ...] = get_args(State)
Action = Literal[
    "take", "give_back", "lapse", "miss", "reach", "come", "wait", "go_on", "meet", "close", "reopen", "resume"
]
ACTIONS: tuple[Action, ...] = get_args(Action)
Outcome = Literal["reached_verified", "reached_not_safe", "other_person", "no_answer", "wrong_number"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
CAME = "came"
"""Noted among the attempts when she called or came herself and her word was right."""
IN_CONTACT = ("reached_verified", CAME)
BEGUN: tuple[State, ...] = ("awaited", "contacted", "met")
"""Somebody has begun to care for it, so it does not fall back into the queue by itself."""

NEXT: Mapping[tuple[Status, Action], State] = {
    ("new", "take"): "taken",
    ("new", "miss"): "new",  # a call of whose promise ran out meanwhile, or of the head
    ("new", "reach"): "contacted",
    ("new", "come"): "contacted",  # whoever hears her takes it in the same step
    ("new", "close"): "closed",
    ("taken", "take"): "taken",  # whoever has it promises anew, or who leads takes it over
    ("taken", "give_back"): "new",
    ("taken", "lapse"): "new",  # a promise that was not kept
    ("taken", "miss"): "taken",
    ("taken", "reach"): "contacted",
    ("taken", "come"): "contacted",
    ("taken", "wait"): "awaited",
    ("taken", "close"): "closed",
    ("awaited", "take"): "awaited",
    ("awaited", "give_back"): "new",
    ("awaited", "miss"): "awaited",
    ("awaited", "reach"): "contacted",
    ("awaited", "come"): "contacted",
    ("awaited", "go_on"): "taken",  # she sent new times, or the day on which she was awaited has passed
    ("awaited", "close"): "closed",
    ("contacted", "take"): "contacted",
    ("contacted", "miss"): "contacted",
    ("contacted", "reach"): "contacted",
    ("contacted", "come"): "contacted",
    ("contacted", "meet"): "met",
    ("contacted", "close"): "closed",
    ("met", "take"): "met",
    ("met", "miss"): "met",
    ("met", "reach"): "met",
    ("met", "come"): "met",
    ("met", "close"): "closed",
    ("closed", "reopen"): "taken",  # while its letter lives
    ("closed", "resume"): "contacted",  # the same, where she had been in contact
}

DUE_WITHIN: Mapping[Status, Mapping[Priority, timedelta]] = {
    "taken": {"today": timedelta(hours=4), "next_working_day": timedelta(hours=8), "in_order": timedelta(hours=16)},
    "contacted": dict.fromkeys(get_args(Priority), timedelta(hours=24)),
    "met": dict.fromkeys(get_args(Priority), timedelta(hours=40)),
}
"""How long the duty of a state may take, counted in the service's own hours. New is due when it was promised to be
read, awaited on the day the person named, closed when it is erased."""
AWAITED_AT_MOST = timedelta(days=14)
"""No waiting for the person is longer; then the head of service is told."""
AWAITED_AFTER_A_CALL = timedelta(days=7)
"""How long the service waits for her after the last call that she allowed."""

MOST_ATTEMPTS = 3
PAUSE = timedelta(hours=1)
"""No two calls within an hour, whatever the window allows."""
SAFE_AT_MOST = timedelta(days=31)
"""No safe time that a person gave holds longer; after that the number stays hidden whoever asks."""
SOON = timedelta(hours=1)

HIGHER: Mapping[Priority, Priority] = {"in_order": "next_working_day", "next_working_day": "today", "today": "today"}
LOWER: Mapping[Priority, Priority] = {
    "today": "next_working_day",
    "next_working_day": "in_order",
    "in_order": "in_order",
}

Lock = Literal["", "other_person", "wrong_number", "limit", "pause"]
Age = Literal["", "soon", "late"]


def after(state: Status, action: Action) -> State | None:
    """The state that an action leads to; None where it cannot be done."""
    return NEXT.get((state, action))


def is_left(request: ContactRequest) -> bool:
    """Begun by a colleague who is not there any more: taken as it stands, by anybody."""
    return request.worker_id is None and request.status in BEGUN


def action_of(outcome: Outcome) -> Action:
    """Only who was reached, and proved to be the person, is in contact."""
    return "reach" if outcome == "reached_verified" else "miss"


def enter(request: ContactRequest, status: Status, due: datetime | None) -> None:
    """Into a state, with a deadline of its own: whoever was told of the last one has not been told of this one."""
    request.status, request.due_at = status, due
    request.escalated_to, request.told_at = "", None


def awaited_until(day: date, now: datetime) -> datetime:
    """The end of the day she named, or of the last one that is waited for."""
    local = now.astimezone(RIGA).date()
    last = min(max(day, local), local + AWAITED_AT_MOST)
    return datetime.combine(last + timedelta(days=1), time(), RIGA)


def age(due: datetime | None, now: datetime) -> Age:
    """How a deadline stands, for words on the page."""
    if due is None or now < due - SOON:
        return ""
    return "late" if now >= due else "soon"


def missed(attempts: Sequence[Mapping[str, str]], word_addition: int | None) -> list[Mapping[str, str]]:
    """The attempts that count: without those before she was reached, or before new times with the agreed word."""
    counting: list[Mapping[str, str]] = []
    for attempt in attempts:
        if attempt["outcome"] in IN_CONTACT:
            counting = [kept for kept in counting if kept["outcome"] == "wrong_number"]
        elif int(attempt.get("additions", 0)) >= (word_addition or 0) or attempt["outcome"] == "wrong_number":
            counting.append(attempt)
    return counting


def lock(attempts: Sequence[Mapping[str, str]], most: int, now: datetime, word_addition: int | None = None) -> Lock:
    """Why nobody may call now, as far as what was tried before tells.

    When somebody else has answered, or it was a wrong number, not even the head of service may: whoever answered has
    the phone (sR19).
    """
    counting = missed(attempts, word_addition)
    outcomes = {attempt["outcome"] for attempt in counting}
    if "other_person" in outcomes:
        return "other_person"
    if "wrong_number" in outcomes:
        return "wrong_number"
    if len(counting) >= most:
        return "limit"
    if counting and now < datetime.fromisoformat(counting[-1]["at"]) + PAUSE:
        return "pause"
    return ""


def lock_of(request: ContactRequest, now: datetime) -> Lock:
    return lock(request.attempts, request.most_attempts, now, request.word_addition)


def attempts_left(request: ContactRequest) -> int:
    most = min(MOST_ATTEMPTS, request.most_attempts)
    return max(0, most - len(missed(request.attempts, request.word_addition)))


def is_locked_for_good(request: ContactRequest, now: datetime) -> bool:
    """Whether no further call follows from what was agreed: the next step is the person's, or the head's."""
    return lock_of(request, now) in ("other_person", "wrong_number", "limit")


def needs_head(request: ContactRequest, now: datetime) -> bool:
    """Whether the head decides how it goes on. That nobody answered the calls she allowed is no failure."""
    locked = lock_of(request, now)
    return locked == "wrong_number" or (locked == "limit" and not waits_for_her(request, now))


def waits_for_her(request: ContactRequest, now: datetime) -> bool:
    """Whether the next step is the person's: nobody reached her in the tries she allowed, or somebody else answered."""
    counting = missed(request.attempts, request.word_addition)
    match lock_of(request, now):
        case "other_person" | "wrong_number":
            return True
        case "limit":
            return all(attempt["outcome"] == "no_answer" for attempt in counting)
        case _:
            return False


def raised(priority: Priority) -> Priority:
    return HIGHER[priority]


def lowered(priority: Priority) -> Priority:
    return LOWER[priority]
