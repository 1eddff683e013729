"""Which service a request goes to, and by when it is read there: the only promise about time that we make."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import holidays

from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.request import DAYS
from bot.runtime import RIGA, Runtime
from bot.usecases.refused import NotFound, Refused
from storage.database import Store
from storage.social_services import SocialService

WORLD_AGE = timedelta(seconds=2)
"""How long it may take until a service that was closed is closed for everyone."""
MOST_OFFERS = 500
HORIZON = 60
"""Days to look ahead. A service that does not read for two months cannot promise anything."""
READS_WITHIN = 240
"""Minutes of reading hours, until its head says otherwise."""
STEP = timedelta(minutes=15)
"""Promises are made in quarters of an hour: they can be said, and do not tell when the request was sent."""

Hours = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person is told about the service of her place before she sends it anything."""

    place: str
    service: str
    name: str
    phone: str
    hours: str
    read_by: datetime | None
    promise: str
    recipient: str | None

    @property
    def open(self) -> bool:
        """Whether a request can be sealed to it, and read at a time we can name."""
        return self.recipient is not None and self.read_by is not None

    @property
    def words(self) -> Mapping[str, str]:
        """What texts may cite."""
        return {
            "service:name": self.name,
            "service:phone": self.phone,
            "service:hours": self.hours,
            "service:read_by": self.promise,
        }


async def world(runtime: Runtime, *, form: bool) -> World:
    """What the engine may know of today, at most a moment old."""
    now = runtime.now()
    if runtime.reachable is None or abs(now - runtime.reachable[0]) > WORLD_AGE:
        if runtime.reachable:  # one looks; whoever comes meanwhile need not look, too
            runtime.reachable = (now, runtime.reachable[1])
        try:
            runtime.reachable = (now, await addressable(runtime))
        except BaseException:
            runtime.forget_world()
            raise
    return World(runtime.reachable[1], form)


async def addressable(runtime: Runtime) -> frozenset[str]:
    """The municipalities from which a request can be sent now."""
    async with runtime.database.store() as store:
        services = await store.services.addressable()
    return frozenset(place for service in services if promised(runtime, service) for place in service.places)


async def offer(runtime: Runtime, place: str, language: str) -> Offer:
    """The service of a municipality: one that can be addressed, else one that can be rung up."""
    async with runtime.database.store() as store:
        return await offered(runtime, store, place, language)


async def everywhere(runtime: Runtime, language: str) -> list[Offer]:
    """What each municipality's service offers now."""
    async with runtime.database.store() as store:
        return [await offered(runtime, store, place, language) for place in runtime.content.dialogue.municipalities]


async def offered(runtime: Runtime, store: Store, place: str, language: str) -> Offer:
    """The same within a transaction that goes on."""
    services = await store.services.by_place(place)
    keys = {service.id: await store.services.recipient(service.id) for service in services}
    for service in sorted(services, key=lambda one: keys[one.id] is None):  # the addressable ones first
        return known(runtime, place, service, keys[service.id], language)
    return from_directory(runtime, place, language)


async def words(runtime: Runtime, place: str, language: str) -> Mapping[str, str]:
    """What texts may cite of the service of a place, as old as `world` at most."""
    now, known = runtime.now(), runtime.offers.get((place, language))
    if known is None or abs(now - known[0]) > WORLD_AGE:
        if known:  # one looks; whoever comes meanwhile need not look, too
            runtime.offers[place, language] = now, known[1]
        if len(runtime.offers) >= MOST_OFFERS:
            runtime.offers.clear()
        try:
            runtime.offers[place, language] = known = (now, (await offer(runtime, place, language)).words)
        except BaseException:
            runtime.forget_world()
            raise
    return known[1]


def known(runtime: Runtime, place: str, service: SocialService, recipient: str | None, language: str) -> Offer:
    """A service that has been set up here."""
    content = runtime.content
    read_at = promised(runtime, service)
    return Offer(
        place=place,
        service=service.id,
        name=service.names.get(language) or next(iter(service.names.values()), service.id),
        phone=service.phone or content.text("request.service.no-phone", language),
        hours=said_hours(content, service.hours, language),
        read_by=read_at,
        promise=said_time(content, read_at, language) if read_at else "",
        recipient=recipient,
    )


def from_directory(runtime: Runtime, place: str, language: str) -> Offer:
    """A service that we only know of: its phone with its doubt, or the advice to ask the municipality."""
    content, today = runtime.content, runtime.now().astimezone(RIGA).date()
    service = next((one for one in content.services.values() if place in one.places), None)
    return Offer(
        place=place,
        service=service.id if service else "",
        name=service.names[language] if service else content.text("request.service.no-name", language),
        phone=(service and service.say_phone(language, today)) or content.text("request.service.no-phone", language),
        hours=(service and service.say_hours(language, today)) or content.text("request.service.no-hours", language),
        read_by=None,
        promise="",
        recipient=None,
    )


