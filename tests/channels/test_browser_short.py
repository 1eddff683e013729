"""The whole way to a sent request on a phone, as it is shipped: how many screens, pages and presses, and how long pages
are. With a script, without one, and by keyboard alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Page, expect

from bot.runtime import Runtime
from tests.channels.form_requests import to_review
from tests.channels.forms import CALL, Form, Visitor
from tests.conftest import OpenPage

SMALL = (360, 740)
TWO_SCREENS = 2 * SMALL[1]
CHAT, PAGES, PRESSES = 5, 9, 20
LANGUAGES = {"lv": "lv-LV", "ru": "ru-RU", "en": "en-GB", "uk": "uk-UA"}
KNOWN = {"place": ("balvu-novads",)}
MODES = ("call", "sms", "i_will_call_you", "i_will_come")
WE_CALL = ("call", "sms")
EVERY_PAIR = [
    pytest.param(language, mode, script, id=f"{language}-{mode}-{'script' if script else 'no-script'}")
    for row, language in enumerate(LANGUAGES)
    for column, mode in enumerate(MODES)
    for script in [row % 2 == column % 2]
]
"""Each language in each mode, and each of both with a script and without one: a page is as long in both."""
CONSENT = """() => {
    const [part, bar] = ["section.consent", ".bar"].map((one) => document.querySelector(one).getBoundingClientRect());
    return part.height + bar.height;
}"""
WIDE = """() => [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth)
    .map((one) => one.outerHTML.slice(0, 90))"""
POST = """([action, fields]) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action });
    form.append(...fields.map(([name, value]) => Object.assign(document.createElement("input"), { name, value })));
    document.querySelector("main").append(form);
    form.requestSubmit();
}"""
WIDTH = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"


@dataclass
class Way:
    """One person's way through chat and form; each press is counted, and each page looked at once it is there."""

    page: Page
    presses: int = 0
    seen: list[str] = field(default_factory=list)
    heights: dict[str, int] = field(default_factory=dict)

    @property
    def screens(self) -> list[str]:
        return [screen for screen in self.seen if not screen.startswith("form.")]

    @property
    def pages(self) -> list[str]:
        return [page for page in self.seen if page.startswith("form.")]

    async def arrives(self, screen: str) -> None:
        """A screen of the chat, or a page of the form; `form.fill.phone` is a page of questions."""
        kind, _, asked = screen.partition("fill.")
        await expect(self.page.locator("main")).to_have_attribute("data-screen", f"{kind}fill" if asked else screen)
        if asked:
            await expect(self.page.locator('main [name="at"]').first).to_have_value(f"fill.{asked}")
        await self.page.wait_for_load_state()  # before its style is there, a page is long
        assert await self.page.evaluate(WIDTH) == 0, await self.page.evaluate(WIDE) + [screen]
        self.seen.append(screen)
        self.heights[screen] = await self.page.evaluate("document.documentElement.scrollHeight")

    async def press(self, button: str, screen: str = "") -> None:
        await self.page.click(f'main button[value="{button}"]:not(.first)')
        self.presses += 1
        if screen:
            await self.arrives(screen)

    async def jump(self, form: Form, button: str, screen: str) -> None:
        """Press a button of a page that somebody else was shown."""
        await self.page.evaluate(POST, [form.action, [*form.fields(), ("do", button)]])
        await self.arrives(screen)

    async def tick(self, name: str, value: str) -> None:
        await self.page.check(f'main [name="a.{name}"][value="{value}"]')
        self.presses += 1

    async def choose(self, name: str, value: str) -> None:
        await self.page.select_option(f'main [name="a.{name}"]', value)
        self.presses += 1

    async def to_the_form(self, url: str) -> None:
        await self.page.goto(url)
        await self.arrives("start")
        await self.press("go", "menu")
        await self.press("contact", "request.start")
        await self.press("no", "request.place")
        await self.page.fill("#text", "Balvi")
        await self.page.keyboard.press("Enter")
        self.presses += 1
        await self.arrives("request.offer")
        await self.press("form", "form.fill.how")

    async def to_the_review(self, mode: str, children: str = "none") -> None:
        await self.tick("urgency_self", "this_week")
        await self.press(f"next.how.contact_mode.{mode}", "form.fill.you")
        await self.press("next.you.age_band.adult", "form.fill.others")
        await self.tick("device_watched", "no")
        follows = "phone" if mode in WE_CALL else "word"
        await self.press("next.others.conflict_known.no", f"form.fill.{follows}")
        if mode in WE_CALL:
            await self._where_and_when(mode)
        if mode == "sms":
            await self.tick("neutral_message", "good_time")
        await self.press("next.word", "form.fill.talk")
        await self.press(f"next.talk.children.{children}", "form.review")

    async def _where_and_when(self, mode: str) -> None:
        await self.page.fill('[name="a.phone"]', "26 123 456")
        if mode == "sms":
            await self.tick("phone_is", "mine_private")
            await self.press("next.phone", "form.fill.times")
        else:
            await self.press("next.phone.phone_is.mine_private", "form.fill.times")
        await self.tick("windows1.day", "wed")
        await self.choose("windows1.from", "12:00")
        await self.choose("windows1.to", "14:30")
        await self.press("next.times", "form.fill.word")

    async def agree(self) -> None:
        for box in await self.page.locator(".consent [type=checkbox]").all():
            await box.check()
            self.presses += 1
        await self.press("send", "form.receipt")


