"""Who came is told by the named proxy only, is one of many in a household, and is forgotten within ten minutes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.channels.visitors import BUCKET, BUCKETS, HEADER, SALT_LASTS, Buckets, into_buckets
from bot.settings import Settings, Unsafe, from_environment
from bot.usecases.operation.doctor_visitors import FORGED
from tests.faces import Clock
from tests.patience import patiently

ANNA, BERTA = "203.0.113.7", "198.51.100.8"
ELSEWHERE = "10.0.0.5"


class Asking:
    """A browser behind the proxy, or beside it, and what we made of it."""

    def __init__(self, url: str, session: ClientSession) -> None:
        self.url, self.session = url, session

    async def bucket(self, *told: str) -> str:
        headers = [(HEADER, address) for address in told]
        async with self.session.get(f"{self.url}/bucket", headers=headers) as answer:
            return await answer.text()

    async def seen(self, *told: str) -> str:
        headers = [(HEADER, address) for address in told]
        async with self.session.get(f"{self.url}/seen", headers=headers) as answer:
            return await answer.text()


@asynccontextmanager
async def behind(clock: Clock, proxy: str = Settings().proxy) -> AsyncIterator[Asking]:
    app = web.Application(middlewares=[into_buckets])
    app[BUCKETS] = buckets = Buckets(Settings(proxy=proxy).proxies, clock)

    async def bucket(request: web.Request) -> web.Response:
        return web.Response(text=request[BUCKET].hex())

    async def seen(request: web.Request) -> web.Response:
        return web.Response(text=buckets.seen(request))

    app.add_routes([web.get("/bucket", bucket), web.get("/seen", seen)])
    server = TestServer(app)
    await server.start_server()
    async with ClientSession() as session:
        yield Asking(str(server.make_url("")).rstrip("/"), session)
    await server.close()


@pytest.fixture
async def asking(clock: Clock) -> AsyncIterator[Asking]:
    async with behind(clock) as one:
        yield one


async def test_each_address_that_the_proxy_hands_on_is_a_bucket_of_its_own(asking: Asking) -> None:
    assert await asking.bucket(ANNA) == await asking.bucket(ANNA)
    assert await asking.bucket(ANNA) != await asking.bucket(BERTA)
    assert await asking.bucket(ANNA) != await asking.bucket()


async def test_a_visitor_who_says_who_she_is_moves_to_no_other_bucket(asking: Asking) -> None:
    """The proxy adds its word at the end, in the same line or in one of its own."""
    own = await asking.bucket(ANNA)
    assert await asking.bucket(f"{BERTA}, {ANNA}") == own
    assert await asking.bucket(BERTA, ANNA) == own


async def test_only_the_named_proxy_is_believed(clock: Clock) -> None:
    async with behind(clock, ELSEWHERE) as asking:
        assert await asking.bucket(ANNA) == await asking.bucket(BERTA) == await asking.bucket()


async def test_without_a_named_proxy_everybody_is_in_one_bucket(clock: Clock) -> None:
    async with behind(clock, "") as asking:
        assert await asking.bucket(ANNA) == await asking.bucket(BERTA) == await asking.bucket()


@pytest.mark.parametrize(
    "one, other, alike",
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        (f"::ffff:{ANNA}", ANNA, True),
        (f" {ANNA} ", ANNA, True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "nobody knows", True),
    ],
)
async def test_a_household_is_one_bucket_whatever_it_is_written_like(
    asking: Asking, one: str, other: str, alike: bool
) -> None:
    assert (await asking.bucket(one) == await asking.bucket(other)) == alike


async def test_after_ten_minutes_nobody_is_known_again(asking: Asking, clock: Clock) -> None:
    before = await asking.bucket(ANNA)
    clock.move(seconds=int(SALT_LASTS) - 1)
    assert await asking.bucket(ANNA) == before
    clock.move(seconds=1)
    assert await asking.bucket(ANNA) != before


async def test_a_clock_that_is_put_back_makes_no_salt_last_longer(asking: Asking, clock: Clock) -> None:
    before = await asking.bucket(ANNA)
    clock.move(hours=-1)
    assert await asking.bucket(ANNA) != before


async def test_when_nobody_comes_any_more_the_salt_goes_as_well(
    asking: Asking, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.visitors.SALT_LASTS", 0.0)
    before = await asking.bucket(ANNA)
    monkeypatch.undo()
    async with patiently():
        while await asking.bucket(ANNA) == before:  # noqa: ASYNC110 - a timer sets no event of ours
            await asyncio.sleep(0)


async def test_two_replicas_make_different_buckets(asking: Asking, clock: Clock) -> None:
    async with behind(clock) as other:
        assert await asking.bucket(ANNA) != await other.bucket(ANNA)


async def test_no_address_and_no_part_of_one_is_kept(clock: Clock) -> None:
    async with behind(clock) as asking:
        await asking.bucket(ANNA)
    kept = vars(Buckets(Settings().proxies, clock))
    assert kept.keys() == {"_proxies", "_now", "_salt", "_made"}, "what is kept is a salt and when it was made"


async def test_what_the_doctor_asks_is_answered(asking: Asking, clock: Clock) -> None:
    assert await asking.seen(ANNA) == "apart"
    assert await asking.seen() == "together"
    assert await asking.seen(FORGED) == "forged"
    assert await asking.seen(FORGED, ANNA) == "apart"
    async with behind(clock, ELSEWHERE) as other:
        assert await other.seen(FORGED) == "unnamed"
        assert await other.seen() == "apart", "nothing stands between us and her"


@pytest.mark.parametrize("proxy", ["nginx", "10.0.0.1/8", "0.0.0.0/0", "::/0", "127.0.0.1,everybody"])
def test_a_proxy_that_is_no_address_or_is_everybody_is_refused(proxy: str) -> None:
    with pytest.raises(Unsafe, match="BOT_PROXY must be addresses or networks"):
        from_environment({"BOT_PROXY": proxy})


def test_several_proxies_can_be_named() -> None:
    assert [str(proxy) for proxy in Settings(proxy="10.0.0.5, 10.1.0.0/24,::1").proxies] == [
        "10.0.0.5/32",
        "10.1.0.0/24",
        "::1/128",
    ]
