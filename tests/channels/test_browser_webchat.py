"""The web chat in a real browser: with the script and without, by mouse and by keyboard, and what it leaves behind."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from bot.engine.dialogue import World
from bot.engine.heard import Pressed
from bot.engine.languages import LANGUAGES
from bot.engine.state import State
from bot.engine.step import step
from tests.channels.history import History
from tests.channels.web import OF_TODAY, Seen, WebChat
from tests.conftest import OpenPage
from tests.pages import EVERYTHING, ICON, WORDS, StillClock, icon, unusable
from tests.patience import profile
from tests.pictures import picture
from tests.ticks import TICKED, with_ticks


async def visit(chat: WebChat, open_page: OpenPage, **how: Any) -> Page:
    page = await open_page(**how)
    await page.goto(chat.url)
    return page


async def shows(page: Page, expected: Seen) -> None:
    main = page.locator("main")
    await expect(main).to_have_attribute("data-screen", expected.screen)
    await expect(main).to_have_text(re.sub(r"\s+", " ", expected.text).strip())
    await expect(page.locator("html")).to_have_attribute("lang", expected.language)


async def act(page: Page, action: str) -> None:
    kind, _, text = action.partition(":")
    if kind == "text":
        await page.fill("#text", text)
        await page.keyboard.press("Enter")
    else:
        if action.startswith("group."):
            await page.locator("summary").click()
        await page.locator(f'button[value="{action}"]').click()


async def answer(chat: WebChat, page: Seen, action: str) -> Seen:
    """The same step by plain HTTP."""
    kind, _, text = action.partition(":")
    if kind == "text":
        return await chat.post({"token": page.token, "screen": page.screen, "text": text})
    return await chat.press(page, action)


async def come_to(chat: WebChat, page: Page, screen: str, language: str = "lv") -> Seen:
    """Bring an open page, by its own forms, to a screen."""
    token = await chat.stand(screen, language)
    await page.evaluate(
        """(token) => {
            const form = document.querySelector("form.choices");
            form.elements.token.value = token;
            form.requestSubmit();
        }""",
        token,
    )
    seen = await chat.post({"token": token}, **OF_TODAY)
    await shows(page, seen)
    return seen


# --- A journey --------------------------------------------------------------------------------------------------------


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


# --- Leaving ----------------------------------------------------------------------------------------------------------


async def test_leaving_blanks_the_page_before_anything_else(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.fulfill(content_type="text/html", body="<h1>Sunny</h1>")

    await page.context.route("**/leave", lambda route: route.abort())
    await page.context.route(chat.elsewhere, hold)
    at_once = """() => {
        document.querySelector("#leave").click();
        return document.body.innerHTML;  // before anything else can happen on the page
    }"""
    assert await page.evaluate(at_once) == ""
    held.set()
    await page.wait_for_url(chat.elsewhere)


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_leaving_ends_the_conversation_and_tells_the_next_page_nothing(
    chat: WebChat, browser_page: OpenPage, script: bool
) -> None:
    page = await visit(chat, browser_page, java_script_enabled=script)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    token = await page.locator(".leave [name=token]").input_value()
    assert await chat.remembers(token)
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)
    await expect(page.locator("h1")).to_have_text("Sunny")
    (told,) = chat.visits
    assert not {"Referer", "Cookie"} & set(told)
    assert told.get("Origin", "null") == "null"


async def test_a_page_that_lost_its_script_for_leaving_still_gives_its_place_in_the_history_away(
    chat: WebChat, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await page.route("**/static/leaving.js", lambda route: route.abort())
    await page.goto(chat.url)
    entries = await page.evaluate("history.length")
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    assert await page.evaluate("history.length") == entries


async def test_shift_three_times_leaves(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    await StillClock(page).stop()
    await page.goto(chat.url)
    for _ in range(3):
        await page.keyboard.press("Shift")
    await page.wait_for_url(chat.elsewhere)


async def test_typing_capital_letters_does_not_leave(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await come_to(chat, page, place_screen(chat))
    await page.locator("#text").focus()
    for letter in "VILAKA":
        await page.keyboard.down("Shift")
        await page.keyboard.press(f"Key{letter}")
        await page.keyboard.up("Shift")
    await page.keyboard.press("Shift")
    await page.keyboard.press("Shift")
    await page.keyboard.press("a")
    await page.keyboard.press("Shift")
    await expect(page.locator("#text")).to_have_value("VILAKAa")


async def test_three_slow_presses_of_shift_do_not_leave(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    clock = await StillClock(page).stop()
    await page.goto(chat.url)
    for _ in range(4):
        await page.keyboard.press("Shift")
        await clock.move(seconds=3)
    await expect(page.locator("main")).to_be_visible()


async def test_a_page_left_alone_leaves_by_itself(chat: WebChat, browser_page: OpenPage) -> None:
    page = await browser_page()
    clock = await StillClock(page).stop()
    await page.goto(chat.url)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    token = await page.locator(".leave [name=token]").input_value()
    await clock.move(minutes=29, seconds=59)
    await expect(page.locator("main")).to_be_visible()
    await clock.move(seconds=6)
    await page.wait_for_url(chat.elsewhere)
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)


async def test_closing_the_page_ends_the_conversation(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    token = await page.locator(".leave [name=token]").input_value()
    await page.goto("about:blank")
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)


# --- Back, forward, reload ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_back_forward_and_reload_bring_nothing_back(chat: WebChat, remembering: Browser, script: bool) -> None:
    context = await profile(remembering, java_script_enabled=script, locale="lv-LV")
    page = await context.new_page()
    history = await History.of(page)
    await page.goto(chat.elsewhere.replace("today", "kept"))
    await page.goto(chat.url)
    if script:  # this browser really brings pages back from memory
        await history.go(-1)
        await expect(page).to_have_title("kept")
        await history.go(+1)
        await history.reload()  # ours may have come back from memory, too: blank, as it must be
    for action, arrived in (("go", "menu"), ("helplines", "helplines")):
        await act(page, action)
        await expect(page.locator("main")).to_have_attribute("data-screen", arrived)
    secret = await page.locator("main p").first.inner_text()
    assert {title for url, title in await history.entries() if url == f"{chat.url}/"} == {"Blakus"}
    if script:
        await page.reload()
        await expect(page.locator("main")).to_have_attribute("data-screen", "start")
        await act(page, "go")
        await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    ahead = len(await history.entries()) - 1 - await history.at()
    steps = min(len(await history.entries()) - 1, 3)
    for direction in [+1] * ahead + [-1] * steps + [+1] * steps:
        await history.go(direction)
        if script:
            await page.wait_for_url(lambda url: not url.startswith(chat.url), wait_until="commit")
        assert secret not in await page.content()
        assert await page.locator("main[data-screen]:not([data-screen=start])").count() == 0
    assert (f"{chat.url}/" in [url for url, _ in await history.entries()]) is not script


async def test_another_address_and_back_again_shows_nothing_of_before(chat: WebChat, remembering: Browser) -> None:
    page = await (await profile(remembering, locale="lv-LV")).new_page()
    history = await History.of(page)
    await page.goto(chat.url)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    token = await page.locator(".leave [name=token]").input_value()
    await page.goto(chat.elsewhere)
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)
    await history.go(-1)
    await expect(page.locator("main:not([data-screen=start])")).to_have_count(0)


@pytest.mark.parametrize("event", ["pagehide", "pageshow"])
async def test_a_page_kept_in_memory_is_blank(chat: WebChat, browser_page: OpenPage, event: str) -> None:
    """Chromium keeps none of our pages today; other browsers may."""
    page = await visit(chat, browser_page)
    await page.evaluate("(event) => dispatchEvent(new PageTransitionEvent(event, {persisted: true}))", event)
    assert await page.evaluate("document.body.innerHTML") == ""


# --- What is left behind ----------------------------------------------------------------------------------------------

STORED = """async () => ({
    cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
    databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length, name: window.name,
})"""
NOTHING = {"cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0, "name": ""}


async def test_nothing_is_stored_in_the_browser(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    expected = await chat.get("/", **{"Accept-Language": "lv-LV"})
    for action in journey(chat):
        await act(page, action)
        expected = await answer(chat, expected, action)
        await shows(page, expected)
    assert await page.evaluate(STORED) == NOTHING
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    await page.goto(f"{chat.url}/static/favicon.svg")
    assert await page.evaluate(STORED) == NOTHING
    assert await page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}


async def test_a_printed_page_is_blank(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await expect(page.locator("h1")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.locator("h1")).to_be_hidden()
    await expect(page.locator("#leave")).to_be_hidden()


# --- Seen and reached by everyone -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width, letters", [(320, 1), (768, 1), (1920, 1), (640, 2), (1280, 2)])
async def test_the_exit_is_in_view_wherever_one_is(
    chat: WebChat, browser_page: OpenPage, width: int, letters: int
) -> None:
    """Twice as large letters stand for a zoom of 200 %: half the width."""
    page = await visit(chat, browser_page, viewport=(width // letters, 640))
    for language in chat.runtime.content.dialogue.languages:
        await come_to(chat, page, place_screen(chat), language)
        await page.locator("summary").click()
        for y in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
            await page.evaluate(f"scrollTo(0, {y})")
            assert await page.evaluate(
                """() => ["#leave", ".urgent a", ".urgent button"].every((name) => {
                    const one = document.querySelector(name);
                    const box = one.getBoundingClientRect();
                    return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === one
                        && box.left >= 0 && box.right <= innerWidth && box.top >= 0;
                })"""
            ), (language, y)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_has_the_focus_is_never_covered(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page, viewport=(320, 480))
    await come_to(chat, page, "menu", "ru")
    stops: list[str] = []
    await page.locator("nav button").last.focus()
    for _ in range(60):
        stop, seen = await page.evaluate(
            """() => {
                const [one, box] = [document.activeElement, document.activeElement.getBoundingClientRect()];
                const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return [one.value || one.id || one.className || one.tagName, one.contains(there)];
            }"""
        )
        stops.append(stop)
        assert seen, stop
        if stop == "leave":
            break
        await page.keyboard.press("Shift+Tab")
    assert len(stops) > 10
    assert stops[-1] == "leave"


async def test_the_exit_comes_first_in_the_order_of_tab(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await page.keyboard.press("Tab")
    await expect(page.locator("#leave")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.locator("a.skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_be_focused()
    assert page.url == f"{chat.url}/"


async def test_a_journey_by_keyboard_alone(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    expected = await chat.get("/", **{"Accept-Language": "lv-LV"})
    for action in (*way(chat, place_screen(chat)), "text:Viļak", "place.balvu-novads", "language.ru", "back"):
        kind, _, text = action.partition(":")
        wanted = "#text" if kind == "text" else f'button[value="{action}"]'
        await tab_to(page, wanted)
        if kind == "text":
            await page.keyboard.type(text)
        await page.keyboard.press("Enter")
        before, expected = expected.screen, await answer(chat, expected, action)
        await shows(page, expected)
        if expected.screen != before:
            await expect(page.locator("h1")).to_be_focused()
    await tab_to(page, "#leave")
    await page.keyboard.press("Enter")


async def test_a_ticked_option_keeps_the_focus_and_says_that_it_is_on(chat: WebChat, browser_page: OpenPage) -> None:
    chat.runtime.content = with_ticks(chat.runtime.content)
    page = await visit(chat, browser_page)
    await come_to(chat, page, TICKED)
    option = chat.runtime.content.dialogue.screens[TICKED].options[1]
    await page.locator(f'button[value="+{option}"]').press("Enter")
    ticked = page.locator(f'button[value="-{option}"]')
    await expect(ticked).to_be_focused()
    await expect(ticked).to_have_attribute("aria-pressed", "true")


async def test_what_was_found_is_announced(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await come_to(chat, page, place_screen(chat))
    await act(page, "text:Viļak")
    await expect(page.get_by_role("status")).to_have_text(chat.runtime.content.text("notice.place-found", "lv"))
    await expect(page.locator("#text")).to_be_focused()


SMALL = """() => [...document.querySelectorAll("button, summary, input:not([type=hidden]), .urgent a")]
    .map((one) => [one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 44 || box.width < 44)).map(([text]) => text)"""


async def test_the_list_of_places_can_be_opened_again(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await come_to(chat, page, place_screen(chat))
    await act(page, "group.1")
    await page.locator('button[name="again"]').click()
    await expect(page.locator('button[value="group.1"]')).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_everyone_can_use_every_screen(chat: WebChat, browser_page: OpenPage, language: str) -> None:
    page, asked = await visit(chat, browser_page), EVERYTHING if language == "lv" else WORDS
    found = []
    for number, screen in enumerate(screens(chat)):
        await page.emulate_media(color_scheme="dark" if number % 2 else "light")
        await come_to(chat, page, screen, language)
        found += [(screen, fault) for fault in await unusable(page, asked)]
        found += [(screen, f"too small to hit: {fault}") for fault in await page.evaluate(SMALL)]
    await act(page, "danger")
    chat.runtime.database = None  # type: ignore[assignment]
    await act(page, "human")
    await expect(page.locator('button[name="again"]')).to_be_visible()
    found += [("trouble", fault) for fault in await unusable(page, asked)]
    assert found == []


@pytest.mark.pictures
async def test_the_picture_of_the_readme(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    await act(page, "go")
    await expect(page.locator("main")).to_have_attribute("data-screen", "menu")
    await page.mouse.move(0, 800)
    await picture(page, "web-chat")


# --- Words of the tests -----------------------------------------------------------------------------------------------


def screens(chat: WebChat) -> list[str]:
    return [screen.id for screen in chat.runtime.content.dialogue.screens.values() if not screen.branch]


def place_screen(chat: WebChat) -> str:
    return next(screen.id for screen in chat.runtime.content.dialogue.screens.values() if screen.place)


def way(chat: WebChat, target: str, start: str | None = None) -> list[str]:
    """The presses that lead to a screen, fewest first."""
    dialogue = chat.runtime.content.dialogue
    ways: list[tuple[State, list[str]]] = [(State(start or dialogue.first, "lv"), [])]
    seen = set()
    for state, presses in ways:
        if state.screen == target:
            return presses
        for choice in dialogue.screens[state.screen].choices:
            after = step(dialogue, state, Pressed(state.screen, choice.id), World(form=True)).state
            if after and after.screen not in seen:
                seen.add(after.screen)
                ways.append((after, [*presses, choice.id]))
    raise LookupError(target)


def journey(chat: WebChat) -> list[str]:
    """Through every kind of screen and press: choices, exits, a place typed and a place in the list, a word told."""
    place = way(chat, place_screen(chat))
    telling = next(
        screen for screen in chat.runtime.content.dialogue.screens.values() if any(c.tells for c in screen.choices)
    )
    tells = next(choice.id for choice in telling.choices if choice.tells)
    told = way(chat, telling.id)
    return [
        *(*told, tells, *["back"] * len(told), "go", "language.ru", "back", *place),
        *("text:Вилак", "place.balvu-novads", "back", "text:nowhere at all", "group.1", "danger", "human", "back"),
        *("back", "language.lv", "skip"),
    ]


async def tab_to(page: Page, wanted: str) -> None:
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no way to {wanted} by keyboard")
