"""Reads a calendar as people type it, and reports every problem. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from email.errors import MessageError
from email.headerregistry import Address

from bot.engine.request import DAYS

Written = Mapping[str, str]
"""Typed text by field: `mon.from`, `mon.to`, …, `closed_days` (a day or span per line), the names below."""
Problems = Mapping[str, str]
"""Field name -> why its value is refused: hours, days, far, address, minutes, itself, ring, unaddressable, holder,
own, reader, bound."""
ADDRESSES = ("email", "deputy_email", "head_email", "reader_email")
CHOSEN = ("fallback_id", "reader_id")
MINUTES = ("reads_within_minutes", "escalates_within_minutes")
FEWEST, MOST = 15, 40 * 60
"""Minutes of reading time. Mails go out every quarter of an hour, so no shorter promise can be kept."""
FURTHEST = timedelta(days=550)
LONGEST_ADDRESS = 254
DAY = r"(\d{4}-\d{2}-\d{2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\.?)"
SPAN = re.compile(rf"{DAY}(?:\s*(?:–|—|-|\.\.)\s*{DAY})?")


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """The settings of a service's calendar, by the names they are stored under."""

    hours: dict[str, list[str]]
    closed_days: list[str]
    email: str | None
    deputy_email: str | None
    head_email: str | None
    fallback_id: str | None
    reader_id: str | None
    reader_email: str | None
    reads_within_minutes: int
    escalates_within_minutes: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What a calendar may refer to: services people can write to, and workers who can open a letter."""

    fallbacks: Mapping[str, str | None]
    """Every service, and the one it falls back on."""
    addressed: frozenset[str]
    readers: frozenset[str] = frozenset()
    head: str | None = None
    """The sole reader if nobody is named."""
    bound: str | None = None
    """The present sole reader, while requests are open that only she may see: their senders agreed to nobody else."""


def as_written(calendar: CalendarSettings) -> dict[str, str]:
    """Write the calendar as the form shows it."""
    hours = {}
    for day in DAYS:
        hours[f"{day}.from"], hours[f"{day}.to"] = calendar.hours.get(day, ("", ""))
    return {
        **hours,
        "closed_days": "\n".join(_spans([date.fromisoformat(day) for day in calendar.closed_days])),
        **{name: getattr(calendar, name) or "" for name in (*ADDRESSES, *CHOSEN)},
        **{name: str(getattr(calendar, name)) for name in MINUTES},
    }


def parse(written: Written, own_id: str, choices: Choices, today: date) -> tuple[CalendarSettings, Problems]:
    """Return the calendar that was typed, without what is wrong, and all problems at once."""
    problems: dict[str, str] = {}
    closed, wrong = _days(written.get("closed_days", ""), today)
    if wrong:
        problems["closed_days"] = wrong
    fallback, reader = (written.get(name, "").strip() or None for name in CHOSEN)
    if fallback and (wrong := _wrong_fallback(fallback, own_id, choices.fallbacks, choices.addressed)):
        problems["fallback_id"] = wrong
    if reader and reader not in choices.readers:
        problems["reader_id"] = "holder"
    elif choices.bound and (reader or choices.head) != choices.bound:
        problems["reader_id"] = "bound"
    numbers = {name: _minutes(written.get(name, "")) for name in MINUTES}
    problems.update({name: "minutes" for name, number in numbers.items() if number is None})
    addresses = {name: written.get(name, "").strip() or None for name in ADDRESSES}
    problems.update({name: "address" for name, address in addresses.items() if address and not is_address(address)})
    if (own := addresses["reader_email"]) and "reader_email" not in problems:
        shared = {(addresses[name] or "").casefold() for name in ("email", "deputy_email")}
        problems |= {"reader_email": "own"} if own.casefold() in shared else {}
        problems |= {"reader_id": "reader"} if reader is None else {}
    calendar = CalendarSettings(
        hours=_hours(written, problems),
        closed_days=closed,
        email=addresses["email"],
        deputy_email=addresses["deputy_email"],
        head_email=addresses["head_email"],
        fallback_id=fallback,
        reader_id=reader,
        reader_email=addresses["reader_email"],
        reads_within_minutes=numbers["reads_within_minutes"] or FEWEST,
        escalates_within_minutes=numbers["escalates_within_minutes"] or FEWEST,
    )
    return calendar, problems


def is_address(text: str) -> bool:
    """Whether the text is spelled like a mail address."""
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError, AttributeError, TypeError):  # the library trips over “a@[”
        return False
    return text.isascii() and text.isprintable() and len(text) <= LONGEST_ADDRESS and "." in address.domain


def is_span(times: Sequence[str]) -> bool:
    """Whether these are two times of one day, the first before the second."""
    try:
        begins, ends = (time.fromisoformat(text) for text in times)
    except ValueError:
        return False
    return begins.tzinfo is ends.tzinfo is None and begins < ends


def _hours(written: Written, problems: dict[str, str]) -> dict[str, list[str]]:
    hours: dict[str, list[str]] = {}
    for day in DAYS:
        times = [written.get(f"{day}.{end}", "").strip() for end in ("from", "to")]
        if not any(times):
            continue
        try:
            begins, ends = (time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) for text in times)
        except ValueError:
            problems[day] = "hours"
            continue
        if begins >= ends:
            problems[day] = "hours"
        hours[day] = [f"{begins:%H:%M}", f"{ends:%H:%M}"]
    return hours


def _days(text: str, today: date) -> tuple[list[str], str]:
    """Return each day that the text names, without past ones, and the problem with it (empty: none)."""
    days: set[date] = set()
    for line in filter(None, (line.strip().rstrip(",;") for line in text.splitlines())):
        found = SPAN.fullmatch(line)
        if found is None:
            return [], "days"
        try:
            first, last = (_day(day or found[1]) for day in found.groups())
        except ValueError:
            return [], "days"
        if last < first:
            return [], "days"
        if last > today + FURTHEST or first < today - FURTHEST:
            return [], "far"
        days |= {first + timedelta(number) for number in range((last - first).days + 1)}
    return [day.isoformat() for day in sorted(days) if day >= today], ""


def _day(text: str) -> date:
    if "." not in text:
        return date.fromisoformat(text)
    day, month, year = (int(number) for number in text.rstrip(".").split("."))
    return date(year, month, day)


def _spans(days: Sequence[date]) -> list[str]:
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return [span[0].isoformat() if len(span) == 1 else f"{span[0]} – {span[-1]}" for span in spans]


def _minutes(text: str) -> int | None:
    number = int(text) if text.strip().isdecimal() and len(text) < len("100000") else 0
    return number if FEWEST <= number <= MOST else None


def _wrong_fallback(fallback: str, own_id: str, fallbacks: Mapping[str, str | None], addressed: frozenset[str]) -> str:
    """A service must not fall back on itself, directly or through others, nor on one that nobody can write to."""
    if fallback == own_id:
        return "itself"
    if fallback not in addressed:
        return "unaddressable"
    passed: set[str] = set()
    next_ = fallback
    while (following := fallbacks.get(next_)) and following not in passed:
        if following == own_id:
            return "ring"
        passed.add(following)
        next_ = following
    return ""
