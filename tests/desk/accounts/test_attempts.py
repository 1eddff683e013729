"""Signing in while others try to prevent it: by a flood, by dropped connections, by guessing at a known login."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import psycopg
import pyotp
import pytest
from aiohttp import ClientSession

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.accounts import attempts, passkeys, passwords, second_factors, sign_ins, workers
from bot.usecases.accounts.attempts import KNOWN_FOR, LONGEST_WAIT
from bot.usecases.accounts.second_factors import Signed, Site
from bot.usecases.acting import SignedIn
from bot.usecases.fair_queue import FairQueue
from storage.workers import Worker
from tests.conftest import runtime_on
from tests.desk.accounts.authenticator import Authenticator
from tests.desk.accounts.hasher import HeldHasher
from tests.faces import Clock
from tests.patience import tries_meanwhile, until
from tests.people import PASSWORD, Colleague, a_colleague, acting, browser_of, serving, sign_in

AT_ONCE, ROOM = 2, 16
MOST_A_DAY = 106
"""Guesses of strangers at one login that are looked at within a day: docs/decisions.md."""
DESK = Site("darbs.example.lv", "https://darbs.example.lv")
HELD_UP = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
A_GUESS = ("a guess that is long", "000000")


@pytest.fixture
async def eva(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "eva", "editor", None)


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch, eva: Colleague) -> Iterator[HeldHasher]:
    """From when Eva has joined, and in a line of this test alone."""
    held = HeldHasher()
    monkeypatch.setattr(passwords, "HASHER", held)
    monkeypatch.setattr(passwords, "PLACES", FairQueue(AT_ONCE, ROOM))
    passwords._dummy_hash()
    yield held
    held.let_go()


async def row(runtime: Runtime, login: str = "eva") -> Worker:
    async with runtime.database.store() as store:
        found = await store.workers.by_login(login)
    assert found
    return found


async def sent(url: str, **form: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A sign-in on a connection of its own, whose answer nobody waits for yet."""
    where, body = urlsplit(url), urlencode(form).encode()
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(
        f"POST /sign-in HTTP/1.1\r\nHost: {where.netloc}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    return reader, writer


@asynccontextmanager
async def a_flood(url: str, hasher: HeldHasher, many: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    """So many strangers, each at a login of her or his own: two are looked at, the others wait or are sent away."""
    async with AsyncExitStack() as stack:
        readers = []
        for number in range(many):
            reader, writer = await sent(url, login=f"stranger {number}", password=f"guess {number}", code="000000")
            stack.callback(writer.close)
            readers.append(reader)
        await until(lambda: len(hasher.seen) == min(many, AT_ONCE))
        yield readers


async def test_where_too_many_sign_in_who_comes_is_told_at_once_what_to_do_and_nothing_is_counted(
    runtime: Runtime, clock: Clock, eva: Colleague, hasher: HeldHasher
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        async with a_flood(url, hasher, AT_ONCE + ROOM):
            await until(lambda: passwords.PLACES.waiting(proven=False) == ROOM)
            form = {"login": "eva", "password": PASSWORD, "code": eva.code(clock)}
            async with browser.post("/sign-in", data=form) as answer:
                text = await answer.text()
            assert answer.status == 503
        assert "Pagaidiet minūti" in text
        assert answer.url.path == "/sign-in"
        assert 'name="login"' in text, "the form is there to try again"
        assert PASSWORD not in text
        assert PASSWORD not in hasher.seen
    assert (await row(runtime)).failures == 0


async def test_dropped_connections_give_their_place_back_and_cost_no_look(
    runtime: Runtime, clock: Clock, eva: Colleague, hasher: HeldHasher
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        async with a_flood(url, hasher, AT_ONCE):
            for number in range(300):
                _, writer = await sent(url, login=f"gone {number}", password=f"dropped {number}", code="000000")
                writer.close()
                await writer.wait_closed()
            form, answered = {"login": "eva", "password": PASSWORD, "code": eva.code(clock)}, list[int]()

            async def owner() -> None:
                async for _ in tries_meanwhile():  # until the desk has noticed that they went
                    async with browser.post("/sign-in", data=form, allow_redirects=False) as answer:
                        if answer.status != 503:
                            answered.append(answer.status)
                            return

            signing_in = asyncio.ensure_future(owner())
            await until(lambda: passwords.PLACES.waiting(proven=False) > 0)  # before anything is looked at
            hasher.let_go()
            await signing_in
        assert answered == [303]
    assert [guess for guess in hasher.seen if guess.startswith("dropped")] == []


async def test_a_browser_that_is_known_gets_its_turn_before_a_line_of_strangers(
    runtime: Runtime, clock: Clock, eva: Colleague, hasher: HeldHasher
) -> None:
    hasher.let_go()
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, eva) == 303
        hasher.hold()
        async with a_flood(url, hasher, AT_ONCE + ROOM + 5):
            signing_in = asyncio.ensure_future(sign_in(browser, clock, eva))
            await until(lambda: passwords.PLACES.waiting(proven=True) > 0)
            hasher.let_go()
            assert await signing_in == 303
    assert hasher.seen.index(PASSWORD) <= AT_ONCE + 1


async def test_a_code_is_judged_as_of_its_arrival_and_a_wait_is_no_failure(
    runtime: Runtime, clock: Clock, eva: Colleague, hasher: HeldHasher
) -> None:
    async with serving(runtime) as url, a_flood(url, hasher, AT_ONCE):
        code = eva.code(clock)
        signing_in = asyncio.ensure_future(workers.sign_in(runtime, "eva", PASSWORD, code))
        await until(lambda: passwords.PLACES.waiting(proven=False) > 0)
        clock.move(minutes=5)
        assert (await row(runtime)).failures == 0
        hasher.let_go()
        assert await signing_in
        assert await workers.sign_in(runtime, "eva", PASSWORD, code) is None, "it works once"


async def test_a_passkeys_signature_is_judged_as_of_its_arrival(
    runtime: Runtime, clock: Clock, eva: Colleague, hasher: HeldHasher
) -> None:
    hasher.let_go()
    device = await a_passkey(runtime, await acting(runtime, clock, eva))
    hasher.hold()
    async with serving(runtime) as url, a_flood(url, hasher, AT_ONCE):
        signed = Signed(device.sign(second_factors.signing_options(runtime, DESK)), DESK)
        signing_in = asyncio.ensure_future(workers.sign_in(runtime, "eva", PASSWORD, signed))
        await until(lambda: passwords.PLACES.waiting(proven=True) > 0)
        clock.move(minutes=6)
        hasher.let_go()
        assert await signing_in
        assert await workers.sign_in(runtime, "eva", PASSWORD, signed) is None, "it is good once"


async def a_passkey(runtime: Runtime, worker: SignedIn) -> Authenticator:
    device = Authenticator(DESK.host, DESK.origin, counts=1)
    await passkeys.add(
        runtime, worker, DESK, "my phone", device.make(await passkeys.creation_options(runtime, worker, DESK))
    )
    return device


async def by_passkey(runtime: Runtime, device: Authenticator, password: str = PASSWORD) -> bool:
    signed = Signed(device.sign(second_factors.signing_options(runtime, DESK)), DESK)
    return bool(await workers.sign_in(runtime, "eva", password, signed))


# --- A stranger who knows a login -------------------------------------------------------------------------------------


@pytest.mark.parametrize("every", [60, 15], ids=["each minute", "each quarter of a minute"])
async def test_a_day_of_a_strangers_guesses_never_keeps_the_owner_out_and_few_are_looked_at(
    runtime: Runtime, clock: Clock, eva: Colleague, hasher: HeldHasher, every: int
) -> None:
    hasher.let_go()
    device = await a_passkey(runtime, await acting(runtime, clock, eva))
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, eva) == 303
        came = []
        for second in range(0, 24 * 3600, every):
            await workers.sign_in(runtime, "eva", *A_GUESS)
            clock.move(seconds=every)
            if second % 1800 == 0:
                came.append((await sign_in(browser, clock, eva), await by_passkey(runtime, device)))
    assert came == [(303, True)] * 48
    guess, hers = A_GUESS[0], (await row(runtime)).password_hash
    looked_at = [look for look in zip(hasher.seen, hasher.guessed_at, strict=True) if look == (guess, hers)]
    assert len(looked_at) <= MOST_A_DAY, "her own sign-ins give strangers no new guesses"
    assert len(hasher.seen) > 24 * 3600 / every, "what is not looked at takes the same work"


async def flooded(runtime: Runtime, clock: Clock) -> None:
    """Strangers have guessed until who comes like them waits a quarter of an hour."""
    for _ in range(12):
        clock.move(minutes=15)
        assert await workers.sign_in(runtime, "eva", *A_GUESS) is None


async def test_a_guess_that_is_counted_at_the_same_moment_does_not_turn_the_owner_away(
    postgres_url: str, clock: Clock, shipped: Content
) -> None:
    async with runtime_on(postgres_url, clock, shipped) as runtime:
        eva = await a_colleague(runtime, clock, "eva", "editor", None)
        assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock), browser="hers")
        with psycopg.connect(postgres_url) as stranger, psycopg.connect(postgres_url, autocommit=True) as watcher:
            stranger.execute("UPDATE workers SET failures = failures + 1, version = version + 1")
            signing_in = asyncio.ensure_future(
                workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock), browser="hers")
            )
            await until(lambda: watcher.execute(HELD_UP).fetchone() is not None)
            stranger.commit()
            assert await signing_in


