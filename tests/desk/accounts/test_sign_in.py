"""The sign-in pages: one answer for every mistake, a cookie no script and no other site can use, an invitation."""

import re
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot import demo
from bot.runtime import Runtime
from bot.usecases.accounts import demo_accounts, workers
from bot.usecases.accounts.attempts import KNOWN_FOR
from tests.faces import Clock
from tests.people import PASSWORD, Colleague, a_colleague, browser_of, serving, sign_in


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
                typed = f'value="{form.get("login", "")}"'
                said = (await answer.text()).replace(" autofocus", "")
                assert typed in said, "the login need not be typed again"
                answers.add((answer.status, said.replace(typed, "")))
                assert "Set-Cookie" not in answer.headers
    assert len({status for status, _ in answers}) == 1
    assert len(answers) == 1
    assert "a guess" not in answers.pop()[1]
    assert [record.msg for record in caplog.records if record.name == "bot.usecases.accounts.workers"] == [
        "sign_in_refused"
    ] * len(wrong)
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
        session, known = (cookie.split("; ") for cookie in answer.headers.getall("Set-Cookie"))
    assert session[0].startswith(f"{name}=")
    assert set(session[1:]) == flags
    assert known[0].startswith(f"{name.replace('desk', 'browser')}=")
    assert set(known[1:]) == flags | {f"Max-Age={KNOWN_FOR.days * 24 * 3600}"}


async def test_after_signing_out_the_cookie_is_worth_nothing(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        (kept,) = [cookie.value for cookie in browser.cookie_jar if cookie.key == "desk"]
        await browser.post("/sign-out")
        assert [cookie.key for cookie in browser.cookie_jar] == ["browser"], "it is known, and signs nobody in"
        async with browser.get("/content", cookies={"desk": kept}, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/sign-in?done=over"


SECRET = re.compile(r'id="secret">([A-Z2-7]{32})<')


async def test_an_invitation_leads_to_a_sign_in(runtime: Runtime, clock: Clock) -> None:
    path = await workers.invite(runtime, "anna", "Anna", "editor")
    async with serving(runtime) as url, browser_of(url) as browser:
        joining = Colleague("anna", await shown(browser, path))
        for change in ({"again": "something else"}, {"password": "short", "again": "short"}, {"code": "000000"}):
            form = {"password": PASSWORD, "again": PASSWORD, "code": joining.code(clock)} | change
            async with browser.post(path, data=form) as answer:
                text = await answer.text()
                assert answer.status == 409
                assert not {PASSWORD, joining.secret} & set(re.split(r"[<>\"]", text))
        form = {"password": PASSWORD, "again": PASSWORD, "code": joining.code(clock)}
        async with browser.post(path, data=form) as answer:
            assert answer.url.path == "/sign-in"
        async with browser.get(path) as answer:
            assert answer.status == 404
        async with browser.post(path, data={"show": "yes"}) as answer:
            assert answer.status == 404
        assert await sign_in(browser, clock, joining) == 303


async def shown(browser: ClientSession, path: str) -> str:
    """The secret, after its button."""
    async with browser.post(path, data={"show": "yes"}) as answer:
        text = await answer.text()
        assert answer.status == 200
    assert "otpauth://" in text
    assert "<svg" in text
    (secret,) = SECRET.findall(text)
    return str(secret)


async def test_an_invitation_shows_its_secret_once_and_says_that_it_was_shown(runtime: Runtime, clock: Clock) -> None:
    path = await workers.invite(runtime, "anna", "Anna", "editor")
    async with serving(runtime) as url, browser_of(url) as browser:
        async with browser.get(path) as answer:
            before = await answer.text()
        secret = await shown(browser, path)
        async with browser.get(path) as answer:
            after = await answer.text()
        for page in (before, after):
            assert not {"otpauth", "<svg", secret} & set(re.split(r"[\W]", page.replace("<svg", " <svg ")))
        assert "Noslēpums jau ir parādīts" in after
        assert "Noslēpums jau ir parādīts" not in before


async def test_who_saw_the_secret_of_an_invitation_before_her_can_do_nothing_with_it(
    runtime: Runtime, clock: Clock
) -> None:
    path = await workers.invite(runtime, "anna", "Anna", "editor")
    async with serving(runtime) as url, browser_of(url) as browser, browser_of(url) as another:
        seen = Colleague("anna", await shown(another, path))
        hers = Colleague("anna", await shown(browser, path))
        form = {"password": PASSWORD, "again": PASSWORD, "code": seen.code(clock)}
        async with another.post(path, data=form) as answer:
            assert answer.status == 409
        async with browser.post(path, data=form | {"code": hers.code(clock)}) as answer:
            assert answer.url.path == "/sign-in"
        assert await sign_in(another, clock, seen) == 403
        assert await sign_in(browser, clock, hers) == 303
    async with runtime.database.store() as store:
        assert [entry.event for entry in await store.audit.entries()].count("secret_shown") == 2


async def test_the_demonstration_shows_its_codes_and_the_service_never(runtime: Runtime, clock: Clock) -> None:
    await demo.seed(runtime)
    async with serving(runtime) as url, browser_of(url) as browser, browser.get("/sign-in") as answer:
        text = await answer.text()
    assert workers.DEMO_PASSWORD in text
    assert (await demo_accounts.demo_workers(runtime))[0].code in text
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
    runtime: Runtime, clock: Clock, eva: Colleague, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await runtime.database.close()
        form = {"login": "eva", "password": "a typed canary", "code": eva.code(clock)}
        async with browser.post("/sign-in", data=form) as answer:
            assert answer.status == 500
            assert "a typed canary" not in await answer.text()
    assert "a typed canary" not in caplog.text
    assert "desk_failed" in caplog.text
