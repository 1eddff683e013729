"""What people will read otherwise in the coming twelve months, because a fact runs out, day by day."""

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
    """One text in one language from a day on, if nobody renews what runs out."""

    day: date
    key: str
    language: str
    text: str


def days(content: Content, today: date) -> list[date]:
    """Each day on which a fact begins to be doubted or withheld."""
    changes = {one.expires_on + timedelta(days=late) for one in content.facts.values() if one.expires_on < date.max
               for late in (1, DOUBTED_FOR.days + 1)}  # fmt: skip
    return sorted(day for day in changes if today < day <= today + AHEAD)


def coming(content: Content, today: date) -> Iterator[Coming]:
    """Every text that reads otherwise than the day before; one that stands in for another is told as that other."""
    for day in days(content, today):
        for language in content.dialogue.languages:
            for key in sorted(one for one in content.words[language] if not one.endswith(WITHOUT)):
                named = {f"{kind}:{name}": "…" for kind, name in placeholders(content.text(key, language))}
                before, said = (plain(content.say(key, language, one, named)) for one in (day - timedelta(days=1), day))
                if said != before:
                    yield Coming(day, key, language, said)
