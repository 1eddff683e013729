"""The form page in a real browser, on a phone: the whole way with the script and without, and what it leaves behind."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from bot.channels.form import form_token
from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from tests.channels.forms import Visitor, in_pages
from tests.conftest import OpenPage
from tests.pages import ICON, icon

KNOWN = {"place": ("balvu-novads",), "age_band": ("adult",)}


@pytest.fixture(autouse=True)
def on_one_page(runtime: Runtime) -> None:
    """Every question at once. tests/channels/test_browser_short.py walks the pages as they are shipped."""
    in_pages(runtime)


async def shows(page: Page, screen: str) -> None:
    await expect(page.locator("main")).to_have_attribute("data-screen", f"form.{screen}")


async def launched(site: Visitor, runtime: Runtime, page: Page, language: str = "lv", behind: str = "") -> str:
    """Opened as Telegram opens a Mini App: the token in the fragment, Telegram's own data behind it."""
    in_pages(runtime)  # for whoever comes from another module
    token = form_token(runtime, KNOWN, language)
    await page.goto(f"{site.url}/form#{token}{behind}")
    await shows(page, "fill")
    return token


async def fill_in(page: Page) -> None:
    await page.check('[value="call"]')
    await page.check('[name="a.device_watched"][value="no"]')
    await page.fill('[name="a.phone"]', "26 123 456")
    await page.check('[value="mine_private"]')
    await page.check('[name="a.windows1.day"][value="mon"]')
    await page.select_option('[name="a.windows1.from"]', "09:00")
    await page.select_option('[name="a.windows1.to"]', "11:30")
    await page.check('[value="this_week"]')


async def go_on(page: Page, screen: str) -> None:
    await page.click("button.done")
    await shows(page, screen)


async def to_receipt(page: Page) -> str:
    await fill_in(page)
    await go_on(page, "review")
    return await agree(page)


async def agree(page: Page) -> str:
    """From the review to the receipt, and its code."""
    for box in await page.locator('[type="checkbox"]').all():
        await box.check()
    await go_on(page, "receipt")
    return await page.inner_text("#code")


async def left_behind(page: Page) -> Any:
    """Everything a page can keep on a device."""
    return await page.evaluate(
        """async () => [document.cookie, localStorage.length, sessionStorage.length,
            (await indexedDB.databases()).length, (await caches?.keys?.() ?? []).length,
            (await navigator.serviceWorker?.getRegistrations?.() ?? []).length]"""
    )


# --- The whole way ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_a_request_is_sent_looked_up_and_taken_back(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, script: bool
) -> None:
    page = await browser_page(java_script_enabled=script)
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(site.url) else None)
    await page.goto(site.url)
    await page.locator("form.choices").first.evaluate(  # the button of a screen further on
        """(form) => form.insertAdjacentHTML("beforeend", '<button name="form" value="request" data-form="request">')"""
    )
    await page.click('[name="form"]')
    await shows(page, "fill")
    await page.select_option('[name="a.area"]', "balvu-novads")
    await page.check('[name="a.age_band"][value="adult"]')
    code = await to_receipt(page)
    async with runtime.database.store() as store:
        assert len(await store.requests.waiting("balvi")) == 1

    await page.goto(f"{site.url}/form")
    await page.click('[value="code.lv"]')
    await page.fill('[name="code"]', code)
    await page.keyboard.press("Enter")
    await expect(page.locator("#standing")).to_contain_text("līdz pirmdienai, 23. novembrim")
    await page.click('[value="withdraw"]')
    await page.click('[value="withdraw-now"]')
    await expect(page.locator("#standing")).to_contain_text("Saturs ir dzēsts")
    assert elsewhere == []


