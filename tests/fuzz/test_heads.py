"""What comes before any body, from browsers or from whoever else: addresses, cookies and other headers."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.channels.webchat import public_app
from bot.runtime import Runtime
from tests.people import serving

BESIDE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=80)
ODD = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60)
LANGUAGES = ODD | st.sampled_from(["lv;q=x", "ru;q=", ",,;;", "*", "lv-" * 500, "q=1;en", "EN-gb;q=9e999"])
COOKIES = ODD | st.sampled_from(["session=; session=x", "__Host-session=é", "language=lv; language=<b>", "a=b;" * 300])
OTHERS = st.sampled_from(["Sec-Fetch-Site", "Origin", "Range", "If-None-Match", "Content-Length-X", "Forwarded"])
PARTS = st.text(max_size=40) | st.sampled_from(
    ["\0", "..", "%2e%2e", "é" * 20, "A" * 4_000, "\ud800".encode("utf-8", "replace").decode()]
)


@pytest.fixture
async def public(runtime: Runtime) -> AsyncIterator[str]:
    async with TestServer(public_app(runtime)) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def desk(runtime: Runtime) -> AsyncIterator[str]:
    async with serving(runtime) as url:
        yield url


async def status(address: str, headers: dict[str, str]) -> int:
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as session,
        session.get(URL(address, encoded=True), headers=headers, allow_redirects=False) as answer,
    ):
        await answer.read()
        return answer.status


@BESIDE
@given(LANGUAGES, COOKIES, OTHERS, ODD)
async def test_any_headers_bring_the_first_page_and_the_way_in(
    public: str, desk: str, languages: str, cookies: str, name: str, odd: str
) -> None:
    headers = {"Accept-Language": languages, "Cookie": cookies, name: odd}
    assert await status(f"{public}/", headers) in {200, 416}
    assert await status(f"{desk}/sign-in", headers) in {200, 303}


@BESIDE
@given(st.sampled_from(["join", "round", "requests", "content/drafts", "static", "nowhere"]), PARTS, COOKIES)
async def test_any_address_is_a_page_or_none(public: str, desk: str, where: str, part: str, cookies: str) -> None:
    path = f"/{where}/{quote(part, safe='', errors='replace')}"
    assert await status(desk + path, {"Cookie": cookies}) < 500
    assert await status(public + path, {"Cookie": cookies}) < 500
