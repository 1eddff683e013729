"""The life of a request at the desk: six states, each with a duty and a deadline, and the actions between them.

Pure functions of their arguments. `NEXT` alone says which state follows another.
"""

from collections.abc import Iterable, Mapping, Sequence
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
"""Noted among the attempts when the person called or came with the right word."""
IN_CONTACT = ("reached_verified", CAME)
BEGUN: tuple[State, ...] = ("awaited", "contacted", "met")
"""States in which work has begun, so that the request does not fall back into the queue by itself."""

NEXT: Mapping[tuple[Status, Action], State] = {
    ("new", "take"): "taken",
    ("new", "miss"): "new",  # the caller's promise ran out meanwhile, or the head called
    ("new", "reach"): "contacted",
    ("new", "come"): "contacted",  # the worker who hears her takes it in the same step
    ("new", "close"): "closed",
    ("taken", "take"): "taken",  # its holder promises again, or whoever leads takes it over
    ("taken", "give_back"): "new",
    ("taken", "lapse"): "new",  # a broken promise
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
    ("awaited", "go_on"): "taken",  # she sent new times, or the day she named has passed
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
    ("closed", "reopen"): "taken",  # while its letter is kept
    ("closed", "resume"): "contacted",  # if she had been in contact
}

DUE_WITHIN: Mapping[Status, Mapping[Priority, timedelta]] = {
    "taken": {"today": timedelta(hours=4), "next_working_day": timedelta(hours=8), "in_order": timedelta(hours=16)},
    "contacted": dict.fromkeys(get_args(Priority), timedelta(hours=24)),
    "met": dict.fromkeys(get_args(Priority), timedelta(hours=40)),
}
"""How long the duty of a state may take, in the service's own hours. A new request is due when the service promised to
read it, an awaited one on the day the person named, a closed one when it is erased."""
AWAITED_AT_MOST = timedelta(days=14)
"""The longest wait for a person; then the head of service is told."""
AWAITED_AFTER_A_CALL = timedelta(days=7)
"""How long the service waits for the person after the last call she allowed."""

MOST_ATTEMPTS = 3
PAUSE = timedelta(hours=1)
"""The shortest time between two calls, whatever the window allows."""
SAFE_AT_MOST = timedelta(days=31)
"""The longest that a person's safe times are valid; after that nobody sees the number."""
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
    """Return the state that an action leads to, or None if it is not allowed."""
    return NEXT.get((state, action))


def is_left(request: ContactRequest) -> bool:
    """Whether a colleague who has left had begun it: then anyone can take it in its present state."""
    return request.worker_id is None and request.status in BEGUN


def action_of(outcome: Outcome) -> Action:
    """Return the action for an outcome: only a person who was reached and verified is in contact."""
    return "reach" if outcome == "reached_verified" else "miss"


def enter(request: ContactRequest, status: Status, due: datetime | None) -> None:
    """Move to a state with a deadline of its own; nobody has been told of that one yet."""
    request.status, request.due_at = status, due
    request.escalated_to, request.told_at = "", None


def awaited_until(day: date, now: datetime) -> datetime:
    """Return the end of the day the person named, or of the last day the service waits."""
    local = now.astimezone(RIGA).date()
    last = min(max(day, local), local + AWAITED_AT_MOST)
    return datetime.combine(last + timedelta(days=1), time(), RIGA)


def age(due: datetime | None, now: datetime) -> Age:
    """Return whether a deadline is near or past, for the words on the page."""
    if due is None or now < due - SOON:
        return ""
    return "late" if now >= due else "soon"


def missed(attempts: Sequence[Mapping[str, str]], word_addition: int | None) -> list[Mapping[str, str]]:
    """Return the attempts that count: not those before she was reached, or before new times with the right word."""
    counting: list[Mapping[str, str]] = []
    for attempt in attempts:
        if attempt["outcome"] in IN_CONTACT:
            counting = [kept for kept in counting if kept["outcome"] == "wrong_number"]
        elif int(attempt.get("additions", 0)) >= (word_addition or 0) or attempt["outcome"] == "wrong_number":
            counting.append(attempt)
    return counting


def lock(attempts: Sequence[Mapping[str, str]], most: int, now: datetime, word_addition: int | None = None) -> Lock:
    """Return what locks further calls, judging by earlier attempts; "" if nothing does.

    After a wrong number, or if somebody else answered, not even the head of service may: whoever answered has the phone
    (sR19).
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


def is_blocked(request: ContactRequest, reports: Iterable[ContactRequest]) -> bool:
    """Whether the person said that a number is no longer safe, here or on a report that is or was joined to it.

    A later addition with the agreed word of her own request lifts that for both.
    """
    word = request.word_addition or 0
    if request.unsafe_until is not None and word <= request.unsafe_until:
        return True
    return request.call_blocked or any(
        report.call_blocked and word <= (report.blocked_addition or 0) for report in reports
    )


def joint_lock(request: ContactRequest, reports: Iterable[ContactRequest], now: datetime) -> Lock:
    """Return what locks calls where reports are joined to a request: also that somebody else answered their number, or
    that it was tried within the hour.

    It may be the same one; the server cannot read them.
    """
    counting = _missed_together(request, reports)
    if any(attempt["outcome"] == "other_person" for attempt in counting):
        return "other_person"
    until = paused_until(request, reports)
    return lock_of(request, now) or ("pause" if until and now < until else "")


def paused_until(request: ContactRequest, reports: Iterable[ContactRequest]) -> datetime | None:
    """Return when the pause after the last attempt to reach her ends."""
    counting = _missed_together(request, reports)
    return datetime.fromisoformat(counting[-1]["at"]) + PAUSE if counting else None


def _missed_together(request: ContactRequest, reports: Iterable[ContactRequest]) -> list[Mapping[str, str]]:
    """Return the attempts that count on a request and the reports that are joined to it."""
    word = str(request.word_addition or 0)  # numbers of additions tell no order between two requests, hours do
    others = [
        {**attempt, "additions": word}
        for report in reports
        for attempt in report.attempts
        if not (request.confirmed_hour and datetime.fromisoformat(attempt["at"]) < request.confirmed_hour)
    ]
    both = [*request.attempts, *others]
    return missed(sorted(both, key=lambda attempt: attempt["at"]), request.word_addition)


def attempts_left(request: ContactRequest) -> int:
    most = min(MOST_ATTEMPTS, request.most_attempts)
    return max(0, most - len(missed(request.attempts, request.word_addition)))


def is_locked_for_good(request: ContactRequest, now: datetime) -> bool:
    """Whether no further call was agreed, so that the next step is the person's or the head's."""
    return lock_of(request, now) in ("other_person", "wrong_number", "limit")


def needs_head(request: ContactRequest, now: datetime) -> bool:
    """Whether the head decides what happens next. Calls that nobody answered are no failure."""
    locked = lock_of(request, now)
    return locked == "wrong_number" or (locked == "limit" and not waits_for_her(request, now))


def waits_for_her(request: ContactRequest, now: datetime) -> bool:
    """Whether the next step is the person's: the calls she allowed did not reach her, or somebody else answered."""
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
