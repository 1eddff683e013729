"""What goes wrong with a call to Telegram: `fake.next(method, trouble)` makes the next one fail so."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.channels.bot_api import Refusal

Trouble = Callable[[], Awaitable[web.Response]]


def too_many_requests(retry_after: int) -> Trouble:
    async def answer() -> web.Response:
        return refused(Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after))

    return answer


async def server_error() -> web.Response:
    return web.json_response({"ok": False, "error_code": 500, "description": "Internal Server Error"}, status=500)


async def bad_gateway() -> web.Response:
    """A machine on the way says that it got no answer: nobody knows whether Telegram did what was asked."""
    return web.Response(status=502, text="<html>502 Bad Gateway</html>", content_type="text/html")


async def garbage() -> web.Response:
    return web.Response(text="<html>it works</html>", content_type="text/html")


async def another_shape() -> web.Response:
    return web.json_response({"ok": True, "result": [7]})


async def silence() -> web.Response:
    """No answer until the caller hangs up or the server stops."""
    await asyncio.Event().wait()
    raise AssertionError


async def hung_up() -> web.Response:
    """The line is cut before anything was said."""
    raise ConnectionAbortedError


class Hold:
    """Keeps a call waiting until it is let go; then the caller gets an error that has no effect."""

    def __init__(self) -> None:
        self.reached, self.released = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> web.Response:
        self.reached.set()
        await self.released.wait()
        return await server_error()


def refused(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.retry_after:
        body["parameters"] = {"retry_after": refusal.retry_after}
    return web.Response(text=json.dumps(body), status=refusal.code, content_type="application/json")
