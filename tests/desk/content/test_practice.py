"""Practice with invented cases: a whole run leaves nothing anywhere, and its letters can reach no service."""

import asyncio
import json
import re
import sqlite3
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from bot import demo
from bot.engine.practice import STEPS
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts, round_walks, rounds
from bot.usecases.operation import audit
from tests.conftest import PHONE, OpenPage
from tests.desk.browsing import LEFT_BEHIND, NOTHING, Desk, Waiting, accessible, leads_on
from tests.desk.content.test_content_in_use import page
from tests.faces import Clock
from tests.people import a_colleague, a_desk_mate, a_service, browser_of, serving, sign_in

AT_ONCE = 30
SEALED = """async (recipient) => {
    const { sealedPayload } = await import("/static/sealing.js");
    return sealedPayload(recipient, { practice: "" }, 8192);
}"""


@dataclass
class House:
    """A desk with a round of the shipped content, and everything that it remembers."""

    runtime: Runtime
    eva: SignedIn
    round: str
    url: str
    file: Path

    async def session(self) -> str:
        """Of somebody who came by a link."""
        (link,) = await rounds.invite(self.runtime, self.eva, self.round, "Balvu sociālais dienests")
        return await round_walks.join(self.runtime, link.rpartition("/")[2], "", "lv")

    async def comes(self, window: Page) -> None:
        """By a link, in this browser."""
        cookie = {"name": "round", "value": await self.session(), "url": self.url, "httpOnly": True}
        await window.context.add_cookies([cookie])  # type: ignore[list-item]

    async def remembered(self) -> tuple[dict[str, list[Any]], bytes]:
        """Every row of every table, the audit among them, and every count."""
        return rows_of(self.file), await audit.metrics(self.runtime)


def rows_of(file: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(file)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"audit", "rounds", "participants", "comments", "contact_requests"} <= {*tables}
        return {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608


@pytest.fixture
async def house(runtime: Runtime, clock: Clock, tmp_path: Path) -> AsyncIterator[House]:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft = await drafts.open_draft(runtime, eva, "Melnraksts")
    card = rounds.Scenario("one", {"lv": "Viens"}, {"lv": "Situācija."})
    held = await rounds.open_round(runtime, eva, draft, "Kārta", clock().date(), [card])
    async with serving(runtime) as url:
        yield House(runtime, eva, held, url, tmp_path / "blakus.sqlite")


async def runs(browser: ClientSession, root: str, runtime: Runtime) -> int:
    """Walk every step of every case, and return how many pages were shown."""
    shown = 0
    for path in [root, *(f"{root}/{case}/{step}" for case in runtime.content.practice.cases for step in STEPS)]:
        async with browser.get(path, allow_redirects=False) as answer:
            shown += answer.status == 200 and "practising" in await answer.text()
    return shown


# --- Nothing is left --------------------------------------------------------------------------------------------------


async def test_thirty_practitioners_at_once_leave_no_row_no_count_no_audit_line_and_no_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    sessions = [await house.session() for _ in range(AT_ONCE)]
    before = await house.remembered()
    caplog.clear()
    async with AsyncExitStack() as stack:
        browsers = [await stack.enter_async_context(browser_of(house.url)) for _ in sessions]
        for browser, session in zip(browsers, sessions, strict=True):
            browser.cookie_jar.update_cookies({"round": session})
        shown = await asyncio.gather(*(runs(browser, "/round/practice", house.runtime) for browser in browsers))
    assert shown == [1 + 4 * len(STEPS)] * AT_ONCE
    assert await house.remembered() == before
    assert [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "storage"))] == []


async def test_a_worker_of_any_role_practises_and_nothing_tells_of_it(house: House, clock: Clock) -> None:
    await a_service(house.runtime)
    ilze = await a_colleague(house.runtime, clock, "ilze", "worker", "balvi")
    async with browser_of(house.url) as browser:
        await sign_in(browser, clock, ilze)
        before = await house.remembered()
        assert await runs(browser, "/practice", house.runtime) == 1 + 4 * len(STEPS)
        assert await house.remembered() == before


