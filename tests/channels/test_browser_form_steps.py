"""The steps of the form with a script: they go beside the browser's history, and reading goes on in the right place."""

import pytest
from playwright.async_api import Page, Request, Route, expect

from bot.channels.form import form_token
from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from tests.channels.forms import Visitor, in_pages
from tests.channels.test_browser_form import KNOWN, fill_in, go_on, launched, shows, to_receipt
from tests.conftest import OpenPage
from tests.pages import StillClock

WORD = '<p data-script hidden><label>Vārds <input name="word" autocomplete="off" disabled></label></p>'
"""A question that is only asked where its answer stands in no history."""
OLD = """
    Object.defineProperty(SubmitEvent.prototype, "submitter", { get: () => undefined });
    const whole = FormData;
    window.FormData = class extends whole { constructor(form) { super(form); } };
"""
"""A browser from before 2022: it says of no form which button sent it."""


@pytest.fixture(autouse=True)
def on_one_page(runtime: Runtime) -> None:
    """Every question at once. tests/channels/test_browser_short.py walks the pages as they are shipped."""
    in_pages(runtime)


async def test_no_page_of_the_form_is_loaded_whole(site: Visitor, runtime: Runtime, browser_page: OpenPage) -> None:
    page = await browser_page()
    loaded: list[str] = []

    def note(request: Request) -> None:
        if request.is_navigation_request():
            loaded.append(f"{request.method} {request.url.partition('#')[0]}")

    page.on("request", note)
    await launched(site, runtime, page)
    await page.evaluate("window.same = true")
    await to_receipt(page)
    await page.click('main [value="language.ru"]')
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await shows(page, "receipt")
    await page.click('[value="screen"]')
    await shows(page, "screen")
    await page.click('[value="stop"]')
    for do, screen in (("times", "times"), ("look", "standing")):
        await page.locator(f'button[value="{do}"]:not(.first)').click()
        await shows(page, screen)
    for do in ("unsafe", "withdraw"):
        await page.click(f'[value="{do}"]')
        await shows(page, "confirm")
        await page.click(f'[value="{do}-now"]')
        await shows(page, "standing")
    await expect(page.locator("#standing")).to_contain_text("Содержание удалено")
    assert loaded == [f"GET {site.url}/form"]
    assert await page.evaluate("[window.same, history.length]") == [True, 3]  # the empty tab, we, one entry for Back


# --- Where reading goes on --------------------------------------------------------------------------------------------


async def test_each_step_is_read_from_its_heading(site: Visitor, runtime: Runtime, browser_page: OpenPage) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await expect(page.locator("h1")).to_be_focused()
    await fill_in(page)
    await go_on(page, "review")
    await expect(page.locator("h1")).to_be_focused()
    assert await page.evaluate("scrollY") == 0
    await page.click('[value="language.en"]')
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("h1")).to_be_focused()


