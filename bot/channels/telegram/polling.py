"""Long polling. An update is confirmed to Telegram only after it was handled, so that a crash loses nothing."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.channels.telegram.incoming import ALLOWED_UPDATES, Json

log = logging.getLogger(__name__)

LONG = 30
LONGEST_PAUSE = 30
FAREWELL = 2.0
MOST_TRIES = 5
"""An update that fails so often would keep all that come after it waiting. The person was told of the trouble."""


class Polling:
    """Asks for updates. They are read as plain JSON: the library would log whatever it cannot parse, words and all."""

    def __init__(
        self, request: BaseRequest, address: str, receive: Callable[[Json], Awaitable[bool]], patience: float
    ) -> None:
        self._request, self._address, self._receive, self._patience = request, address, receive, patience
        self._stopping = asyncio.Event()
        self._offset = 0
        self._tries: dict[int, int] = {}
        self._failures = 0

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Until stopped. What was handled is confirmed before leaving."""
        while not self._stopping.is_set():
            updates = await self._next()
            failed = await self._handle(updates)
            if updates:
                self._offset = min(failed, default=updates[-1]["update_id"] + 1)
            if failed:
                await self.rest()
        if self._offset:
            with suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await self._ask(0)

    async def until_it_works(self, call: Callable[[], Awaitable[None]], event: str) -> None:
        """Try again, with growing pauses, until it works or we are stopped."""
        while not self._stopping.is_set():
            try:
                await call()
            except TelegramError as error:
                log.warning(event, extra={"error": type(error).__name__})
                await self.rest()
            else:
                self._failures = 0
                return

    async def rest(self) -> None:
        """A pause that doubles with every failure in a row, and ends at once when we are stopped."""
        pause = min(2**self._failures, LONGEST_PAUSE) * self._patience
        self._failures += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause)

    async def _next(self) -> list[Json]:
        """The next updates; none when we are stopped meanwhile."""
        asking = asyncio.create_task(self._ask(LONG))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not asking.done():
            asking.cancel()
            await asyncio.wait({asking})
            return []
        try:
            updates = _updates(asking.result())
        except (TelegramError, LookupError, TypeError, ValueError) as error:  # the latter: no shape of Telegram's
            log.warning("telegram_out_of_reach", extra={"error": type(error).__name__})
            await self.rest()
            return []
        self._failures = 0
        return updates

    async def _ask(self, seconds: int) -> Any:
        wanted = {"offset": self._offset, "timeout": seconds, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        address = f"{self._address}/getUpdates?{urlencode(wanted)}"
        return await self._request.post(address, read_timeout=seconds + 10)

    async def _handle(self, updates: list[Json]) -> list[int]:
        """All of them, those of one chat in order. Answers the ids to be brought again."""
        done = await asyncio.gather(*(self._receive(update) for update in updates))
        failed = [update["update_id"] for update, well in zip(updates, done, strict=True) if not well]
        self._tries = {one: self._tries.get(one, 0) + 1 for one in failed}
        return [one for one in failed if self._tries[one] < MOST_TRIES]


def _updates(answer: Any) -> list[Json]:
    """What was asked for. Raises TypeError, LookupError or ValueError where it is something else."""
    return [{**one, "update_id": int(one["update_id"])} for one in answer]
