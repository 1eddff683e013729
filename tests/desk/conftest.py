"""What the desk's browser tests share."""

from collections.abc import AsyncIterator

import pytest

from bot.runtime import Runtime
from bot.usecases.content import drafts
from tests.begun import begun
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, Desk, Waiting
from tests.desk.content.drafting import Editing
from tests.desk.office import Office, joined_office, quick_office
from tests.faces import Clock
from tests.people import (
    PASSWORD,
    Colleague,
    a_colleague,
    a_key_holder,
    a_request,
    acting,
    browser_of,
    serving,
    the_request,
)


@pytest.fixture
async def desk(runtime: Runtime, clock: Clock, browser_page: OpenPage) -> AsyncIterator[Desk]:
    page = await browser_page(viewport=LAPTOP)
    async with serving(runtime) as url:
        made = Desk(runtime, clock, url, page)
        page.on("request", made.note)
        page.on("pageerror", lambda error: made.troubles.append(str(error)))
        page.on("console", lambda said: made.troubles.append(said.text) if said.type == "error" else None)
        yield made
        await page.close()
    assert [trouble for trouble in made.troubles if "status of 4" not in trouble] == []
    assert made.elsewhere() == [], "whatever a test does at the desk"


@pytest.fixture
async def waiting(desk: Desk, clock: Clock) -> Waiting:
    """One request to call at Monday noon, not opened and not taken."""
    ilze, reference, code = await begun(desk.runtime, clock, one_to_call_at_noon)
    await desk.sign_in_unseen("ilze", PASSWORD, ilze.code(clock))
    return Waiting(desk, reference, code)


async def one_to_call_at_noon(runtime: Runtime, clock: Clock) -> tuple[Colleague, str, str]:
    ilze, _ = await a_key_holder(runtime, clock)
    code = await a_request(runtime, **{"windows1.to": "12:30"})
    return ilze, await the_request(runtime), code


@pytest.fixture
async def office_as_it_is(desk: Desk, clock: Clock, browser_page: OpenPage) -> Office:
    return await joined_office(desk, clock, browser_page)


@pytest.fixture
async def office(desk: Desk, clock: Clock, browser_page: OpenPage) -> Office:
    return await quick_office(desk, clock, browser_page)


@pytest.fixture
async def editing(runtime: Runtime, clock: Clock) -> AsyncIterator[Editing]:
    colleague = await a_colleague(runtime, clock, "eva", "editor", None)
    eva = await acting(runtime, clock, colleague)
    async with serving(runtime) as url, browser_of(url) as browser:
        form = {"login": "eva", "password": PASSWORD, "code": colleague.code(clock)}
        async with browser.post("/sign-in", data=form) as answer:
            assert answer.url.path == "/content"
        yield Editing(runtime, browser, eva, await drafts.open_draft(runtime, eva, "Melnraksts"))
