"""Services are set up from the directory, and stay there for whoever leaves it."""

import pytest

from bot.runtime import Runtime
from bot.usecases.refused import NotFound
from bot.usecases.services import calendars
from tests.people import a_service


async def test_a_service_that_the_directory_no_longer_has_keeps_its_name_and_gets_other_hours(runtime: Runtime) -> None:
    await a_service(runtime, "balvi")
    assert "balvi" not in runtime.content.services
    await calendars.set_up(runtime, "balvi", {"mon": ("09:00", "10:00")}, {})
    async with runtime.database.store() as store:
        (after,) = await store.services.all()
    assert (after.names["lv"], after.hours) == ("Sociālais dienests balvi", {"mon": ["09:00", "10:00"]})
    with pytest.raises(NotFound, match="the directory has no service atlantis"):
        await calendars.set_up(runtime, "atlantis", {"mon": ("09:00", "10:00")}, {})
