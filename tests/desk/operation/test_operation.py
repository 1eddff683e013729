"""The operator's page: would somebody be helped, in words and in her own language, and the numbers of a year."""

import io
from datetime import date

import pytest
from aiohttp import ClientSession
from pypdf import PdfReader

from bot.runtime import Runtime
from bot.usecases.accounts.workers import Role
from bot.usecases.operation import yearly
from tests.faces import Clock
from tests.people import CANARIES, a_colleague, a_desk_mate, a_key, a_request, a_service, browser_of, serving
from tests.people import sign_in as signs_in
from tests.pictures import rehearsed


async def text_of(browser: ClientSession, path: str, **fields: str) -> str:
    method = "POST" if fields else "GET"
    async with browser.request(method, path, data=fields or None) as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.mark.pictures
async def test_the_operator_reads_what_is_not_in_order_and_what_to_do_and_nothing_of_a_person(
    runtime: Runtime, clock: Clock
) -> None:
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    await a_request(runtime)
    olga = await a_colleague(runtime, clock, "olga", "operator", None)
    async with serving(runtime) as url, browser_of(url) as browser:
        await signs_in(browser, clock, olga)
        browser.cookie_jar.update_cookies({"language": "ru"})
        assert 'action="/operation/look"' in await text_of(browser, "/operation")
        said = await text_of(browser, "/operation/look", look="")
        numbers = await text_of(browser, "/operation/numbers")
    assert "Нет: не в порядке из этого списка – 2." in said
    first, *_, last = said.split("<li ")[1:]
    assert "Не в порядке" in first
    assert "BOT_MODE=service" in first
    assert "Что делать:" in first
    assert "В порядке" in said
    assert "Не настроено" in last
    assert "Ждёт" in said, "nobody has noted a restore drill"
    assert "Ещё ни одна неделя этого года не закончилась." in numbers
    for word in (*CANARIES, "ilze", "balvi@example.org"):
        assert word not in said
    rehearsed("operating-operation")


async def test_a_year_is_shown_as_it_was_told_and_what_is_too_little_has_no_number(
    runtime: Runtime, clock: Clock
) -> None:
    await a_service(runtime)
    async with runtime.database.store() as store:
        weeks = {"start:go": 120, "menu:court": 35, "menu.safety:kinds": 20, "of-earlier:content": 25}
        await store.counts.publish(date(2026, 6, 1), date(2026, 6, 7), weeks)
        await store.counts.publish(date(2026, 6, 8), date(2026, 6, 14), {"start:go": 80})
        await store.counts.publish_blurred(date(2026, 1, 1), {yearly.MARK: 0, f"{yearly.MARK}:balvi:sent": 45})
    olga = await a_colleague(runtime, clock, "olga", "operator", None)
    async with serving(runtime) as url, browser_of(url) as browser:
        await signs_in(browser, clock, olga)
        browser.cookie_jar.update_cookies({"language": "en"})
        page = await text_of(browser, "/operation/numbers?year=2026")
        async with browser.get("/operation/numbers?year=1999") as answer:
            assert answer.status == 404
    rows = dict(row.split("</th><td>") for row in page.replace("</td></tr>", "").split('<th scope="row">')[1:])
    numbers = {name: said.split("\n")[0].split("<")[0] for name, said in rows.items()}
    assert numbers["Went on from the first screen to the topics"] == "about 200"
    assert numbers["Court: a ban on coming near"] == "about 35"
    assert numbers["Pressed “112: how to call”"] == "too few to be told"
    assert numbers["of-earlier:content"] == "about 25"
    assert numbers["Requests sent in the year"] == "about 45"
    assert numbers["withdrawn by the person"] == "too few to be told"
    assert "from 15 upwards" in page


@pytest.mark.parametrize("role", ["editor", "operator", "dpo"])
async def test_who_works_in_no_service_is_given_the_outside_edition_on_paper_too(
    runtime: Runtime, clock: Clock, role: Role
) -> None:
    await a_service(runtime)
    async with runtime.database.store() as store:
        told = {"sent": 45, "closed:cases": 40, "closed:new_family": 30, "closed:children": 20}
        numbers = {f"{yearly.MARK}:balvi:{row}": number for row, number in told.items()}
        await store.counts.publish_blurred(date(2026, 1, 1), {yearly.MARK: 0, **numbers})
    async with serving(runtime) as url, browser_of(url) as browser:
        await signs_in(browser, clock, await a_colleague(runtime, clock, "somebody", role, None))
        browser.cookie_jar.update_cookies({"language": "en"})
        page = await text_of(browser, "/operation/numbers?year=2026")
        assert 'href="/operation/numbers"' in page, "in the menu"
        async with browser.get("/operation/numbers/2026/paper") as answer:
            assert answer.headers["Content-Disposition"] == 'attachment; filename="numbers-2026.pdf"'
            made = await answer.read()
        for year in ("2025", "1999"):
            async with browser.get(f"/operation/numbers/{year}/paper") as answer:
                assert answer.status == 404, year
    paper = " ".join("\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(made)).pages).split())
    sentence = "Cases: about 40. Most families, or all, were not known to the service before."
    for said in (page, paper):
        assert sentence in said
        assert "about 20" in said
        assert "about 30" not in said, "ten are left over, and that is too little to be told"
    assert "about 45" in paper
