"""After leaving, from every page, in a real browser: Back, Forward, Reload, the reopened tab, and the files of the
browser's profile. One browser for a whole round; docs/privacy.md says what such a browser keeps without a script.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.channels.form_walks import ASKED, Walk, every_page
from tests.channels.forms import furnish, in_pages, name_reader
from tests.channels.history import History, in_profile
from tests.channels.web import WebChat, web_chat
from tests.patience import PATIENCE_MS, profile, until

FIRST = (None, "start", "form.start")
MOST_BACK = 7
NEVER_IN_FILES = ("contact_mode", "windows1", "phone_is")
REOPENING = {
    "manifest_version": 3,
    "name": "reopens what was closed",
    "version": "1",
    "permissions": ["sessions", "tabs"],
    "background": {"service_worker": "worker.js"},
}
"""An extension that does what Ctrl+Shift+T does: no driver's protocol has a word for it."""


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as started:
        await furnish(started.runtime)
        await name_reader(started.runtime)
        in_pages(started.runtime, *ASKED)
        yield started


@asynccontextmanager
async def own_profile(
    chromium: Browser, program: str, folder: Path, script: bool = True
) -> AsyncIterator[BrowserContext]:
    """A browser as on somebody's own device: it keeps whole pages in memory, and writes its profile into a folder."""
    extension = folder.with_name("reopening")
    extension.mkdir()
    (extension / "manifest.json").write_text(json.dumps(REOPENING))
    (extension / "worker.js").touch()
    (extension / "page.html").write_text("<!doctype html><title>reopens</title>")
    context = await chromium.browser_type.launch_persistent_context(
        folder,
        java_script_enabled=script,
        locale="lv-LV",
        executable_path=program,
        args=[
            f"--disable-extensions-except={extension}",
            f"--load-extension={extension}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ],
        ignore_default_args=["--disable-extensions", "--disable-back-forward-cache"],
        timeout=PATIENCE_MS,
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        worker = next(iter(context.service_workers), None) or await context.wait_for_event("serviceworker")
        await context.pages[0].goto(worker.url.replace("worker.js", "page.html"))
        yield context
    finally:
        await context.close()


async def reopened(context: BrowserContext) -> Page:
    """The tab that was closed last, with its whole history."""
    async with context.expect_page() as opening:
        await context.pages[0].evaluate("() => chrome.sessions.restore().then(() => null)")
    return await opening.value


async def leave(chat: WebChat, page: Page) -> None:
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    await chat.answer("POST /leave")


async def shows_nothing(page: Page, walk: Walk, where: str) -> None:
    content = await page.content()
    assert [one for one in walk.secrets if one in content] == [], where
    main = page.locator("main[data-screen]")
    screen = await main.get_attribute("data-screen") if await main.count() else None
    assert screen in FIRST, where


async def brings_nothing_back(page: Page, walk: Walk, screen: str, script: bool) -> None:
    """Forward and back as far as it goes, forward again, and each of them loaded anew. With a script an entry of ours
    that is left over leads away."""
    history = await History.of(page)
    ahead = len(await history.entries()) - 1 - await history.at()
    steps = min(await history.at() + ahead, MOST_BACK)
    for direction in [+1] * ahead + [-1] * steps + [+1] * steps:
        await history.go(direction)
        if script:
            await page.wait_for_url(lambda url: not url.startswith(walk.chat.url))
        await shows_nothing(page, walk, f"{screen}, {direction:+}")
        await history.reload()
        await shows_nothing(page, walk, f"{screen}, {direction:+} and reload")


async def written(folder: Path, word: str) -> None:
    """Until the browser has written down its session with this word in it."""
    await until(lambda: any("Sessions" in file for file in in_profile(folder, [word]).get(word, ())))


ROUNDS = {"with a script": ("/", True), "without": ("/", False), "from Telegram": ("/form", True)}
TELEGRAM = {"form.fill.p0", "form.review", "form.receipt", "form.times"}


@pytest.mark.parametrize("how", ROUNDS)
async def test_from_every_page_nothing_comes_back_after_leaving(
    chat: WebChat, chromium: Browser, program_of_chromium: str, tmp_path: Path, how: str
) -> None:
    address, script = ROUNDS[how]
    folder, walks = tmp_path / "profile", list[Walk]()
    pages = every_page(chat.runtime)
    async with own_profile(chromium, program_of_chromium, folder, script) as context:
        for number, screen in enumerate(sorted(pages & TELEGRAM if how == "from Telegram" else pages)):
            page = await context.new_page()
            await page.goto(chat.elsewhere.replace("today", "kept"))
            walk = Walk(chat, page, number, address)
            walks.append(walk)
            await walk.to(screen)
            if script:
                ours = [url for url, _ in await (await History.of(page)).entries() if url.startswith(chat.url)]
                assert len(ours) <= 2, "one entry of the history and one for Back, whatever was pressed"
                assert len({*ours}) == 1, "of the same address"
            await leave(chat, page)
            posted = len(walk.posts)
            await brings_nothing_back(page, walk, screen, script)
            await page.close()
            page = await reopened(context)
            await shows_nothing(page, walk, f"{screen}, reopened")
            await History.reload(await History.of(page))
            await shows_nothing(page, walk, f"{screen}, reopened and reload")
            await page.close()
            del walk.posts[posted:]
        await written(folder, chat.elsewhere)
        holds_only_what_pages_posted(folder, walks, script)
    assert in_profile(folder, [chat.url]), "the search sees what is there"
    holds_only_what_pages_posted(folder, walks, script)


def holds_only_what_pages_posted(folder: Path, walks: list[Walk], script: bool) -> None:
    """Each word was posted by one page at most, and none is in any file that no page posted by itself."""
    secrets = {secret: walk for walk in walks for secret in walk.secrets}
    found = in_profile(folder, [*secrets, *NEVER_IN_FILES] if script else secrets)
    if script:
        assert found == {}
        return
    posted = {secret: walk.posted_on(secret) for secret, walk in secrets.items()}
    assert [secret for secret, pages in posted.items() if len(pages) > 1] == []
    assert [secret for secret in found if not posted[secret]] == []
    assert len(found) > len(walks), "that its files are searched in the right way is shown, too"


@pytest.mark.parametrize("screen", ["form.review", "form.standing"])
async def test_back_without_leaving_first_shows_nothing_either(
    chat: WebChat, remembering: Browser, screen: str
) -> None:
    """With a script: going away by any way is leaving."""
    page = await (await profile(remembering, locale="lv-LV")).new_page()
    history, walk = await History.of(page), Walk(chat, page, 1)
    await walk.to(screen)
    await page.goto(chat.elsewhere)
    await chat.answer("POST /leave")
    await history.go(-1)
    await page.wait_for_url(lambda url: not url.startswith(chat.url))
    await shows_nothing(page, walk, "back")
    await history.reload()
    await shows_nothing(page, walk, "reload")


async def test_a_tab_that_was_closed_and_reopened_shows_the_first_page(
    chat: WebChat, chromium: Browser, program_of_chromium: str, tmp_path: Path
) -> None:
    """With a script: closing is leaving."""
    async with own_profile(chromium, program_of_chromium, tmp_path / "profile") as context:
        walk = Walk(chat, await context.new_page(), 1)
        await walk.to("form.review")
        await walk.page.close(run_before_unload=True)
        await chat.answer("POST /leave")
        page = await reopened(context)
        await page.wait_for_selector("main[data-screen=start]")
        await shows_nothing(page, walk, "reopened")
    assert in_profile(tmp_path / "profile", [*walk.secrets, *NEVER_IN_FILES]) == {}