def longer_than(most: int, heights: dict[str, int], among: Sequence[str]) -> dict[str, int]:
    return {name: height for name, height in heights.items() if name in among and height > most}


@pytest.mark.parametrize("language, mode, script", EVERY_PAIR)
async def test_a_request_takes_few_screens_pages_and_presses_and_no_page_is_long(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, language: str, mode: str, script: bool
) -> None:
    page = await browser_page(viewport=SMALL, locale=LANGUAGES[language], java_script_enabled=script)
    way = Way(page)
    await way.to_the_form(site.url)
    await way.to_the_review(mode)
    if script:
        await expect(page.locator("h1")).to_be_focused()
    assert await page.evaluate(CONSENT) <= SMALL[1], "all that is agreed to, and Send, fit below the bar"
    await way.agree()
    assert len(way.screens) <= CHAT
    assert len(way.pages) <= PAGES
    assert way.presses <= PRESSES + (mode == "sms") * 3, "a message needs its words, and whose phone it is"
    assert longer_than(TWO_SCREENS, way.heights, [name for name in way.pages if name != "form.review"]) == {}
    async with runtime.database.store() as store:
        assert len(await store.requests.waiting("balvi")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_page_says_where_one_is(site: Visitor, runtime: Runtime, language: str) -> None:
    """By plain forms: the words are the server's. That a page takes the focus to them is seen on the way to Send."""
    await site.open(runtime, language, **KNOWN)
    for number in range(1, 9):
        said = runtime.content.filled("request.page.step", language, {"page": str(number), "pages": "9"})
        assert said in site.page.html.partition("<h1")[2].partition("</h1>")[0]
        if number < 8:
            for name, value in CALL.items():
                if site.page.form(site.page.onward).asks(name):
                    site.page.form(site.page.onward).set(f"a.{name}", value)
            await site.press(site.page.onward)
    assert site.page.screen == "form.review"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_back_leads_through_every_page_and_loses_nothing(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, script: bool
) -> None:
    page = await browser_page(viewport=SMALL, java_script_enabled=script)
    way = Way(page)
    await way.to_the_form(site.url)
    await way.to_the_review("call", children="at_home")
    for name in ("talk", "word", "times", "phone", "others", "you", "how"):
        await way.press(f"page.{name}", f"form.fill.{name}")
    await expect(page.locator('[name="a.urgency_self"][value="this_week"]')).to_be_checked()
    chosen = page.locator('button[aria-current="true"]')
    await expect(chosen).to_have_attribute("value", "next.how.contact_mode.call")
    for name in ("you", "others", "phone", "times", "word", "talk"):
        await page.click("main .choices .done")  # what was answered need not be answered again
        await way.arrives(f"form.fill.{name}")
    await expect(chosen).to_have_attribute("value", "next.talk.children.at_home")
    await page.click("main .choices .done")
    await way.arrives("form.review")
    assert "+37126123456" in await page.inner_text("main")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_whoever_wants_to_add_something_finds_it_behind_one_button(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, script: bool
) -> None:
    page = await browser_page(viewport=SMALL, java_script_enabled=script)
    way = Way(page)
    await way.to_the_form(site.url)
    await way.to_the_review("call")
    await way.press("add", "form.add")
    buttons = await page.locator('main button[value^="change."]').all()
    offered = [await button.get_attribute("value") or "" for button in buttons]
    assert {"change.note", "change.topics", "change.called", "change.who", "change.wrote_before"} <= set(offered)
    for number, change in enumerate(offered):
        asked = next(name for name, asks in runtime.content.request.pages.items() if change[7:] in asks)
        await way.press(change, f"form.fill.{asked}")
        await page.click("main .choices [data-back]")
        await way.arrives("form.review")
        if number + 1 < len(offered):
            await way.press("add", "form.add")
    assert longer_than(TWO_SCREENS, way.heights, [name for name in way.pages if name != "form.review"]) == {}
    await way.press("change.voicemail_ok", "form.fill.message")
    await way.tick("voicemail_ok", "yes_neutral")
    await page.click("main .choices [data-back]")
    await way.arrives("form.fill.word")  # which words are to be left
    await way.tick("neutral_message", "when_it_suits")
    await page.click("main .choices [data-back]")
    await way.arrives("form.review")
    await way.agree()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_what_can_be_added_is_as_short_in_every_other_language(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, script: bool
) -> None:
    """Plain forms walk there, and the browser posts only the last press to each page."""
    way = Way(await browser_page(viewport=SMALL, java_script_enabled=script))
    await way.page.goto(f"{site.url}/form")
    for language in list(LANGUAGES)[1:]:
        await to_review(site, runtime, language)
        await way.jump(site.page.form("add"), "add", "form.add")
        added = await site.press("add")
        for change in [do for form in added.forms for do in form.buttons if do.startswith("change.")]:
            asked = next(name for name, asks in runtime.content.request.pages.items() if change[7:] in asks)
            await way.jump(added.form(change), change, f"form.fill.{asked}")
            await expect(way.page.locator("html")).to_have_attribute("lang", language)
        assert len(set(way.pages)) > 5
        assert longer_than(TWO_SCREENS, way.heights, way.pages) == {}, language


async def test_what_is_wrong_takes_the_focus_and_leads_to_the_buttons_that_answer_it(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page(viewport=SMALL)
    way = Way(page)
    await way.to_the_form(site.url)
    await way.press("next.how.contact_mode.call", "form.fill.how")
    await expect(page.locator(".problems")).to_be_focused()
    await expect(page.locator(".problems li")).to_have_count(1)
    await page.click(".problems a")
    await expect(page.locator('[name="a.urgency_self"][value="today"]')).to_be_focused()
    await page.keyboard.press("Space")
    await page.click("main .choices .done")  # the other answer was kept
    await way.arrives("form.fill.you")
    await page.locator('[name="a.language"]').first.press("Enter")
    await expect(page.locator(".problems")).to_be_focused()
    await page.click(".problems a")
    await expect(page.locator('[value="next.you.age_band.under_13"]')).to_be_focused()


async def test_without_a_script_what_is_wrong_takes_the_focus_too(site: Visitor, browser_page: OpenPage) -> None:
    way = Way(await browser_page(viewport=SMALL, java_script_enabled=False))
    await way.to_the_form(site.url)
    await way.press("next.how.contact_mode.call", "form.fill.how")
    await expect(way.page.locator(".problems")).to_be_focused()


async def test_a_request_is_sent_with_the_keyboard_alone(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page(viewport=SMALL)
    way = Way(page)
    await way.to_the_form(site.url)

    async def to(css: str) -> None:
        for _ in range(90):
            if await page.evaluate("(css) => document.activeElement.matches(css)", css):
                return
            await page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {css}")

    async def key(css: str, *keys: str) -> None:
        await to(css)
        for pressed in keys:
            await page.keyboard.press(pressed)

    await key('[name="a.urgency_self"]', "Space")
    await key('[value="next.how.contact_mode.call"]', "Enter")
    await way.arrives("form.fill.you")
    await key('[value="next.you.age_band.60_plus"]', "Enter")
    await way.arrives("form.fill.others")
    await key('[name="a.device_watched"]', "Space")
    await key('[value="next.others.conflict_known.skip"]', "Enter")
    await way.arrives("form.fill.phone")
    await to('[name="a.phone"]')
    await page.keyboard.type("26123456")
    await key('[value="next.phone.phone_is.mine_private"]', "Enter")
    await way.arrives("form.fill.times")
    await key('[name="a.windows1.day"][value="wed"]', "Space")
    await to('[name="a.windows1.from"]')
    await page.keyboard.type("12")
    await to('[name="a.windows1.to"]')
    await page.keyboard.type("14")
    await key("button.done:not(.first)", "Enter")
    await way.arrives("form.fill.word")
    await key("button.done:not(.first)", "Enter")
    await way.arrives("form.fill.talk")
    await key('[value="next.talk.children.skip"]', "Enter")
    await way.arrives("form.review")
    await key("#c-send_request", "Space")
    await key("#c-contact_me_as_described", "Space")
    await key('[value="send"]', "Enter")
    await way.arrives("form.receipt")


async def test_the_note_is_counted_while_it_is_typed_and_never_cut(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page(viewport=SMALL)
    way = Way(page)
    await way.to_the_form(site.url)
    await way.to_the_review("i_will_come")
    await way.press("add", "form.add")
    await way.press("change.note", "form.fill.note")
    count = page.locator("[data-count]")
    await expect(count).to_have_text("0 / 300")
    await page.fill("textarea", "ā" * 299)
    await expect(count).to_have_text("299 / 300")
    await page.fill("textarea", "ā" * 1500)
    await expect(count).to_have_text("1500 / 300")
    await page.click("main .choices .done")
    await expect(page.locator(".problems")).to_be_focused()
    await expect(page.locator("textarea")).to_have_value("ā" * 1500)
    await expect(count).to_have_text("1500 / 300")
    await page.fill("textarea", "klusi")
    await page.click("main .choices .done")
    await way.arrives("form.review")
    assert "klusi" in await page.inner_text("main")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_with_large_letters_on_a_narrow_phone_the_bar_stays_small_and_nothing_is_wider(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, language: str
) -> None:
    page = await browser_page(viewport=(320, 640), locale=LANGUAGES[language])
    await page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '212.5%'; });"
    )
    way = Way(page)
    await page.goto(site.url)
    await page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    await way.to_the_form(site.url)  # each page is looked at on the way
    await way.to_the_review("call")
    bar = await page.evaluate("document.querySelector('.bar').getBoundingClientRect().height")
    assert bar <= 640 / 4
