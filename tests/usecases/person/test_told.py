"""Her page names only whom a mail has really reached: a mail server took it, about this waiting and no earlier one."""

from collections.abc import AsyncIterator

import pytest

from bot.runtime import Runtime
from bot.usecases.casework import requests, sweeping
from bot.usecases.person import standing
from bot.usecases.services import delivery
from bot.usecases.services.escalation import escalate
from tests.usecases.office import Office
from tests.usecases.services.test_delivery import Post, listening, told_by


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def mailing(office: Office, post: Post) -> AsyncIterator[Runtime]:
    """Deputy and head are set up, and a mail server listens."""
    async with office.runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.deputy_email, service.head_email = "deputy@example.org", "head@example.org"
    async with listening(post) as server:
        yield told_by(office.runtime, server)


async def told(office: Office, mailing: Runtime) -> str:
    found = await standing.get_standing(mailing, office.receipt, "lv")
    assert found
    assert found.state == "late"
    return found.escalated_to


async def jobs(office: Office, mailing: Runtime) -> None:
    await sweeping.sweep(office.runtime)
    await escalate(office.runtime)
    await delivery.deliver_due(mailing)


async def test_a_mail_that_is_no_longer_needed_has_told_nobody(office: Office, mailing: Runtime) -> None:
    office.clock.move(hours=2)
    await escalate(office.runtime)  # the deputy's mail waits for the next quarter of an hour
    await requests.take(office.runtime, office.ilze, office.reference)
    office.clock.move(days=1)
    await sweeping.sweep(office.runtime)
    await escalate(office.runtime)
    assert await told(office, mailing) == ""
    await delivery.deliver_due(mailing)
    assert await told(office, mailing) == "deputy"


async def test_a_mail_about_an_earlier_waiting_has_not_told_of_this_one(
    office: Office, mailing: Runtime, post: Post
) -> None:
    office.clock.move(hours=2)
    await jobs(office, mailing)
    assert await told(office, mailing) == "deputy"
    await requests.take(office.runtime, office.ilze, office.reference)
    post.answer = "451 try later"
    office.clock.move(days=1)
    await jobs(office, mailing)
    assert await told(office, mailing) == ""
    post.answer = "250 OK"
    office.clock.move(hours=1)
    await jobs(office, mailing)
    assert await told(office, mailing) == "deputy"


async def test_a_mail_that_the_server_refuses_has_told_nobody(office: Office, mailing: Runtime, post: Post) -> None:
    post.answer = "550 no such mailbox"
    office.clock.move(hours=2)
    await jobs(office, mailing)
    assert await told(office, mailing) == ""


async def test_without_an_address_or_a_server_nobody_was_told(office: Office, mailing: Runtime) -> None:
    office.clock.move(hours=2)
    await escalate(office.runtime)
    await delivery.deliver_due(office.runtime)  # a demonstration has no mail server: nothing waits, nothing was sent
    assert await office.to_be_told() == []
    assert await told(office, mailing) == ""


async def test_what_was_told_stays_so_when_the_mail_server_is_gone(office: Office, mailing: Runtime) -> None:
    office.clock.move(hours=2)
    await jobs(office, mailing)
    assert await told(office, office.runtime) == "deputy"
