"""What changes when the person knows somebody at the service: who alone may read, and whom to call instead."""

from bot.engine.places import nearest
from bot.engine.request import Values
from bot.runtime import Runtime
from bot.usecases.services.offers import Offer, offer_from_directory, offer_of

KNOWN, READER, MAY = "conflict_known", "conflict_reader", "may"
"""Two fields, whether somebody there is known and whether the sole reader may read, and the answer that allows it."""


def is_known_there(values: Values) -> bool:
    """Whether somebody who knows her or the other person works there. No answer means no."""
    return values.get(KNOWN) == "yes"


def may_be_read(to: Offer, values: Values) -> bool:
    """Whether it may be sent there. If somebody is known, only if there is a sole reader and she allows that one."""
    return not is_known_there(values) or (bool(to.reads_alone) and values.get(READER) == MAY)


async def find_elsewhere(runtime: Runtime, place: str, language: str) -> Offer | None:
    """Return another service with a phone: the stand-in of the municipality's own, else the nearest neighbour's."""
    async with runtime.database.store() as store:
        services = {service.id: service for service in await store.services.all()}
    for own in services.values():
        other = services.get(own.fallback_id or "")
        if place in own.places and other is not None and other.phone:
            return offer_of(runtime, place, other, None, language)
    content, today = runtime.content, runtime.today()
    rung_up = {
        town for service in content.services.values() if service.say_phone(language, today) for town in service.places
    }
    near = next((town for town in nearest(place, content.dialogue.municipalities) if town in rung_up), None)
    return offer_from_directory(runtime, near, language) if near else None
