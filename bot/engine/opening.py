"""When a line answers, as a fact states it: `every day 12:00-22:00`, `working days 6:00-12:00; days off 0:00-24:00`.

All on the wall clock of Riga. Pure: callers pass the time and the public holidays.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.engine.request import DAYS

HORIZON = 9
"""Days to look ahead: more than a week, so that every day of the week is among them."""
EXAMPLE = "every day 12:00-22:00; days off 0:00-24:00"
WHOLE_DAY = (0, 24 * 60)
_DAY = "|".join(DAYS)
_RULE = re.compile(
    rf"(?P<days>every day|working days|days off|(?P<first>{_DAY})(?:-(?P<last>{_DAY}))?) "
    r"(?P<begins>\d{1,2}:\d{2})-(?P<ends>\d{1,2}:\d{2})"
)
_CLOCK = re.compile(r"(?<![\d.:])(\d{1,2})[.:](\d{2})(?![\d.:])")
_SATURDAY = DAYS.index("sat")


@dataclass(frozen=True, slots=True)
class Rule:
    """Hours of some days of the week."""

    days: frozenset[int]
    holidays: bool | None
    """Whether it applies on public holidays; None if they count like any other day."""
    begins: int
    ends: int
    """Minutes after midnight, at most 24 hours."""

    def applies(self, day: date, holidays: Container[date]) -> bool:
        if self.holidays is None or day not in holidays:
            return day.weekday() in self.days
        return self.holidays


@dataclass(frozen=True, slots=True)
class Change:
    """What happens next: it closes (`open` is true until `at`), or it opens at `at`."""

    open: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """All rules of one line."""

    rules: tuple[Rule, ...]

    def next_change(self, at: datetime, holidays: Container[date]) -> Change | None:
        """Return what changes next after `at`. None if nothing does: it always answers, or never."""
        for begins, ends in self._stretches(at.date(), holidays):
            if at < begins:
                return Change(open=False, at=begins)
            if at < ends:
                last = datetime.combine(at.date() + timedelta(days=HORIZON), datetime.min.time())
                return Change(open=True, at=ends) if ends < last else None
        return None

    @property
    def clock_times(self) -> frozenset[str]:
        """The times at which it opens or closes, as `12:00`. A whole day has none."""
        bounds = [(rule.begins, rule.ends) for rule in self.rules if (rule.begins, rule.ends) != WHOLE_DAY]
        return frozenset(f"{minutes // 60:02}:{minutes % 60:02}" for both in bounds for minutes in both)

    def _stretches(self, first: date, holidays: Container[date]) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches in which it answers, in order. Hours that touch, at midnight too, are one stretch."""
        stretch: tuple[datetime, datetime] | None = None
        for day in (first + timedelta(days=ahead) for ahead in range(HORIZON)):
            midnight = datetime.combine(day, datetime.min.time())
            for begins, ends in sorted((r.begins, r.ends) for r in self.rules if r.applies(day, holidays)):
                fresh = midnight + timedelta(minutes=begins), midnight + timedelta(minutes=ends)
                if stretch and fresh[0] <= stretch[1]:
                    stretch = stretch[0], max(stretch[1], fresh[1])
                    continue
                if stretch:
                    yield stretch
                stretch = fresh
        if stretch:
            yield stretch


@lru_cache(maxsize=64)
def read_opening(text: str) -> Opening:
    """Read what a fact has under `open`. Raise ValueError if it is not written like that."""
    return Opening(tuple(_rule(part.strip()) for part in text.split(";")))


def clock_times(text: str) -> frozenset[str]:
    """Return the times named in a text of any language, as `12:00`."""
    return frozenset(f"{int(hour):02}:{minute}" for hour, minute in _CLOCK.findall(text))


def _rule(text: str) -> Rule:
    found = _RULE.fullmatch(text)
    if not found:
        raise ValueError(text)
    begins, ends = _minutes(found["begins"]), _minutes(found["ends"])
    if begins >= ends:
        raise ValueError(text)
    every, working = frozenset(range(len(DAYS))), frozenset(range(_SATURDAY))
    match found["days"]:
        case "every day":
            return Rule(every, None, begins, ends)
        case "working days":
            return Rule(working, holidays=False, begins=begins, ends=ends)
        case "days off":
            return Rule(every - working, holidays=True, begins=begins, ends=ends)
    first, last = DAYS.index(found["first"]), DAYS.index(found["last"] or found["first"])
    if first > last:
        raise ValueError(text)
    return Rule(frozenset(range(first, last + 1)), None, begins, ends)


def _minutes(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    if minute > 59 or hour * 60 + minute > WHOLE_DAY[1]:
        raise ValueError(text)
    return hour * 60 + minute
