"""The webhook: Telegram posts updates, proves who it is by a secret, and is answered when they have been handled."""

import hmac
import json
from collections.abc import Awaitable, Callable

from aiohttp import web
from telegram import Bot

from bot.channels.telegram.incoming import ALLOWED_UPDATES, Json

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_BODY = 1024 * 1024
PATH = "/telegram"


async def serve(request: web.Request, secret: str, receive: Callable[[Json], Awaitable[bool]]) -> web.Response:
    """500 only where our state could not be saved: then Telegram brings the update again."""
    if not hmac.compare_digest(request.headers.get(HEADER, "").encode("utf-8", "replace"), secret.encode()):
        return web.Response(status=403)
    body = await _body(request)
    if body is None:
        return web.Response(status=413)
    try:
        update = json.loads(body)
    except ValueError:
        return web.Response(status=400)
    if not isinstance(update, dict):
        return web.Response(status=400)
    return web.Response(status=200 if await receive(update) else 500)


async def set_up(bot: Bot, public_url: str, secret: str) -> None:
    """Tell Telegram where to post; without an address of ours, that we shall come and ask."""
    if public_url:
        address = public_url.rstrip("/") + PATH
        await bot.set_webhook(address, allowed_updates=ALLOWED_UPDATES, secret_token=secret)
    else:
        await bot.delete_webhook()


async def _body(request: web.Request) -> bytes | None:
    """The body, or None where it is longer than any update."""
    body = bytearray()
    async for part in request.content.iter_chunked(64 * 1024):
        body += part
        if len(body) > LONGEST_BODY:
            return None
    return bytes(body)
