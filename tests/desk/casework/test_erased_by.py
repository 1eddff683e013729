"""By when a request is erased stands on its page and in the list, while it is open and as soon as it is closed."""

import re

from bot.runtime import Runtime
from bot.usecases.casework import requests
from tests.begun import begun
from tests.faces import Clock
from tests.people import a_key_holder, a_request, browser_of, serving, sign_in, the_request

ERASED_BY = re.compile(r'<span id="erased-by">([^<]*)</span>')


async def test_the_day_of_erasure_is_shown_and_moves_when_a_request_is_closed(runtime: Runtime, clock: Clock) -> None:
    ilze, worker = await begun(runtime, clock, a_key_holder)
    await a_request(runtime)  # on 23 November
    reference = await the_request(runtime)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, ilze)

        async def shown(path: str) -> str:
            async with browser.get(path) as answer:
                return await answer.text()

        assert ERASED_BY.findall(await shown(f"/requests/{reference}")) == ["23. decembris"]
        assert "23. decembris" in await shown("/requests")
        await requests.take(runtime, worker, reference)
        await requests.close(runtime, worker, reference, "met")
        assert ERASED_BY.findall(await shown(f"/requests/{reference}")) == ["30. novembris"], "seven days from now"
