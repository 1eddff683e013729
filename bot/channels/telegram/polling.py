"""Long polling. An update is confirmed to Telegram only after it was handled, so that a crash loses nothing."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, TelegramError
from telegram.request import BaseRequest

from bot.channels.telegram.incoming import ALLOWED_UPDATES, Json

log = logging.getLogger(__name__)

LONG = 30
LONGEST_PAUSE = 30
FAREWELL = 2.0
LOOK = 0.5
"""Seconds between two questions while an update is in work and nothing else has come."""
FIRST = asyncio.FIRST_COMPLETED
AT_MOST = 100
"""Updates that Telegram brings at a time."""
MOST_TRIES = 5
"""An update that fails so often would keep all that come after it waiting. The person was told of the trouble."""


class Polling:
    """Asks for updates. They are read as plain JSON: the library would log whatever it cannot parse, words and all.

    While one update waits for Telegram, others are asked for and handled. Telegram hears with each question up to where
    everything is handled, so it brings again what came behind the oldest unfinished one; that is known here.
    """

    def __init__(
        self,
        request: BaseRequest,
        address: str,
        receive: Callable[[Json], Awaitable[bool]],
        patience: float,
        webhook_there: Callable[[], Awaitable[None]],
    ) -> None:
        self._request, self._address, self._receive, self._patience = request, address, receive, patience
        self._webhook_there = webhook_there
        self._stopping = asyncio.Event()
        self._next_id = 0
        self._work: dict[int, asyncio.Task[bool]] = {}
        self._done: set[int] = set()
        """What is handled behind the oldest update that is not."""
        self._tries: dict[int, int] = {}
        """How often those failed that are to be brought again."""
        self._given_up_to = 0
        """Confirmed although not all of it is handled: a hundred of one chat must not make everybody else wait. What is
        in work goes on; only a crash at that moment would lose it."""
        self._failures = 0

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Until stopped. What was handled is confirmed before leaving."""
        while not self._stopping.is_set():
            brought = await self._next()
            new = [one for one in brought or () if one["update_id"] not in self._work.keys() | self._done]
            for update in new:
                self._next_id = max(self._next_id, update["update_id"] + 1)
                self._work[update["update_id"]] = asyncio.create_task(self._safely(update))
            if brought is not None:  # what Telegram holds no longer is not brought again
                held = {one["update_id"] for one in brought}
                self._tries = {one: tries for one, tries in self._tries.items() if one in held}
            if not new and len(brought or ()) >= AT_MOST:  # else nobody behind them would be heard
                self._given_up_to = self._next_id
            await self._look_at_work(wait=not new)
        await self._look_at_work(wait=True, to_the_end=True)
        if self._next_id:
            with suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await self._ask(0)

    async def _safely(self, update: Json) -> bool:
        try:
            return await self._receive(update)
        except Exception:
            log.exception("update_failed")
            return False

    async def _look_at_work(self, wait: bool, to_the_end: bool = False) -> None:
        """Count what is done. `wait` where nothing new came: until something is, or it is time to ask for others.

        Telegram answers at once as long as anything is unconfirmed, so asking again without a pause would be a storm.
        """
        if self._work and wait:
            limit, until = (None, asyncio.ALL_COMPLETED) if to_the_end else (LOOK * self._patience, FIRST)
            await asyncio.wait(self._work.values(), timeout=limit, return_when=until)
        else:
            await asyncio.sleep(0)
        failed = False
        for one, task in [(one, task) for one, task in self._work.items() if task.done()]:
            del self._work[one]
            tries = 0 if task.result() else self._tries.get(one, 0) + 1
            if 0 < tries < MOST_TRIES:
                self._tries[one], failed = tries, True
            else:
                self._tries.pop(one, None)
                self._done.add(one)
        self._done = {one for one in self._done if one >= self._offset}
        if failed:
            await self.rest()

    @property
    def _offset(self) -> int:
        """The oldest update that is in work or to be brought again; else the next one."""
        return max(min((*self._work, *self._tries), default=self._next_id), self._given_up_to)

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

    async def _next(self) -> list[Json] | None:
        """What Telegram holds from the oldest unconfirmed update on; None when it did not say, or we are stopped."""
        asking = asyncio.create_task(self._ask(LONG))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not asking.done():
            asking.cancel()
            await asyncio.wait({asking})
            return None
        try:
            updates = _updates(asking.result())
        except (TelegramError, LookupError, TypeError, ValueError) as error:  # the latter: no shape of Telegram's
            if isinstance(error, Conflict) and "webhook" in error.message.lower():  # not: somebody else asks, too
                await self._webhook_there()
            log.warning("telegram_out_of_reach", extra={"error": type(error).__name__})
            await self.rest()
            return None
        self._failures = 0
        return updates

    async def _ask(self, seconds: int) -> Any:
        wanted = {"offset": self._offset, "timeout": seconds, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        address = f"{self._address}/getUpdates?{urlencode(wanted)}"
        return await self._request.post(address, read_timeout=seconds + 10)


def _updates(answer: Any) -> list[Json]:
    """What was asked for. Raises TypeError, LookupError or ValueError where it is something else."""
    return [{**one, "update_id": int(one["update_id"])} for one in answer]
