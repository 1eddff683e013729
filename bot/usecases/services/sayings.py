"""Dates, times and opening hours in words, in the grammatical case each language needs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.content import Content
from bot.engine.request import DAYS
from bot.runtime import RIGA
from bot.usecases.services.reading_hours import Calendar, Hours


def said_time(content: Content, at: datetime, language: str) -> str:
    """A deadline in words. No formatting library knows the Latvian dative."""
    local = at.astimezone(RIGA)
    day, hour, minute = _said_day(content, local, language), f"{local.hour:02}", f"{local.minute:02}"
    return content.filled("request.date.by", language, {**day, "hour": hour, "minute": minute})


def said_day(content: Content, day: date, language: str) -> str:
    """“līdz pirmdienai, 30. novembrim”."""
    return content.filled("request.date.day", language, _said_day(content, day, language))


def said_hour(content: Content, text: str, language: str) -> str:
    """A time such as 09:30 as the language writes it."""
    hour, _, minute = text.partition(":")
    return content.filled("request.date.time", language, {"hour": hour.removeprefix("0") or "0", "minute": minute})


def said_moment(content: Content, at: datetime, language: str) -> str:
    """“otrdien, 1. decembrī, plkst. 9.00”: Latvian needs the locative here, Russian «в» or «во»."""
    local = at.astimezone(RIGA)
    said = {
        "weekday": content.text(f"request.date.on.{DAYS[local.weekday()]}", language),
        "day": str(local.day),
        "month": content.text(f"request.date.on.month.{local.month}", language),
        "time": said_hour(content, f"{local:%H:%M}", language),
    }
    return content.filled("request.date.at", language, said)


def said_opening(content: Content, calendar: Calendar, now: datetime, language: str) -> str:
    """“Tagad slēgts. Atvērs pirmdien, …” or “Tagad atvērts līdz plkst. 17.00.” Empty if it never opens again."""
    if closes := calendar.open_until(now):
        hour = said_hour(content, f"{closes:%H:%M}", language)
        return content.filled("request.service.open-now", language, {"time": hour})
    opens = calendar.opens(now)
    if opens is None:
        return ""
    moment = said_moment(content, opens.replace(tzinfo=RIGA), language)
    return content.filled("request.service.closed-now", language, {"moment": moment})


def said_hours(content: Content, hours: Hours, language: str) -> str:
    """“pirmdien–ceturtdien 8.30–17.00, piektdien 8.30–15.00”: days with equal hours are joined."""
    runs: list[tuple[list[str], tuple[str, ...]]] = []
    for day in DAYS:
        times = tuple(hours.get(day, ()))
        if runs and runs[-1][1] == times:
            runs[-1][0].append(day)
        else:
            runs.append(([day], times))
    said = [
        f"{_said_days(content, days, language)} {_said_span(content, times, language)}" for days, times in runs if times
    ]
    return ", ".join(said) or content.text("request.service.no-hours", language)


def _said_day(content: Content, day: date, language: str) -> Mapping[str, str]:
    return {
        "weekday": content.text(f"request.date.by.{DAYS[day.weekday()]}", language),
        "day": str(day.day),
        "month": content.text(f"request.date.month.{day.month}", language),
    }


def _said_days(content: Content, days: Sequence[str], language: str) -> str:
    ends = dict.fromkeys((days[0], days[-1]))
    return "–".join(content.text(f"request.date.{day}", language) for day in ends)


def _said_span(content: Content, times: Sequence[str], language: str) -> str:
    return "–".join(said_hour(content, text, language) for text in times)
