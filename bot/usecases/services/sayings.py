"""Dates, times and opening hours in words, in the grammatical case each language needs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.content import Content
from bot.engine.opening import Change
from bot.engine.request import DAYS
from bot.runtime import RIGA
from bot.usecases.services.reading_hours import Calendar, Hours, public_holidays, wall_clock

LEFT_OPEN = timedelta(minutes=30)
"""How long a screen may stay open: for so long its words stay true."""
EARLY = 6
"""The hour at which a night is over."""


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


def now_words(content: Content, now: datetime, language: str) -> dict[str, str]:
    """Return what texts add at this moment to the hours of each line: “today until 22.00”, “tomorrow from 12.00”.

    Lines that always answer, and facts that do not tell the program their hours, have nothing added.
    """
    if not content.has("fact.until", language):  # older content lacks these texts
        return {}
    at, holidays = wall_clock(now), public_holidays()
    openings = {name: fact.opening for name, fact in content.facts.items() if fact.open}
    changes = {name: opening.next_change(at, holidays) for name, opening in openings.items() if opening}
    said = {name: _said_change(content, change, now, language) for name, change in changes.items()}
    return {f"now:{name}": words for name, words in said.items() if words}


def service_now_words(content: Content, calendar: Calendar, now: datetime, language: str) -> dict[str, str]:
    """Return what texts add at this moment to the hours of a service: “today until 17.00”."""
    if not content.has("fact.until", language):
        return {}
    opens = calendar.opens(now)
    closes = calendar.open_until(now)
    at = closes or opens
    change = Change(open=closes is not None, at=at) if at else None
    return {"now:service:hours": _said_change(content, change, now, language)}


def _said_change(content: Content, change: Change | None, now: datetime, language: str) -> str:
    """Say when it closes or opens, so that it stays true for LEFT_OPEN. Empty if that is more than a week away."""
    at, later = wall_clock(now), wall_clock(now + LEFT_OPEN)
    if change is None or change.at.date() > at.date() + timedelta(days=6):
        return ""
    ends_the_day = change.open and change.at.time() == datetime.min.time()
    day = change.at.date() - timedelta(days=ends_the_day)
    time = {"time": said_hour(content, "24:00" if ends_the_day else f"{change.at:%H:%M}", language)}
    if change.open and day > at.date():
        until_early = day == at.date() + timedelta(days=1) and change.at.hour < EARLY and not ends_the_day
        key = "fact.tonight.until" if until_early else "fact.tonight"
        return content.filled(key, language, time)
    near = {at.date(): "fact.today", at.date() + timedelta(days=1): "fact.tomorrow"}
    same_day = later.date() == at.date()  # otherwise it would soon be another day's “today”
    word = near.get(day) if same_day else None
    said = content.text(word or f"request.date.on.{DAYS[day.weekday()]}", language)
    return content.filled("fact.until" if change.open else "fact.from", language, {"day": said, **time})


def said_opening(content: Content, calendar: Calendar, now: datetime, language: str) -> str:
    """“Atvērs pirmdien, …” or “Šodien atvērts līdz plkst. 17.00.” Empty if it never opens again."""
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