async def test_a_practitioner_walks_a_case_in_her_browser_and_sends_nothing(
    house: House, browser_page: OpenPage
) -> None:
    window = await browser_page(viewport=PHONE)
    await house.comes(window)
    before, asked = await house.remembered(), list[str]()
    window.on("request", lambda request: asked.append(f"{request.method} {request.url.removeprefix(house.url)}"))
    await window.goto(f"{house.url}/round")
    await leads_on(window, "a[href='/round/practice']")
    await leads_on(window, ".cases a")
    await expect(window.locator("#sealed")).to_contain_text("tikko izveidoja")
    await expect(window.locator("#letter .story")).to_have_text("")
    await window.click("#letter button")
    await expect(window.locator("#letter .story")).to_contain_text("IZDOMĀTS.\nSaziņa: zvanīt.")
    await accessible(window)
    for step in STEPS:
        assert window.url.endswith(f"/{step}")
        await window.locator(".choice > summary").first.click()
        await expect(window.locator(".choice[open] strong").first).to_have_text("Ko apsvērtu kolēģi:")
        await expect(window.locator(".choice[open] blockquote")).to_contain_text("Avots:")
        await leads_on(window, ".onward .next")
    await expect(window.locator(".cases a")).to_have_count(4)
    assert [request for request in asked if not re.fullmatch(r"GET /(round[/\w]*|static/[\w./]+)", request)] == []
    assert await window.evaluate(LEFT_BEHIND) == NOTHING
    assert await house.remembered() == before


async def test_whoever_comes_back_finds_the_letter_sealed_again_with_another_key(
    house: House, browser_page: OpenPage
) -> None:
    window = await browser_page()
    await house.comes(window)
    first = await sealed_letter(window, f"{house.url}/round/practice/known_family/letter")
    await window.click("#letter > button")
    await expect(window.locator("#letter .story")).not_to_have_text("")
    await leads_on(window, ".onward .next")
    await window.go_back()
    await expect(window.locator("#sealed")).to_be_visible()
    await expect(window.locator("#letter .story")).to_have_text("")
    assert await window.locator("#sealed .code").text_content() != first


# --- No practice letter is a request ----------------------------------------------------------------------------------


async def test_a_letter_of_the_practice_is_refused_where_a_report_is_entered(waiting: Waiting, tmp_path: Path) -> None:
    desk, window = waiting.desk, waiting.desk.page
    sealed = await sealed_letter(window, f"{desk.url}/practice/other_answers/letter")
    assert b64decode(sealed).startswith(b"age-encryption.org/v1\n-> X25519 ")
    holds = await window.content()
    recipient = await present_key(waiting)
    assert recipient not in holds
    assert "/key" not in holds.replace('href="/key"', "")
    await desk.go("/referrals/new")
    blank = json.loads(await window.locator("#referral-data").text_content() or "")["blank"]
    sent = {
        "reference": blank["reference"], "once": blank["once"], "recipient": recipient, "priority": "next_working_day",
        "language": "lv", "basis": "police_duty", "call_until": "", "head_only": "no", "agreed": "",
    }  # fmt: skip
    before = rows_of(tmp_path / "blakus.sqlite")["contact_requests"]
    answer = await window.request.post(f"{desk.url}/referrals", form=sent | {"sealed": sealed}, headers=OWN)
    assert answer.status == 400
    assert rows_of(tmp_path / "blakus.sqlite")["contact_requests"] == before
    of_a_letters_size = await window.evaluate(SEALED, recipient)
    answer = await window.request.post(f"{desk.url}/referrals", form=sent | {"sealed": of_a_letters_size}, headers=OWN)
    assert answer.ok, "nothing but its size was wrong with what was refused"


OWN = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}


async def present_key(waiting: Waiting) -> str:
    async with waiting.desk.runtime.database.store() as store:
        recipient = await store.services.newest("balvi")
    assert recipient
    return recipient


async def sealed_letter(window: Page, address: str) -> str:
    await window.goto(address)
    await expect(window.locator("#sealed")).to_be_visible()
    return await window.locator("#sealed .code").text_content() or ""


# --- Without a script, at the desk, in the demonstration --------------------------------------------------------------


