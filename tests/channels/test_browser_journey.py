"""A journey through the chat in a real browser, with the script and without: the same words, and no press is lost."""

import pytest
from playwright.async_api import Route, expect

from tests.channels.browser_chat import act, answer, come_to, journey, shows, visit, way
from tests.channels.web import WebChat, place_screen
from tests.conftest import OpenPage
from tests.pages import ICON, icon
from tests.pictures import picture


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_a_journey_says_the_same_with_and_without_a_script(
    chat: WebChat, browser_page: OpenPage, script: bool
) -> None:
    page = await visit(chat, browser_page, java_script_enabled=script)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    await page.reload()
    page.context.on("request", lambda request: asked.append(request.url))
    expected = await chat.get("/", **{"Accept-Language": "lv-LV"})
    for action in journey(chat):
        await act(page, action)
        expected = await answer(chat, expected, action)
        await shows(page, expected)
        assert page.url == f"{chat.url}/"
        assert await page.title() == "Blakus"
        assert await icon(page) == ICON
    assert all(url.startswith(chat.url) for url in asked)
    assert await page.context.cookies() == []
    assert complaints == []


async def test_the_script_loads_no_page_and_makes_one_entry(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await page.evaluate("window.same = true")
    before = await page.evaluate("history.length")
    for action in ("go", "helplines", "back", "language.ru"):
        await act(page, action)
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert await page.evaluate("[window.same, history.length]") == [True, before + 1]


async def test_a_new_screen_is_read_from_its_top(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page, viewport=(320, 480))
    await come_to(chat, page, "menu")
    await page.locator("nav button").last.scroll_into_view_if_needed()
    assert await page.evaluate("scrollY") > 0
    await act(page, "human")
    await expect(page.locator("main")).to_have_attribute("data-screen", "human")
    await expect(page.locator("h1")).to_be_focused()
    assert await page.evaluate("scrollY") == 0


async def test_what_own_words_found_is_in_view(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page, viewport=(320, 568))
    await come_to(chat, page, "menu")
    await act(page, "text:kur pārnakšņot")
    await expect(page.locator(".notice")).to_be_in_viewport()
    await expect(page.locator(".choices button").first).to_be_in_viewport()


async def test_a_double_press_counts_once(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await page.locator('button[value="go"]').dblclick()
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    await expect(page.locator(".notice")).to_have_count(0)


async def test_the_list_of_places_can_be_opened_again(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await come_to(chat, page, place_screen(chat))
    await act(page, "group.1")
    await page.locator('button[name="again"]').click()
    await expect(page.locator('button[value="group.1"]')).to_be_visible()


async def test_without_internet_the_page_says_so_and_goes_on_later(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await page.context.set_offline(True)
    await act(page, "go")
    await expect(page.locator("#lost")).to_be_visible()
    await expect(page.locator("#lost a")).to_have_text(["112", "116006"])
    await page.context.set_offline(False)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    await expect(page.locator("#lost")).to_be_hidden()


async def test_while_the_program_is_down_the_page_stays_and_help_is_named(
    chat: WebChat, browser_page: OpenPage
) -> None:
    page = await visit(chat, browser_page)

    async def down(route: Route) -> None:
        await route.fulfill(status=502, content_type="text/html", body="<p>Bad gateway</p>")

    await page.route(f"{chat.url}/", down)
    await act(page, "go")
    await expect(page.locator("#lost a")).to_have_text(["112", "116006"])
    await expect(page.locator("#leave")).to_be_visible()
    await page.unroute(f"{chat.url}/", down)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_the_form_page_and_the_way_back_keep_the_conversation(
    chat: WebChat, browser_page: OpenPage, script: bool
) -> None:
    page = await visit(chat, browser_page, java_script_enabled=script)
    for action in way(chat, "request.receipt"):
        await act(page, action)
    await expect(page.locator("button[data-form=receipt]")).to_be_visible()
    token = await page.locator(".leave [name=token]").input_value()
    await page.locator("button[data-form=receipt]").click()
    await expect(page.locator('[name="code"]')).to_be_visible()
    await expect(page.locator('link[href="/static/form.css"]')).to_have_count(1)
    assert page.url == f"{chat.url}/"
    assert await page.title() == "Blakus"
    await page.locator('nav form[action="/"] button').click()
    await expect(page.locator("main")).to_have_attribute("data-screen", "request.receipt")
    assert await page.locator(".leave [name=token]").input_value() == token
    assert await chat.remembers(token)


@pytest.mark.pictures
async def test_the_picture_of_the_readme(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    await page.mouse.move(0, 800)
    await picture(page, "web-chat")
