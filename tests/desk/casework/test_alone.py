"""Where a person knows somebody at the service, a worker who is named for it reads alone, and can do all she needs."""

import pytest
from playwright.async_api import expect

from tests.desk.browsing import Desk, Waiting, open_and_take
from tests.faces import Clock
from tests.people import (
    PASSWORD,
    a_colleague,
    a_desk_mate,
    a_key,
    a_request,
    a_service,
    acting,
    an_own_key,
    may_read_alone,
    the_request,
)


@pytest.fixture
async def alone(desk: Desk, clock: Clock) -> Waiting:
    """A request that only ilze may see, who is no head. Its times begin in the evening; now it is noon."""
    await a_service(desk.runtime)
    ilze = await a_colleague(desk.runtime, clock, "ilze", "worker", "balvi")
    reader = await acting(desk.runtime, clock, ilze)
    identity = await a_key(desk.runtime, await a_desk_mate(desk.runtime, "zane", "worker", "balvi"))
    await an_own_key(desk.runtime, reader)
    await may_read_alone(desk.runtime, reader, identity)
    code = await a_request(
        desk.runtime,
        conflict_known="yes",
        conflict_reader="may",
        **{"windows1.from": "15:00", "windows1.to": "16:30"},
    )
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    return Waiting(desk, await the_request(desk.runtime), code)


async def test_who_alone_reads_decides_what_elsewhere_the_head_decides(alone: Waiting) -> None:
    page = alone.desk.page
    await alone.desk.go("/requests")
    await expect(page.locator(".queue .tag")).to_have_text("tikai Jums")
    line = await open_and_take(alone)
    assert "Pazīst kādu, kas šeit strādā: ne ar vienu kolēģi par to nerunājiet." in line
    await expect(page.locator("#standing")).to_contain_text("redzat tikai Jūs")
    assert await page.locator("#reveal").is_disabled()
    await page.fill("#outside input", "Cilvēks pats tā lūdza, cita laika nav.")
    await page.click("#outside button")
    await expect(page.locator("#phone a")).to_have_text("+447700900123")
    assert "phone_revealed_outside" in await alone.events()
