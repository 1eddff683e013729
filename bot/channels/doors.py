"""Where people wait: a line for codes and a line for requests. Reading has none, and nobody is refused.

Who waits holds no place of those who only read.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from aiohttp import web

from bot.channels import pages
from bot.channels.visitors import BUCKET, is_here
from bot.runtime import Runtime
from bot.usecases.fair_queue import FairQueue, Lane
from bot.usecases.services.flood import Flow

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
        self._codes = FairQueue(CODES, LONGEST, PATIENCE)
        self._requests = FairQueue(REQUESTS, LONGEST, PATIENCE, self._pause)

    @property
    def waiting(self) -> int:
        """How many stand in one of the lines."""
        return self._codes.waiting() + self._requests.waiting()

    def code(self, request: web.Request, code: str, *, urgent: bool) -> AbstractAsyncContextManager[None]:
        """A turn with a code, whether it is right or wrong. What takes back is `urgent`. Raises Busy."""
        return _turn(self._codes, request, code, urgent=urgent)

    @asynccontextmanager
    async def sending(self, request: web.Request, once: str) -> AsyncIterator[bool]:
        """A turn with a request. Answers whether it comes in a flood. Raises Busy."""
        async with _turn(self._requests, request, once):
            yield self._flow.floods(request[BUCKET])

    def sent(self, request: web.Request) -> None:
        """It was sent, and for the first time."""
        self._flow.count(request[BUCKET])

    def _pause(self, lane: Lane) -> float:
        return PACE if self._flow.over(lane.whose) else 0.0


@asynccontextmanager
async def _turn(line: FairQueue, request: web.Request, secret: str, *, urgent: bool = False) -> AsyncIterator[None]:
    name = hashlib.blake2b(secret.encode(), digest_size=16).digest()  # a code has 53 bits: it is kept nowhere in words
    async with AsyncExitStack() as stack:
        with pages.aside(request):
            turn = line.turn(Lane(request[BUCKET]), lambda: not is_here(request), urgent=urgent, name=name)
            await stack.enter_async_context(turn)
        yield
