"""The webhook: Telegram posts updates, proves who it is by a secret, and is answered when they have been handled."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar

from aiohttp import web
from telegram import Bot

from bot.channels.telegram.incoming import ALLOWED_UPDATES, Json

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_BODY = 1024 * 1024
PATH = "/telegram"
CONNECTIONS = 100
"""How many updates Telegram may bring side by side. Its default, 40, is less than we can answer."""
AT_ONCE = 1000
"""Updates in work. More are refused unread: Telegram brings them again."""

Rider = Mapping[str, str]
RIDERS: ContextVar[list[Rider] | None] = ContextVar("riders", default=None)
"""A call that Telegram carries out when it reads it in our answer: one request less. None where nothing can ride."""


class Doors:
    """Telegram's own way in, beside the people's: a flood of either leaves the other its place."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once, self._inside = at_once, 0

    async def serve(
        self,
        request: web.Request,
        secret: str,
        receive: Callable[[Json], Awaitable[bool]],
        by_itself: Callable[[Rider], Awaitable[None]],
    ) -> web.StreamResponse:
        if self._inside >= self._at_once:
            return web.Response(status=503)
        self._inside += 1
        try:
            return await serve(request, secret, receive, by_itself)
        finally:
            self._inside -= 1


async def serve(
    request: web.Request,
    secret: str,
    receive: Callable[[Json], Awaitable[bool]],
    by_itself: Callable[[Rider], Awaitable[None]],
) -> web.Response:
    """500 only where our state could not be saved: then Telegram brings the update again, and reads no answer."""
    if not hmac.compare_digest(request.headers.get(HEADER, "").encode("utf-8", "replace"), secret.encode()):
        return web.Response(status=403)
    body = await _body(request)
    if body is None:
        return web.Response(status=413)
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, or nested deeper than any update
        return web.Response(status=400)
    if not isinstance(update, dict):
        return web.Response(status=400)
    riders: list[Rider] = []
    RIDERS.set(riders)
    if not await receive(update):
        for call in riders:
            await by_itself(call)
        return web.Response(status=500)
    if riders:
        return web.Response(body=json.dumps(riders[0]).encode(), content_type="application/json")
    return web.Response()


def ride(call: Rider) -> bool:
    """Let a call ride in the answer to the update that is being handled. False where it must go by itself."""
    riders = RIDERS.get()
    if riders is None or riders:  # there is room for one
        return False
    riders.append(call)
    return True


async def set_up(bot: Bot, public_url: str, secret: str) -> None:
    """Tell Telegram where to post; without an address of ours, that we shall come and ask."""
    if public_url:
        await bot.set_webhook(
            address(public_url), allowed_updates=ALLOWED_UPDATES, secret_token=secret, max_connections=CONNECTIONS
        )
    else:
        await bot.delete_webhook()


async def is_ours(bot: Bot, public_url: str) -> bool:
    """Whether Telegram still posts to us. Whoever knows the token can send it elsewhere: a test copy, an earlier
    machine."""
    return (await bot.get_webhook_info()).url == address(public_url)


def address(public_url: str) -> str:
    return public_url.rstrip("/") + PATH


async def _body(request: web.Request) -> bytes | None:
    """The body, or None where it is longer than any update."""
    body = bytearray()
    async for part in request.content.iter_chunked(64 * 1024):
        body += part
        if len(body) > LONGEST_BODY:
            return None
    return bytes(body)
