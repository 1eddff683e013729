"""The head's page of her people in a browser: she is asked who she is, nothing typed is lost, a link is shown once."""

import logging

import pytest
from playwright.async_api import expect

from bot.usecases.accounts import workers
from bot.usecases.casework import requests as casework
from tests.conftest import OpenPage
from tests.desk.browsing import PHONE, Desk, accessible, leads_on
from tests.faces import Clock
from tests.people import (
    PASSWORD,
    Colleague,
    a_colleague,
    a_key,
    a_request,
    a_service,
    acting,
    browser_of,
    confirm,
    sign_in,
    the_request,
)


@pytest.fixture
async def head(desk: Desk, clock: Clock) -> Colleague:
    """Her service has two holders: Ilze, who has taken a request, and another."""
    await a_service(desk.runtime)
    ilze = await acting(desk.runtime, clock, await a_colleague(desk.runtime, clock, "ilze", "worker", "balvi"))
    await a_key(desk.runtime, ilze)
    await a_request(desk.runtime)
    await casework.take(desk.runtime, ilze, await the_request(desk.runtime))
    head = await a_colleague(desk.runtime, clock, "head", "head", "balvi")
    await desk.sign_in("head", PASSWORD, head.code(clock))
    return head


async def test_an_invitation_asks_first_keeps_what_was_typed_and_shows_its_link_once(
    desk: Desk, clock: Clock, head: Colleague, caplog: pytest.LogCaptureFixture
) -> None:
    page = desk.page
    caplog.set_level(logging.DEBUG)
    await desk.go("/colleagues")
    await page.fill("#invite [name=name]", "Baiba Paraudziņa")
    await page.fill("#invite [name=login]", "baiba")
    await page.click("#invite button")
    await expect(page.locator("dialog#confirm")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#invite [name=name]")).to_have_value("Baiba Paraudziņa")
    await page.click("#invite button")
    await page.fill("dialog [type=password]", PASSWORD)
    async with page.expect_navigation():
        await page.click("dialog button:not([type])")
    await accessible(page)
    link = await page.inner_text("#link .code")
    await expect(page.locator("#link svg")).to_be_visible()
    token = link.rpartition("/")[2]
    assert (await workers.get_invitation(desk.runtime, token)).login == "baiba"
    assert token not in caplog.text
    await desk.go("/colleagues")
    await expect(page.locator("#link")).to_have_count(0)
    assert token not in await page.content()


async def test_a_refused_login_is_kept_and_said(desk: Desk, clock: Clock, head: Colleague) -> None:
    async with browser_of(desk.url) as browser:
        await sign_in(browser, clock, head)
        await confirm(browser)
        for login, words in (("kārlis ozols", "līdz 40 zīmēm"), ("ilze", "jau ir")):
            async with browser.post("/colleagues", data={"name": "Kārlis", "login": login}) as answer:
                text = await answer.text()
                assert answer.status == 409
            assert words in text
            assert f'value="{login}"' in text


async def test_what_an_absent_colleague_has_is_handed_over_in_one_press(
    desk: Desk, clock: Clock, head: Colleague
) -> None:
    page = desk.page
    await desk.go("/colleagues")
    section = page.locator(".mate", has_text="ilze").filter(has=page.locator("[name=request]"))
    await expect(section.locator("[name=request]")).to_be_checked()
    await section.locator("[name=to]").select_option(label="Second-Of-Ilze")
    await section.locator("form[action$='/handover'] button").click()
    await page.fill("dialog [type=password]", PASSWORD)
    async with page.expect_navigation():
        await page.click("dialog button:not([type])")
    await expect(page.locator("#done")).to_contain_text("Nodots.")
    taker = page.locator(".mate", has_text="second-of-ilze")
    await expect(taker.locator("[name=request]")).to_have_count(1)


async def test_without_a_script_the_question_is_a_page_and_the_way_back_is_clear(
    desk: Desk, clock: Clock, head: Colleague, browser_page: OpenPage
) -> None:
    page = await browser_page(java_script_enabled=False, viewport=PHONE)
    await page.context.add_cookies(await desk.page.context.cookies())  # type: ignore[arg-type]
    await page.goto(f"{desk.url}/colleagues")
    await page.fill("#invite [name=name]", "Baiba")
    await page.fill("#invite [name=login]", "baiba")
    await page.click("#invite button")
    await page.fill("#confirm [type=password]", PASSWORD)
    await leads_on(page, "#confirm button:not([type])")
    assert page.url == f"{desk.url}/colleagues"
    await page.close()


async def test_whoever_reads_confidential_requests_is_not_offered_for_removal(
    desk: Desk, clock: Clock, head: Colleague
) -> None:
    page, reads_alone = desk.page, desk.page.get_by_text("Viens pats lasa pieprasījumus")
    await desk.go("/colleagues")
    offered = await page.locator("form[action$='/again'], form[action$='/remove']").count()
    assert offered
    async with desk.runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        ilze = await store.workers.by_login("ilze")
        assert service
        assert ilze
        service.reader_id = ilze.id
    await desk.go("/colleagues")
    await expect(reads_alone).to_be_visible()
    for action in ("again", "remove"):
        await expect(page.locator(f"form[action='/colleagues/{ilze.id}/{action}']")).to_have_count(0)
    assert await page.locator("form[action$='/again'], form[action$='/remove']").count() == offered - 2
