"""A round in a real browser: two workers of two services walk a draft and comment; the published version names it."""

from dataclasses import dataclass

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from bot import demo
from bot.runtime import Runtime
from bot.usecases.content import drafts, rounds
from tests.conftest import PHONE, OpenPage
from tests.desk.browsing import LAPTOP, Desk, accessible, leads_on
from tests.desk.content.drafting import approves, proposes
from tests.faces import Clock
from tests.people import SAME_ORIGIN, a_desk_mate, browser_of, serving
from tests.pictures import picture

FIRST, SECOND = "Balvu sociālais dienests", "Даугавпилсская социальная служба"


@dataclass
class Invited:
    """A practitioner before her screen."""

    page: Page
    screen: str = ".screen"

    async def begins(self, link: str, language: str) -> None:
        await self.page.goto(link)
        await accessible(self.page)
        await self.page.check(f"main [name=language][value={language}]")
        await leads_on(self.page, "main form button")
        await accessible(self.page)

    async def comments(self, kind: str, text: str) -> None:
        await self.page.check(f"#comment [name=kind][value={kind}]")
        await self.page.fill("#comment [name=text]", text)
        await leads_on(self.page, "#comment button")


async def the_link(desk: Desk, service: str) -> str:
    await desk.page.fill("[name=service]", service)
    await leads_on(desk.page, "form[action$='/invite'] button")
    return await desk.page.inner_text("#link .code")


async def a_round_opens(desk: Desk) -> str:
    """The editor changes a text, and asks practitioners. Answers the address of the draft."""
    page = desk.page
    await desk.sign_in_to_the_demonstration("eva")
    await desk.go("/content/drafts")
    await page.fill("[name=title]", "Skaidrāka izvēlne")
    await page.click("main form button")
    await page.wait_for_url("**/content/drafts/*")
    draft = page.url
    await page.goto(f"{draft}/rounds")
    await accessible(page)
    await page.fill("[name=title]", "Pirmā aprobācijas kārta")
    await page.click("form.opening > button")
    await page.wait_for_url("**/content/rounds/*")
    return draft


@pytest.mark.pictures
async def test_two_workers_of_two_services_walk_comment_and_are_answered(desk: Desk, browser_page: OpenPage) -> None:
    await demo.seed(desk.runtime)
    page, draft = desk.page, await a_round_opens(desk)
    links = [await the_link(desk, service) for service in (FIRST, SECOND)]
    await accessible(page)

    # Ilze, on her phone, in Latvian
    ilze = Invited(await browser_page(viewport=PHONE))
    await ilze.begins(links[0], "lv")
    await leads_on(ilze.page, "button[value=night]")
    await leads_on(ilze.page, ilze.page.get_by_role("button", name="Jā, varu lasīt").first)
    await accessible(ilze.page)
    await picture(ilze.page, "round-walk-phone")
    await ilze.comments("unclear", "Vārds “pagaidu” te nav saprotams.")
    await expect(ilze.page.locator("[role=status]")).to_contain_text("Saglabāts")
    await ilze.comments("wrong", "Zvanīju Annai 29123456, neviens neatbildēja.")
    await expect(ilze.page.locator("#comment [role=alert]")).to_contain_text("personas koda")
    await expect(ilze.page.locator("#comment [name=text]")).to_have_value(
        "Zvanīju Annai 29123456, neviens neatbildēja."
    )

    desk.clock.move(minutes=1)  # comments stand in the order in which they came

    # Olga, on a laptop without JavaScript, in Russian, with the keyboard alone
    olga = Invited(await browser_page(viewport=LAPTOP, java_script_enabled=False, locale="ru-RU"))
    await walks_by_keyboard(olga.page, links[1])

    # The editor answers both and closes
    held = page.url.removesuffix("/invite")
    await page.goto(held)
    await accessible(page)
    for number, verdict in enumerate(("accepted", "declined")):
        form = page.locator("article.said form").nth(number)
        await form.locator(f"[value={verdict}]").check()
        await form.locator("textarea").fill("Paldies, izlabots." if verdict == "accepted" else "Tas ir citā tēmā.")
        await leads_on(page, form.locator("button"))
    await picture(page.locator("section.sheet", has=page.locator("article.said")), "round-comments")
    await page.click("form.away button")
    await expect(page.locator("form.away")).to_have_count(0)
    await page.goto(f"{held}/report")
    await accessible(page)
    for words in (FIRST, SECOND, "Vārds “pagaidu” te nav saprotams.", "Слишком длинно.", "Tas ir citā tēmā."):
        await expect(page.locator("main")).to_contain_text(words)
    await page.emulate_media(media="print")
    await expect(page.locator(".top")).to_be_hidden()
    await page.emulate_media(media="screen")

    # The practitioner reads her answer, and ends
    await ilze.page.goto(links[0])
    await expect(ilze.page.locator(".said")).to_contain_text("izlabots")
    await accessible(ilze.page)
    await ilze.page.click("form[action='/round/end'] button")
    await expect(ilze.page.locator("h1")).to_have_text("Paldies")
    await ilze.page.goto(f"{desk.url}/round")
    await expect(ilze.page.locator("h1")).to_have_text("Šī saite šeit neatveras")
    await published_with_its_round(desk, draft)


