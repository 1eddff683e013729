"""Everyone can see, reach and use each screen of the chat: with large letters, a small screen, or a keyboard alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.engine.languages import LANGUAGES
from tests.channels.browser_chat import act, answer, come_to, shows, visit, way
from tests.channels.web import WebChat, place_screen
from tests.conftest import OpenPage
from tests.pages import EVERYTHING, WORDS, unusable
from tests.ticks import TICKED, with_ticks


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
    await page.wait_for_url(chat.elsewhere)


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
NAMELESS = """() => [...document.querySelectorAll("title, h1, button, summary, label, a, input:not([type=hidden])")]
    .filter((one) => !(one.labels && one.labels[0] || one).textContent.trim()).map((one) => one.outerHTML)"""
SPOKEN = """() => [...document.querySelectorAll("[lang]")].map((one) => one.lang)"""
EACH = f"""async (all) => {{
    const seen = [];
    for (const [screen, token] of all) {{
        const shown = new Promise((shown) => document.addEventListener("shown", shown, {{ once: true }}));
        const form = document.querySelector("form.choices");
        form.elements.token.value = token;
        form.requestSubmit();
        await shown;
        seen.push({{
            screen, is: document.querySelector("main").dataset.screen, language: document.documentElement.lang,
            small: ({SMALL})(), nameless: ({NAMELESS})(), spoken: ({SPOKEN})(),
        }});
    }}
    return seen;
}}"""
"""From screen to screen by the page's own script, without a word from here in between."""


async def test_everyone_can_use_every_screen(chat: WebChat, browser_page: OpenPage) -> None:
    page = await visit(chat, browser_page)
    found = []
    for number, screen in enumerate(screens(chat)):
        await page.emulate_media(color_scheme="dark" if number % 2 else "light")
        await come_to(chat, page, screen)
        found += [(screen, fault) for fault in await unusable(page)]
        found += [(screen, f"too small to hit: {fault}") for fault in await page.evaluate(SMALL)]
    assert found + await in_trouble(chat, page, EVERYTHING) == []


@pytest.mark.parametrize("language", list(LANGUAGES)[1:])
async def test_every_screen_is_as_usable_in_the_other_languages(
    chat: WebChat, browser_page: OpenPage, language: str
) -> None:
    """What words alone can break on a page that is usable in one language: a name, a size, or which language it is."""
    page = await visit(chat, browser_page)
    every = [(screen, await chat.stand(screen, language)) for screen in screens(chat)]
    looks = await page.evaluate(EACH, every)
    assert [look["screen"] for look in looks] == [screen for screen, _ in every]
    found = []
    for look in looks:
        assert (look["is"], look["language"]) == (look["screen"], language)
        found += [(look["screen"], f"too small to hit: {fault}") for fault in look["small"]]
        found += [(look["screen"], f"has no name: {fault}") for fault in look["nameless"]]
        found += [(look["screen"], f"no language: {spoken}") for spoken in look["spoken"] if spoken not in LANGUAGES]
    await come_to(chat, page, place_screen(chat), language)
    found += [("place", fault) for fault in await unusable(page, WORDS)]
    assert found + await in_trouble(chat, page, WORDS) == []


async def in_trouble(chat: WebChat, page: Page, asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with the page that is shown while there is no database."""
    await act(page, "danger")
    chat.runtime.database = None  # type: ignore[assignment]
    await act(page, "human")
    await expect(page.locator('button[name="again"]')).to_be_visible()
    return [("trouble", fault) for fault in await unusable(page, asked)]


def screens(chat: WebChat) -> list[str]:
    return [screen.id for screen in chat.runtime.content.dialogue.screens.values() if not screen.branch]


async def tab_to(page: Page, wanted: str) -> None:
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no way to {wanted} by keyboard")
