"""When a service can first reach a person in her own times, and what would help if it never can.

Pure, and based on the calendar behind every other promise. A call is possible when a quarter of an hour begins inside
one of her times, no later than their last day, while the service reads.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.engine.request import DAYS, TIMES, WINDOW_ROWS, RequestForm, Values, Window
from bot.runtime import RIGA
from bot.usecases.services.reading_hours import STEP, Calendar, Span, rounded_up, wall_clock

HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class FirstCall:
    """Whether she waits to be called or written to, and the first moment when that is possible."""

    waits: bool = False
    first: datetime | None = None

    @property
    def unanswerable(self) -> bool:
        """Whether nobody can ever reach her in the times she gave."""
        return self.waits and self.first is None

    @property
    def mark(self) -> Mapping[str, bool]:
        """The entry in the letter that makes the desk say so first."""
        return {"unanswerable": True} if self.unanswerable else {}


@dataclass(frozen=True, slots=True)
class Mend:
    """A change that lets the request be answered, and the first moment then; None if she calls or comes herself."""

    id: str
    values: Values
    first: datetime | None


class Unanswerable(Exception):
    """Nobody can reach her in these times, and she has not been told so. Nothing was sent."""

    def __init__(self, calendar: Calendar | None) -> None:
        super().__init__()
        self.calendar = calendar


def find_first_call(values: Values, calendar: Calendar | None, now: datetime) -> FirstCall:
    """Return the first possible call: not awaited if she calls or comes herself, impossible without a calendar."""
    windows = windows_of(values)
    if not windows:
        return FirstCall()
    if calendar is None:
        return FirstCall(waits=True)
    until = values.get("valid_until")
    return FirstCall(True, first_moment(windows, date.fromisoformat(str(until)) if until else None, calendar, now))


def first_moment(windows: Iterable[Window], until: date | None, calendar: Calendar, now: datetime) -> datetime | None:
    """Return the first quarter of an hour in which the service can call. `until` is the last day that counts."""
    wanted = sorted(windows, key=lambda window: (window.begins, window.ends))
    for begins, ends in calendar.days(wall_clock(now).date()):
        if until and begins.date() > until:
            return None
        for window in wanted:
            if window.day == DAYS[begins.weekday()]:
                opens, closes = _on(begins.date(), window)
                if moment := _first((max(begins, opens), min(ends, closes)), now):
                    return moment
    return None


def mends(
    form: RequestForm, values: Values, calendar: Calendar, now: datetime, ways: Collection[str] = ()
) -> Iterator[Mend]:
    """Yield only changes that would really help, the smallest first. `ways` are contact modes open to her anyway."""
    days = {window.day for window in windows_of(values)}
    longest = wall_clock(now).date() + timedelta(form.fields["valid_until"].longest)
    hers = _helping("days", {**values, "windows": _hours(calendar, days)}, calendar, now)
    yield from hers or _helping("week", {**values, "windows": _hours(calendar, DAYS)}, calendar, now)
    yield from _helping("longer", {**values, "valid_until": longest.isoformat()}, calendar, now)
    for way in ways:
        yield Mend(way, {**values, "contact_mode": way}, None)


def times_of(values: Values) -> str:
    """Return a digest of the request's times, so that “she was told” holds for these times only."""
    written = [str(values.get("valid_until", "")), *(f"{w.day}{w.begins}-{w.ends}" for w in windows_of(values))]
    return hashlib.sha256(" ".join(written).encode()).hexdigest()[:16]


def windows_of(values: Values) -> tuple[Window, ...]:
    return tuple(window for window in values.get("windows", ()) if isinstance(window, Window))


def as_hours(windows: Iterable[Window]) -> Mapping[str, tuple[str, str]]:
    """Write windows, at most one a day, as reading hours."""
    return {window.day: (window.begins, window.ends) for window in windows}


def _helping(id_: str, values: Values, calendar: Calendar, now: datetime) -> tuple[Mend, ...]:
    windows = windows_of(values)
    fits = len({(window.begins, window.ends) for window in windows}) <= len(WINDOW_ROWS)  # the form can hold no more
    moment = find_first_call(values, calendar, now).first
    return (Mend(id_, values, moment),) if fits and moment else ()


def _hours(calendar: Calendar, days: Collection[str]) -> tuple[Window, ...]:
    """Return the service's hours on these days, in the half hours that the form offers."""
    found = []
    for day in DAYS:
        if day in days and calendar.hours.get(day):
            opens, closes = (_since_midnight(text) for text in calendar.hours[day])
            begins, ends = -(-opens // HALF_HOUR), closes // HALF_HOUR
            if begins < ends:
                found.append(Window(day, TIMES[begins], TIMES[ends]))
    return tuple(found)


def _on(day: date, window: Window) -> Span:
    midnight = datetime.combine(day, time())
    return midnight + _since_midnight(window.begins), midnight + _since_midnight(window.ends)


def _since_midnight(text: str) -> timedelta:
    """Read a time as a span, because a day may end at 24:00, which `time` does not know."""
    hours, _, minutes = text.partition(":")
    return timedelta(hours=int(hours), minutes=int(minutes[:2]))


def _first(span: Span, now: datetime) -> datetime | None:
    """Return the first real quarter of an hour in a span: the clock may skip an hour, or show it twice."""
    quarters, at = [], rounded_up(span[0])
    while at < span[1]:
        quarters.append(at)
        at += STEP
    moments = (quarter.replace(tzinfo=RIGA, fold=fold).astimezone(UTC) for quarter in quarters for fold in (0, 1))
    real = [moment for moment in moments if moment >= now and wall_clock(moment) in quarters]
    return min(real).astimezone(RIGA) if real else None
