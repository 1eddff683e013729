"""Ends conversations on time and empties their chats, many at once, while others still end."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from bot.runtime import Runtime
from bot.usecases.person import expiry
from bot.usecases.person.expiry import ChatTraces

log = logging.getLogger(__name__)

Vanish = Callable[[ChatTraces], Awaitable[bool]]
"""Empties a chat. False if it has to be tried again."""
SIDE_BY_SIDE = 100
"""Chats emptied at once. Of 256 connections to Telegram, the rest are for people who press a button."""
LONGEST = 10.0
"""Seconds for one chat, so that a slow one does not hold up others. The next round tries it again."""


async def end_and_empty(runtime: Runtime, vanish: Vanish | None) -> None:
    """Run one round. Without `vanish` there is no channel with chats to empty."""
    async with asyncio.TaskGroup() as group:
        hands = _Hands(runtime, vanish, group)
        async for traces in expiry.expire(runtime):
            hands.take(traces)


class _Hands:
    """A pool of at most SIDE_BY_SIDE tasks, started as there is work."""

    def __init__(self, runtime: Runtime, vanish: Vanish | None, group: asyncio.TaskGroup) -> None:
        self._runtime, self._vanish, self._group = runtime, vanish, group
        self._to_do: deque[ChatTraces] = deque()
        self._busy = 0

    def take(self, traces: ChatTraces) -> None:
        if self._vanish is None:
            return
        self._to_do.append(traces)
        if self._busy < SIDE_BY_SIDE:
            self._busy += 1
            self._group.create_task(self._work(self._vanish))

    async def _work(self, vanish: Vanish) -> None:
        while self._to_do:
            await self._empty(vanish, self._to_do.popleft())
        self._busy -= 1

    async def _empty(self, vanish: Vanish, traces: ChatTraces) -> None:
        """A failure is left to the next round and does not stop other chats from being emptied."""
        try:
            async with asyncio.timeout(LONGEST):
                if await vanish(traces):
                    await expiry.forget_traces(self._runtime, traces.key)
        except Exception as error:
            log.warning("chat_not_emptied", extra={"error": type(error).__name__})
