"""How pages write times, names and codes: in one language, as of one moment. Each feature adds formats of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date, format_timedelta

from bot.engine.marking import N_
from bot.runtime import RIGA

DAY = {"lv": "d. MMMM"}
"""Without the year: nothing on the desk is older, or kept longer, than 90 days."""
LESS_THAN_AN_HOUR = N_("less than an hour")


@dataclass(frozen=True, slots=True)
class Writing:
    """For whoever asked: her language, the words of the desk in it, and the moment at which the page is made."""

    language: str
    say: Callable[[str], str]
    now: datetime

    def since(self, moment: datetime) -> str:
        waited = self.now - moment
        if waited < timedelta(hours=1):
            return self.say(LESS_THAN_AN_HOUR)
        return format_timedelta(waited, granularity="hour", threshold=2, locale=self.language)

    def days_left(self, moment: datetime) -> str:
        left = max(moment - self.now, timedelta(days=1))
        return format_timedelta(left, granularity="day", locale=self.language)

    def day(self, moment: datetime) -> str:
        return format_date(moment.astimezone(RIGA), DAY.get(self.language, "d MMMM"), locale=self.language)

    def last_day(self, end: datetime) -> str:
        """What ends at midnight ends with the day before."""
        return self.day(end - timedelta(minutes=1))

    def moment(self, at: datetime) -> str:
        return f"{self.day(at)}, {at.astimezone(RIGA):%H:%M}"

    def full_day(self, on: date) -> str:
        """With the year; in English, too, the day before the month, as on every other page."""
        return format_date(on, "long", locale="en_GB" if self.language == "en" else self.language)

    def full_moment(self, at: datetime) -> str:
        return f"{self.full_day(at.astimezone(RIGA))}, {at.astimezone(RIGA):%H:%M}"

    def in_words(self, names: Mapping[str, str]) -> str:
        """One of several names, by language; in Latvian where there is none in hers."""
        return names.get(self.language) or names["lv"]


Format = Callable[[Writing, Any], str]
"""What a template calls by name with a value; `Writing` is filled in for it."""


def coded(words: Mapping[str, str]) -> Format:
    """The words for a code. Raises KeyError for a code that has none."""
    return lambda writing, code: writing.say(words[code])


FORMATS: Mapping[str, Format] = {
    "since": Writing.since,
    "days_left": Writing.days_left,
    "day": Writing.day,
    "last_day": Writing.last_day,
    "moment": Writing.moment,
    "full_day": Writing.full_day,
    "full_moment": Writing.full_moment,
    "in_words": Writing.in_words,
    "short": lambda _, reference: reference[:6],
    "host": lambda _, address: urlsplit(address).hostname or address,
    "translate": lambda writing, words: writing.say(words),
}
"""Of no feature, and so of each."""
