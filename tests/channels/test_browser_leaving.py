"""After leaving, from every page, in a real browser: Back, Forward, Reload, and the files of the browser's profile."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.channels.form import form_token
from tests.channels.forms import furnish
from tests.channels.history import History, in_profile
from tests.channels.web import WebChat, web_chat
from tests.patience import PATIENCE_MS, profile, until

PHONE, NOTE = "29123456", "kanārijputniņš"
TYPED = {"a.phone": "29 123 456", "a.note": NOTE}
PAGES = ("menu", "fill", "review", "consent", "receipt", "screen", "screen-review", "code", "standing", "times")
FIRST = (None, "start", "form.start")
MOST_BACK = 6


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as started:
        await furnish(started.runtime)
        yield started


async def shows(page: Page, screen: str) -> None:
    screen = screen if screen == "menu" else f"form.{screen}"
    await expect(page.locator("main")).to_have_attribute("data-screen", screen)


async def press(page: Page, do: str, screen: str) -> None:
    await page.locator(f'main [name="do"][value="{do}"]:not(.first)').click()
    await shows(page, screen)


async def open_form(chat: WebChat, page: Page, address: str) -> None:
    if address == "/form":
        token = form_token(chat.runtime, {"place": ("balvu-novads",), "age_band": ("adult",)}, "lv")
        await page.goto(f"{chat.url}/form#{token}")
    else:
        await page.locator("form.choices").first.evaluate(  # the button of a screen further on
            """(form) => form.insertAdjacentHTML("beforeend", '<button name="form" value="request">')"""
        )
        await page.click('[name="form"]')
    await shows(page, "fill")


async def fill_in(page: Page) -> None:
    await page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    for name, value in (("contact_mode", "call"), ("device_watched", "no"), ("phone_is", "mine_private")):
        await page.check(f'[name="a.{name}"][value="{value}"]')
    for name, value in (("urgency_self", "this_week"), ("age_band", "adult"), ("windows1.day", "mon")):
        await page.check(f'[name="a.{name}"][value="{value}"]')
    for name, value in (("area", "balvu-novads"), ("windows1.from", "09:00"), ("windows1.to", "11:30")):
        await page.select_option(f'[name="a.{name}"]', value)
    for name, text in TYPED.items():
        await page.fill(f'[name="{name}"]', text)


async def come_to(chat: WebChat, page: Page, address: str, screen: str) -> str:
    """Walk to a page by its buttons, as far as the receipt if need be. Answers the code, where there is one."""
    if address == "/":
        await page.goto(chat.url)
    if screen == "menu":
        await page.click('[value="go"]')
        await shows(page, screen)
        return ""
    await open_form(chat, page, address)
    await fill_in(page)
    if screen == "fill":
        await page.locator("main .tongues button").first.click()  # so that this page holds what was typed, too
        await expect(page.locator("html")).to_have_attribute("lang", "ru")
        await expect(page.locator('[name="a.note"]')).to_have_value(NOTE)
        return ""
    await press(page, "review", "review")
    for do, there in (("consent", "consent"), ("send", "receipt")):
        if screen in ("review", "consent") and screen != do:
            return ""
        for box in await page.locator('main [type="checkbox"]').all():
            await box.check()
        await press(page, do, there)
        if screen == there == "consent":
            return ""
    code = await page.inner_text("#code")
    if screen.startswith("screen"):
        await press(page, "screen", "screen")
        if screen == "screen-review":
            await page.locator('[value$=".yes"]').click()
            await expect(page.locator('button[value^="screen."]')).to_be_visible()  # back to the first question
            await press(page, "stop", screen)
    elif screen != "receipt":
        await with_code(page, code, screen)
    return code


async def with_code(page: Page, code: str, screen: str) -> None:
    await page.locator("form.ask").last.evaluate(
        """(form) => form.insertAdjacentHTML("beforeend", '<button name="do" value="code">')"""
    )
    await press(page, "code", "code")
    await page.fill('[name="code"]', code)
    if screen != "code":
        await press(page, "look", "standing")
    if screen == "times":
        await press(page, "times", screen)


def secrets(code: str) -> list[str]:
    ways = [code, code.replace(" ", ""), code.replace(" ", "+")] if code else []
    return [PHONE, "29 123 456", "29+123+456", NOTE, *ways]


async def leave(chat: WebChat, page: Page) -> None:
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    await chat.answer("POST /leave")


async def shows_nothing(page: Page, code: str) -> None:
    content = await page.content()
    assert [one for one in secrets(code) if one in content] == []
    main = page.locator("main[data-screen]")
    screen = await main.get_attribute("data-screen") if await main.count() else None
    assert screen in FIRST


# --- Back, Forward, Reload --------------------------------------------------------------------------------------------


WAYS = {
    "with a script": [("/", True, screen) for screen in PAGES],
    "without": [("/", False, screen) for screen in PAGES],
    "from Telegram": [("/form", True, screen) for screen in ("fill", "review", "receipt", "times")],
}


@pytest.mark.parametrize(
    "address, script, screen",
    [pytest.param(*one, id=f"{name}: {one[2]}") for name, ways in WAYS.items() for one in ways],
)
async def test_from_every_page_nothing_comes_back_after_leaving(
    chat: WebChat, remembering: Browser, address: str, script: bool, screen: str
) -> None:
    page = await (await profile(remembering, java_script_enabled=script, locale="lv-LV")).new_page()
    await page.goto(chat.elsewhere.replace("today", "kept"))
    history = await History.of(page)
    code = await come_to(chat, page, address, screen)
    if script:
        ours = [url for url, _ in await history.entries() if url.startswith(chat.url)]
        assert len(ours) == 1, "one entry of the history, whatever was pressed"
    await leave(chat, page)
    steps = min(len(await history.entries()) - 1, MOST_BACK)
    for direction in [-1] * steps + [+1] * steps:
        await history.go(direction)
        await shows_nothing(page, code)
        await history.reload()
        await shows_nothing(page, code)


@pytest.mark.parametrize("screen", ["review", "standing"])
async def test_back_without_leaving_first_shows_nothing_either(
    chat: WebChat, remembering: Browser, screen: str
) -> None:
    """With a script: going away by any way is leaving."""
    page = await (await profile(remembering, locale="lv-LV")).new_page()
    history = await History.of(page)
    code = await come_to(chat, page, "/", screen)
    await page.goto(chat.elsewhere)
    await chat.answer("POST /leave")
    await history.go(-1)
    await shows_nothing(page, code)
    await history.reload()
    await shows_nothing(page, code)


# --- The files of the browser -----------------------------------------------------------------------------------------


@asynccontextmanager
async def own_profile(chromium: Browser, program_of_chromium: str, folder: Path, script: bool) -> AsyncIterator[Page]:
    """A browser as on somebody's own device, which writes its profile into a folder."""
    context = await chromium.browser_type.launch_persistent_context(
        folder,
        java_script_enabled=script,
        locale="lv-LV",
        executable_path=program_of_chromium,
        args=["--no-sandbox"] if os.geteuid() == 0 else [],
        timeout=PATIENCE_MS,
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context.pages[0]
    finally:
        await context.close()


async def written(folder: Path, word: str) -> None:
    """Until the browser has written down its session with this word in it."""
    await until(lambda: any("Sessions" in file for file in in_profile(folder, [word]).get(word, ())))


@pytest.mark.parametrize("hides", [True, False], ids=["hides", "closes the browser"])
@pytest.mark.parametrize("screen", ["fill", "times"])
async def test_with_a_script_no_file_of_the_browser_holds_a_word_of_hers(
    chat: WebChat,
    chromium: Browser,
    program_of_chromium: str,
    tmp_path: Path,
    screen: str,
    hides: bool,
) -> None:
    folder = tmp_path / "profile"
    async with own_profile(chromium, program_of_chromium, folder, script=True) as page:
        code = await come_to(chat, page, "/", screen)
        hers = [*secrets(code), "contact_mode", "windows1"]
        await written(folder, chat.url)
        assert in_profile(folder, hers) == {}
        if hides:
            await leave(chat, page)
            await written(folder, chat.elsewhere)
            assert in_profile(folder, hers) == {}
    assert in_profile(folder, [chat.url]), "the search sees what is there"
    assert in_profile(folder, hers) == {}


async def test_without_a_script_the_browser_keeps_what_a_page_posted_and_it_opens_nothing(
    chat: WebChat, chromium: Browser, program_of_chromium: str, tmp_path: Path
) -> None:
    """What docs/privacy.md says of such a browser. That its files are searched in the right way is shown here, too."""
    folder = tmp_path / "profile"
    async with own_profile(chromium, program_of_chromium, folder, script=False) as page:
        code = await come_to(chat, page, "/", "review")
        await leave(chat, page)
        await written(folder, chat.elsewhere)
        assert in_profile(folder, ["29+123+456"])
        history = await History.of(page)
        await history.go(-1)
        await history.reload()
        await shows_nothing(page, code)
