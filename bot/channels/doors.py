"""The queues in which people wait: one for receipt codes, one for requests. Reading has none, and nobody is refused.

Whoever waits takes no place from those who only read.
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
"""Lookups, and requests being sent, at the same time: hashing a code is slow on purpose and takes 32 MB."""
LONGEST = 200
"""How many may wait in each queue; each holds 16 kB at most."""
PATIENCE = 10.0
"""Seconds until the answer is a page that says so. Proxies hang up after sixty."""
PACE = 1.0
"""Seconds between two requests from a bucket over its allowance."""


class Doors:
    """The queues of one running program."""

    def __init__(self, runtime: Runtime) -> None:
        self._flow = Flow(runtime.now)
        self._codes = FairQueue(CODES, LONGEST, PATIENCE)
        self._requests = FairQueue(REQUESTS, LONGEST, PATIENCE, self._pause)

    @property
    def waiting(self) -> int:
        """How many wait in either queue."""
        return self._codes.waiting() + self._requests.waiting()

    def code(self, request: web.Request, code: str, *, urgent: bool) -> AbstractAsyncContextManager[None]:
        """A turn to look up a code, right or wrong. Withdrawing is `urgent`. Raise Busy if no turn comes in time."""
        return _turn(self._codes, request, code, urgent=urgent)

    @asynccontextmanager
    async def sending(self, request: web.Request, once: str) -> AsyncIterator[bool]:
        """A turn to send a request. Yield whether it is part of a flood. Raise Busy if no turn comes in time."""
        async with _turn(self._requests, request, once):
            yield self._flow.floods(request[BUCKET])

    def sent(self, request: web.Request) -> None:
        """Count a request that was sent for the first time."""
        self._flow.count(request[BUCKET])

    def _pause(self, lane: Lane) -> float:
        return PACE if self._flow.over(lane.whose) else 0.0


@asynccontextmanager
async def _turn(queue: FairQueue, request: web.Request, secret: str, *, urgent: bool = False) -> AsyncIterator[None]:
    name = hashlib.blake2b(secret.encode(), digest_size=16).digest()  # a code has only 53 bits: never keep it in clear
    async with AsyncExitStack() as stack:
        with pages.step_aside(request):
            turn = queue.turn(Lane(request[BUCKET]), lambda: not is_here(request), urgent=urgent, name=name)
            await stack.enter_async_context(turn)
        yield
