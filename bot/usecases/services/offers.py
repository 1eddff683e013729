"""The service that a request goes to, and by when it is read there: the only promise about time we make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.engine.dialogue import World
from bot.runtime import Runtime
from bot.usecases.services import confidential
from bot.usecases.services.reachability import Known, Reach, ReaderLack, Reads, function_of, reach, reader_lack
from bot.usecases.services.reading_hours import Calendar, calendar_of, promised_at
from bot.usecases.services.sayings import said_hours, said_opening, said_time, service_now_words
from storage.database import Store
from storage.social_services import SocialService

WORLD_AGE = timedelta(seconds=2)
"""How long a change, such as a service closing, may take to reach everyone."""
MOST_OFFERS = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person is told about her municipality's service before she sends anything."""

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
    """When it reads; None for a service only known from the directory."""
    now: str = ""
    """In words: until when it is open today, or when it opens."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """What texts add at this moment to its hours."""
    reads_alone: Reads = ""
    """The sole reader's function if the person knows somebody at the service; empty: nobody could read it."""

    @property
    def open(self) -> bool:
        """Whether a request can be sealed to it, and a time promised by which it is read."""
        return self.recipient is not None and self.read_by is not None

    @property
    def words(self) -> Mapping[str, str]:
        """Values that texts may cite."""
        return {
            "service:name": self.name,
            "service:phone": self.phone,
            "service:hours": self.hours,
            "service:address": self.address,
            "service:now": self.now,
            "service:read_by": self.promise,
            **self.beside,
        }


async def world(runtime: Runtime, *, form: bool) -> World:
    """Return what the engine may know of the present, at most WORLD_AGE old."""
    now = runtime.now()
    if runtime.caches.reachable is None or abs(now - runtime.caches.reachable[0]) > WORLD_AGE:
        if runtime.caches.reachable:  # one caller refreshes it; others use the old one meanwhile
            runtime.caches.reachable = (now, runtime.caches.reachable[1])
        try:
            runtime.caches.reachable = (now, await addressable_places(runtime))
        except BaseException:
            runtime.caches.forget_world()
            raise
    return World(runtime.caches.reachable[1], form)


async def addressable_places(runtime: Runtime) -> frozenset[str]:
    """Return the municipalities from which a request can be sent now."""
    if runtime.settings.is_public_demo:
        return frozenset()
    async with runtime.database.store() as store:
        known = await load_known(store)
    reach_by_id = reaches(runtime, known)
    return frozenset(
        place for service in known.services.values() if reach_by_id[service.id].addressable for place in service.places
    )


async def load_known(store: Store) -> Known:
    """Load everything that decides whether services can be reached."""
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
    """Return how each service can be reached now, by id. A demonstration mails nobody and needs no mail server."""
    now, mails = runtime.now(), runtime.settings.can_notify
    return {
        service.id: reach(service, known, promises=promised_at(service, now) is not None, mails=mails, now=now)
        for service in known.services.values()
    }


async def get_offer(runtime: Runtime, place: str, language: str) -> Offer:
    """Return a municipality's service: one that can be written to, else one that can be called."""
    async with runtime.database.store() as store:
        return await get_offer_in(runtime, store, place, language)


async def list_offers(runtime: Runtime, language: str) -> list[Offer]:
    """Return the offer of every municipality."""
    async with runtime.database.store() as store:
        return [
            await get_offer_in(runtime, store, place, language) for place in runtime.content.dialogue.municipalities
        ]


async def get_offer_in(runtime: Runtime, store: Store, place: str, language: str) -> Offer:
    """Like `get_offer`, but inside the caller's transaction. A public demonstration offers no invented services."""
    services = [] if runtime.settings.is_public_demo else await store.services.by_place(place)
    if not services:
        return offer_from_directory(runtime, place, language)
    known = await load_known(store)
    reach_by_id = reaches(runtime, known)
    service = min(
        services, key=lambda service: not reach_by_id[service.id].addressable
    )  # an addressable one comes first
    recipient = await store.services.recipient(service.id) if reach_by_id[service.id].addressable else None
    reads, _ = await sole_reader(store, service, known)
    return offer_of(runtime, place, service, recipient, language, reads)


async def sole_reader(store: Store, service: SocialService, known: Known) -> tuple[Reads, ReaderLack | None]:
    """Return the sole reader's function, empty if nobody could read alone, and what prevents it."""
    reader = await confidential.reader_of(store, service)
    address = confidential.address_of(service, reader) if reader else None
    lack = reader_lack(service, reader, address, known)
    return function_of(reader) if reader and lack is None else "", lack


async def service_words(runtime: Runtime, place: str, language: str) -> Mapping[str, str]:
    """Return what texts may cite of a municipality's service, at most WORLD_AGE old."""
    now, known = runtime.now(), runtime.caches.offers.get((place, language))
    if known is None or abs(now - known[0]) > WORLD_AGE:
        if known:  # one caller refreshes it; others use the old one meanwhile
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
    """Return the offer of a service that is set up here."""
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
        beside=service_now_words(content, calendar_of(service), runtime.now(), language),
        reads_alone=reads,
    )


def offer_from_directory(runtime: Runtime, place: str, language: str) -> Offer:
    """Return the directory's offer: the phone, marked if doubtful, or advice to ask the municipality."""
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
    """Return by when a request sent now is read; None if nothing can be promised."""
    return promised_at(service, runtime.now())


def promise(runtime: Runtime, service: SocialService, language: str) -> str:
    """“līdz pirmdienai, 23. novembrim, plkst. 10.00”. Empty when nothing can be promised."""
    at = promised_now(runtime, service)
    return said_time(runtime.content, at, language) if at else ""
