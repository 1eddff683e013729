"""An editor's week in a real browser, and what people meanwhile read in the web chat and on Telegram.

It walks to the pages that the pictures of docs/editing.md show.
"""

from dataclasses import dataclass

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from bot import demo
from bot.channels.webchat import public_app
from bot.engine.languages import LANGUAGES
from tests.channels.fake_telegram import FakeTelegram
from tests.channels.telegram_bot import polling
from tests.channels.telegram_people import Person
from tests.conftest import OpenPage
from tests.desk.browsing import Desk, leads_on
from tests.desk.content.drafting import approves, proposes, shows, signs_in
from tests.faces import Clock

OLD, NEW = "80001801", "80001802"
TEXTS = {
    "lv": "Naktī bez pajumtes. Dažās pilsētās ir naktspatversmes. Par vietu jautājiet pašvaldībā.",
    "ru": "Ночь без крыши. В некоторых городах есть ночлежки. О месте спросите в самоуправлении.",
    "en": "A night without a roof. Some towns have night shelters. Ask the municipality about a place.",
    "uk": "Ніч без даху над головою. У деяких містах є нічліжки. Про місце спитайте в муніципалітеті.",
}
BUTTONS = {"lv": "Nav kur nakšņot", "ru": "Негде ночевать", "en": "Nowhere to sleep", "uk": "Ніде ночувати"}
TYPED = {
    "lv": "nav kur nakšņot",
    "ru": "негде ночевать",
    "en": "nowhere to sleep tonight",
    "uk": "ніде ночувати",
}


@dataclass
class Chat:
    """Somebody who reads, in Latvian: in the web chat, without any trace of before."""

    page: Page
    url: str

    async def reads(self, *buttons: str) -> str:
        await self.page.goto(self.url)
        for button in ("Jā, varu lasīt", *buttons):
            await leads_on(self.page, self.page.get_by_role("button", name=button, exact=True))
        return await self.page.inner_text("main")


async def on_telegram(anna: Person, *buttons: str) -> str:
    await anna.start()
    for button in ("Jā, varu lasīt", *buttons):
        await anna.press(button)
    return anna.sees


async def opens_a_draft(desk: Desk, title: str) -> str:
    await desk.go("/content/drafts")
    await desk.page.fill("[name=title]", title)
    await shows(desk.page, "editing-drafts")
    await desk.page.click("main form button")
    await desk.page.wait_for_url("**/content/drafts/*")
    return desk.page.url


@pytest.mark.pictures
async def test_an_editors_week(desk: Desk, clock: Clock, browser_page: OpenPage) -> None:
    await demo.seed(desk.runtime)
    fake = await FakeTelegram(clock).start()
    async with TestServer(public_app(desk.runtime)) as people, polling(desk.runtime, fake):
        fake.patient = True
        chat, anna = Chat(await browser_page(java_script_enabled=False), str(people.make_url("/"))), fake.person()
        await a_phone_number_is_corrected(desk, chat, anna)
        await a_topic_is_added(desk, chat, anna)
        await an_earlier_version_comes_back(desk, chat, anna)
    await fake.stop()


async def a_phone_number_is_corrected(desk: Desk, chat: Chat, anna: Person) -> None:
    page = desk.page
    lines = [desk.runtime.content.text(key, "lv") for key in ("menu:helplines", "helplines:others")]
    assert OLD in await chat.reads(*lines)
    await signs_in(desk, "eva")
    draft = await opens_a_draft(desk, "Jauns tālrunis")
    await page.fill("[type=search]", OLD)
    await page.click("[role=search] button")
    await expect(page.locator(".found li").first).to_be_visible()
    await shows(page, "editing-search")

    # What everybody tries first: to type the number into the text. The desk says at once what the gate will say.
    await page.goto(f"{draft}/screens/helplines.others")
    field = page.locator("[name='helplines.others|lv']")
    before = await field.input_value()
    await field.fill(before.replace("{fact:ta_80001801_phone}", NEW))
    await expect(page.locator(".preview[data-language=lv] .message")).to_contain_text(NEW)
    await expect(page.locator(".amiss li", has_text="ierakstiet to faktos")).to_be_visible()
    await expect(page.locator("#state")).to_have_text("Viss ir saglabāts melnrakstā.")
    await shows(page, "editing-screen")
    await page.goto(f"{draft}/changes")
    await page.fill("[name=note]", "Jauns numurs")
    await page.click("form[action$='/propose'] button")
    await expect(page.locator("#problems")).to_contain_text("helplines")
    await shows(page, "editing-refused")
    assert OLD in await chat.reads(*lines)

    # The way to mend it: the text as it was, the fact corrected.
    await leads_on(page, "#problems a")
    await page.locator("[name='helplines.others|lv']").fill(before)
    await expect(page.locator(".amiss li")).to_have_count(0)
    await expect(page.locator("#state")).to_have_text("Viss ir saglabāts melnrakstā.")
    await page.goto(f"{draft}/facts/ta_80001801_phone")
    await page.fill("[name=value]", "nav zināms")
    await page.click("form.row button")
    await expect(page.locator("[role=alert]")).to_contain_text("uz šādu numuru Latvijā nevar piezvanīt")
    assert await page.input_value("[name=value]") == "nav zināms"
    await page.fill("[name=value]", NEW)
    await page.fill("[name=verified_on]", "2026-11-23")
    await page.click("form.row button")
    await expect(page.locator("[role=status]")).to_be_visible()
    await shows(page, "editing-fact")
    await proposes(page, draft, "Tālrunim ir jauns numurs (piemērs).")
    assert OLD in await chat.reads(*lines)
    await approves(desk, draft, "editing-approve")
    assert NEW in await chat.reads(*lines)
    assert NEW in await on_telegram(anna, *lines)


