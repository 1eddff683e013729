"""Fixtures of the tests about requests."""

from collections.abc import AsyncIterator

import pytest

from bot.content import Content
from bot.usecases.casework import requests
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import a_request, the_request
from tests.usecases.office import Office, an_office


@pytest.fixture
async def office(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Office]:
    """A service to which somebody has written. On SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as runtime:
        made = await an_office(runtime, clock)
        made.receipt = await a_request(runtime)
        made.reference = await the_request(runtime)
        yield made


@pytest.fixture
async def taken(office: Office) -> None:
    """Ilze has taken the request, so nothing waits to be told."""
    await requests.take(office.runtime, office.ilze, office.reference)