async def test_one_address_and_one_title_and_nothing_on_the_device(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    seen: set[tuple[str, str, str | None]] = set()
    await launched(site, runtime, page)
    await fill_in(page)
    seen.add((page.url, await page.title(), await icon(page)))
    await go_on(page, "review")
    seen.add((page.url, await page.title(), await icon(page)))
    for box in await page.locator('[type="checkbox"]').all():
        await box.check()
    await go_on(page, "receipt")
    seen.add((page.url, await page.title(), await icon(page)))
    assert seen == {(f"{site.url}/form", "Blakus", ICON)}
    assert await left_behind(page) == ["", 0, 0, 0, 0, 0]
    assert await page.context.cookies() == []


@pytest.mark.parametrize("size", [(320, 640), (1280, 800)])
async def test_on_paper_every_page_of_the_form_is_blank(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, size: tuple[int, int]
) -> None:
    page = await browser_page(viewport=size)

    async def prints_nothing() -> None:
        await expect(page.locator("h1")).to_be_visible()
        await page.emulate_media(media="print")
        assert await page.evaluate("document.documentElement.getClientRects().length") == 0
        await page.emulate_media(media="screen")

    await launched(site, runtime, page)
    await fill_in(page)
    await prints_nothing()
    await go_on(page, "review")
    await prints_nothing()
    for box in await page.locator('[type="checkbox"]').all():
        await box.check()
    await go_on(page, "receipt")
    await prints_nothing()


# --- Asked little -----------------------------------------------------------------------------------------------------


async def test_with_the_script_only_what_matters_is_asked(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    phone, times = (page.locator(f'[name="a.{name}"]').first for name in ("phone", "windows1.from"))
    for hidden in (phone, times):
        await expect(hidden).to_be_hidden()
    await page.check('[value="call"]')
    await expect(phone).to_be_visible()
    await expect(times).to_be_visible()
    await page.check('[value="i_will_come"]')
    await expect(phone).to_be_hidden()


async def test_with_the_script_a_message_is_only_asked_about_where_one_may_be_left(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    expects, message, until = (
        page.locator(f'[name="a.{name}"]').first for name in ("expects_message", "neutral_message", "coming_by")
    )
    await page.check('[name="a.contact_mode"][value="sms"]')
    await expect(message).to_be_visible()
    await expect(expects).to_be_hidden()
    await page.check('[value="trusted_person"]')
    await expect(expects).to_be_visible()
    await page.check('[name="a.contact_mode"][value="call"]')
    for hidden in (message, expects, until):
        await expect(hidden).to_be_hidden()
    await page.check('[value="yes_neutral"]')
    await expect(message).to_be_visible()
    await expect(expects).to_be_hidden()
    await page.check('[value="yes_neutral_text"]')
    await expect(expects).to_be_visible()
    await page.check('[name="a.contact_mode"][value="i_will_come"]')
    await expect(until).to_be_visible()
    for hidden in (message, expects):
        await expect(hidden).to_be_hidden()


async def test_without_the_script_everything_is_there_with_a_hint(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page(java_script_enabled=False)
    await page.goto(site.url)
    await page.locator("form.choices").first.evaluate(
        """(form) => form.insertAdjacentHTML("beforeend", '<button name="form" value="request">')"""
    )
    await page.click('[name="form"]')
    await shows(page, "fill")
    await expect(page.locator('[name="a.phone"]')).to_be_visible()
    assert "Tikai, ja zvanām vai rakstām mēs." in await page.inner_text("main")


async def test_a_problem_leads_to_its_question_and_the_address_stays(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    await page.fill('[name="a.phone"]', "12")
    await page.keyboard.press("Enter")
    await page.locator(".problems a").click()
    await expect(page.locator('[name="a.phone"]')).to_be_focused()
    assert page.url == f"{site.url}/form"


async def test_without_internet_what_was_typed_stays_and_help_is_named(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    await page.context.set_offline(True)
    await page.click("button.done")
    await expect(page.locator("#lost a")).to_have_text(["112", "116006"])
    await expect(page.locator('[name="a.phone"]')).to_have_value("26 123 456")
    await page.context.set_offline(False)
    await go_on(page, "review")


# --- Telegram ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behind", ["", "&tgWebAppData=user%3Dcanary&tgWebAppVersion=9", "?tgWebAppData=canary"])
async def test_the_token_leaves_the_address_at_once_and_telegrams_data_goes_nowhere(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, behind: str
) -> None:
    page = await browser_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url.partition('#')[0]} {request.post_data}"))
    await launched(site, runtime, page, behind=behind)
    assert page.url == f"{site.url}/form"
    assert not any("canary" in request or "tgWebApp" in request for request in sent)
    assert all(request.startswith(site.url) for request in sent)
    assert await left_behind(page) == ["", 0, 0, 0, 0, 0]


async def test_on_a_slow_line_the_token_is_gone_before_the_answer_comes(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    shown: list[str] = []

    async def slow(route: Route) -> None:
        if route.request.method == "POST":
            shown.append(page.url)
        await route.continue_()

    await page.route(f"{site.url}/form", slow)
    await launched(site, runtime, page)
    assert shown == [f"{site.url}/form"]


async def test_a_token_opens_the_form_once(site: Visitor, runtime: Runtime, browser_page: OpenPage) -> None:
    token = await launched(site, runtime, await browser_page())
    other = await browser_page()
    await other.goto(f"{site.url}/form#{token}")
    await shows(other, "stale")


# --- Leaving ----------------------------------------------------------------------------------------------------------


async def test_after_leaving_nothing_typed_comes_back(site: Visitor, runtime: Runtime, browser_page: OpenPage) -> None:
    page = await browser_page()

    async def elsewhere(route: Route) -> None:
        await route.fulfill(body="<p id=away>+7 °C</p>", content_type="text/html")

    await page.route(re.compile(re.escape(runtime.settings.exit_url)), elsewhere)
    await launched(site, runtime, page)
    await fill_in(page)
    await page.click('[name="a.device_watched"][value="no"]')
    await page.click("#leave")
    await expect(page.locator("#away")).to_be_visible()
    await page.go_back()
    assert "26 123 456" not in await page.content()
    assert await page.locator('[name="a.phone"]').count() == 0


async def test_the_way_out_is_first_for_the_keyboard_and_always_in_view(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await page.goto(f"{site.url}/form")
    await page.keyboard.press("Tab")
    await expect(page.locator("#leave")).to_be_focused()
    await launched(site, runtime, page)
    await expect(page.locator("h1")).to_be_focused()
    for _ in range(9):
        await page.keyboard.press("Shift+Tab")
        if await page.evaluate("document.activeElement.id") == "leave":
            break
    await expect(page.locator("#leave")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    assert await page.evaluate("document.activeElement === document.body"), "nothing stands before it"
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await expect(page.locator("#leave")).to_be_in_viewport(ratio=1)


# --- Seen -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_that_is_agreed_to_fits_one_phone_screen(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, language: str
) -> None:
    page = await browser_page(viewport=(360, 740))
    await launched(site, runtime, page, language)
    await fill_in(page)
    await go_on(page, "review")
    height = await page.evaluate(
        """() => ["section.consent", ".bar"]
            .reduce((sum, one) => sum + document.querySelector(one).getBoundingClientRect().height, 0)"""
    )
    assert height <= 740
    assert await page.locator("section.consent details").count() == 0
    assert await page.locator("section.consent #wording, section.consent [value=send]").count() == 2


@pytest.mark.parametrize("width, language", [(320, "ru"), (320, "uk"), (1280, "ru")])
async def test_no_page_is_wider_than_its_screen(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, width: int, language: str
) -> None:
    page = await browser_page(viewport=(width, 700))
    await launched(site, runtime, page, language)
    await page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    assert await too_wide(page) == 0
    await fill_in(page)
    await go_on(page, "review")
    assert await too_wide(page) == 0
    for box in await page.locator('[type="checkbox"]').all():
        await box.check()
    await go_on(page, "receipt")
    assert await too_wide(page) == 0


LINES = """(selector) => {
    const text = document.createRange();
    text.selectNodeContents(document.querySelector(selector));
    return new Set([...text.getClientRects()].map((box) => box.top)).size;
}"""


async def too_wide(page: Page) -> int:
    return int(await page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)"))
