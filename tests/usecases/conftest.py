"""Fixtures of the tests about requests."""

from collections.abc import AsyncIterator

import pytest

from bot.content import Content
from bot.usecases.casework import joining, requests
from bot.usecases.casework.referrals import Entered
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import a_report, reads
from tests.usecases.office import Office, written_to


@pytest.fixture
async def office(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Office]:
    """A service to which somebody has written. On SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as runtime:
        yield await written_to(runtime, clock)


@pytest.fixture
async def taken(office: Office) -> None:
    """Ilze has taken the request, so nothing waits to be told."""
    await requests.take(office.runtime, office.ilze, office.reference)


@pytest.fixture
async def report(office: Office) -> str:
    """Reported by the police an hour after she wrote, and read by Ilze like her own request."""
    office.clock.move(hours=1)
    reference = (await a_report(office.runtime, office.ilze)).reference
    await reads(office.runtime, office.ilze, office.reference, reference)
    return reference


@pytest.fixture
async def joined(office: Office, report: str) -> str:
    await joining.join(office.runtime, office.ilze, report, office.reference)
    return report


@pytest.fixture
async def agreed(office: Office) -> Entered:
    """A report that she agreed to, with a code of its own; Ilze has read both, and has taken hers."""
    report = await a_report(office.runtime, office.ilze, basis="agreed")
    await reads(office.runtime, office.ilze, report.reference, office.reference)
    await requests.take(office.runtime, office.ilze, office.reference)
    return report
