"""Which service a request goes to, and by when it is read there: the only promise about time that we make."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.dialogue import World
from bot.runtime import Runtime
from bot.usecases.services import confidential
from bot.usecases.services.reachability import Known, Reach, ReaderLack, Reads, function_of, reach, reader_lack
from bot.usecases.services.reading_hours import Calendar, calendar_of, promised_at
from bot.usecases.services.sayings import said_hours, said_opening, said_time
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
            runtime.caches.reachable = (now, await addressable_places(runtime))
        except BaseException:
            runtime.caches.forget_world()
            raise
    return World(runtime.caches.reachable[1], form)


async def addressable_places(runtime: Runtime) -> frozenset[str]:
    """The municipalities from which a request can be sent now."""
    if runtime.settings.shows_only:
        return frozenset()
    async with runtime.database.store() as store:
        known = await load_known(store)
    found = reaches(runtime, known)
    return frozenset(
        place for service in known.services.values() if found[service.id].addressable for place in service.places
    )


async def load_known(store: Store) -> Known:
    """All that says how the services can be reached."""
    confirmed: dict[str, set[str]] = {}
    for trial in await store.services.trials():
        if trial.confirmed_at is not None:
            confirmed.setdefault(trial.service_id, set()).add(trial.address)
    return Known(
        {service.id: service for service in await store.services.all()},
        await store.services.holders(),
        {service: frozenset(addresses) for service, addresses in confirmed.items()},
        await store.services.forged(),
    )


def reaches(runtime: Runtime, known: Known) -> Mapping[str, Reach]:
    """How each service can be reached now. A demonstration mails nobody and needs no server."""
    now, mails = runtime.now(), runtime.settings.is_told
    return {
        service.id: reach(service, known, promises=promised_at(service, now) is not None, mails=mails, now=now)
        for service in known.services.values()
    }


async def get_offer(runtime: Runtime, place: str, language: str) -> Offer:
    """The service of a municipality: one that can be addressed, else one that can be rung up."""
    async with runtime.database.store() as store:
        return await get_offer_in(runtime, store, place, language)


async def list_offers(runtime: Runtime, language: str) -> list[Offer]:
    """What each municipality's service offers now."""
    async with runtime.database.store() as store:
        return [
            await get_offer_in(runtime, store, place, language) for place in runtime.content.dialogue.municipalities
        ]


async def get_offer_in(runtime: Runtime, store: Store, place: str, language: str) -> Offer:
    """The same within a transaction that goes on. To strangers a demonstration shows the real services only."""
    services = [] if runtime.settings.shows_only else await store.services.by_place(place)
    if not services:
        return offer_from_directory(runtime, place, language)
    known = await load_known(store)
    found = reaches(runtime, known)
    service = min(services, key=lambda service: not found[service.id].addressable)  # an addressable one comes first
    recipient = await store.services.recipient(service.id) if found[service.id].addressable else None
    reads, _ = await sole_reader(store, service, known)
    return offer_of(runtime, place, service, recipient, language, reads)


async def sole_reader(store: Store, service: SocialService, known: Known) -> tuple[Reads, ReaderLack | None]:
    """Who alone would read where somebody at the service is known, by function, and what keeps that one from it."""
    reader = await confidential.reader_of(store, service)
    address = confidential.address_of(service, reader) if reader else None
    lack = reader_lack(service, reader, address, known)
    return function_of(reader) if reader and lack is None else "", lack


async def service_words(runtime: Runtime, place: str, language: str) -> Mapping[str, str]:
    """What texts may cite of the service of a place, as old as `world` at most."""
    now, known = runtime.now(), runtime.caches.offers.get((place, language))
    if known is None or abs(now - known[0]) > WORLD_AGE:
        if known:  # one looks; whoever comes meanwhile need not look, too
            runtime.caches.offers[place, language] = now, known[1]
        if len(runtime.caches.offers) >= MOST_OFFERS:
            runtime.caches.offers.clear()
        try:
            runtime.caches.offers[place, language] = known = (now, (await get_offer(runtime, place, language)).words)
        except BaseException:
            runtime.caches.forget_world()
            raise
    return known[1]


def offer_of(
    runtime: Runtime, place: str, service: SocialService, recipient: str | None, language: str, reads: Reads = ""
) -> Offer:
    """A service that has been set up here."""
    content, today = runtime.content, runtime.today()
    read_at = promised_now(runtime, service)
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


def offer_from_directory(runtime: Runtime, place: str, language: str) -> Offer:
    """A service that we only know of: its phone with its doubt, or the advice to ask the municipality."""
    content, today = runtime.content, runtime.today()
    service = next((service for service in content.services.values() if place in service.places), None)
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


def promised_now(runtime: Runtime, service: SocialService) -> datetime | None:
    """When a request sent now is read at the latest."""
    return promised_at(service, runtime.now())


def promise(runtime: Runtime, service: SocialService, language: str) -> str:
    """“līdz pirmdienai, 23. novembrim, plkst. 10.00”. Empty when nothing can be promised."""
    at = promised_now(runtime, service)
    return said_time(runtime.content, at, language) if at else ""
