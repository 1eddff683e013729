"""Editors at the desk, in a real browser: a text changed, seen as people will see it, proposed, approved, read."""

from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from bot import demo
from bot.channels.webchat import public_app
from tests.conftest import OpenPage
from tests.desk.browsing import Desk, accessible

NEW = "Kas Jums tagad palīdzētu? Izvēlieties vai rakstiet saviem vārdiem."


async def test_a_text_goes_from_a_draft_to_the_web_chat(desk: Desk, browser_page: OpenPage) -> None:
    await demo.seed(desk.runtime)
    page = desk.page
    await desk.sign_in_to_the_demonstration("eva")
    await desk.go("/content/drafts")
    await page.fill("[name=title]", "Skaidrāka izvēlne")
    await page.click("main form button")
    await page.wait_for_url("**/content/drafts/*")
    draft = page.url
    await accessible(page)
    await page.goto(f"{draft}/screens/menu")
    await accessible(page)
    await page.fill("[name='menu|lv']", NEW)
    await expect(page.locator(".preview[data-language=lv] .message")).to_contain_text("Kas Jums tagad palīdzētu?")
    await expect(page.locator("#state")).to_have_text("Viss ir saglabāts melnrakstā.")
    await page.goto(f"{draft}/changes")
    await accessible(page)
    await expect(page.locator("ins", has_text="palīdzētu")).to_be_visible()
    for _ in range(await page.locator("#outdated form button").count()):
        await page.locator("#outdated form button").first.click()
    await page.fill("[name=note]", "Īsāks jautājums.")
    await page.click("form[action$='/propose'] button")
    await expect(page.locator("[role=status]")).to_be_visible()
    await page.click("#sign-out button")
    await desk.sign_in_to_the_demonstration("andris")
    await page.goto(f"{draft}/changes")
    await page.click("form[action$='/approve'] button")
    assert desk.runtime.content.text("menu", "lv") == NEW
    async with TestServer(public_app(desk.runtime)) as people:
        chat = await browser_page()
        await chat.goto(str(people.make_url("/")))
        await chat.get_by_role("button", name="Tālāk").click()
        await expect(chat.locator("main")).to_contain_text("Kas Jums tagad palīdzētu?")
