"""A worker's own changes to her sign-in: another password, and the app on another telephone."""

import re

import pyotp
import pytest

from bot.runtime import Runtime
from bot.usecases.accounts import renewing, workers
from bot.usecases.accounts.renewing import TooLate
from bot.usecases.accounts.workers import NotYet
from tests.faces import Clock
from tests.people import PASSWORD, Colleague, a_colleague, acting, browser_of, confirm, serving, sign_in

ANOTHER = "seven quiet lamps over a harbour"


@pytest.fixture
async def eva(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "eva", "editor", None)


async def test_a_new_password_counts_at_once_and_ends_every_other_session(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as here, browser_of(url) as there:
        await sign_in(there, clock, eva)
        await sign_in(here, clock, eva)
        fields = {"password": ANOTHER, "again": ANOTHER}
        async with here.post("/me/password", data=fields) as answer:
            assert answer.status == 403, "an open screen is not enough"
        await confirm(here)
        async with here.post("/me/password", data=fields) as answer:
            assert (answer.status, str(answer.url.relative())) == (200, "/me?done=password")
        async with there.get("/me") as answer:
            assert answer.url.path == "/sign-in"
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock)) is None
    clock.move(minutes=15)
    assert await workers.sign_in(runtime, "eva", ANOTHER, eva.code(clock))


async def test_a_password_that_is_easy_or_differs_changes_nothing(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        await confirm(browser)
        for password, again in ((ANOTHER, PASSWORD), ("short", "short"), ("eva eva eva eva", "eva eva eva eva")):
            async with browser.post("/me/password", data={"password": password, "again": again}) as answer:
                assert answer.status == 409
                assert 'role="alert"' in await answer.text()
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))


async def test_the_old_app_ends_when_the_new_one_has_shown_a_code_and_not_before(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        await confirm(browser)
        async with browser.post("/me/app") as answer:
            text = await answer.text()
        assert "<svg" in text
        found = re.search(r'id="secret">([A-Z2-7]+)<.*name="challenge" value="([\w=-]+)"', text, re.S)
        assert found
        secret, challenge = found.groups()
        assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock)), "nothing is proved yet"
        sent = {"secret": secret, "challenge": challenge}
        async with browser.post("/me/app/prove", data={**sent, "code": "000000"}) as answer:
            assert answer.status == 409
            assert secret in await answer.text(), "it can be tried again"
        new = Colleague("eva", secret)
        async with browser.post("/me/app/prove", data={**sent, "code": new.code(clock)}) as answer:
            assert str(answer.url.relative()) == "/me?done=app"
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock)) is None
    assert await workers.sign_in(runtime, "eva", PASSWORD, new.code(clock))


async def test_a_secret_is_taken_once_from_whom_it_was_shown_to_and_within_five_minutes(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    her = await acting(runtime, clock, eva)
    zane = await acting(runtime, clock, await a_colleague(runtime, clock, "zane", "editor", None))
    offer = renewing.offer_secret(runtime, her)

    def code(secret: str = offer.secret.text) -> str:
        return Colleague("eva", secret).code(clock)

    own = pyotp.random_base32()
    for worker, secret, challenge in (
        (zane, offer.secret.text, offer.challenge),
        (her, own, offer.challenge),
        (her, offer.secret.text, ""),
        (her, "not base32!", offer.challenge),
        (her, offer.secret.text, "not base64é"),
    ):
        with pytest.raises(TooLate):
            await renewing.move_codes(runtime, worker, secret, challenge, code(own) if secret == own else code())
    with pytest.raises(NotYet):
        await renewing.move_codes(runtime, her, offer.secret.text, offer.challenge, "000000")
    await renewing.move_codes(runtime, her, offer.secret.text, offer.challenge, code())
    with pytest.raises(TooLate):
        await renewing.move_codes(runtime, her, offer.secret.text, offer.challenge, code())
    late = renewing.offer_secret(runtime, her)
    clock.move(minutes=5)
    with pytest.raises(TooLate):
        await renewing.move_codes(runtime, her, late.secret.text, late.challenge, code(late.secret.text))