async def test_guessing_in_a_known_browser_gets_slower_too_and_holds_up_nobody_elsewhere(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as here, browser_of(url) as there:
        for browser in (here, there):
            assert await sign_in(browser, clock, eva) == 303
        for _ in range(attempts.FREE_FAILURES + 1):
            assert await guessed(here) == 403
        waiting = pyotp.TOTP(eva.secret).at(int(clock().timestamp()) + 30)
        assert await posted(here, code=waiting) == 403, "right, but too early"
        assert await posted(there, code=waiting) == 303
        clock.move(seconds=int(LONGEST_WAIT.total_seconds()))
        assert await sign_in(here, clock, eva) == 303
    assert (await row(runtime)).failures == 0


async def test_a_wrong_password_beside_her_passkey_is_counted_there_and_a_strangers_passkey_with_the_strangers(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    device = await a_passkey(runtime, await acting(runtime, clock, eva))
    stranger = Authenticator(DESK.host, DESK.origin, counts=1)
    for _ in range(attempts.FREE_FAILURES + 1):
        assert not await by_passkey(runtime, stranger)
    assert await by_passkey(runtime, device)
    for _ in range(attempts.FREE_FAILURES + 1):
        assert not await by_passkey(runtime, device, "a guess")
    assert not await by_passkey(runtime, device), "right, but too early"
    clock.move(seconds=6)
    assert await by_passkey(runtime, device)


async def guessed(browser: ClientSession) -> int:
    password, code = A_GUESS
    return await posted(browser, password=password, code=code)


async def posted(browser: ClientSession, **form: str) -> int:
    form = {"login": "eva", "password": PASSWORD} | form
    async with browser.post("/sign-in", data=form, allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize("end", ["invite_again", "leave", "end_everywhere"])
async def test_no_browser_is_known_any_more_after_a_new_invitation_leaving_and_signing_out_everywhere(
    runtime: Runtime, clock: Clock, eva: Colleague, end: str
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, eva) == 303
        (token,) = [cookie.value for cookie in browser.cookie_jar if cookie.key == "browser"]
    worker = await row(runtime)
    async with runtime.database.store() as store:
        assert await store.known_browsers.get(attempts.browser_hash(token), worker.id)
    if end == "end_everywhere":
        her = SignedIn(worker.id, worker.name, worker.login, worker.role, None)
        await sign_ins.end_everywhere(runtime, her)
    else:
        await getattr(workers, end)(runtime, "eva")
    async with runtime.database.store() as store:
        assert await store.known_browsers.get(attempts.browser_hash(token), worker.id) is None


async def test_the_operators_new_invitation_makes_its_browser_known(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        path = await workers.invite_again(runtime, "eva")
        again = Colleague("eva", (await workers.new_secret(runtime, path.removeprefix("/join/"))).text)
        form = {"password": PASSWORD, "again": PASSWORD, "code": again.code(clock)}
        async with browser.post(path, data=form) as answer:
            assert answer.url.path == "/sign-in"
        await flooded(runtime, clock)
        assert await sign_in(browser, clock, again) == 303


async def test_a_browser_is_known_for_ninety_days_and_each_sign_in_begins_them_anew(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, eva) == 303
        for days, status in ((KNOWN_FOR.days - 1, 303), (KNOWN_FOR.days - 1, 303), (KNOWN_FOR.days, 403)):
            clock.move(days=days)
            await flooded(runtime, clock)
            assert await sign_in(browser, clock, eva) == status, days


async def test_a_browser_is_known_to_each_who_signed_in_with_it_and_to_nobody_else(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    zane = await a_colleague(runtime, clock, "zane", "editor", None)
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, zane) == 303
        await flooded(runtime, clock)
        assert await sign_in(browser, clock, eva) == 403
        clock.move(minutes=15)
        for colleague in (eva, zane):
            assert await sign_in(browser, clock, colleague) == 303
        await flooded(runtime, clock)
        for colleague in (eva, zane):
            assert await sign_in(browser, clock, colleague) == 303


async def test_ten_browsers_are_known_and_the_one_used_longest_ago_is_forgotten(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    tokens = [f"browser {number}" for number in range(attempts.MOST_KNOWN + 1)]
    for token in tokens:
        clock.move(days=1)
        assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock), browser=token)
    worker = await row(runtime)
    async with runtime.database.store() as store:
        known = [bool(await store.known_browsers.get(attempts.browser_hash(browser), worker.id)) for browser in tokens]
    assert known == [False] + [True] * attempts.MOST_KNOWN


async def test_of_a_browser_the_day_is_kept_and_of_a_passkey_the_hour(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    """As docs/privacy.md says: nobody has to find out from them when she came to work."""
    device = await a_passkey(runtime, await acting(runtime, clock, eva))
    told = set()
    for hour, minute in ((8, 1), (8, 58), (15, 30)):
        clock.now = datetime(2026, 11, 24, hour, minute, 13, tzinfo=UTC)
        signed = Signed(device.sign(second_factors.signing_options(runtime, DESK)), DESK)
        assert await workers.sign_in(runtime, "eva", PASSWORD, signed, browser="hers")
        worker = await row(runtime)
        async with runtime.database.store() as store:
            browser = await store.known_browsers.get(attempts.browser_hash("hers"), worker.id)
            (passkey,) = await store.passkeys.of_worker(worker.id)
        assert browser
        told.add((browser.used_at, passkey.used_at))
    day = datetime(2026, 11, 24, tzinfo=UTC)
    assert told == {(day, day.replace(hour=8)), (day, day.replace(hour=15))}
