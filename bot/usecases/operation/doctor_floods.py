"""The doctor's lines of floods: a red one for each service to which far more came than usual, until all is read."""

from collections.abc import AsyncIterator

from bot.runtime import Runtime
from bot.usecases.operation.doctor_line import Line, red, says
from bot.usecases.services import flood_alarm


async def lines(runtime: Runtime) -> AsyncIterator[Line]:
    """None where there is no flood."""
    async with runtime.database.store() as store:
        floods = await flood_alarm.latest_floods(store, runtime.now())
    for one in floods:
        yield red(
            says("service {id}, requests in a flood", id=one.service_id),
            says("{number} came, and {unread} wait unread", number=one.came, unread=one.unread),
            says("its workers read each at the desk, and close together what they have read"),
        )