async def test_without_a_script_the_letter_is_read_and_every_step_walked_by_keyboard(
    house: House, browser_page: OpenPage
) -> None:
    window = await browser_page(java_script_enabled=False)
    await house.comes(window)
    await window.goto(f"{house.url}/round/practice/own_violence/letter")
    await expect(window.locator("#letter .story")).to_contain_text("Vakar es salauzu durvis.")
    for _ in STEPS:
        await window.locator(".choice > summary").first.focus()
        await window.keyboard.press("Enter")
        await expect(window.locator(".choice").first.locator("blockquote")).to_be_visible()
        await window.locator(".onward .next").focus()
        async with window.expect_navigation():
            await window.keyboard.press("Enter")
    assert window.url == f"{house.url}/round/practice"


async def test_the_demonstration_leads_to_the_practice(desk: Desk) -> None:
    await demo.seed(desk.runtime)
    await desk.sign_in_to_the_demonstration("ilze")
    await leads_on(desk.page, ".banner a")
    await expect(desk.page.locator("h1")).to_have_text("Vingrinājumi")


@pytest.mark.parametrize("path", ["/practice/none/letter", "/practice/known_family/end", "/round/practice/none/call"])
async def test_a_case_or_step_that_is_not_there_is_not_found(house: House, clock: Clock, path: str) -> None:
    async with browser_of(house.url) as browser:
        await sign_in(browser, clock, await a_colleague(house.runtime, clock, "olga", "operator", None))
        browser.cookie_jar.update_cookies({"round": await house.session()})
        async with browser.get(path) as answer:
            assert answer.status == 404


# --- Comments ---------------------------------------------------------------------------------------------------------


async def test_a_comment_on_a_step_goes_into_the_round_and_the_editor_reads_where_it_belongs(house: House) -> None:
    step = "/round/practice/known_family/plan"
    async with browser_of(house.url) as browser:
        browser.cookie_jar.update_cookies({"round": await house.session()})
        for text in ("Pietrūkst bāriņtiesas.", "Pietrūkst bāriņtiesas."):  # pressed twice
            async with browser.post(step, data={"kind": "missing", "text": text}) as answer:
                assert (answer.status, answer.url.path) == (200, step)
                assert "Saglabāts" in await answer.text()
        async with browser.post(step, data={"kind": "wrong", "text": "Zvanīt 29123456"}) as answer:
            shown = await answer.text()
            assert answer.status == 400
            assert "personas koda" in shown
            assert "Zvanīt 29123456" in shown
        assert "Vingrinājumi: Pazīstama ģimene, Plāns" in await page(browser, "/round")
    (said,) = (await rounds.view_round(house.runtime, house.round)).comments
    assert (said.screen, said.card, said.kind) == ("practice/known_family/plan", "", "missing")


async def test_the_editor_and_the_report_name_the_step_and_offer_no_screen_of_the_draft(
    house: House, clock: Clock
) -> None:
    who = await round_walks.get_practitioner(house.runtime, await house.session())
    assert who
    await round_walks.comment(house.runtime, who, "practice/two_accounts/call", "good", "Labi.")
    await round_walks.comment(house.runtime, who, "menu", "good", "Labi.")
    async with browser_of(house.url) as browser:
        await sign_in(browser, clock, await a_colleague(house.runtime, clock, "ieva", "editor", None))
        shown = await page(browser, f"/content/rounds/{house.round}")
        report = await page(browser, f"/content/rounds/{house.round}/report")
    assert "Vingrinājumi: Divi pretēji stāsti, Zvans" in shown
    assert "Vingrinājumi: Divi pretēji stāsti, Zvans" in report
    assert "/screens/menu" in shown
    assert "/screens/practice" not in shown


async def test_when_the_round_is_over_its_practice_is_closed_and_keeps_nothing(house: House) -> None:
    session = await house.session()
    await rounds.close(house.runtime, house.eva, house.round)
    async with browser_of(house.url) as browser:
        browser.cookie_jar.update_cookies({"round": session})
        for path in ("/round/practice", "/round/practice/known_family/call"):
            async with browser.get(path) as answer:
                assert answer.url.path == "/round"
        async with browser.post("/round/practice/known_family/call", data={"kind": "good", "text": "Labi."}) as answer:
            assert answer.url.path == "/round"
    assert (await rounds.view_round(house.runtime, house.round)).comments == ()
