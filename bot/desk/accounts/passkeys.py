"""Passkeys: options for the browser's script to sign or create with, and a worker's list of her own."""

import asyncio
from urllib.parse import urlsplit

from aiohttp import web

from bot.desk.app_keys import DEMO, RUNTIME, WORKER
from bot.desk.page import see_other
from bot.usecases.accounts import passkeys, second_factors
from bot.usecases.accounts.second_factors import Site
from bot.usecases.refused import NotFound


def site_of(request: web.Request) -> Site | None:
    """Return the site passkeys are bound to at the address the browser used; None if it cannot use any there."""
    return second_factors.site(request.app[RUNTIME], request.host)


def demo_address(request: web.Request) -> str | None:
    """Return the demonstration's URL where passkeys work, since browsers make none for an IP address; else None."""
    if not request.app[DEMO]:
        return None
    port = urlsplit(f"//{request.host}").port or 80
    return f"http://localhost:{port}{request.path}"


async def to_sign(request: web.Request) -> web.StreamResponse:
    return options_answer(
        await asyncio.to_thread(second_factors.signing_options, request.app[RUNTIME], required_site(request))
    )


async def to_make(request: web.Request) -> web.StreamResponse:
    return options_answer(
        await passkeys.creation_options(request.app[RUNTIME], request[WORKER], required_site(request))
    )


async def add(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    name, response = (str(form.get(field, "")) for field in ("name", "passkey"))
    await passkeys.add(request.app[RUNTIME], request[WORKER], required_site(request), name, response)
    return see_other("/me")


async def remove(request: web.Request) -> web.StreamResponse:
    await passkeys.remove(request.app[RUNTIME], request[WORKER], request.match_info["passkey"])
    return see_other("/me")


def required_site(request: web.Request) -> Site:
    """Return the site passkeys are bound to. Raises NotFound if the browser cannot use any here."""
    site = site_of(request)
    if site is None:
        raise NotFound
    return site


def options_answer(options: str) -> web.Response:
    """Answer the browser's script with options."""
    return web.Response(text=options, content_type="application/json")
