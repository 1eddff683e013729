"""The configurations of nginx and Caddy that `setup` writes, started as they are, before the program.

Only what a machine has for itself is put in: ports, certificates, folders, and a shorter patience.
"""

import asyncio
import os
import re
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession, TCPConnector, web
from aiohttp.test_utils import TestServer, unused_port
from pydantic import SecretStr

from bot.channels.telegram import webhook
from bot.channels.webchat import public_app
from bot.commands import setup_files
from bot.desk.app import desk_app
from bot.renditions.failure import failure_page
from bot.runtime import Runtime
from bot.usecases.operation import doctor_public, doctor_visitors
from bot.usecases.operation.doctor_visitors import HEADER
from tests.certificates import NAME, Authority
from tests.channels.web import Served, read_page
from tests.patience import LOOK, PATIENCE, patiently
from tests.raw import HELP, LANGUAGES, Answer, says

MARK = "kanarija-cela"
SIGNED_OUT = 401
"""How the desk itself answers whoever is not signed in."""
TOO_LARGE = (413, 502)  # Caddy says that the program hung up
VISITOR = "203.0.113.7"
DESK = "darbs.example.lv"
SECRET = "what Telegram and we know"
AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/blakus.conf;
}}
"""
"""As Debian's own file includes ours, with logs that every server has unless it says otherwise."""


@dataclass
class Behind:
    """The program behind a proxy, both on loopback, and what reached it."""

    runtime: Runtime
    url: str
    folder: Path
    inside: TestServer
    came: list[Mapping[str, str]] = field(default_factory=list)

    @asynccontextmanager
    async def asking(self, name: str = NAME) -> AsyncIterator[ClientSession]:
        """A browser that trusts the certificate, whatever name it is for."""
        trusting = ssl.create_default_context()
        trusting.check_hostname = name == NAME
        headers = {"Host": name, "X-Forwarded-For": VISITOR, "User-Agent": MARK}
        async with ClientSession(connector=TCPConnector(ssl=trusting), headers=headers) as session:
            yield session

    def written(self) -> dict[str, str]:
        """Everything the proxy wrote. Its settings and our certificates are not its writing."""
        ours = {"blakus.conf", "nginx.conf", "Caddyfile", "authority.pem", "server.pem", "down.html"}
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.name not in ours)
        return {path.name: path.read_bytes().decode("utf-8", "replace") for path in files}


def nginx(folder: Path, ports: Mapping[str, int], pem: Path, program: str) -> list[str]:
    text = re.sub(r"listen 443", f"listen 127.0.0.1:{ports['proxy']}", setup_files.show("nginx"))
    text = re.sub(r"(ssl_certificate(?:_key)?) .*;", rf"\1 {pem};", text)
    text = re.sub(r"(client_\w+_timeout) \d+s", r"\1 1s", text)
    (folder / "blakus.conf").write_text(put_in(text, folder, ports))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    return [program, "-p", str(folder), "-e", str(folder / "first.log"), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, ports: Mapping[str, int], pem: Path, program: str) -> list[str]:
    text = setup_files.show("caddy").replace("/var/lib/caddy/admin.sock", f"{folder}/admin.sock")
    text = text.replace("\tservers {\n", "\tauto_https disable_redirects\n\tservers {\n", 1)
    text = re.sub(
        r"^(\w+\.example\.lv) {",
        rf"https://\1:{ports['proxy']} {{\n\tbind 127.0.0.1\n\ttls {pem} {pem}",
        text,
        flags=re.M,
    )
    text = re.sub(r"(read_\w+) \d+s", r"\1 1s", text)
    (folder / "Caddyfile").write_text(put_in(text, folder, ports))
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def put_in(text: str, folder: Path, ports: Mapping[str, int]) -> str:
    for before, after in {
        "blakus.example.lv": NAME,
        "127.0.0.1:8080": f"127.0.0.1:{ports['public']}",
        "127.0.0.1:8081": f"127.0.0.1:{ports['desk']}",
        "/usr/share/blakus": str(folder),
    }.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


PROXIES = {"nginx": nginx, "caddy": caddy}


