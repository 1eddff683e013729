"""Which service a request goes to, and by when it is read there: the only promise about time that we make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.request import DAYS
from bot.runtime import RIGA, Runtime
from bot.usecases.services import confidential
from bot.usecases.services.reachability import Known, Reach, ReaderLack, Reads, function_of, reach, reader_lack
from bot.usecases.services.reading_hours import Calendar, calendar_of
from bot.usecases.services.reading_hours import Hours as Hours
from bot.usecases.services.reading_hours import closed_days as closed_days
from bot.usecases.services.reading_hours import full_hour as full_hour
from bot.usecases.services.reading_hours import public_holidays as public_holidays
from bot.usecases.services.reading_hours import read_by as read_by
from storage.database import Store
from storage.social_services import SocialService

WORLD_AGE = timedelta(seconds=2)
"""How long it may take until a service that was closed is closed for everyone."""
MOST_OFFERS = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person is told about the service of her place before she sends it anything."""

    place: str
    service: str
    name: str
    phone: str
    hours: str
    address: str
    read_by: datetime | None
    promise: str
    recipient: str | None
    calendar: Calendar | None = None
    """When it reads; None where we only know of it."""
    now: str = ""
    """Whether it is open at this moment, and until or from when."""
    reads_alone: Reads = ""
    """Who alone would read it where the person knows somebody at the service; empty: nobody could."""

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
            "service:address": self.address,
            "service:now": self.now,
            "service:read_by": self.promise,
        }


async def world(runtime: Runtime, *, form: bool) -> World:
    """What the engine may know of today, at most a moment old."""
    now = runtime.now()
    if runtime.caches.reachable is None or abs(now - runtime.caches.reachable[0]) > WORLD_AGE:
        if runtime.caches.reachable:  # one looks; whoever comes meanwhile need not look, too
            runtime.caches.reachable = (now, runtime.caches.reachable[1])
        try:
            runtime.caches.reachable = (now, await addressable(runtime))
        except BaseException:
            runtime.caches.forget_world()
            raise
    return World(runtime.caches.reachable[1], form)


async def addressable(runtime: Runtime) -> frozenset[str]:
    """The municipalities from which a request can be sent now."""
    if runtime.settings.is_public_demo:
        return frozenset()
    async with runtime.database.store() as store:
        known = await known_of(store)
    found = reaches(runtime, known)
    return frozenset(place for one in known.services.values() if found[one.id].addressable for place in one.places)


async def known_of(store: Store) -> Known:
    """All that says how the services can be reached."""
    confirmed: dict[str, set[str]] = {}
    for trial in await store.services.trials():
        if trial.confirmed_at is not None:
            confirmed.setdefault(trial.service_id, set()).add(trial.address)
    return Known(
        {one.id: one for one in await store.services.all()},
        await store.services.holders(),
        {service: frozenset(addresses) for service, addresses in confirmed.items()},
        await store.services.forged(),
    )


def reaches(runtime: Runtime, known: Known) -> Mapping[str, Reach]:
    """How each service can be reached now. A demonstration mails nobody and needs no server."""
    now, mails = runtime.now(), runtime.settings.can_notify
    return {
        one.id: reach(one, known, promises=promised_at(one, now) is not None, mails=mails, now=now)
        for one in known.services.values()
    }


async def offer(runtime: Runtime, place: str, language: str) -> Offer:
    """The service of a municipality: one that can be addressed, else one that can be rung up."""
    async with runtime.database.store() as store:
        return await offered(runtime, store, place, language)


async def everywhere(runtime: Runtime, language: str) -> list[Offer]:
    """What each municipality's service offers now."""
    async with runtime.database.store() as store:
        return [await offered(runtime, store, place, language) for place in runtime.content.dialogue.municipalities]


