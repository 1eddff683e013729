"""The public address over real https, with certificates of our own: green where it is ours, and red with what to do."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from bot.channels.telegram import webhook
from bot.channels.webchat import public_app
from bot.runtime import Runtime
from bot.usecases import doctor_public
from storage.database import Database

NAME = "localhost"
DAY = timedelta(days=1)


@dataclass
class Authority:
    """Somebody browsers trust, for the length of a test."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def name(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])

    def trusted(self) -> Path:
        """The file that SSL_CERT_FILE names."""
        path = self.folder / "authority.pem"
        made = self._certificate(self.name, self.key, DAY, ()).sign(self.key, hashes.SHA256())
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return path

    def server(self, name: str = NAME, *, ends_in: timedelta = DAY) -> ssl.SSLContext:
        """What a proxy shows for a name."""
        key, path = ec.generate_private_key(ec.SECP256R1()), self.folder / "server.pem"
        signed = self._certificate(x509.Name([]), key, ends_in, (name,)).sign(self.key, hashes.SHA256())
        unlocked = serialization.NoEncryption()
        held = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked)
        path.write_bytes(held + signed.public_bytes(serialization.Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        return context

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, ends_in: timedelta, names: tuple[str, ...]
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now - 3 * DAY).not_valid_after(now + ends_in)
        made = made.add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        own, issuer = x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier
        made = made.add_extension(own.from_public_key(key.public_key()), critical=False)
        if not names:
            return made
        made = made.add_extension(issuer.from_issuer_public_key(self.key.public_key()), critical=False)
        return made.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=True)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.trusted()))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return made


Change = Callable[[str, dict[str, str]], str]
"""What a proxy does to a page and its headers on their way."""


def hands_on(page: str, headers: dict[str, str]) -> str:
    return page


async def nobody(_: object) -> NoReturn:
    raise AssertionError("this was not Telegram")


@asynccontextmanager
async def in_front(runtime: Runtime, shown: ssl.SSLContext, change: Change = hands_on) -> AsyncIterator[Runtime]:
    """The program behind a proxy of TLS, both on loopback. Answers a runtime that is told this address."""

    async def telegram(request: web.Request) -> web.Response:
        return await webhook.serve(request, "a secret that only Telegram knows", nobody, nobody)

    inside = TestServer(public_app(runtime, machines={"/telegram": telegram}))
    await inside.start_server()

    async def pass_on(request: web.Request) -> web.Response:
        async with (
            ClientSession() as session,
            session.request(request.method, inside.make_url(request.path), data=await request.read()) as answer,
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
