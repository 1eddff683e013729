"""A queue of any length: a page at a time, the most pressing first, and how many there are."""

import re
from datetime import UTC, datetime
from html import unescape

from bot.runtime import Runtime
from tests.faces import Clock
from tests.people import a_colleague, a_desk_mate, a_key, a_service, browser_of, serving, sign_in
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


async def test_a_worker_finds_the_requests_that_she_closed_herself(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    zane = await a_colleague(runtime, clock, "zane", "worker", "balvi")
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    async with runtime.database.store() as store:
        her = await store.workers.by_login("zane")
        assert her
        for number, (whose, status) in enumerate(
            ((her.id, "closed"), (ilze.id, "closed"), (her.id, "taken"), (None, "closed"))
        ):
            how = "met" if status == "closed" else None
            row = a_row(
                f"many{number:04}", status=status, worker_id=whose, closed_as=how, purge_at=clock() + DAY, sealed=b"s"
            )
            await store.requests.add(row)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, zane)
        async with browser.get("/requests?state=mine_ended") as answer:
            assert PLACE.findall(await answer.text()) == ["many0000"]
        async with browser.get("/requests?state=ended") as answer:
            assert (await answer.text()).count("<tr><td>") == 3


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


async def test_a_head_reads_above_the_queue_what_is_missing_and_until_when_people_can_write(
    runtime: Runtime, clock: Clock
) -> None:
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    await a_key(runtime, ilze)
    head = await a_colleague(runtime, clock, "janis", "head", "balvi")
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, head)

        async def said() -> str:
            async with browser.get("/requests") as answer:
                return unescape(await answer.text())

        text = await said()
        assert 'id="missing"' not in text
        assert "Kas te kādu pazīst, nevar jums rakstīt" in text, "the head holds no copy of the key"
        await change(runtime, email="new@example.org", open_until=datetime(2026, 12, 13, 12, tzinfo=UTC))
        text = await said()
        assert "Dienestam var rakstīt tikai līdz šai dienai: 2026. gada 13. decembris" in text
        assert "Neviens nav apstiprinājis, ka vēstules pienāk tā adresē ziņām." in text
        await change(runtime, open_until=None)
        text = await said()
        assert "Dienestam tagad neviens nevar rakstīt" in text
        assert "tā vadība sūta pārbaudes vēstules".lower() in text.lower(), "whose it is, and what to do"


async def change(runtime: Runtime, **differs: object) -> None:
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        for name, value in differs.items():
            setattr(service, name, value)
