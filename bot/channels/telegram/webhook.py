"""The webhook: Telegram posts updates, identifies itself by a secret, and is answered once they are handled."""

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
"""How many updates Telegram may deliver in parallel. Its default, 40, is less than we can answer."""
AT_ONCE = 1000
"""Updates in work. More are refused unread: Telegram delivers them again."""

Rider = Mapping[str, str]
RIDERS: ContextVar[list[Rider] | None] = ContextVar("riders", default=None)
"""The call to put into our answer, which Telegram then carries out: one request less. None outside the webhook."""


class Intake:
    """A limit of Telegram's own: a flood of updates takes no place from people on the web, nor theirs from it."""

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
    """Answer 500 only if our state could not be saved: Telegram then delivers the update again.

    It does not read the body of such an answer, so calls that would ride in it go `by_itself`.
    """
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
    """Put a call into the answer to the current update. Return False if it must be made by itself."""
    riders = RIDERS.get()
    if riders is None or riders:  # there is room for one
        return False
    riders.append(call)
    return True


async def set_up(bot: Bot, public_url: str, secret: str) -> None:
    """Tell Telegram where to post or, without an address of ours, that we poll. Raise TelegramError."""
    if public_url:
        await bot.set_webhook(
            address(public_url), allowed_updates=ALLOWED_UPDATES, secret_token=secret, max_connections=CONNECTIONS
        )
    else:
        await bot.delete_webhook()


async def is_ours(bot: Bot, public_url: str) -> bool:
    """Whether Telegram still posts to us. A test copy or an older machine with the token may have redirected it."""
    return (await bot.get_webhook_info()).url == address(public_url)


def address(public_url: str) -> str:
    return public_url.rstrip("/") + PATH


async def _body(request: web.Request) -> bytes | None:
    """The body, or None if it is longer than any update."""
    body = bytearray()
    async for part in request.content.iter_chunked(64 * 1024):
        body += part
        if len(body) > LONGEST_BODY:
            return None
    return bytes(body)
