"""What the key page says to somebody who is the only one of her service: true, and gone when there are two."""

import pytest

from bot.runtime import Runtime
from bot.usecases.accounts import workers
from tests.faces import Clock
from tests.people import (
    OWN,
    PASSWORD,
    Colleague,
    a_colleague,
    a_service,
    acting,
    an_own_key,
    browser_of,
    makes_the_first_key,
    serving,
)

ONLY_ONE = "no sava dienesta esat vienīgais cilvēks. Lūdziet uzturētājam uzaicināt otru darbinieku."
ONE_MORE = "Vajag vēl vienu atslēgas turētāju"


@pytest.fixture
async def ilze(runtime: Runtime, clock: Clock) -> Colleague:
    """The only worker of her service; she holds its key."""
    await a_service(runtime)
    ilze = await a_colleague(runtime, clock, "ilze", "worker", "balvi")
    signed_in = await acting(runtime, clock, ilze)
    await an_own_key(runtime, signed_in)
    await makes_the_first_key(runtime, signed_in, OWN)
    return ilze


async def key_page(runtime: Runtime, clock: Clock, colleague: Colleague) -> str:
    async with serving(runtime) as url, browser_of(url) as browser:
        form = {"login": colleague.login, "password": PASSWORD, "code": colleague.code(clock)}
        async with browser.post("/sign-in", data=form) as answer:
            assert answer.url.path == "/requests"
        async with browser.get("/key") as answer:
            return " ".join((await answer.text()).split())


async def test_the_only_worker_reads_that_she_is_and_whom_to_ask(
    runtime: Runtime, clock: Clock, ilze: Colleague
) -> None:
    page = await key_page(runtime, clock, ilze)
    assert ONE_MORE in page
    assert ONLY_ONE in page


async def test_with_a_second_one_invited_nobody_is_told_to_ask_for_one(
    runtime: Runtime, clock: Clock, ilze: Colleague
) -> None:
    await workers.invite(runtime, "janis", "Jānis", "worker", "balvi")
    page = await key_page(runtime, clock, ilze)
    assert ONE_MORE in page
    assert ONLY_ONE not in page


async def test_who_is_left_alone_by_a_colleague_reads_it_again(runtime: Runtime, clock: Clock, ilze: Colleague) -> None:
    await workers.invite(runtime, "janis", "Jānis", "worker", "balvi")
    await workers.leave(runtime, "janis")
    assert ONLY_ONE in await key_page(runtime, clock, ilze)