@pytest.fixture(params=PROXIES)
async def behind(
    request: pytest.FixtureRequest, runtime: Runtime, authority: Authority, tool: Callable[[str], str]
) -> AsyncIterator[Behind]:
    folder, program = authority.folder, tool(request.param)  # before anything is started that would be left running
    came: list[Mapping[str, str]] = []

    async def telegram(asked: web.Request) -> web.Response:
        async def received(_: object) -> bool:
            return True

        async def rides(_: object) -> None:
            return None

        return await webhook.serve(asked, SECRET, received, rides)

    async def noting(asked: web.Request, _: web.StreamResponse) -> None:
        came.append(asked.headers.copy())

    at_the_desk = replace(runtime, settings=runtime.settings.model_copy(update={"desk_url": f"https://{DESK}"}))
    public, desk = public_app(runtime, machines={"/telegram": telegram}), desk_app(at_the_desk)
    for app in (public, desk):
        app.on_response_prepare.append(noting)
    inside, desk_inside = Served(public), TestServer(desk)
    await inside.start_server()
    await desk_inside.start_server()
    ports = {"proxy": unused_port(), "public": inside.port or 0, "desk": desk_inside.port or 0}
    (folder / "down.html").write_text(failure_page(runtime.content))
    command = PROXIES[request.param](folder, ports, authority.signed(NAME, DESK), program)
    url = f"https://{NAME}:{ports['proxy']}"
    settings = runtime.settings.model_copy(update={"public_url": url, "telegram_token": SecretStr("1:token")})
    async with running(command, folder, ports["proxy"]):
        yield Behind(replace(runtime, settings=settings), url, folder, inside, came)
    await inside.close()
    await desk_inside.close()


@asynccontextmanager
async def running(command: list[str], folder: Path, port: int) -> AsyncIterator[None]:
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "said.log").open("ab") as said:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | home, stdout=said, stderr=said)
    try:
        async with patiently():
            while not await answers(port):
                assert process.poll() is None, (folder / "said.log").read_text()
                await asyncio.sleep(LOOK)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


async def answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def test_pages_forms_and_updates_get_through_and_no_address_or_path_is_kept(behind: Behind) -> None:
    line = await doctor_public.public_page(behind.runtime)
    assert (line.well, line.said) == (True, "is ours, through https")
    async with behind.asking() as session:
        await walks(behind, session)
        await brings_an_update(behind, session)
    async with behind.asking(DESK) as session:
        await signs_in(behind, session)
    carried = {(headers["Host"].partition(":")[0], *told) for headers in behind.came for told in addresses(headers)}
    assert carried == {(NAME, HEADER, "127.0.0.1")}, "who really came, in one header, and for people's pages only"
    seen = await doctor_visitors.visitors(behind.runtime)
    assert (seen.well, seen.said) == (True, "each address waits in its own line")
    await behind.inside.close()
    async with behind.asking() as session, session.get(f"{behind.url}/{MARK}") as answer:
        assert answer.status == 502
        assert answer.headers["Cache-Control"] == "no-store"
        assert {"112", "116006"} <= set(re.findall(r"tel:(\d+)", await answer.text()))
    written = behind.written()
    assert {name for name, text in written.items() if MARK in text or VISITOR in text} == set()
    assert written.get("access.log", "") == ""


