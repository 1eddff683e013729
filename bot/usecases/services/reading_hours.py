"""When a service reads: the one calendar behind every promise, notice, reminder and first possible call.

Wall-clock time of Riga throughout, holidays included. Pure: nothing here knows what time it is.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import holidays

from bot.engine.request import DAYS
from bot.runtime import RIGA
from storage.social_services import SocialService

HORIZON = 60
"""Days to look ahead. A service that does not read for two months cannot promise anything."""
STEP = timedelta(minutes=15)
"""Notices and deadlines of workers lie on quarters of an hour."""

Hours = Mapping[str, Sequence[str]]
Span = tuple[datetime, datetime]
"""Beginning and end on the wall clock of Riga, without a time zone."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weekly hours of a service, and the days on which it is closed all the same."""

    hours: Hours
    closed: Container[date]

    def days(self, first: date, many: int = HORIZON) -> Iterator[Span]:
        """When the service reads on each of these days, the closed ones left out."""
        for day in (first + timedelta(ahead) for ahead in range(many)):
            times = self.hours.get(DAYS[day.weekday()])
            if times and day not in self.closed:
                begins, ends = (datetime.combine(day, time.fromisoformat(text)) for text in times)
                yield begins, ends

    def spans(self, now: datetime) -> Iterator[Span]:
        """The stretches in which the service reads from this moment on; the first has begun while it is open."""
        at = wall_clock(now)
        yield from ((max(begins, at), ends) for begins, ends in self.days(at.date()) if ends > at)

    def open_until(self, now: datetime) -> datetime | None:
        """When it closes, if it is open at this moment."""
        begins, ends = next(self.spans(now), (None, None))
        return ends if begins == wall_clock(now) else None

    def opens(self, now: datetime) -> datetime | None:
        """When it is open next; this very moment while it is. None when it does not read within the horizon."""
        return next((begins for begins, _ in self.spans(now)), None)


def read_by(hours: Hours, within: timedelta, now: datetime, closed: Container[date]) -> datetime | None:
    """The end of `within`, counted only while the service reads. None when it does not read within the horizon."""
    left = within
    for begins, ends in Calendar(hours, closed).spans(now):
        if left <= ends - begins:
            return min(rounded_up(begins + left), ends).replace(tzinfo=RIGA)
        left -= ends - begins
    return None


def promised_at(service: SocialService, at: datetime) -> datetime | None:
    """The same for any moment: the one calculation behind every promise.

    A full hour, counted from the end of the hour: who knows the promise, how it was reckoned and in which hour the
    request was sent knows nothing finer than that hour.
    """
    within = timedelta(minutes=service.reads_within_minutes)
    counted = read_by(service.hours, within, full_hour(at), closed_days(service))
    return full_hour(counted) if counted else None


def notice_at(service: SocialService, now: datetime) -> datetime:
    """When a notice goes out: at the next quarter of an hour in which the service reads, whatever it is about.

    Whoever sees the mailbox learns neither when a person wrote nor, as all that waits goes in one mail, how many did.
    """
    return read_by(service.hours, timedelta(0), now, closed_days(service)) or now


def calendar_of(service: SocialService) -> Calendar:
    return Calendar(service.hours, closed_days(service))


def public_holidays() -> Container[date]:
    """Latvia's public holidays, those moved to a Monday included."""
    return holidays.country_holidays("LV")


class ClosedDays:
    """Public holidays, and the days on which this service does not read."""

    def __init__(self, service: SocialService) -> None:
        self._own = {date.fromisoformat(day) for day in service.closed_days}
        self._public = public_holidays()

    def __contains__(self, day: object) -> bool:
        return day in self._own or day in self._public


def closed_days(service: SocialService) -> Container[date]:
    return ClosedDays(service)


def full_hour(at: datetime) -> datetime:
    """The next one, unless it is one: what is kept or promised of a person's moment is never finer."""
    return datetime.fromtimestamp(-(-at.timestamp() // 3600) * 3600, RIGA)


def wall_clock(at: datetime) -> datetime:
    """What a clock on a wall in Riga shows."""
    return at.astimezone(RIGA).replace(tzinfo=None)


def rounded_up(at: datetime) -> datetime:
    """The next quarter of an hour."""
    over = (at - datetime.combine(at.date(), time())) % STEP
    return at + (STEP - over) if over else at