async def a_topic_is_added(desk: Desk, chat: Chat, anna: Person) -> None:
    page = desk.page
    await signs_in(desk, "eva")
    draft = await opens_a_draft(desk, "Tēma par naktspatversmēm")
    await page.goto(f"{draft}/topics")
    await page.click("main > details summary")
    form = page.locator("form[action$='/topics']")
    await form.locator("[name=id]").fill("night-shelter")
    await form.locator("[name=menu]").select_option("menu.other")
    for code in LANGUAGES:
        await form.locator(f"[name='button|{code}']").fill(BUTTONS[code])
        await form.locator(f"[name='text|{code}']").fill(TEXTS[code])
        await form.locator(f"[name='typed|{code}']").fill(TYPED[code])
    await shows(page, "editing-topic")
    await form.locator("button").click()
    await page.wait_for_url("**/screens/night-shelter")
    await shows(page, "editing-topic-screen")
    await a_phrase_is_tried(page, draft)
    await a_translators_file_comes_back(page, draft)
    await proposes(page, draft, "Par to jautā katru ziemu.")
    await approves(desk, draft)
    other = desk.runtime.content.text("menu:other", "lv")
    assert "Dažās pilsētās ir naktspatversmes." in await chat.reads(other, BUTTONS["lv"])
    assert "Dažās pilsētās ir naktspatversmes." in await on_telegram(anna, other, BUTTONS["lv"])


async def a_phrase_is_tried(page: Page, draft: str) -> None:
    await page.goto(f"{draft}/phrases/night-shelter/lv")
    await page.fill("[name=typed]", "nav kur naksnot")
    await page.press("[name=typed]", "Enter")
    await expect(page.locator("[role=status] li").first).to_contain_text("night-shelter")
    await shows(page, "editing-phrases")


async def a_translators_file_comes_back(page: Page, draft: str) -> None:
    """With the keyboard alone."""
    await page.goto(f"{draft}/files")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="blakus.lv-ru.po").press("Enter")
    handed = (await (await coming.value).path()).read_text()
    changed = handed.replace('msgstr "Назад"', 'msgstr "Вернуться"', 1).encode()
    await page.set_input_files("[name=file]", {"name": "blakus.lv-ru.po", "mimeType": "text/plain", "buffer": changed})
    await page.press("form[action$='/files'] button", "Enter")
    await expect(page.locator("ins", has_text="Вернуться")).to_be_visible()
    await shows(page, "editing-files")
    await page.press("form[action$='/take'] button", "Enter")
    await expect(page.locator("[role=status]")).to_contain_text("Pārņemti melnrakstā, teksti: 1.")


async def an_earlier_version_comes_back(desk: Desk, chat: Chat, anna: Person) -> None:
    page = desk.page
    await signs_in(desk, "eva")
    await desk.go("/content/history")
    await shows(page, "editing-history")
    first = page.locator("li.sheet", has_text="1. Jauns tālrunis")
    await first.locator("summary", has_text="Atgriezt").click()
    await first.locator("[name=note]").fill("Tēma jāpārdomā vēlreiz.")
    await first.locator("form[action$='/back'] button").click()
    await expect(page.locator("[role=status]")).to_contain_text("Iesniegts.")
    draft = page.url.partition("/changes")[0]
    await approves(desk, draft)
    other = desk.runtime.content.text("menu:other", "lv")
    assert BUTTONS["lv"] not in await chat.reads(other)
    assert BUTTONS["lv"] not in await on_telegram(anna, other)
    lines = [desk.runtime.content.text(key, "lv") for key in ("menu:helplines", "helplines:others")]
    assert NEW in await chat.reads(*lines)
