"""What no page of the desk sends: refused without failing, and told nothing about the program."""

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from yarl import URL

from bot.desk import refusals
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts, rounds
from storage.database import Conflict
from tests.faces import Clock
from tests.people import Colleague, a_colleague, browser_of, serving, sign_in

HALF_A_LETTER = {
    "data": b"login=+2AA-",
    "headers": {"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"},
}


@pytest.fixture
def watched(runtime: Runtime) -> Runtime:
    return replace(runtime, settings=runtime.settings.model_copy(update={"metrics_token": SecretStr("t" * 20)}))


async def status(browser: ClientSession, method: str, path: str, **sent: Any) -> int:
    async with browser.request(method, URL(path, encoded=True), allow_redirects=False, **sent) as answer:
        return answer.status


async def test_an_address_that_names_nothing_is_not_found(watched: Runtime) -> None:
    async with serving(watched) as url, browser_of(url) as browser:
        for path in ("/static/%00", "/static/" + "a" * 300, "/static/..%2fapp.py", "/static/vendor", "/join/%00"):
            assert await status(browser, "GET", path) == 404, path
        assert await status(browser, "GET", "/metrics", headers={"Authorization": "Bearer \udcff"}) == 404


async def test_what_not_every_database_can_keep_is_not_understood(runtime: Runtime) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await status(browser, "POST", "/sign-in", data={"login": "a\0b"}) == 400
        assert await status(browser, "POST", "/sign-in", **HALF_A_LETTER) == 400


async def test_nobody_is_told_what_serves_the_desk(runtime: Runtime) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        for path in ("/sign-in", "/static/desk.css", "/nowhere"):
            async with browser.get(path) as answer:
                assert "Server" not in answer.headers


def test_who_was_second_is_told_so_whatever_it_was() -> None:
    assert refusals.refusal_of(Conflict()).status == 409


@pytest.mark.parametrize("mode, secure", [("service", True), ("demo", False)])
async def test_the_language_is_remembered_over_https_alone(runtime: Runtime, mode: str, secure: bool) -> None:
    runtime = replace(runtime, settings=runtime.settings.model_copy(update={"mode": mode}))
    async with (
        serving(runtime) as url,
        browser_of(url) as browser,
        browser.post("/language", data={"language": "ru"}, allow_redirects=False) as answer,
    ):
        assert ("; Secure" in answer.headers["Set-Cookie"]) is secure


@pytest.fixture
async def eva(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "eva", "editor", None)


async def test_a_practitioners_link_leads_to_the_desks_own_address(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    settings = runtime.settings.model_copy(update={"desk_url": "https://darbs.example"})
    async with runtime.database.store() as store:
        row = await store.workers.by_login("eva")
        assert row
    editor = SignedIn(row.id, row.name, row.login, row.role, None)
    draft = await drafts.open_draft(runtime, editor, "Tiesa")
    cards = [rounds.Scenario("own1", {"lv": "Naktī"}, {"lv": "Viņa stāv gaitenī."})]
    held = await rounds.open_round(runtime, editor, draft, "Pirmā", clock().date(), cards)
    async with serving(replace(runtime, settings=settings)) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        async with browser.post(f"/content/rounds/{held}/invite", data={"service": "Balvi"}) as answer:
            assert "https://darbs.example/round/join/" in await answer.text()
