"""List how texts will change over the next twelve months as facts expire, day by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.content import Content
from bot.engine.facts import DOUBTED_FOR
from bot.engine.withheld import WITHOUT
from bot.texts import placeholders, plain

AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Coming:
    """One text in one language, as it reads from a day on if nobody renews its facts."""

    day: date
    key: str
    language: str
    text: str


def days(content: Content, today: date) -> list[date]:
    """Return each coming day on which a fact becomes doubted or withheld."""
    changes = {fact.expires_on + timedelta(days=late) for fact in content.facts.values() if fact.expires_on < date.max
               for late in (1, DOUBTED_FOR.days + 1)}  # fmt: skip
    return sorted(day for day in changes if today < day <= today + AHEAD)


def coming(content: Content, today: date) -> Iterator[Coming]:
    """Yield every text that reads differently from the day before. A `:without` text appears under its main key."""
    for day in days(content, today):
        for language in content.dialogue.languages:
            for key in sorted(key for key in content.words[language] if not key.endswith(WITHOUT)):
                named = {f"{kind}:{name}": "…" for kind, name in placeholders(content.text(key, language))}
                dates = (day - timedelta(days=1), day)
                before, said = (plain(content.say(key, language, date_, named)) for date_ in dates)
                if said != before:
                    yield Coming(day, key, language, said)