async def set_up(runtime: Runtime, service: str, hours: Hours) -> None:
    """Let a service of the directory be addressed, or renew what the directory says of it; and when it reads.

    Requests still reach it only once a worker of it has made its key. Raises NotFound for an unknown service.
    """
    listed = runtime.content.services.get(service)
    if listed is None:
        raise NotFound
    if set(hours) - set(DAYS) or not all(_is_span(times) for times in hours.values()):
        raise Refused("reading hours must look like mon=08:30-17:00")
    today = runtime.now().astimezone(RIGA).date()
    async with runtime.database.store() as store:
        phone = listed.say_phone("lv", today) or ""
        record = SocialService(id=service, names=dict(listed.names), places=list(listed.places), phone=phone,
                               hours={day: list(times) for day, times in hours.items()},
                               reads_within_minutes=READS_WITHIN)  # fmt: skip
        if before := await store.services.by_id(service):
            record.closed_days, record.fallback_id = before.closed_days, before.fallback_id
            record.deputy_email, record.head_email = before.deputy_email, before.head_email
            record.escalates_within_minutes = before.escalates_within_minutes
            record.reads_within_minutes, record.email = before.reads_within_minutes, before.email
        await store.services.put(record)
        store.audit.add("service_set_up", "system", service, at=runtime.now())
    runtime.forget_world()


def _is_span(times: Sequence[str]) -> bool:
    try:
        begins, ends = (time.fromisoformat(text) for text in times)
    except ValueError:
        return False
    return begins.tzinfo is ends.tzinfo is None and begins < ends


async def all_set_up(runtime: Runtime) -> list[tuple[str, bool]]:
    """Every service that was set up, and whether requests can reach it now."""
    async with runtime.database.store() as store:
        services = await store.services.all()
        return [(one.id, bool(await store.services.recipient(one.id)) and one.active) for one in services]


# --- By when ----------------------------------------------------------------------------------------------------------


def promised(runtime: Runtime, service: SocialService) -> datetime | None:
    """When a request sent now is read at the latest."""
    return promised_at(service, runtime.now())


def promised_at(service: SocialService, at: datetime) -> datetime | None:
    """The same for any moment: the one calculation behind every promise."""
    return read_by(service.hours, timedelta(minutes=service.reads_within_minutes), at, closed_days(service))


def notice_at(service: SocialService, now: datetime) -> datetime:
    """When a notice goes out: at the next quarter of an hour in which the service reads, whatever it is about.

    Whoever sees the mailbox learns neither when a person wrote nor, as all that waits goes in one mail, how many did.
    """
    return read_by(service.hours, timedelta(0), now, closed_days(service)) or now


def read_by(hours: Hours, within: timedelta, now: datetime, closed: Container[date]) -> datetime | None:
    """The end of `within`, counted only while the service reads. None when it does not read within the horizon.

    Wall-clock time of Riga throughout: clocks change at night, when nobody reads.
    """
    at = now.astimezone(RIGA).replace(tzinfo=None)
    left = within
    for day in (at.date() + timedelta(days) for days in range(HORIZON)):
        open_ = _reading(hours, day, closed)
        if open_ is None or open_[1] <= at:
            continue
        begins, ends = max(open_[0], at), open_[1]
        if left <= ends - begins:
            return min(_rounded_up(begins + left), ends).replace(tzinfo=RIGA)
        left -= ends - begins
    return None


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


def _reading(hours: Hours, day: date, closed: Container[date]) -> tuple[datetime, datetime] | None:
    times = hours.get(DAYS[day.weekday()])
    if not times or day in closed:
        return None
    begins, ends = (datetime.combine(day, time.fromisoformat(text)) for text in times)
    return begins, ends


def _rounded_up(at: datetime) -> datetime:
    over = (at - datetime.combine(at.date(), time())) % STEP
    return at + (STEP - over) if over else at


# --- In words ---------------------------------------------------------------------------------------------------------


def promise(runtime: Runtime, service: SocialService, language: str) -> str:
    """“līdz pirmdienai, 23. novembrim, plkst. 10.00”. Empty when nothing can be promised."""
    at = promised(runtime, service)
    return said_time(runtime.content, at, language) if at else ""


def said_time(content: Content, at: datetime, language: str) -> str:
    """A deadline in the case that its language needs; no formatting library has the Latvian dative."""
    local = at.astimezone(RIGA)
    day, hour, minute = _said_day(content, local, language), f"{local.hour:02}", f"{local.minute:02}"
    return content.filled("request.date.by", language, {**day, "hour": hour, "minute": minute})


def said_day(content: Content, day: date, language: str) -> str:
    """“līdz pirmdienai, 30. novembrim”."""
    return content.filled("request.date.day", language, _said_day(content, day, language))


def said_hour(content: Content, text: str, language: str) -> str:
    """A time such as 09:30 as its language writes it."""
    hour, _, minute = text.partition(":")
    return content.filled("request.date.time", language, {"hour": hour.removeprefix("0") or "0", "minute": minute})


def said_hours(content: Content, hours: Hours, language: str) -> str:
    """“pirmdien–ceturtdien 8.30–17.00, piektdien 8.30–15.00”: days with equal hours are taken together."""
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
