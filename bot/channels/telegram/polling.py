"""Long polling. An update is confirmed to Telegram only after it is handled, so that a crash loses nothing."""

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
"""Seconds between two requests while an update is in work and nothing new has come."""
FIRST = asyncio.FIRST_COMPLETED
AT_MOST = 100
"""Updates that Telegram delivers at a time."""
MOST_TRIES = 5
"""An update that keeps failing would block all later ones. The person has seen the notice of trouble."""


class Polling:
    """Asks for updates and reads them as plain JSON: the library would log what it cannot parse, typed words included.

    While one update is in work, others are fetched and handled. Each request confirms everything before the oldest
    unfinished update, so Telegram delivers later ones again; those already handled are remembered here.
    """

    def __init__(
        self,
        request: BaseRequest,
        address: str,
        receive: Callable[[Json], Awaitable[bool]],
        patience: float,
        on_webhook: Callable[[], Awaitable[None]],
    ) -> None:
        self._request, self._address, self._receive, self._patience = request, address, receive, patience
        self._on_webhook = on_webhook
        self._stopping = asyncio.Event()
        self._next_id = 0
        self._work: dict[int, asyncio.Task[bool]] = {}
        self._done: set[int] = set()
        """Handled updates after the oldest unfinished one."""
        self._tries: dict[int, int] = {}
        """How often each update to be delivered again has failed."""
        self._given_up_to = 0
        """Confirmed up to here although not all is handled: a hundred updates of one chat must not block everybody
        else. They stay in work; only a crash at that moment would lose them."""
        self._failures = 0

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped, then confirm what was handled."""
        while not self._stopping.is_set():
            updates = await self._next()
            new = [update for update in updates or () if update["update_id"] not in self._work.keys() | self._done]
            for update in new:
                self._next_id = max(self._next_id, update["update_id"] + 1)
                self._work[update["update_id"]] = asyncio.create_task(self._safely(update))
            if updates is not None:  # Telegram does not deliver again what it no longer holds
                held = {update["update_id"] for update in updates}
                self._tries = {number: tries for number, tries in self._tries.items() if number in held}
            if not new and len(updates or ()) >= AT_MOST:  # otherwise nobody behind them would be heard
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
        """Count what is done. `wait` if nothing new came: until something is done, or it is time to ask again.

        Telegram answers at once while anything is unconfirmed, so polling without a pause would be a storm.
        """
        if self._work and wait:
            limit, until = (None, asyncio.ALL_COMPLETED) if to_the_end else (LOOK * self._patience, FIRST)
            await asyncio.wait(self._work.values(), timeout=limit, return_when=until)
        else:
            await asyncio.sleep(0)
        failed = False
        for number, task in [(number, task) for number, task in self._work.items() if task.done()]:
            del self._work[number]
            tries = 0 if task.result() else self._tries.get(number, 0) + 1
            if 0 < tries < MOST_TRIES:
                self._tries[number], failed = tries, True
            else:
                self._tries.pop(number, None)
                self._done.add(number)
        self._done = {number for number in self._done if number >= self._offset}
        if failed:
            await self.rest()

    @property
    def _offset(self) -> int:
        """The oldest update in work or to be delivered again, otherwise the next one."""
        return max(min((*self._work, *self._tries), default=self._next_id), self._given_up_to)

    async def retry(self, call: Callable[[], Awaitable[None]], event: str) -> None:
        """Repeat `call`, with growing pauses, until it works or polling is stopped. Failures are logged as `event`."""
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
        """Pause, twice as long after every failure in a row. Stopping ends the pause at once."""
        pause = min(2**self._failures, LONGEST_PAUSE) * self._patience
        self._failures += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause)

    async def _next(self) -> list[Json] | None:
        """Updates from the oldest unconfirmed one on. None if Telegram did not answer or polling is stopped."""
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
        except (TelegramError, LookupError, TypeError, ValueError) as error:  # the last three: not Telegram's shape
            if isinstance(error, Conflict) and "webhook" in error.message.lower():  # or somebody else is polling
                await self._on_webhook()
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
    """Read the updates of an answer. Raise TypeError, LookupError or ValueError if it has another shape."""
    return [{**update, "update_id": int(update["update_id"])} for update in answer]