async def test_what_is_wrong_has_the_focus_and_leads_to_its_question(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    await page.fill('[name="a.phone"]', "12")
    await page.locator("button.done").click()
    await expect(page.locator(".problems")).to_be_focused()
    await expect(page.locator(".problems")).to_be_in_viewport()
    await expect(page.locator('[name="a.phone"]')).to_have_value("12")
    await page.locator(".problems a").click()
    await expect(page.locator('[name="a.phone"]')).to_be_focused()
    await page.fill('[name="a.phone"]', "26 123 456")
    await go_on(page, "review")
    await page.locator("button.done").click()
    await expect(page.locator(".problems")).to_be_focused()


async def test_a_line_that_is_changed_leads_to_its_field(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    await go_on(page, "review")
    await page.click('[value="change.phone"]')
    await expect(page.locator('[name="a.phone"]')).to_be_focused()
    await expect(page.locator('[name="a.phone"]')).to_be_in_viewport()


# --- What travels beside the history only -----------------------------------------------------------------------------


async def with_a_word(page: Page, site: Visitor) -> None:
    """As if the form asked for a word."""

    async def answer(route: Route) -> None:
        if route.request.method != "POST":
            return await route.continue_()
        answered = await route.fetch()
        body = (await answered.text()).replace('<div class="choices">', WORD + '<div class="choices">', 1)
        await route.fulfill(response=answered, body=body)
        return None

    await page.route(f"{site.url}/form", answer)


async def test_what_needs_the_script_is_asked_with_it_and_never_posted_by_the_browser_itself(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await with_a_word(page, site)
    await launched(site, runtime, page)
    await expect(page.locator('[name="word"]')).to_be_editable()
    await fill_in(page)
    await page.fill('[name="word"]', "kanārijs")
    async with page.expect_request(lambda request: "word=kan" in (request.post_data or "")) as sent:
        await page.locator('[name="word"]').press("Enter")
    assert not (await sent.value).is_navigation_request()
    await shows(page, "review")


async def test_where_presses_do_not_go_beside_the_history_that_is_not_asked(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await page.route("**/static/chat.js", lambda route: route.abort())
    await with_a_word(page, site)
    await launched(site, runtime, page)
    await expect(page.locator('[name="a.phone"]')).to_be_hidden()  # the form's own script is there
    await expect(page.locator('[name="word"]')).to_be_hidden()
    await expect(page.locator('[name="word"]')).to_be_disabled()


# --- Whatever happens -------------------------------------------------------------------------------------------------


async def test_a_browser_that_does_not_say_which_button_was_pressed_can_do_everything(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await page.add_init_script(OLD)
    await launched(site, runtime, page)
    await fill_in(page)
    await page.locator('[name="a.phone"]').press("Enter")
    await shows(page, "review")
    await page.click('[value="change.phone"]')
    await shows(page, "fill")
    await go_on(page, "review")
    for box in await page.locator('[type="checkbox"]').all():
        await box.check()
    await go_on(page, "receipt")


async def test_without_its_own_script_and_style_the_form_is_there_all_the_same(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    for name in ("form.js", "form.css"):
        await page.route(f"**/static/{name}", lambda route: route.abort())
    await page.goto(site.url)
    await page.locator("form.choices").first.evaluate(
        """(form) => form.insertAdjacentHTML("beforeend", '<button name="form" value="request">')"""
    )
    await page.click('[name="form"]')
    await shows(page, "fill")
    await expect(page.locator('[name="a.phone"]')).to_be_visible()
    await page.unroute("**/static/form.js")
    await page.locator("button.done").click()  # and is asked for again with the next page
    await expect(page.locator(".problems")).to_be_focused()
    await expect(page.locator('[name="a.phone"]')).to_be_hidden()


async def test_who_speaks_into_a_field_is_not_taken_for_gone(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    """Dictated and pasted words press no key and no button."""
    page = await browser_page()
    clock = await StillClock(page).stop()
    await launched(site, runtime, page)
    await page.check('[value="call"]')
    for phone in ("2", "26 1"):
        await clock.move(minutes=29)
        await page.fill('[name="a.phone"]', phone)
    await clock.move(minutes=29)
    await expect(page.locator('[name="a.phone"]')).to_have_value("26 1")


async def test_hiding_by_an_answer_leads_away(site: Visitor, runtime: Runtime, browser_page: OpenPage) -> None:
    page = await browser_page()

    async def elsewhere(route: Route) -> None:
        await route.fulfill(body="<p id=away>+7 °C</p>", content_type="text/html")

    await page.route(f"{runtime.settings.exit_url}**", elsewhere)
    await page.goto(site.url)
    await page.locator("form.choices").first.evaluate(
        """(form) => form.insertAdjacentHTML("beforeend", '<button name="press" value="hide">')"""
    )
    await page.click('[value="hide"]')
    await expect(page.locator("#away")).to_be_visible()


async def test_a_second_button_of_telegram_opens_the_form_anew_where_a_page_stands_already(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await fill_in(page)
    await go_on(page, "review")
    await page.evaluate("(token) => { location.hash = token; }", form_token(runtime, KNOWN, "ru"))
    await shows(page, "fill")
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert page.url == f"{site.url}/form"


# --- What may stay in the browser -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_a_script_what_may_stay_is_said_before_the_first_question(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, language: str
) -> None:
    said = runtime.content.text("page.stays", language).split("{")[0]
    page = await browser_page(java_script_enabled=False, locale=language)
    await page.goto(site.url)
    await expect(page.locator("#notes noscript p")).to_contain_text(said)
    for form, field in (("request", '[name="a.contact_mode"]'), ("receipt", '[name="code"]')):
        await page.goto(site.url)
        await page.locator("form.choices").first.evaluate(
            "(one, form) => one.insertAdjacentHTML('beforeend', `<button name=form value=${form}>`)", form
        )
        await page.click('[name="form"]')
        notice = page.locator("main .notice").first
        await expect(notice).to_contain_text(said)
        await expect(notice).to_contain_text("116006")
        notice_box, field_box = await notice.bounding_box(), await page.locator(field).first.bounding_box()
        assert notice_box
        assert field_box
        assert notice_box["y"] + notice_box["height"] <= field_box["y"]


async def test_with_a_script_nobody_is_told_so(site: Visitor, runtime: Runtime, browser_page: OpenPage) -> None:
    said = runtime.content.text("page.stays", "lv").split("{")[0]
    page = await browser_page()
    await page.goto(site.url)
    assert said not in await page.inner_text("body")
    await launched(site, runtime, page)
    assert said not in await page.inner_text("body")


async def test_where_presses_do_not_go_beside_the_history_it_is_said_as_well(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    """Scripts run, and the one that sends presses was lost on the way."""
    page = await browser_page()
    await page.route("**/static/chat.js", lambda route: route.abort())
    await launched(site, runtime, page)
    await expect(page.locator("main .notice").first).to_contain_text(
        runtime.content.text("page.stays", "lv").split("{")[0]
    )
