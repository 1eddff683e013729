"""Where people wait: a line for codes and a line for requests. Reading has none, and nobody is refused.

Who waits holds no place of those who only read.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from aiohttp import web

from bot.channels import pages
from bot.channels.line import Line, Waits
from bot.channels.visitors import BUCKET, is_here
from bot.runtime import Runtime
from bot.usecases.flood import Flow

__all__ = ["Doors", "Waits"]

CODES, REQUESTS = 2, 2
"""Looked up, and sent, side by side: hashing a code is slow on purpose and takes 32 MB."""
LONGEST = 200
"""How many wait in each line; each brings 16 kB at most."""
PATIENCE = 10.0
"""Seconds until a page says that it waits. Proxies hang up after sixty."""
PACE = 1.0
"""Seconds between two requests of a bucket that has sent more than it is allowed."""


class Doors:
    """The lines of one running program."""

    def __init__(self, runtime: Runtime) -> None:
        self._flow = Flow(runtime.now)
        self._codes = Line(CODES, LONGEST, PATIENCE)
        self._requests = Line(REQUESTS, LONGEST, PATIENCE, lambda bucket: PACE if self._flow.over(bucket) else 0.0)

    @property
    def waiting(self) -> int:
        """How many stand in one of the lines."""
        return len(self._codes) + len(self._requests)

    def code(self, request: web.Request, code: str, *, urgent: bool) -> AbstractAsyncContextManager[None]:
        """A turn with a code, whether it is right or wrong. What takes back is `urgent`. Raises Waits."""
        return _turn(self._codes, request, code, urgent=urgent)

    @asynccontextmanager
    async def sending(self, request: web.Request, once: str) -> AsyncIterator[bool]:
        """A turn with a request. Answers whether it comes in a flood. Raises Waits."""
        async with _turn(self._requests, request, once):
            yield self._flow.floods(request[BUCKET])

    def sent(self, request: web.Request) -> None:
        """It was sent, and for the first time."""
        self._flow.count(request[BUCKET])


@asynccontextmanager
async def _turn(line: Line, request: web.Request, secret: str, *, urgent: bool = False) -> AsyncIterator[None]:
    name = hashlib.blake2b(secret.encode(), digest_size=16).digest()  # a code has 53 bits: see the docstring of `Line`
    async with AsyncExitStack() as stack:
        with pages.aside(request):
            turn = line.turn(request[BUCKET], name, urgent=urgent, here=lambda: is_here(request))
            await stack.enter_async_context(turn)
        yield
