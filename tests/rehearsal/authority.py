"""The authority: `pebble`, Let's Encrypt's own test server, under Let's Encrypt's own name.

So certbot and Caddy talk ACME as they do anywhere, and nobody tells them of another authority: that name leads here by
a line in the hosts file of each machine, which reaches nothing else.
"""

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.certificates import DAY, Authority
from tests.patience import tries_meanwhile
from tests.rehearsal.machine import Failed, Machine

NAME, DIRECTORY = "acme-v02.api.letsencrypt.org", "/directory"
NAMESERVER, SERVER, MANAGEMENT = 8053, 14000, 15000
CALM = {"PEBBLE_WFE_NONCEREJECT": "0"}
"""Without its refusals at random: they try clients, and this tries a machine. Its pauses of seconds stay."""


@asynccontextmanager
async def running(machine: Machine, trusted: Authority) -> AsyncIterator[str]:
    """Run it at our end of the machine's cable; every name leads to that machine. Yield the root of what it signs.

    `trusted` signs what it shows itself, as browsers' authorities did for Let's Encrypt.
    """
    folder = trusted.folder
    shown = trusted.signed(NAME, ends_in=DAY)
    config = folder / f"{machine.name}.json"
    config.write_text(json.dumps({"pebble": _settings(machine, shown)}))
    names = f"{machine.ours}:{NAMESERVER}"
    # It would answer challenges itself; here it only says where names lead.
    nameserver = ["-dns01", names, "-defaultIPv4", machine.address, "-defaultIPv6", ""]
    unused = [word for part in ("http01", "https01", "tlsalpn01", "management") for word in (f"-{part}", "")]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_process(folder, "pebble-challtestsrv", *nameserver, *unused))
        await stack.enter_async_context(_process(folder, "pebble", "-config", str(config), "-dnsserver", names))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False), auto_decompress=False)
        )
        front = web.AppRunner(_front(session, f"https://{machine.ours}:{SERVER}"))
        await front.setup()
        stack.push_async_callback(front.cleanup)
        showing = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        showing.load_cert_chain(shown)
        await web.TCPSite(front, machine.ours, 443, ssl_context=showing).start()
        yield await _root(session, f"https://{machine.ours}:{MANAGEMENT}/roots/0")


def _settings(machine: Machine, shown: Path) -> dict[str, object]:
    return {
        "listenAddress": f"{machine.ours}:{SERVER}",
        "managementListenAddress": f"{machine.ours}:{MANAGEMENT}",
        "certificate": str(shown),
        "privateKey": str(shown),
        "httpPort": 80,
        "tlsPort": 443,
        "certificateValidityPeriod": int((90 * DAY).total_seconds()),
    }


@asynccontextmanager
async def _process(folder: Path, *command: str) -> AsyncIterator[None]:
    log = (folder / f"{command[0]}.log").open("wb")
    process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, env={**os.environ, **CALM})
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


def _front(session: aiohttp.ClientSession, server: str) -> web.Application:
    """Hand everything on as it came: pebble only calls its directory by another name than Let's Encrypt does."""

    async def hand_on(request: web.Request) -> web.Response:
        path = "/dir" if request.path == DIRECTORY else request.path
        body = await request.read()
        async with session.request(request.method, server + path, headers=request.headers, data=body) as answer:
            kept = answer.headers.copy()
            for name in ("Content-Length", "Transfer-Encoding"):
                kept.popall(name, None)
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hand_on)
    return app


async def _root(session: aiohttp.ClientSession, url: str) -> str:
    async for _ in tries_meanwhile():
        try:
            async with session.get(url) as answer:
                return await answer.text()
        except aiohttp.ClientConnectionError:
            continue
    raise Failed("pebble does not answer")
