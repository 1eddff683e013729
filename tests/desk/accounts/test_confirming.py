"""Keys and ways to sign in are touched only by who has just shown, once more, that it is she."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.desk.accounts.confirming import CONFIRMED, UNLESS_FIRST
from bot.desk.routes import ROUTES
from bot.runtime import Runtime
from bot.usecases.accounts import confirmations, passkeys, passwords, second_factors
from bot.usecases.accounts.second_factors import Site
from bot.usecases.accounts.workers import CONFIRMED_FOR
from bot.usecases.acting import SignedIn
from bot.usecases.operation import audit
from tests.desk.accounts.authenticator import Authenticator
from tests.faces import Clock
from tests.people import (
    PASSWORD,
    Colleague,
    a_colleague,
    a_service,
    acting,
    an_own_key,
    browser_of,
    confirm,
    serving,
    sign_in,
)

JSON = {"Accept": "application/json"}
ADDRESS = "https://darbs.example.lv"
DESK = Site("darbs.example.lv", ADDRESS)


@dataclass
class Seat:
    """The head of a service, who has a key of her own, at a browser in which she has signed in."""

    runtime: Runtime
    clock: Clock
    url: str
    browser: ClientSession
    colleague: Colleague
    her: SignedIn

    async def asks(self, method: str, path: str, **how: Any) -> tuple[int, str]:
        address = path.format(passkey="none", service="balvi", colleague="none")
        async with self.browser.request(method, address, allow_redirects=False, **how) as answer:
            return answer.status, await answer.text()

    async def can_make_codes(self) -> bool:
        status, text = await self.asks("POST", "/me/codes")
        assert status in (200, 403)
        return len(re.findall(r"<li>\d{4} \d{4}", text)) == 10


@pytest.fixture
async def seat(runtime: Runtime, clock: Clock) -> AsyncIterator[Seat]:
    runtime = replace(runtime, settings=runtime.settings.model_copy(update={"desk_url": ADDRESS}))
    await a_service(runtime)
    head = await a_colleague(runtime, clock, "head", "head", "balvi")
    her = await acting(runtime, clock, head)
    await an_own_key(runtime, her)
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, head) == 303
        yield Seat(runtime, clock, url, browser, head, her)


def test_every_way_to_touch_keys_or_sign_ins_is_in_the_table() -> None:
    routes = {(route.method, route.path) for route in ROUTES}
    assert CONFIRMED.keys() <= routes
    of_sign_in = {(method, path) for method, path in routes if method == "POST" and path.startswith("/me/")}
    ends = {("POST", "/me/sessions/end"), ("POST", "/me/sessions/{place}/end")}
    assert of_sign_in - ends <= CONFIRMED.keys(), "only what ends a session needs no asking"
    assert {("POST", f"/key/{act}") for act in ("own", "change", "restore")} <= CONFIRMED.keys()
    assert {("GET", page) for page in CONFIRMED.values()} <= routes


async def test_signing_in_does_not_count_and_nothing_in_the_table_happens_without_asking(seat: Seat) -> None:
    for method, path in CONFIRMED:
        status, text = await seat.asks(method, path, data={"recipient": "x", "name": "x"})
        assert status == 403, path
        assert 'action="/confirm"' in text, path
        assert f'name="next" value="{CONFIRMED[method, path]}"' in text, path
    happened = {entry.event for entry in await audit.list_events(seat.runtime)}
    assert not {event for event in happened if event.startswith(("recovery_", "passkey_", "key_"))}


async def test_the_pages_script_is_told_so_with_the_words_to_ask_in(seat: Seat) -> None:
    for method, path in CONFIRMED:
        status, text = await seat.asks(method, path, headers=JSON)
        said = json.loads(text)
        assert status == 403, path
        assert said["confirm"]["button"] == "Apstiprināt"
        assert said["confirm"]["by_passkey"] is True


async def test_the_password_confirms_and_leads_back_to_where_she_was(seat: Seat) -> None:
    assert not await seat.can_make_codes()
    status, text = await seat.asks("POST", "/confirm", data={"password": "a guess", "next": "/me"})
    assert status == 403
    assert 'role="alert"' in text
    assert "a guess" not in text
    assert not await seat.can_make_codes()
    form = {"password": PASSWORD, "next": "/me"}
    async with seat.browser.post("/confirm", data=form, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/me"
    assert await seat.can_make_codes()
    assert ("confirmed", "password") in [(entry.event, entry.reason) for entry in await audit.list_events(seat.runtime)]


@pytest.mark.parametrize("back", ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", ""])
async def test_confirming_leads_nowhere_else(seat: Seat, back: str) -> None:
    form = {"password": PASSWORD, "next": back}
    async with seat.browser.post("/confirm", data=form, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/"
    status, text = await seat.asks("GET", "/confirm", params={"back": back})
    assert status == 200
    assert 'name="next" value="/"' in text


async def test_it_holds_for_five_minutes(seat: Seat) -> None:
    assert await confirm(seat.browser) == 303
    seat.clock.move(seconds=CONFIRMED_FOR.seconds - 1)
    assert await seat.can_make_codes()
    seat.clock.move(seconds=1)
    assert not await seat.can_make_codes()


async def test_it_holds_in_this_session_only(seat: Seat) -> None:
    async with browser_of(seat.url) as another:
        assert await sign_in(another, seat.clock, seat.colleague) == 303
        assert await confirm(another) == 303
    assert not await seat.can_make_codes()
    assert await confirm(seat.browser) == 303
    assert await sign_in(seat.browser, seat.clock, seat.colleague) == 303, "a new session"
    assert not await seat.can_make_codes()


async def test_five_mistakes_end_the_session_and_a_right_password_begins_the_count_anew(seat: Seat) -> None:
    for _ in range(2):
        for _ in range(confirmations.MOST_DOUBTS - 1):
            assert await confirm(seat.browser, "a guess") == 403
        assert await confirm(seat.browser) == 303
    for _ in range(confirmations.MOST_DOUBTS - 1):
        assert await confirm(seat.browser, "a guess") == 403
    assert await confirm(seat.browser, "a guess") == 401
    assert await confirm(seat.browser) == 401
    async with seat.browser.get("/me") as answer:
        assert answer.url.path == "/sign-in"
    ended = [entry.reason for entry in await audit.list_events(seat.runtime) if entry.event == "session_ended"]
    assert ended == ["not confirmed"]


async def test_the_first_key_of_her_own_needs_no_asking_and_a_second_one_does(seat: Seat) -> None:
    assert {("POST", "/key/own")} == UNLESS_FIRST
    anna = await a_colleague(seat.runtime, seat.clock, "anna", "worker", "balvi")
    async with browser_of(seat.url) as browser:
        assert await sign_in(browser, seat.clock, anna) == 303
        async with browser.post("/key/own", data={}) as answer:
            assert answer.status == 400, "it was read, and was no key"
    status, _ = await seat.asks("POST", "/key/own", data={})
    assert status == 403


async def test_a_passkey_confirms_for_this_alone_and_once(seat: Seat) -> None:
    runtime, her = seat.runtime, seat.her
    device = Authenticator(DESK.host, DESK.origin, counts=1)
    await passkeys.add(runtime, her, DESK, "my phone", device.make(await passkeys.creation_options(runtime, her, DESK)))
    _, options = await seat.asks("POST", "/confirm/passkey")
    signed = device.sign(options)
    to_sign_in = device.sign(second_factors.signing_options(runtime, DESK))
    for_another = device.sign(second_factors.signing_options(runtime, DESK, "confirm:somebody else"))
    for wrong in (to_sign_in, for_another, "{}"):
        assert (await seat.asks("POST", "/confirm", data={"passkey": wrong}))[0] == 403
    assert (await seat.asks("POST", "/confirm", data={"passkey": signed}, headers=JSON))[0] == 200
    assert await seat.can_make_codes()
    assert (await seat.asks("POST", "/confirm", data={"passkey": signed}))[0] == 403
    assert ("confirmed", "passkey") in [(entry.event, entry.reason) for entry in await audit.list_events(runtime)]


async def test_a_colleagues_passkey_confirms_nothing(seat: Seat) -> None:
    zane = await acting(
        seat.runtime, seat.clock, await a_colleague(seat.runtime, seat.clock, "zane", "worker", "balvi")
    )
    device = Authenticator(DESK.host, DESK.origin, counts=1)
    made = device.make(await passkeys.creation_options(seat.runtime, zane, DESK))
    await passkeys.add(seat.runtime, zane, DESK, "her phone", made)
    _, options = await seat.asks("POST", "/confirm/passkey")
    assert (await seat.asks("POST", "/confirm", data={"passkey": device.sign(options)}))[0] == 403


async def test_a_password_in_another_form_confirms_and_is_kept_anew(seat: Seat) -> None:
    composed, decomposed = "klusi vārdi pie ūdens", "klusi va\u0304rdi pie u\u0304dens"
    async with seat.runtime.database.store() as store:
        worker = await store.workers.by_login("head")
        assert worker
        worker.password_hash = passwords.HASHER.hash(decomposed)
    assert await confirm(seat.browser, composed) == 303
    async with seat.runtime.database.store() as store:
        worker = await store.workers.by_login("head")
        assert worker
        assert passwords.HASHER.verify(worker.password_hash or "", composed)