async def offered(runtime: Runtime, store: Store, place: str, language: str) -> Offer:
    """The same within a transaction that goes on. To strangers a demonstration shows the real services only."""
    services = [] if runtime.settings.is_public_demo else await store.services.by_place(place)
    if not services:
        return from_directory(runtime, place, language)
    known = await known_of(store)
    found = reaches(runtime, known)
    service = min(services, key=lambda one: not found[one.id].addressable)  # one that can be addressed comes first
    recipient = await store.services.recipient(service.id) if found[service.id].addressable else None
    reads, _ = await alone(store, service, known)
    return known_offer(runtime, place, service, recipient, language, reads)


async def alone(store: Store, service: SocialService, known: Known) -> tuple[Reads, ReaderLack | None]:
    """Who alone would read where somebody at the service is known, by function, and what keeps that one from it."""
    reader = await confidential.reader_of(store, service)
    address = confidential.address_of(service, reader) if reader else None
    lack = reader_lack(service, reader, address, known)
    return function_of(reader) if reader and lack is None else "", lack


async def words(runtime: Runtime, place: str, language: str) -> Mapping[str, str]:
    """What texts may cite of the service of a place, as old as `world` at most."""
    now, known = runtime.now(), runtime.caches.offers.get((place, language))
    if known is None or abs(now - known[0]) > WORLD_AGE:
        if known:  # one looks; whoever comes meanwhile need not look, too
            runtime.caches.offers[place, language] = now, known[1]
        if len(runtime.caches.offers) >= MOST_OFFERS:
            runtime.caches.offers.clear()
        try:
            runtime.caches.offers[place, language] = known = (now, (await offer(runtime, place, language)).words)
        except BaseException:
            runtime.caches.forget_world()
            raise
    return known[1]


def known_offer(
    runtime: Runtime, place: str, service: SocialService, recipient: str | None, language: str, reads: Reads = ""
) -> Offer:
    """A service that has been set up here."""
    content, today = runtime.content, runtime.today()
    read_at = promised(runtime, service)
    listed = content.services.get(service.id)
    address = listed.say_address(language, today) if listed else None
    return Offer(
        place=place,
        service=service.id,
        name=service.names.get(language) or next(iter(service.names.values()), service.id),
        phone=service.phone or content.text("request.service.no-phone", language),
        hours=said_hours(content, service.hours, language),
        address=address or content.text("request.service.no-address", language),
        read_by=read_at,
        promise=said_time(content, read_at, language) if read_at else "",
        recipient=recipient,
        calendar=calendar_of(service),
        now=said_opening(content, calendar_of(service), runtime.now(), language),
        reads_alone=reads,
    )


def from_directory(runtime: Runtime, place: str, language: str) -> Offer:
    """A service that we only know of: its phone with its doubt, or the advice to ask the municipality."""
    content, today = runtime.content, runtime.today()
    service = next((one for one in content.services.values() if place in one.places), None)
    phone = service.say_phone(language, today) if service else None
    address = service.say_address(language, today) if service else None
    return Offer(
        place=place,
        service=service.id if service else "",
        name=service.names[language] if service else content.text("request.service.no-name", language),
        phone=phone or content.text("request.service.no-phone", language),
        hours=(service and service.say_hours(language, today)) or content.text("request.service.no-hours", language),
        address=address or content.text("request.service.no-address", language),
        read_by=None,
        promise="",
        recipient=None,
    )


# --- By when ----------------------------------------------------------------------------------------------------------


def promised(runtime: Runtime, service: SocialService) -> datetime | None:
    """When a request sent now is read at the latest."""
    return promised_at(service, runtime.now())


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
    """“Tagad slēgts. Atvērs pirmdien, …” or “Tagad atvērts līdz plkst. 17.00.” Empty when it does not open any more."""
    if closes := calendar.open_until(now):
        hour = said_hour(content, f"{closes:%H:%M}", language)
        return content.filled("request.service.open-now", language, {"time": hour})
    opens = calendar.opens(now)
    if opens is None:
        return ""
    moment = said_moment(content, opens.replace(tzinfo=RIGA), language)
    return content.filled("request.service.closed-now", language, {"moment": moment})


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
