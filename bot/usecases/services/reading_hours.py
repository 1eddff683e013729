"""When a service reads: the calendar behind every promise, notice, reminder and first possible call.

All in the wall-clock time of Riga, with public holidays. Pure: callers pass the time.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from bot.engine.request import DAYS
from bot.runtime import RIGA
from storage.social_services import SocialService

HORIZON = 60
"""Days to look ahead. A service that does not read for that long cannot promise anything."""
STEP = timedelta(minutes=15)
"""Notices and workers' deadlines fall on quarters of an hour."""

Hours = Mapping[str, Sequence[str]]
Span = tuple[datetime, datetime]
"""Beginning and end on the wall clock of Riga, without a time zone."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weekly hours of a service, and the days on which it is closed nevertheless."""

    hours: Hours
    closed: Container[date]

    def days(self, first: date, many: int = HORIZON) -> Iterator[Span]:
        """Yield the reading hours of each of these days, without closed ones."""
        for day in (first + timedelta(ahead) for ahead in range(many)):
            times = self.hours.get(DAYS[day.weekday()])
            if times and day not in self.closed:
                begins, ends = (datetime.combine(day, time.fromisoformat(text)) for text in times)
                yield begins, ends

    def spans(self, now: datetime) -> Iterator[Span]:
        """Yield the spans in which the service reads from now on; if it is open, the first begins now."""
        at = wall_clock(now)
        yield from ((max(begins, at), ends) for begins, ends in self.days(at.date()) if ends > at)

    def open_until(self, now: datetime) -> datetime | None:
        """Return when it closes; None if it is closed now."""
        begins, ends = next(self.spans(now), (None, None))
        return ends if begins == wall_clock(now) else None

    def opens(self, now: datetime) -> datetime | None:
        """Return when it opens next, or now if it is open. None if it does not read within HORIZON."""
        return next((begins for begins, _ in self.spans(now)), None)


def read_by(hours: Hours, within: timedelta, now: datetime, closed: Container[date]) -> datetime | None:
    """Return when `within` has passed, counting reading hours only. None if it does not read within HORIZON."""
    left = within
    for begins, ends in Calendar(hours, closed).spans(now):
        if left <= ends - begins:
            return min(rounded_up(begins + left), ends).replace(tzinfo=RIGA)
        left -= ends - begins
    return None


def promised_at(service: SocialService, at: datetime) -> datetime | None:
    """Return by when a request sent at `at` is read: the calculation behind every promise. None if none can be made.

    A full hour, counted from the end of the hour of sending, so that a promise reveals nothing finer than that hour.
    """
    within = timedelta(minutes=service.reads_within_minutes)
    counted = read_by(service.hours, within, full_hour(at), closed_days(service))
    return full_hour(counted) if counted else None


def notice_at(service: SocialService, now: datetime) -> datetime:
    """Return when a notice goes out: at the next quarter of an hour in which the service reads.

    So a mailbox shows neither when a person wrote nor, since one mail covers all that waits, how many did.
    """
    return read_by(service.hours, timedelta(0), now, closed_days(service)) or now


def calendar_of(service: SocialService) -> Calendar:
    return Calendar(service.hours, closed_days(service))


@cache
def public_holidays() -> Container[date]:
    """Latvia's public holidays, including those moved to a Monday."""
    return holidays.country_holidays("LV")


class ClosedDays:
    """Public holidays, and the service's own closed days."""

    def __init__(self, service: SocialService) -> None:
        self._own = {date.fromisoformat(day) for day in service.closed_days}
        self._public = public_holidays()

    def __contains__(self, day: object) -> bool:
        return day in self._own or day in self._public


def closed_days(service: SocialService) -> Container[date]:
    return ClosedDays(service)


def full_hour(at: datetime) -> datetime:
    """Round up to the full hour: what is stored or promised about a person's time is never finer."""
    return datetime.fromtimestamp(-(-at.timestamp() // 3600) * 3600, RIGA)


def wall_clock(at: datetime) -> datetime:
    """Return Riga's local time, without a time zone."""
    return at.astimezone(RIGA).replace(tzinfo=None)


def rounded_up(at: datetime) -> datetime:
    """Round up to a quarter of an hour."""
    over = (at - datetime.combine(at.date(), time())) % STEP
    return at + (STEP - over) if over else at
