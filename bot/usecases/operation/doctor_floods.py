"""The doctor's lines about floods: a red one for each service that received far more than usual, until all is read."""

from collections.abc import AsyncIterator

from bot.runtime import Runtime
from bot.usecases.operation.doctor_line import Line, red, says
from bot.usecases.services import flood_alarm


async def lines(runtime: Runtime) -> AsyncIterator[Line]:
    """Yield a line for each flood."""
    async with runtime.database.store() as store:
        floods = await flood_alarm.latest_floods(store, runtime.now())
    for flood in floods:
        yield red(
            says("service {id}, requests in a flood", id=flood.service_id),
            says("{number} came, and {unread} wait unread", number=flood.came, unread=flood.unread),
            says("its workers read each at the desk, and close together what they have read"),
        )
