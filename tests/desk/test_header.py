"""The header of the desk: one row on a laptop for every role, little of a phone, and the languages folded."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.runtime import Runtime
from tests.conftest import OpenPage
from tests.desk.browsing import choose_language
from tests.desk.casework.sights import DESK, PHONE
from tests.desk.states.installation import settle
from tests.desk.states.walking import PEOPLE, Walk
from tests.people import serving

IN_ONE_ROW = """() => {
    const boxes = [...document.querySelectorAll(".top :is(.name, nav a, .whom, summary, #sign-out button)")]
        .map((one) => one.getBoundingClientRect());
    return boxes.length > 4 && Math.max(...boxes.map((one) => one.top)) < Math.min(...boxes.map((one) => one.bottom));
}"""
CUT = "() => { const nav = document.querySelector('.top nav'); return nav.scrollWidth - nav.clientWidth; }"
SHARE = "document.querySelector('body > header').getBoundingClientRect().height / innerHeight"
ZOOMED = (1092, 911)
"""A laptop of 1366 at 125% and 150%, as many have it."""
ROLES = {role: login for login, role, _ in reversed(PEOPLE)}


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
async def test_the_header_is_one_row_for_every_role_and_a_fifth_of_a_phone_at_most(
    runtime: Runtime, browser_page: OpenPage, tmp_path: Path, language: str
) -> None:
    page = await browser_page(viewport=DESK)
    async with serving(runtime) as url:
        walk = Walk(runtime, url, page, tmp_path / "blakus.sqlite")
        await walk.speak(language)
        await settle(walk)
        for role, login in ROLES.items():
            await walk.become(login)
            await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
            await walk.go("/me")
            assert await page.evaluate(IN_ONE_ROW), role
            for width in (DESK[0], *ZOOMED):
                await page.set_viewport_size({"width": width, "height": DESK[1]})
                assert await page.evaluate(CUT) <= 0, (role, width, "every page of the menu is in sight")
            await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            assert await page.evaluate(SHARE) <= 1 / 5, role
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), role
        await page.close()


async def test_the_languages_are_folded_and_chosen_also_without_a_script(
    runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page(java_script_enabled=False, viewport=PHONE)
    async with serving(runtime) as url:
        await page.goto(f"{url}/sign-in")
        await expect(page.locator(".languages button").first).to_be_hidden()
        await expect(page.locator(".languages summary")).to_contain_text("Latviešu")
        for language, name in (("ru", "Русский"), ("en", "English")):
            await choose_language(page, language)
            await expect(page.locator(f"html[lang={language}]")).to_have_count(1)
            await expect(page.locator(".languages summary")).to_contain_text(name)
        await page.close()