async def walks_by_keyboard(page: Page, link: str) -> None:
    """Tab, arrows, space and Enter; never the mouse, never a script."""
    await page.goto(link)
    await page.locator("main [name=language][value=ru]").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Ольга")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/round")
    await page.locator("button[value=foreigner]").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/round/walk")
    await page.locator(".choices > button").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".screen")).not_to_have_attribute("data-screen", "start")
    await page.locator("[name=kind][value=wrong]").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Слишком длинно.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("[role=status]")).to_contain_text("Сохранено")


async def published_with_its_round(desk: Desk, draft: str) -> None:
    page = desk.page
    await page.goto(f"{draft}/screens/menu")
    for language, text in (
        ("lv", "Kas Jums tagad palīdzētu? Izvēlieties."),
        ("ru", "Что Вам сейчас поможет? Выберите."),
    ):
        await page.fill(f"[name='menu|{language}']", text)
    await expect(page.locator("#state")).to_have_text("Viss ir saglabāts melnrakstā.")
    await proposes(page, draft, "Pēc aprobācijas.")
    await approves(desk, draft)
    await expect(page.locator("main")).to_contain_text("Pirmā aprobācijas kārta (2)")


async def test_a_practitioner_reaches_nothing_else_of_the_desk(runtime: Runtime, clock: Clock) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft = await drafts.open_draft(runtime, eva, "Melnraksts")
    card = rounds.Scenario("one", {"lv": "Viens"}, {"lv": "Situācija."})
    held = await rounds.open_round(runtime, eva, draft, "Kārta", clock().date(), [card])
    (link,) = await rounds.invite(runtime, eva, held, FIRST)
    async with serving(runtime) as url, browser_of(url) as browser:
        async with browser.get(link) as answer:  # a mail program looks first; the link is still good
            assert answer.status == 200
        async with browser.post(link, data={"language": "lv"}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/round")
        assert await reached(browser, "/round", "/round/walk") == [200, 303]
        inside = ("/content", f"/content/rounds/{held}", f"/content/drafts/{draft}", "/requests", "/audit", "/me")
        assert await reached(browser, *inside) == [303] * len(inside)
        async with browser.post(f"/content/rounds/{held}/close", headers=SAME_ORIGIN) as answer:
            assert answer.status == 401
    assert (await rounds.view_round(runtime, held)).is_open


async def reached(browser: ClientSession, *paths: str) -> list[int]:
    found = []
    for path in paths:
        async with browser.get(path, allow_redirects=False) as answer:
            found.append(answer.status)
    return found