def addresses(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the proxy says of a visitor in any header but the two that name the program itself."""
    said = [(name, value) for name, value in headers.items() if name not in {"Host", "Origin"}]
    return [(name, value) for name, value in said if re.search(r"\d+(\.\d+){3}|[0-9a-f]*(:[0-9a-f]*){2,}", value)]


async def walks(behind: Behind, session: ClientSession) -> None:
    """Without JavaScript, with a path that tells something."""
    async with session.get(f"{behind.url}/{MARK}?{MARK}={MARK}") as answer:
        assert answer.status == 404
    async with session.get(f"{behind.url}/") as answer:
        page = read_page(await answer.text())
    of_ours = {"Origin": behind.url.rpartition(":")[0]}
    async with session.post(f"{behind.url}/", data=dict(page.button("go").fields), headers=of_ours) as answer:
        assert answer.status == 200
        assert read_page(await answer.text()).screen == "menu"


async def brings_an_update(behind: Behind, session: ClientSession) -> None:
    """As large as one can be that is no attack."""
    update = {"update_id": 1, "filler": MARK * 40_000}
    async with session.post(f"{behind.url}/telegram", json=update, headers={webhook.HEADER: SECRET}) as answer:
        assert answer.status == 200


async def signs_in(behind: Behind, session: ClientSession) -> None:
    async def asks(method: str, path: str, data: dict[str, str] | BytesIO | None = None) -> ClientResponse:
        headers = {"Origin": f"https://{DESK}"}
        return await session.request(
            method, behind.url + path, data=data, headers=headers, server_hostname=DESK, allow_redirects=False
        )

    assert (await asks("GET", "/sign-in")).status == 200
    assert (await asks("POST", "/language", {"language": "ru", "back": "/sign-in"})).status == 303
    assert (await asks("POST", "/content/package", BytesIO(b"a" * 8_000_000))).status == SIGNED_OUT, (
        "larger than any form"
    )
    assert (await asks("POST", "/sign-in", BytesIO(b"a" * 8_000_000))).status in TOO_LARGE


@pytest.mark.parametrize("behind", ["caddy"], indirect=True)
async def test_caddy_takes_a_changed_configuration_again_and_again(behind: Behind, tool: Callable[[str], str]) -> None:
    command = [
        tool("caddy"),
        "reload",
        "--config",
        str(behind.folder / "Caddyfile"),
        "--adapter",
        "caddyfile",
        "--force",
    ]
    for _ in range(2):
        done = subprocess.run(command, cwd=behind.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (await doctor_public.public_page(behind.runtime)).well


@pytest.mark.parametrize(
    "says",
    [
        pytest.param("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", id="the head"),
        pytest.param("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\ntoken=", id="the body"),
        pytest.param("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000000\r\n\r\na=", id="too much"),
    ],
)
async def test_who_dawdles_is_sent_away(behind: Behind, says: str) -> None:
    trusting = ssl.create_default_context()
    port = int(behind.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname=NAME)
    writer.write(says.encode())
    async with patiently():
        with suppress(ConnectionError):
            await reader.read()  # until the proxy hangs up
    writer.close()


GET = "GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\r\n"
REFUSED: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "an unknown address": (GET.format("/nowhere", ""), (404,)),
    "a form that is too long for us": (
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000\r\n\r\n" + "a" * 20_000,
        (413,),
    ),
    "a form that is too long for the proxy": (
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2000000\r\n\r\n" + "a" * 2_000_000,
        (413, 502),  # Caddy says that the program hung up, and shows the same page
    ),
    "an address that is too long for us": (GET.format("/" + "a" * 9000, ""), (400, 414)),
    "an address that is too long for the proxy": (GET.format("/" + "a" * 40_000, ""), (400, 414)),
    "a header that is too long for us": (GET.format("/", f"Cookie: {'a' * 36_000}\r\n"), (400, 431, 494)),
    "a form of another site": (
        (
            "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: https://elsewhere.example\r\n"
            "Content-Length: 0\r\n\r\n"
        ),
        (403,),
    ),
    "a method that is not": ("DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", (405,)),
}


async def test_whatever_is_refused_on_the_way_the_answer_names_help(behind: Behind) -> None:
    """By the proxy or by the program: never a bare line."""
    bare = {}
    for what, (said, statuses) in REFUSED.items():
        answer = await hears(behind, said)
        if answer.status not in statuses or not answer.calls >= HELP:
            bare[what] = (answer.status, answer.body[:300])
    assert bare == {}
    await behind.inside.close()
    for method in ("GET", "HEAD", "POST"):
        answer = await hears(behind, f"{method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert (answer.status, answer.headers["cache-control"]) == (502, "no-store")
        assert answer.headers["content-type"].startswith("text/html")
        if method != "HEAD":
            assert (answer.calls, answer.languages) == (HELP, LANGUAGES)


async def hears(behind: Behind, said: str) -> Answer:
    return await says(int(behind.url.rpartition(":")[2]), said.encode(), NAME, ssl.create_default_context())
