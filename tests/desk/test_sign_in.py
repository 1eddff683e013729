"""The sign-in pages: one answer for every mistake, a cookie no script and no other site can use, an invitation."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot import demo
from bot.runtime import Runtime
from bot.usecases import workers
from tests.desk.people import PASSWORD, Colleague, a_colleague, browser_of, serving, sign_in
from tests.faces import Clock


@pytest.fixture
async def eva(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "eva", "editor", None)


async def test_every_mistake_gets_the_same_answer_and_is_counted(
    runtime: Runtime, clock: Clock, eva: Colleague, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = [
        {"login": "eva", "password": "a guess", "code": eva.code(clock)},
        {"login": "eva", "password": PASSWORD, "code": "000000"},
        {"login": "nobody", "password": PASSWORD, "code": "000000"},
        {"login": "eva", "password": "a guess", "code": "000000"},
        {"login": "eva", "password": PASSWORD, "code": eva.code(clock)},  # right, but she is slowed down by now
        {},
    ]
    answers = set()
    async with serving(runtime) as url, browser_of(url) as browser:
        for form in wrong:
            async with browser.post("/sign-in", data=form) as answer:
                answers.add((answer.status, await answer.text()))
                assert "Set-Cookie" not in answer.headers
    assert len({status for status, _ in answers}) == 1
    assert len(answers) == 1
    assert "a guess" not in answers.pop()[1]
    assert [one.msg for one in caplog.records if one.name == "bot.usecases.workers"] == ["sign_in_refused"] * len(wrong)
    assert "eva" not in caplog.text


@pytest.mark.parametrize(
    "mode, name, flags",
    [
        ("service", "__Host-desk", {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"}),
        ("demo", "desk", {"Path=/", "HttpOnly", "SameSite=Strict"}),
    ],
)
async def test_the_session_is_a_cookie_for_this_desk_alone(
    runtime: Runtime, clock: Clock, eva: Colleague, mode: str, name: str, flags: set[str]
) -> None:
    runtime = replace(runtime, settings=runtime.settings.model_copy(update={"mode": mode}))
    form = {"login": "eva", "password": PASSWORD, "code": eva.code(clock)}
    async with (
        serving(runtime) as url,
        browser_of(url) as browser,
        browser.post("/sign-in", data=form, allow_redirects=False) as answer,
    ):
        cookie, *given = answer.headers["Set-Cookie"].split("; ")
    assert cookie.startswith(f"{name}=")
    assert set(given) == flags


async def test_after_signing_out_the_cookie_is_worth_nothing(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        kept = next(iter(browser.cookie_jar)).value
        await browser.post("/sign-out")
        assert not list(browser.cookie_jar)
        async with browser.get("/content", cookies={"desk": kept}, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/sign-in"


async def test_an_invitation_leads_to_a_sign_in(runtime: Runtime, clock: Clock) -> None:
    path = await workers.invite(runtime, "anna", "Anna", "editor")
    secret = (await workers.invitation(runtime, path.removeprefix("/join/"))).secret
    joining = Colleague("anna", secret)
    async with serving(runtime) as url, browser_of(url) as browser:
        async with browser.get(path) as answer:
            text = await answer.text()
            assert secret in text
            assert "otpauth://" in text
        for change in ({"again": "something else"}, {"password": "short", "again": "short"}, {"code": "000000"}):
            form = {"password": PASSWORD, "again": PASSWORD, "code": joining.code(clock)} | change
            async with browser.post(path, data=form) as answer:
                assert answer.status == 409
                assert PASSWORD not in await answer.text()
        form = {"password": PASSWORD, "again": PASSWORD, "code": joining.code(clock)}
        async with browser.post(path, data=form) as answer:
            assert answer.url.path == "/sign-in"
        async with browser.get(path) as answer:
            assert answer.status == 404
        assert await sign_in(browser, clock, joining) == 303


async def test_the_demonstration_shows_its_codes_and_the_service_never(runtime: Runtime, clock: Clock) -> None:
    await demo.seed(runtime)
    async with serving(runtime) as url, browser_of(url) as browser, browser.get("/sign-in") as answer:
        text = await answer.text()
    assert workers.DEMO_PASSWORD in text
    assert (await workers.demo_workers(runtime))[0].code in text
    in_earnest = replace(runtime, settings=runtime.settings.model_copy(update={"mode": "service"}))
    async with serving(in_earnest) as url, browser_of(url) as browser, browser.get("/sign-in") as answer:
        text = await answer.text()
    assert workers.DEMO_PASSWORD not in text
    assert "ilze" not in text


@pytest.mark.parametrize("language, words", [("lv", "Pieslēgties"), ("ru", "Войти"), ("en", "Sign in")])
async def test_the_desk_speaks_the_workers_language(runtime: Runtime, language: str, words: str) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        form = {"language": language, "back": "/sign-in"}
        async with browser.post("/language", data=form) as answer:
            text = await answer.text()
            assert answer.url.path == "/sign-in"
    assert f'<html lang="{language}">' in text
    assert words in text


async def test_our_own_failure_is_a_page_and_a_line_without_words(
    runtime: Runtime, clock: Clock, eva: Colleague, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await runtime.database.close()
        (tmp_path / "blakus.sqlite").write_bytes(b"this is no database")
        (tmp_path / "blakus.sqlite-wal").unlink(missing_ok=True)
        form = {"login": "eva", "password": "a typed canary", "code": eva.code(clock)}
        async with browser.post("/sign-in", data=form) as answer:
            assert answer.status == 500
            assert "a typed canary" not in await answer.text()
    assert "a typed canary" not in caplog.text
    assert "desk_failed" in caplog.text
