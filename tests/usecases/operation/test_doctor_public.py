"""The public address over real https, with certificates of our own: green where it is ours, and red with what to do."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.channels.telegram import webhook
from bot.channels.webchat import public_app
from bot.runtime import Runtime
from bot.usecases.operation import doctor_public
from bot.usecases.operation.doctor_visitors import HEADER, SEEN, visitors
from storage.database import Database
from tests.certificates import DAY, NAME, Authority

Change = Callable[[str, dict[str, str]], str]
"""What a proxy does to a page and its headers on their way."""


def hands_on(page: str, headers: dict[str, str]) -> str:
    return page


Tells = Callable[[web.Request], dict[str, str]]
"""What a proxy says of who came."""


def hides(_: web.Request) -> dict[str, str]:
    return {}


def sets(request: web.Request) -> dict[str, str]:
    return {HEADER: request.remote or ""}


def adds(request: web.Request) -> dict[str, str]:
    return {HEADER: f"{request.headers[HEADER]}, {request.remote}"}


def repeats(request: web.Request) -> dict[str, str]:
    return {HEADER: request.headers[HEADER]}


async def nobody(_: object) -> NoReturn:
    raise AssertionError("this was not Telegram")


@asynccontextmanager
async def in_front(
    runtime: Runtime, shown: ssl.SSLContext, change: Change = hands_on, tells: Tells = hides
) -> AsyncIterator[Runtime]:
    """The program behind a proxy of TLS, both on loopback. Answers a runtime that is told this address."""

    async def telegram(request: web.Request) -> web.Response:
        return await webhook.serve(request, "a secret that only Telegram knows", nobody, nobody)

    inside = TestServer(public_app(runtime, machines={"/telegram": telegram}))
    await inside.start_server()

    async def pass_on(request: web.Request) -> web.Response:
        async with (
            ClientSession() as session,
            session.request(
                request.method, inside.make_url(request.path), data=await request.read(), headers=tells(request)
            ) as answer,
        ):
            kept = {name: value for name, value in answer.headers.items() if name not in {"Content-Length", "Date"}}
            text = change(await answer.text(), kept)
            return web.Response(text=text, status=int(kept.pop("Status", answer.status)), headers=kept)

    proxy = web.Application()
    proxy.router.add_route("*", "/{path:.*}", pass_on)
    runner = web.AppRunner(proxy)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=shown).start()
    url = f"https://{NAME}:{runner.addresses[0][1]}"
    token = SecretStr("1:token")
    yield replace(runtime, settings=runtime.settings.model_copy(update={"public_url": url, "telegram_token": token}))
    await runner.cleanup()
    await inside.close()


async def test_the_page_behind_https_is_green_with_its_headers_and_the_way_for_telegram(
    runtime: Runtime, authority: Authority
) -> None:
    async with in_front(runtime, authority.server()) as told:
        line = await doctor_public.public_page(told)
    assert (line.well, line.said) == (True, "is ours, through https")


@pytest.mark.parametrize(
    "name, ends_in, said, do",
    [
        (NAME, -DAY, "its certificate has expired", "renew it"),
        ("elsewhere.example", DAY, "its certificate is for another name", "the host of BOT_PUBLIC_URL"),
    ],
)
async def test_a_certificate_that_browsers_refuse_is_red(
    runtime: Runtime, authority: Authority, name: str, ends_in: timedelta, said: str, do: str
) -> None:
    async with in_front(runtime, authority.server(name, ends_in=ends_in)) as told:
        line = await doctor_public.public_page(told)
    assert (line.well, line.said) == (False, said)
    assert do in line.todo


async def test_a_certificate_that_nobody_vouches_for_is_red(
    runtime: Runtime, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stranger").mkdir()
    stranger = Authority(tmp_path / "stranger")
    async with in_front(runtime, stranger.server()) as told:
        line = await doctor_public.public_page(told)
        assert (line.well, line.said) == (False, "its certificate is not trusted")
        assert "whole chain" in line.todo
        monkeypatch.setenv("SSL_CERT_FILE", str(stranger.trusted()))
        assert (await doctor_public.public_page(told)).well, "what is trusted is read anew"


def leads_to(where: str) -> Change:
    def change(page: str, headers: dict[str, str]) -> str:
        headers |= {"Status": "301", "Location": where}
        return page

    return change


def without_112(page: str, headers: dict[str, str]) -> str:
    return page.replace("tel:112", "tel:1188")


def of_somebody_else(page: str, headers: dict[str, str]) -> str:
    return "<h1>It works!</h1>"


def without_headers(page: str, headers: dict[str, str]) -> str:
    del headers["Cache-Control"], headers["X-Robots-Tag"]
    return page


def remembered(page: str, headers: dict[str, str]) -> str:
    headers["Strict-Transport-Security"] = "max-age=31536000"
    return page


def without_webhook(page: str, headers: dict[str, str]) -> str:
    if not page:  # what the program answers to who is not Telegram
        headers["Status"] = "404"
    return page


@pytest.mark.parametrize(
    "change, said, do",
    [
        (leads_to("http://localhost/"), "sends people on to a page without https", "out of the proxy"),
        (leads_to("https://www.localhost/"), "sends people on to another address", "set BOT_PUBLIC_URL"),
        (without_112, "the page does not name 112", "something between changes our pages"),
        (of_somebody_else, "something else answers there", "see DNS and the proxy"),
        (without_headers, "the proxy takes away: Cache-Control, X-Robots-Tag", "let our headers through"),
        (remembered, "the proxy adds: Strict-Transport-Security", "browsers keep it on the device"),
        (without_webhook, "Telegram's updates do not get through: 404 in place of 403", "posted to /telegram"),
    ],
)
async def test_a_proxy_that_does_not_hand_on_our_page_is_red(
    runtime: Runtime, authority: Authority, change: Change, said: str, do: str
) -> None:
    async with in_front(runtime, authority.server(), change) as told:
        line = await doctor_public.public_page(told)
    assert (line.well, line.said) == (False, said)
    assert do in line.todo


async def test_behind_https_an_installation_without_its_database_is_red(runtime: Runtime, authority: Authority) -> None:
    gone = replace(runtime)
    gone.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    async with in_front(gone, authority.server()) as told:
        line = await doctor_public.public_page(told)
    assert (line.well, line.said) == (False, "information only: its database is out of reach")


async def test_an_address_that_does_not_answer_is_red(runtime: Runtime) -> None:
    nowhere = runtime.settings.model_copy(update={"public_url": "https://localhost:9"})
    line = await doctor_public.public_page(replace(runtime, settings=nowhere))
    assert line.well is False
    assert "does not answer" in line.said
    assert "DNS" in line.todo


@pytest.mark.parametrize("tells", [sets, adds])
async def test_a_proxy_that_says_who_came_is_green(runtime: Runtime, authority: Authority, tells: Tells) -> None:
    async with in_front(runtime, authority.server(), tells=tells) as told:
        line = await visitors(told)
    assert (line.well, line.said) == (True, "each address waits in its own line")


@pytest.mark.parametrize(
    "tells, named, said, do",
    [
        (hides, "127.0.0.1", "the proxy hides who comes", "let it put the address it sees into X-Forwarded-For"),
        (repeats, "127.0.0.1", "whatever a visitor says of her address", "in place of what came"),
        (sets, "10.0.0.5", "the proxy is not believed", "name its address in BOT_PROXY"),
        (sets, "", "the proxy is not believed", "name its address in BOT_PROXY"),
    ],
)
async def test_a_proxy_whose_word_is_missing_false_or_not_believed_is_red(
    runtime: Runtime, authority: Authority, tells: Tells, named: str, said: str, do: str
) -> None:
    runtime = replace(runtime, settings=runtime.settings.model_copy(update={"proxy": named}))
    async with in_front(runtime, authority.server(), tells=tells) as told:
        line = await visitors(told)
    assert line.well is False
    assert said in line.said
    assert do in line.todo


async def test_what_answers_in_our_place_says_nothing_of_visitors(runtime: Runtime, authority: Authority) -> None:
    def elsewhere(page: str, headers: dict[str, str]) -> str:
        headers.pop(SEEN, None)
        return page

    async with in_front(runtime, authority.server(), elsewhere) as told:
        assert (await visitors(told)).said == "something else answers there"
    nowhere = runtime.settings.model_copy(update={"public_url": "https://localhost:9"})
    assert (await visitors(replace(runtime, settings=nowhere))).well is None
