"""The head's page of two sides, and what a worker is told who tries to have both."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession

from bot.runtime import Runtime
from tests.begun import begun
from tests.faces import Clock
from tests.people import a_colleague, a_key_holder, a_request, browser_of, serving, sign_in

ALLOTS = "Šo sadala dienesta vadītājs"


@dataclass
class Service:
    """Two requests, and the browsers of a worker and of the head; without a script."""

    runtime: Runtime
    ilze: ClientSession
    head: ClientSession
    one: str
    other: str

    async def get(self, browser: ClientSession, path: str) -> tuple[int, str]:
        async with browser.get(path) as answer:
            return answer.status, await answer.text()

    async def post(self, browser: ClientSession, path: str, **form: str) -> tuple[int, str]:
        async with browser.post(path, data=form) as answer:
            return answer.status, await answer.text()

    async def mark(self) -> tuple[int, str]:
        return await self.post(self.head, f"/requests/{self.one}/sides", other=self.other, looked="yes")


@pytest.fixture
async def service(runtime: Runtime, clock: Clock) -> AsyncIterator[Service]:
    ilze, _ = await begun(runtime, clock, a_key_holder)
    head = await a_colleague(runtime, clock, "head", "head", "balvi")
    for about in ("done_to_me", "own_behaviour"):
        await a_request(runtime, about=about)
    async with runtime.database.store() as store:
        one, other = sorted(row.id for row in await store.requests.waiting("balvi"))
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(runtime))
        browsers = [await stack.enter_async_context(browser_of(url)) for _ in range(2)]
        for browser, colleague in zip(browsers, (ilze, head), strict=True):
            clock.move(minutes=2)  # each code works once
            assert await sign_in(browser, clock, colleague) == 303
        yield Service(runtime, browsers[0], browsers[1], one, other)


async def test_the_head_marks_two_sides_and_the_worker_is_told_only_that_she_allots_this(service: Service) -> None:
    assert (await service.post(service.ilze, f"/requests/{service.one}/take"))[0] == 200
    status, page = await service.mark()
    assert status == 200
    assert "Atzīmēts" in page
    status, page = await service.post(service.ilze, f"/requests/{service.other}/take")
    assert status == 409
    assert ALLOTS in page
    assert service.one[:6] not in page.partition("<main")[2]
    status, page = await service.get(service.ilze, f"/requests/{service.other}")
    assert status == 200
    assert ALLOTS in page
    assert service.one[:6] not in page.partition("<main")[2]
    assert "/sides" not in page


async def test_nothing_is_marked_before_the_head_ticks_that_she_looked_at_both(service: Service) -> None:
    status, _ = await service.post(service.head, f"/requests/{service.one}/sides", other=service.other)
    assert status == 400
    async with service.runtime.database.store() as store:
        assert await store.sides.all() == []


async def test_the_head_finds_the_page_from_the_request_and_a_neighbour_on_it(service: Service) -> None:
    _, page = await service.get(service.head, f"/requests/{service.one}")
    assert f'href="/requests/{service.one}/sides"' in page
    _, page = await service.get(service.ilze, f"/requests/{service.one}")
    assert "/sides" not in page
    _, page = await service.get(service.head, f"/requests/{service.one}/sides")
    named = page.partition('id="few"')[2].partition("</div>")[0]
    assert "<strong>" in named
    neighbour = named.partition("<strong>")[2].partition("</strong>")[0]
    assert any(digit.isdigit() for digit in neighbour), "with a telephone"


async def test_whoever_has_both_has_to_hand_one_over_before_they_are_marked(service: Service) -> None:
    for reference in (service.one, service.other):
        assert (await service.post(service.ilze, f"/requests/{reference}/take"))[0] == 200
    status, page = await service.mark()
    assert status == 409
    assert "Abi ir vienam darbiniekam" in page


async def test_a_worker_sees_the_same_of_a_request_whether_or_not_it_is_marked(service: Service) -> None:
    """Unless she has had its other side."""

    async def seen() -> str:
        _, page = await service.get(service.ilze, f"/requests/{service.other}")
        return page.partition("<main")[2]

    before = await seen()
    await service.mark()
    assert await seen() == before
