"""What a code opens, in a real browser on a phone: other times, calls stopped, the questions."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect
from pyrage.x25519 import Identity

from bot.engine.risk import QUESTIONS
from bot.runtime import Runtime
from tests.channels.forms import Visitor, furnish, visiting
from tests.channels.test_browser_form import launched, left_behind, shows, to_receipt, too_wide
from tests.conftest import OpenPage
from tests.pages import unusable


@pytest.fixture
async def identity(runtime: Runtime) -> Identity:
    return await furnish(runtime)


@pytest.fixture
async def site(runtime: Runtime, identity: Identity) -> AsyncIterator[Visitor]:
    async with visiting(runtime) as one:
        yield one


@pytest.mark.parametrize("language", ["lv", "ru"])
async def test_questions_times_and_a_number_that_is_not_safe(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, language: str
) -> None:
    page = await browser_page(viewport=(320, 640))
    await launched(site, runtime, page, language)
    code = await to_receipt(page)

    await page.click('[value="screen"]')
    for question in QUESTIONS:
        answer = page.locator(f'[value="answer.{question}.yes"]')
        await expect(answer).to_be_visible()
        assert await unusable(page) == []
        assert await too_wide(page) == 0
        await expect(page.locator('a[href="tel:112"]').first).to_be_in_viewport()
        await answer.click()
    await shows(page, "screen-review")
    assert await unusable(page) == []
    await page.click('[value="send-screen"]')
    await shows(page, "standing")
    assert await page.inner_text("#code") == code
    assert await unusable(page) == []
    async with runtime.database.store() as store:
        (request,) = await store.requests.waiting("balvi")
    assert request.priority == "today"

    await page.click('[value="times"]')
    await shows(page, "times")
    await expect(page.locator('[name="a.windows1.from"]')).to_be_visible()
    assert await unusable(page) == []
    assert await too_wide(page) == 0
    await page.check('[name="a.windows1.day"][value="fri"]')
    await page.select_option('[name="a.windows1.from"]', "10:00")
    await page.select_option('[name="a.windows1.to"]', "11:00")
    await page.click('[value="new-times"].done')
    await expect(page.locator("#done")).to_be_visible()
    await page.click('[value="unsafe"]')
    await expect(page.locator("#blocked")).to_be_visible()
    assert await unusable(page) == []
    assert page.url == f"{site.url}/form"
    assert await left_behind(page) == ["", 0, 0, 0, 0, 0]
