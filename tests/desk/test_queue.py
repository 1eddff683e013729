"""A queue of any length: a page at a time, the most pressing first, and how many there are."""

import re

from bot.runtime import Runtime
from tests.desk.people import a_colleague, a_service, browser_of, serving, sign_in
from tests.faces import Clock
from tests.storage.rows import DAY
from tests.storage.rows import a_request as a_row

MANY = 230
PLACE = re.compile(r'href="/requests/(many\d+)"')


async def test_a_long_queue_is_shown_by_the_hundred_and_narrowed_on_the_server(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    zane = await a_colleague(runtime, clock, "zane", "worker", "balvi")
    async with runtime.database.store() as store:
        for number in range(MANY):
            urgent = "today" if number % 23 == 0 else "in_order"
            row = a_row(f"many{number:04}", priority=urgent, purge_at=clock() + DAY)
            await store.requests.add(row)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, zane)

        async def seen(query: str) -> tuple[list[str], str]:
            async with browser.get(f"/requests?{query}") as answer:
                text = await answer.text()
            return PLACE.findall(text), text

        first, text = await seen("")
        assert len(first) == 100
        assert first[:10] == [f"many{number:04}" for number in range(0, MANY, 23)]
        assert f"1.–100. no {MANY}" in text
        second, _ = await seen("from=100")
        last, _ = await seen("from=200")
        assert len({*first, *second, *last}) == MANY
        assert (await seen("from=9000"))[0] == last
        pressing, text = await seen("priority=today")
        assert pressing == first[:10]
        assert (await seen("state=taken"))[0] == []


async def test_what_only_the_head_may_see_is_not_even_counted(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    zane = await a_colleague(runtime, clock, "zane", "worker", "balvi")
    await a_colleague(runtime, clock, "ilze", "head", "balvi")
    async with runtime.database.store() as store:
        for number in range(102):
            await store.requests.add(a_row(f"many{number:04}", purge_at=clock() + DAY, head_only=number == 1))
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, zane)
        async with browser.get("/requests") as answer:
            assert "1.–100. no 101" in await answer.text()
