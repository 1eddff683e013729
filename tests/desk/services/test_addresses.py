"""The page behind the link of a test mail: for anybody who has the link, and confirmed by a button only."""

import pytest

from bot.runtime import Runtime
from bot.usecases.services import trials
from tests.desk.browsing import Desk, accessible
from tests.faces import Clock
from tests.people import a_service, browser_of, serving

ADDRESS = "new@example.org"


@pytest.fixture
async def path(runtime: Runtime) -> str:
    """Of the link in a mail to an address that nobody has confirmed."""
    await a_service(runtime)
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.email = ADDRESS
    return "/address/" + (await trials.make_link(runtime, "balvi", ADDRESS)).rpartition("/")[2]


async def is_confirmed(runtime: Runtime) -> bool:
    async with runtime.database.store() as store:
        trial = await store.services.trial("balvi", ADDRESS)
        return trial is not None and trial.confirmed_at is not None


async def test_a_mail_program_that_opens_the_link_confirms_nothing(runtime: Runtime, path: str) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        for method in ("GET", "HEAD", "GET"):
            async with browser.request(method, path) as answer:
                assert answer.status == 200 if method == "GET" else answer.status < 500
        assert not await is_confirmed(runtime)
        async with browser.post(path, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403
        assert not await is_confirmed(runtime)
        async with browser.post(path) as answer:
            assert (answer.status, "Paldies" in await answer.text()) == (200, True)
    assert await is_confirmed(runtime)
    async with runtime.database.store() as store:
        (entry,) = [row for row in await store.audit.entries("balvi") if row.event == "address_confirmed"]
    assert (entry.actor, entry.reason) == ("mailbox", "email"), "what for, and no address"


async def test_the_page_names_service_and_purpose_and_no_address(runtime: Runtime, path: str) -> None:
    async with serving(runtime) as url, browser_of(url) as browser, browser.get(path) as answer:
        text = await answer.text()
    assert "Sociālais dienests balvi" in text
    assert "tā adrese ziņām" in text
    assert ADDRESS not in text


async def test_a_link_whose_time_is_over_says_so_and_what_to_do(runtime: Runtime, clock: Clock, path: str) -> None:
    clock.move(days=14)
    async with serving(runtime) as url, browser_of(url) as browser:
        for method in ("GET", "POST"):
            async with browser.request(method, path) as answer:
                assert answer.status == 404
                assert "Šī saite vairs neder" in await answer.text()
    assert not await is_confirmed(runtime)


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
async def test_it_is_confirmed_in_a_browser_by_keyboard(desk: Desk, path: str, language: str) -> None:
    await desk.page.context.add_cookies([{"name": "language", "value": language, "url": desk.url}])
    await desk.go(path)
    await accessible(desk.page)
    await desk.page.focus("main button")
    await desk.page.keyboard.press("Enter")
    await desk.page.locator("main [role=status]").wait_for()
    await accessible(desk.page)
    assert await is_confirmed(desk.runtime)
