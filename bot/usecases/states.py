"""The life of a request at the desk: five states, each with a duty and a deadline, and what leads from one to the next.

Pure: everything here is decided from values. `NEXT` is the only place where a state changes into another.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

from storage.contact_requests import ContactRequest, Priority, Status

State = Literal["new", "taken", "contacted", "met", "closed"]
STATES: tuple[State, ...] = get_args(State)
Deed = Literal["take", "give_back", "lapse", "miss", "reach", "meet", "close"]
DEEDS: tuple[Deed, ...] = get_args(Deed)
Outcome = Literal["reached_verified", "reached_not_safe", "other_person", "no_answer", "wrong_number"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

NEXT: Mapping[tuple[State, Deed], State] = {
    ("new", "take"): "taken",
    ("new", "close"): "closed",
    ("taken", "take"): "taken",  # whoever has it promises anew, or the head takes it over
    ("taken", "give_back"): "new",
    ("taken", "lapse"): "new",  # a promise that was not kept
    ("taken", "miss"): "taken",
    ("taken", "reach"): "contacted",
    ("taken", "close"): "closed",
    ("contacted", "take"): "contacted",
    ("contacted", "miss"): "contacted",
    ("contacted", "reach"): "contacted",
    ("contacted", "meet"): "met",
    ("contacted", "close"): "closed",
    ("met", "take"): "met",
    ("met", "close"): "closed",
}

DUE_WITHIN: Mapping[Status, Mapping[Priority, timedelta]] = {
    "taken": {"today": timedelta(hours=4), "next_working_day": timedelta(hours=8), "in_order": timedelta(hours=16)},
    "contacted": dict.fromkeys(get_args(Priority), timedelta(hours=24)),
    "met": dict.fromkeys(get_args(Priority), timedelta(hours=40)),
}
"""How long the duty of a state may take, counted in the service's own hours. New is due when it was promised to be
read, closed when it is erased."""

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

Lock = Literal["", "limit", "wrong_number", "pause"]
Age = Literal["", "soon", "late"]


def after(state: Status, deed: Deed) -> State | None:
    """The state that a deed leads to; None where it cannot be done."""
    return next((to for (from_, done), to in NEXT.items() if (from_, done) == (state, deed)), None)


def carried_on(request: ContactRequest, worker_id: str, heads: bool) -> bool:
    """Taken as it stands: by the head from a colleague, by anybody where the colleague who had begun left."""
    if request.worker_id is None:
        return request.status in ("contacted", "met")
    return heads and request.worker_id != worker_id


def deed_of(outcome: Outcome) -> Deed:
    """Only who was reached, and proved to be the person, is in contact."""
    return "reach" if outcome == "reached_verified" else "miss"


def due_at(request: ContactRequest) -> datetime | None:
    """By when the duty of its state is done."""
    match request.status:
        case "new":
            return request.read_by
        case "taken" | "contacted" | "met":
            return request.due_at
        case _:
            return None


def age(due: datetime | None, now: datetime) -> Age:
    """How a deadline stands, for words on the page."""
    if due is None or now < due - SOON:
        return ""
    return "late" if now >= due else "soon"


def lock(attempts: Sequence[Mapping[str, str]], most: int, now: datetime) -> Lock:
    """Why nobody but the head may call now, as far as what was tried before tells."""
    missed = [one for one in attempts if one["outcome"] != "reached_verified"]
    if any(one["outcome"] == "wrong_number" for one in missed):
        return "wrong_number"
    if len(missed) >= most:
        return "limit"
    if missed and now < datetime.fromisoformat(missed[-1]["at"]) + PAUSE:
        return "pause"
    return ""


def raised(priority: Priority) -> Priority:
    return HIGHER[priority]


def lowered(priority: Priority) -> Priority:
    return LOWER[priority]
