"""Format times, names and codes for pages, in one language and as of one moment. Features add their own formats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date, format_timedelta

from bot.engine.marking import N_
from bot.runtime import RIGA

DAY = {"lv": "d. MMMM"}
"""No year: nothing on the desk is kept longer than 90 days."""
LESS_THAN_AN_HOUR = N_("less than an hour")


@dataclass(frozen=True, slots=True)
class Writing:
    """The worker's language, its translations, and the moment the page is rendered."""

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
        """Name the last whole day before `end`: what ends at midnight ends with the day before."""
        return self.day(end - timedelta(minutes=1))

    def moment(self, at: datetime) -> str:
        return f"{self.day(at)}, {at.astimezone(RIGA):%H:%M}"

    def full_day(self, on: date) -> str:
        """Include the year. English too puts the day before the month, as every other page does."""
        return format_date(on, "long", locale="en_GB" if self.language == "en" else self.language)

    def full_moment(self, at: datetime) -> str:
        return f"{self.full_day(at.astimezone(RIGA))}, {at.astimezone(RIGA):%H:%M}"

    def in_words(self, names: Mapping[str, str]) -> str:
        """Pick the name in her language, or the Latvian one."""
        return names.get(self.language) or names["lv"]


Format = Callable[[Writing, Any], str]
"""Called by name from a template with one value; `page` supplies the `Writing`."""


def coded(words: Mapping[str, str]) -> Format:
    """Return a format that translates a code. The format raises KeyError for an unknown code."""
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
"""Formats that belong to no single feature."""
