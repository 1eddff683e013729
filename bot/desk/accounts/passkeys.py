"""What the browser's script asks for around passkeys: something to sign, on the sign-in page and on a worker's own."""

import asyncio
from urllib.parse import urlsplit

from aiohttp import web

from bot.desk.app_keys import DEMO, RUNTIME, WORKER
from bot.desk.page import see_other
from bot.usecases.accounts import passkeys, second_factors
from bot.usecases.accounts.second_factors import Site
from bot.usecases.refused import NotFound


def here(request: web.Request) -> Site | None:
    """Where passkeys are made for, as this browser came here; None where it cannot use any."""
    return second_factors.site(request.app[RUNTIME], request.host)


def elsewhere(request: web.Request) -> str | None:
    """The demonstration's address under which passkeys work: browsers make none for a bare number."""
    if not request.app[DEMO]:
        return None
    port = urlsplit(f"//{request.host}").port or 80
    return f"http://localhost:{port}{request.path}"


async def to_sign(request: web.Request) -> web.StreamResponse:
    return _options(await asyncio.to_thread(second_factors.signing_options, request.app[RUNTIME], needed_site(request)))


async def to_make(request: web.Request) -> web.StreamResponse:
    return _options(await passkeys.creation_options(request.app[RUNTIME], request[WORKER], needed_site(request)))


async def add(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    name, response = (str(form.get(field, "")) for field in ("name", "passkey"))
    await passkeys.add(request.app[RUNTIME], request[WORKER], needed_site(request), name, response)
    return see_other("/me")


async def remove(request: web.Request) -> web.StreamResponse:
    await passkeys.remove(request.app[RUNTIME], request[WORKER], request.match_info["passkey"])
    return see_other("/me")


def needed_site(request: web.Request) -> Site:
    """The same, where there have to be passkeys."""
    found = here(request)
    if found is None:
        raise NotFound
    return found


def _options(options: str) -> web.Response:
    return web.Response(text=options, content_type="application/json")
