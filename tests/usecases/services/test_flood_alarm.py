"""A flood is told once: to the head by mail, with how many; to the operator by doctor, page and monitor."""

import logging

import pytest

from bot.runtime import Runtime
from bot.usecases.operation import audit, doctor_floods
from bot.usecases.services import delivery, flood_alarm, service_mails
from tests.faces import Clock
from tests.people import CANARIES, a_desk_mate, a_key, a_marked_request, a_request, a_service
from tests.usecases.services.test_delivery import Post, as_bytes, listening, told_by

HEAD = "head@example.org"


@pytest.fixture
async def flooded(runtime: Runtime, clock: Clock) -> Runtime:
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.head_email = HEAD
    clock.move(minutes=4)
    await come(runtime, 5)
    return runtime


async def come(runtime: Runtime, many: int) -> None:
    for _ in range(many):
        await a_marked_request(runtime)


async def alarms(runtime: Runtime, clock: Clock, hours: int) -> list[str]:
    """To whom mails about floods go within so many hours, and what they say of how many."""
    post = Post()
    async with listening(post) as server:
        mailing = told_by(runtime, server)
        for _ in range(hours * 4):
            await flood_alarm.tell(mailing)
            await delivery.deliver_due(mailing)
            clock.move(minutes=15)
    assert not [secret for secret in CANARIES if secret in b"".join(map(as_bytes, post.came)).decode()]
    floods = [mail for mail in post.mails if mail["Subject"] != service_mails.SOMETHING_WAITS.subject]
    return [f"{mail['To']} {mail.get_content()}" for mail in floods]


async def test_the_head_is_told_once_for_each_flood_with_how_many(flooded: Runtime, clock: Clock) -> None:
    await flood_alarm.tell(flooded)
    await come(flooded, 2)  # before the next quarter of an hour
    (mail,) = await alarms(flooded, clock, 3)
    assert mail.startswith(HEAD)
    assert mail.count(" 7.") == 3, "in each language"
    await come(flooded, 1)
    assert await alarms(flooded, clock, 20) == [], "it goes on"
    clock.move(hours=30)
    await come(flooded, 1)
    (again,) = await alarms(flooded, clock, 1)
    assert again.count(" 1.") == 3, "another one"


async def test_the_minute_in_which_somebody_wrote_is_not_told(flooded: Runtime, clock: Clock) -> None:
    post = Post()
    async with listening(post) as server:
        mailing = told_by(flooded, server)
        assert await flood_alarm.tell(mailing) == 1
        await delivery.deliver_due(mailing)
        assert post.came == []
        clock.move(minutes=11)
        await delivery.deliver_due(mailing)
    assert HEAD in {mail["To"] for mail in post.mails}


async def test_without_a_head_the_service_itself_is_told_and_without_a_flood_nobody(
    flooded: Runtime, clock: Clock
) -> None:
    async with flooded.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.head_email = None
    (mail,) = await alarms(flooded, clock, 1)
    assert mail.startswith("balvi@example.org")
    clock.move(hours=30)
    await a_request(flooded)
    assert await alarms(flooded, clock, 2) == []


async def test_the_operators_monitor_and_doctor_are_red_until_it_is_over_and_all_is_read(
    flooded: Runtime, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await flood_alarm.tell(flooded)
    assert [record.message for record in caplog.records] == ["requests_came_in_a_flood"]
    assert "blakus_flood 1.0" in (await audit.metrics(flooded)).decode()
    (line,) = [row async for row in doctor_floods.lines(flooded)]
    assert (line.well, line.name) == (False, "service balvi, requests in a flood")
    assert "5 came, and 5 wait unread" in line.said
    async with flooded.database.store() as store:
        ids = [request.id for request in await store.requests.waiting("balvi")]
    clock.move(hours=30)
    assert "blakus_flood 1.0" in (await audit.metrics(flooded)).decode(), "over, and not read"
    async with flooded.database.store() as store:
        for reference in ids:
            await store.requests.note_reading(reference, clock())
    assert "blakus_flood 0.0" in (await audit.metrics(flooded)).decode()
    assert [row async for row in doctor_floods.lines(flooded)] == []
    assert await audit.list_floods(flooded) == []
