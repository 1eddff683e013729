"""After leaving, from every page, in a real browser: Back, Forward, Reload, the reopened tab, and the files of the
browser's profile. One browser for a whole round; docs/privacy.md says what such a browser keeps without a script.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.channels.coming_back import (
    NEVER_IN_FILES,
    ROUNDS,
    anywhere,
    chat_with_every_page,
    found_in,
    shows_nothing,
    walk_from_every_page,
)
from tests.channels.form_walks import Walk
from tests.channels.history import in_profile
from tests.channels.tabs import ChromiumTab, own_chromium
from tests.channels.web import WebChat
from tests.patience import profile, until


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with chat_with_every_page(tmp_path) as started:
        yield started


@pytest.mark.parametrize("how", ROUNDS)
async def test_from_every_page_nothing_comes_back_after_leaving(
    chat: WebChat, chromium: Browser, program_of_chromium: str, tmp_path: Path, how: str
) -> None:
    folder, (_, script) = tmp_path / "profile", ROUNDS[how]
    async with own_chromium(chromium, program_of_chromium, folder, script) as browser:
        walks = await walk_from_every_page(chat, browser, how)
        await until(lambda: anywhere(folder, chat.elsewhere, lambda file: "Sessions" in file))  # written down by now
        found_in(folder, walks, script)
    assert anywhere(folder, chat.url), "the search sees what is there"
    found = found_in(folder, walks, script)
    assert script or len(found) > len(walks), "that its files are searched in the right way is shown, too"


@pytest.mark.parametrize("screen", ["form.review", "form.standing"])
async def test_back_without_leaving_first_shows_nothing_either(
    chat: WebChat, remembering: Browser, screen: str
) -> None:
    """With a script: going away by any way is leaving."""
    tab = await ChromiumTab.of(await (await profile(remembering, locale="lv-LV")).new_page())
    walk = Walk(chat, tab, 1)
    await walk.to(screen)
    await tab.goto(chat.elsewhere)
    await chat.answer("POST /leave")
    await tab.go(-1)
    await tab.left(chat.url)
    await shows_nothing(tab, walk, "back")
    await tab.reload()
    await shows_nothing(tab, walk, "reload")


async def test_a_tab_that_was_closed_and_reopened_shows_nothing(
    chat: WebChat, chromium: Browser, program_of_chromium: str, tmp_path: Path
) -> None:
    """With a script: closing is leaving."""
    async with own_chromium(chromium, program_of_chromium, tmp_path / "profile") as browser:
        tab = await browser.tab()
        walk = Walk(chat, tab, 1)
        await walk.to("form.review")
        await tab.page.close(run_before_unload=True)
        await chat.answer("POST /leave")
        again = await browser.reopened()
        await again.left(chat.url)
        await shows_nothing(again, walk, "reopened")
    assert in_profile(tmp_path / "profile", [*walk.secrets, *NEVER_IN_FILES]) == {}
