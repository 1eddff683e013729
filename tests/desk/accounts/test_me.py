"""What a worker has for herself: the code of conduct, codes for a lost phone, every session hers to end."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.runtime import Runtime
from bot.usecases.accounts import sign_ins, workers
from bot.usecases.accounts.workers import Role
from bot.usecases.operation import audit
from bot.usecases.refused import NotFound
from tests.faces import Clock
from tests.people import PASSWORD, Colleague, a_colleague, acting, browser_of, confirm, serving, sign_in


@pytest.fixture
async def eva(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "eva", "editor", None)


async def test_the_desk_opens_only_to_who_accepted_the_code_of_conduct_within_a_year(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        async with browser.get("/content") as answer:
            assert answer.url.path == "/content"
        clock.move(days=365)
        await sign_in(browser, clock, eva)
        for path in ("/", "/content", "/content/map.svg", "/me"):
            async with browser.get(path) as answer:
                assert answer.url.path == "/conduct", path
        async with browser.post("/me/codes") as answer:
            assert answer.status == 403
        async with browser.post("/conduct", data={}) as answer:
            assert answer.status == 400
        async with browser.post("/conduct", data={"agreed": "yes"}) as answer:
            assert answer.url.path == "/content"


async def test_a_recovery_code_signs_in_once(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        await confirm(browser)
        async with browser.post("/me/codes") as answer:
            codes = re.findall(r"<li>(\d{4} \d{4} \d{4} \d{4})</li>", await answer.text())
        assert len(set(codes)) == 10
        async with browser.get("/me") as answer:
            text = await answer.text()
        assert codes[0] not in text
        assert '<strong id="codes-left">10</strong>' in text
    assert await workers.sign_in(runtime, "eva", PASSWORD, codes[0])
    assert await workers.sign_in(runtime, "eva", PASSWORD, codes[0]) is None
    assert await workers.sign_in(runtime, "eva", "a wrong one", codes[1]) is None
    assert await workers.sign_in(runtime, "eva", PASSWORD, codes[2].replace(" ", ""))
    async with runtime.database.store() as store:
        worker = await store.workers.by_login("eva")
        assert worker
        assert len(worker.recovery_marks) == 8
        assert not [code for code in codes if code.replace(" ", "") in "".join(worker.recovery_marks)]


async def test_new_codes_and_a_new_invitation_void_the_earlier_ones(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    her = await acting(runtime, clock, eva)
    first = await sign_ins.new_recovery_codes(runtime, her)
    await sign_ins.new_recovery_codes(runtime, her)
    assert await workers.sign_in(runtime, "eva", PASSWORD, first[0]) is None
    await workers.invite_again(runtime, "eva")
    assert await sign_ins.recovery_codes_left(runtime, her) == 0


async def test_a_code_belongs_to_one_worker(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    await a_colleague(runtime, clock, "zane", "editor", None)
    (code, *_) = await sign_ins.new_recovery_codes(runtime, await acting(runtime, clock, eva))
    assert await workers.sign_in(runtime, "zane", PASSWORD, code) is None


async def test_every_session_is_listed_and_can_be_ended(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    async with serving(runtime) as url, browser_of(url) as here, browser_of(url) as there:
        await sign_in(here, clock, eva)
        await sign_in(there, clock, eva)
        async with here.get("/me") as answer:
            rows = (await answer.text()).partition('id="places"')[2].split("<li>")[1:]
        assert len(rows) == 2
        (other,) = [row for row in rows if "<button" in row.partition("</form>")[0]]
        place = re.findall(r"/me/sessions/([0-9a-f]{16})/end", other)[0]
        async with here.post(f"/me/sessions/{place}/end") as answer:
            assert answer.url.path == "/me"
        async with there.get("/me") as answer:
            assert answer.url.path == "/sign-in"


async def test_another_workers_session_is_not_found(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    zane = await acting(runtime, clock, await a_colleague(runtime, clock, "zane", "editor", None))
    token = await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    assert token
    her = await workers.get_signed_in(runtime, token)
    assert her
    (place,) = await sign_ins.list_places(runtime, her, token)
    assert place.here
    with pytest.raises(NotFound):
        await sign_ins.end_place(runtime, zane, place.id)
    await sign_ins.end_everywhere(runtime, her)
    assert await workers.get_signed_in(runtime, token) is None


async def test_the_officer_sees_whether_the_chain_is_whole(runtime: Runtime, clock: Clock) -> None:
    dace = await a_colleague(runtime, clock, "dace", "dpo", None)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, dace)
        async with browser.get("/audit") as answer:
            assert "Ķēde ir vesela" in await answer.text()
    count, link = await audit.newest_link(runtime)
    assert count >= 3
    assert len(link) == 64


@pytest.mark.parametrize("language, words", [("lv", "Darbību žurnāls ir bojāts"), ("ru", "Журнал действий повреждён")])
async def test_a_broken_audit_is_said_plainly_to_officer_and_operator(
    runtime: Runtime, clock: Clock, tmp_path: Path, language: str, words: str
) -> None:
    roles: dict[Role, str] = {"dpo": "/audit", "operator": "/operation"}
    colleagues = {role: await a_colleague(runtime, clock, f"a-{role}", role, None) for role in roles}
    async with serving(runtime) as url:
        for role, path in roles.items():
            async with browser_of(url) as browser:
                await sign_in(browser, clock, colleagues[role])
                async with browser.post("/language", data={"language": language, "back": path}) as answer:
                    assert words not in await answer.text()
        with closing(sqlite3.connect(tmp_path / "blakus.sqlite", isolation_level=None)) as beneath:
            beneath.execute("DROP TRIGGER audit_stays")
            beneath.execute("UPDATE audit SET actor = 'nobody' WHERE id = 2")
        for role, path in roles.items():
            async with browser_of(url) as browser:
                await sign_in(browser, clock, colleagues[role])
                async with browser.post("/language", data={"language": language, "back": path}) as answer:
                    notice = (await answer.text()).partition('role="alert"')[2].partition("</div>")[0]
            assert words in notice, role
            assert "2:" in notice, role
