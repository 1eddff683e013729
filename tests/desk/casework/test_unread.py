"""What is about to be erased unread stands first in the queue, in words; its tombstone says that nobody read it."""

import re

from bot.runtime import Runtime
from bot.usecases.casework import letters, sweeping
from bot.usecases.services.escalation import escalate
from tests.begun import begun
from tests.faces import Clock
from tests.people import a_key_holder, a_request, browser_of, serving, sign_in


async def test_what_nobody_opened_stands_first_and_says_so_until_the_end(runtime: Runtime, clock: Clock) -> None:
    ilze, worker = await begun(runtime, clock, a_key_holder)
    await a_request(runtime, urgency_self="when_possible")  # the least pressing one
    async with runtime.database.store() as store:
        (unread,) = [request.id for request in await store.requests.waiting("balvi")]
    clock.move(days=29)
    await a_request(runtime, urgency_self="today")
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, ilze)
        assert 'id="expiring"' not in await (await browser.get("/requests")).text()
        await escalate(runtime)
        queue = await (await browser.get("/requests")).text()
        assert "neviens to nav izlasījis" in queue
        assert "neviens nav izlasījis; tiks dzēsts: 23. decembris, 12:00" in queue
        links = re.findall(r'href="/requests/([0-9a-f]{32})"', queue)
        assert (links[0], len(links)) == (unread, 2)

        await letters.fetch(runtime, worker, unread)
        assert 'id="expiring"' in await (await browser.get("/requests")).text()
        await letters.confirm(runtime, worker, unread)
        assert 'id="expiring"' not in await (await browser.get("/requests")).text()
        async with runtime.database.store() as store:
            row = await store.requests.by_id(unread)
            assert row
            row.opened_in_time = None  # as if nobody had
        clock.move(days=1)
        await sweeping.sweep(runtime)
        await sign_in(browser, clock, ilze)
        ended = await (await browser.get("/requests?state=ended")).text()
        assert "neviens neizlasīja: beidzās termiņš" in ended
