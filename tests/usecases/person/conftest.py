"""Fixtures of the tests about a person's own part: a service with a key, on SQLite or on both databases."""

from collections.abc import AsyncIterator

import pytest

from bot.content import Content
from bot.runtime import Runtime
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.usecases.person.contact_service import Service, furnished


@pytest.fixture
async def service(runtime: Runtime) -> Service:
    return await furnished(runtime)


@pytest.fixture
async def service_anywhere(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Service]:
    """The same on SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as made:
        yield await furnished(made)
