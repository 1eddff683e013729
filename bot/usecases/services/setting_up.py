"""Sets up a service of the directory. People can write to it once it has everything they rely on."""

from collections.abc import Mapping

from bot.engine.request import DAYS
from bot.runtime import Runtime
from bot.usecases.refused import NotFound, Refused
from bot.usecases.services.calendar_form import is_span
from bot.usecases.services.offers import load_known, reaches, sole_reader
from bot.usecases.services.reachability import Reach, ReaderLack
from bot.usecases.services.reading_hours import Hours
from storage.social_services import SocialService

READS_WITHIN = 240
"""Minutes of reading time, until its head changes it."""


async def set_up(runtime: Runtime, service_id: str, hours: Hours) -> None:
    """Set up a service of the directory, or refresh its entry, with the hours in which it reads.

    Requests reach it only once its workers hold its key. Raises NotFound for a service that neither the directory nor
    the database knows, Refused for bad hours.
    """
    if set(hours) - set(DAYS) or not all(is_span(times) for times in hours.values()):
        raise Refused("reading hours must look like mon=08:30-17:00")
    today, listed = runtime.today(), runtime.content.services.get(service_id)
    async with runtime.database.store() as store:
        service = await store.services.by_id(service_id)
        if service is None and listed is None:
            raise NotFound(f"the directory has no service {service_id}; blakus service ids lists them all")
        service = service or SocialService(
            id=service_id, names={}, places=[], phone="", hours={}, reads_within_minutes=READS_WITHIN
        )
        if listed:
            service.names, service.places = dict(listed.names), list(listed.places)
            service.phone = listed.say_phone("lv", today) or ""
        service.active = True
        service.hours = {day: list(times) for day, times in hours.items()}
        await store.services.put(service)
        store.audit.add("service_set_up", "system", service_id, at=runtime.now())
    runtime.caches.forget_world()


async def list_ids(runtime: Runtime) -> Mapping[str, bool]:
    """Return the id of every service that the directory or the database knows, and whether it is set up."""
    async with runtime.database.store() as store:
        there = {service.id for service in await store.services.all()}
    return {name: name in there for name in sorted({*runtime.content.services, *there})}


async def list_reaches(runtime: Runtime) -> Mapping[str, Reach]:
    """Return how every service that is set up can be reached now, by id."""
    async with runtime.database.store() as store:
        return reaches(runtime, await load_known(store))


async def get_reach(runtime: Runtime, service_id: str) -> tuple[Reach, ReaderLack | None]:
    """Return how a service can be reached now, and what its sole reader lacks. Raises NotFound."""
    async with runtime.database.store() as store:
        known = await load_known(store)
        if service_id not in known.services:
            raise NotFound(f"the service {service_id} is not set up; blakus service ids lists them all")
        _, lack = await sole_reader(store, known.services[service_id], known)
    return reaches(runtime, known)[service_id], lack
