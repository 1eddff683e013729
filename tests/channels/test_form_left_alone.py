"""A form page that nobody touches for half an hour leaves by itself, and nothing that it posted opens anything then."""

from urllib.parse import parse_qsl

from playwright.async_api import Route, expect

from bot.runtime import Runtime
from bot.usecases.person import leaving
from tests.channels.forms import Visitor
from tests.channels.test_browser_form import fill_in, go_on, launched
from tests.conftest import OpenPage
from tests.pages import StillClock
from tests.patience import tries_meanwhile

WORD = "26 123 456"


async def test_a_form_page_left_alone_leaves_and_its_last_post_answers_the_first_page(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    posted: list[str] = []

    async def elsewhere(route: Route) -> None:
        await route.fulfill(body="<p id=away>+7 °C</p>", content_type="text/html")

    await page.route(f"{runtime.settings.exit_url}**", elsewhere)
    page.on("request", lambda call: posted.append(call.post_data or "") if call.url.endswith("/form") else None)
    clock = await StillClock(page).stop()
    await launched(site, runtime, page)
    await fill_in(page)
    await go_on(page, "review")
    pairs = parse_qsl(posted[-1], keep_blank_values=True)
    token = dict(pairs)["token"]
    assert (await site.post(pairs)).screen == "form.review", "while nobody has left, it is answered"

    await clock.move(minutes=30, seconds=6)
    await expect(page.locator("#away")).to_be_visible()
    async for _ in tries_meanwhile():  # leaving never waits for the server
        if await leaving.has_left(runtime, token):
            break
    answer = await site.post(pairs)
    assert (answer.status, answer.screen) == (200, "form.start")
    assert WORD not in answer.html
    await page.go_back()
    assert WORD not in await page.content()
