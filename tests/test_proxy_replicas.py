"""The lines of docs/operating.md for a proxy before two replicas, in the configuration that `setup` writes."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port

from bot.channels.webchat import public_app
from bot.commands import setup_files
from bot.runtime import Runtime
from tests import test_proxies
from tests.certificates import NAME, Authority
from tests.channels.web import Served, read_page
from tests.conftest import ROOT
from tests.patience import tries_meanwhile
from tests.test_proxies import Behind, running

TIMES = 4
PAGE = (ROOT / "docs" / "operating.md").read_text()
CADDY = re.compile(r"^# Caddy, in place of [^\n]+\n(\treverse_proxy [\s\S]*?\n\t}\n)", re.M)
NGINX = re.compile(r"^# nginx, above the servers[^\n]+\n(upstream blakus {[\s\S]*?\n}\n)", re.M)


def nginx(folder: Path, text: str) -> None:
    upstream, again = NGINX.search(PAGE), re.search(r"`(proxy_next_upstream [^`]+;)`", PAGE)
    assert upstream
    assert again
    before = "        proxy_pass http://127.0.0.1:8080;\n"
    assert before in text
    text = text.replace(before, f"        proxy_pass http://blakus;\n        {again[1]}\n")
    (folder / "shown").write_text(upstream[1] + text)


def caddy(folder: Path, text: str) -> None:
    shown = CADDY.search(PAGE)
    assert shown
    text, number = re.subn(r"\treverse_proxy 127\.0\.0\.1:8080 {[\s\S]*?\n\t}\n", lambda _: shown[1], text)
    assert number == 1
    (folder / "shown").write_text(text)


@pytest.fixture
async def replicas(runtime: Runtime) -> AsyncIterator[list[Served]]:
    """Two servers on one database."""
    made = [Served(public_app(runtime)) for _ in range(2)]
    for replica in made:
        await replica.start_server()
    yield made
    for replica in made:
        await replica.close()


@pytest.mark.parametrize("name", ["nginx", "caddy"])
async def test_before_two_replicas_presses_are_answered_while_one_of_them_is_gone(
    name: str,
    runtime: Runtime,
    replicas: list[Served],
    authority: Authority,
    tool: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, program = authority.folder, tool(name)
    {"nginx": nginx, "caddy": caddy}[name](folder, setup_files.show(name))
    monkeypatch.setattr(setup_files, "show", lambda _: (folder / "shown").read_text())
    ports = {"proxy": unused_port(), "public": replicas[0].port or 0, "desk": unused_port()}
    addresses = dict(zip(("10.0.0.11:8080", "10.0.0.12:8080"), replicas, strict=True))
    monkeypatch.setattr(test_proxies, "put_in", put_in_two(addresses))
    command = test_proxies.PROXIES[name](folder, ports, authority.signed(NAME, test_proxies.DESK), program)
    behind = Behind(runtime, f"https://{NAME}:{ports['proxy']}", folder, replicas[0])
    async with running(command, folder, ports["proxy"]), behind.asking() as session:
        await all_answered(behind.url, session)
        await replicas[1].close()
        await all_answered(behind.url, session)


def put_in_two(replicas: Mapping[str, Served]) -> Callable[[str, Path, Mapping[str, int]], str]:
    def put_in(text: str, folder: Path, ports: Mapping[str, int]) -> str:
        for before, replica in replicas.items():
            assert before in text, before
            text = text.replace(before, f"127.0.0.1:{replica.port}")
        for before, after in {
            "blakus.example.lv": NAME,
            "127.0.0.1:8081": f"127.0.0.1:{ports['desk']}",
            "/usr/share/blakus": str(folder),
        }.items():
            text = text.replace(before, after)
        return text

    return put_in


async def all_answered(url: str, session: ClientSession) -> None:
    """At once with nginx. Caddy may need its look at each replica, every two seconds, to see which are there."""
    async for _ in tries_meanwhile():
        if await pressed(url, session) == TIMES:
            return
    pytest.fail("presses stayed without an answer")


async def pressed(url: str, session: ClientSession) -> int:
    """Open the chat and press on, as often as it takes to reach both replicas. Return how many were answered."""
    answered = 0
    for _ in range(TIMES):
        async with session.get(f"{url}/") as first:
            page = read_page(await first.text())
        headers = {"Origin": url.rpartition(":")[0]}
        async with session.post(f"{url}/", data=dict(page.button("go").fields), headers=headers) as then:
            answered += then.status == 200 and read_page(await then.text()).screen == "menu"
    return answered
