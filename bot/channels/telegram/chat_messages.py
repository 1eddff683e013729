"""The messages of a chat, one of which shows the screen: sent, edited, replaced and hidden. What Telegram may refuse is
handled here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram.drawing import Look, encode, look_of
from bot.channels.telegram.wire import Calls, NotDone

log = logging.getLogger(__name__)

AT_A_TIME = 100
LONGEST_WAIT = 10.0
"""Seconds that Telegram may make us wait within a turn. Beyond that, the next update shows the screen."""
TAKING_AWAY = 12.0
"""Seconds for deleting what she wrote, before it is answered."""
PAUSES = (0.5, 1.0, 2.0)
"""Seconds before a failed call is tried again."""
SENDING_ANEW = "sendMessage"
"""The one call that must not be repeated blindly: a message that arrived without an answer has an unknown number, so
hiding could not delete it. Every other call may be made twice."""
Remember = Callable[[tuple[int, ...]], Awaitable[None]]


@dataclass
class Left:
    """Messages still there: to be tried `later`, or `fixed` because Telegram lets nobody delete them."""

    later: list[int] = field(default_factory=list)
    fixed: list[int] = field(default_factory=list)

    @property
    def all(self) -> tuple[int, ...]:
        return (*self.fixed, *self.later)


class ChatMessages:
    """Sends for one bot. A chat that Telegram slows down waits alone."""

    def __init__(self, calls: Calls, patience: float = 1.0) -> None:
        self._calls, self._patience = calls, patience

    async def show(
        self,
        chat: int,
        look: Look,
        alive: tuple[int, ...],
        remember: Remember,
        anew: bool = False,
    ) -> None:
        """Show a screen in the newest message of `alive` that can be edited, otherwise in a new one.

        `alive` is ordered, newest last. One message is left afterwards; `remember` gets the set whenever it changes.
        Raise TelegramError if nothing could be shown.
        """
        known = alive
        message = None if anew else await self._edited(chat, alive, look)
        if message is None:
            known = (*(await self.take_away(chat, alive[:-1])).all, *alive[-1:])  # never more than two are visible
            try:
                message = await self._send(chat, look)
            except TelegramError as error:
                if isinstance(error, BadRequest | Forbidden | RetryAfter):
                    raise
                # It may have arrived. A message that is already there can show the screen as well.
                message = await self._edited(chat, known if anew else (), look)
                if message is None:
                    raise
            else:
                known = (*known, message)
                await remember(known)
        left = (*(await self.take_away(chat, [other for other in known if other != message])).all, message)
        if left != known:
            await remember(left)

    async def _edited(self, chat: int, alive: Sequence[int], look: Look) -> int | None:
        """Edit the newest of these messages that can show the screen, and return it."""
        for message in reversed(alive):
            if await self._edit(chat, message, look):
                return message
        return None

    async def take_away(self, chat: int, messages: Sequence[int]) -> Left:
        """Delete messages of either side, as many at a time as Telegram allows. Return what is left."""
        left = Left()
        for start in range(0, len(messages), AT_A_TIME):
            await self._delete(chat, messages[start : start + AT_A_TIME], left)
        return left

    async def take_away_soon(self, chat: int, message: int) -> tuple[int, ...]:
        """Delete one message, but not for longer than TAKING_AWAY: what she needs comes first. Return what is left."""
        try:
            async with asyncio.timeout(TAKING_AWAY):
                return (await self.take_away(chat, [message])).all
        except TimeoutError:
            return (message,)

    async def hide(self, chat: int, messages: Sequence[int], text: str) -> bool:
        """Delete messages, or replace by `text` what Telegram keeps. Return False if something is left to do."""
        left = await self.take_away(chat, messages)
        for message in left.fixed:
            try:
                await self._edit(chat, message, look_of(text))
            except TelegramError as error:
                if not _nobody_there(error):
                    left.later.append(message)
        return not left.later

    async def answer(self, query: str, text: str | None = None, alert: bool = True) -> None:
        """Answer a press, with a pop-up if there is `text`. A failure is ignored: later would be too late."""
        try:
            await self._patiently("answerCallbackQuery", encode(answer_of(query, text, alert)))
        except TelegramError as error:
            log.info("press_not_answered", extra={"error": type(error).__name__})

    async def _send(self, chat: int, look: Look) -> int:
        sent = await self._patiently("sendMessage", b'{"chat_id":%d,"disable_notification":true,%b}' % (chat, look))
        return int(sent["message_id"])

    async def _edit(self, chat: int, message: int, look: Look) -> bool:
        """Return whether the message shows this now. It cannot if it is gone or not ours."""
        try:
            await self._patiently("editMessageText", b'{"chat_id":%d,"message_id":%d,%b}' % (chat, message, look))
        except BadRequest as error:
            if _says(error, "not modified"):
                return True
            if _nobody_there(error):
                raise
            return False
        return True

    async def _delete(self, chat: int, messages: Sequence[int], left: Left) -> None:
        try:
            await self._patiently("deleteMessages", encode({"chat_id": chat, "message_ids": [*messages]}))
        except TelegramError as error:
            if _nobody_there(error):
                return
            if not isinstance(error, BadRequest):
                left.later.extend(messages)
                return
            for message in messages:  # a single message that is too old fails the whole batch
                await self._delete_one(chat, message, left)

    async def _delete_one(self, chat: int, message: int, left: Left) -> None:
        try:
            await self._patiently("deleteMessage", encode({"chat_id": chat, "message_id": message}))
        except TelegramError as error:
            if _nobody_there(error) or _says(error, "not found"):
                return
            (left.fixed if isinstance(error, BadRequest) else left.later).append(message)

    async def _patiently(self, method: str, given: bytes) -> Any:
        """Make a call; repeat it, after Telegram's pause or ours, if it had no effect or may safely happen twice."""
        for default in PAUSES:
            try:
                return await self._calls(method, given)
            except RetryAfter as error:
                pause = _pause(error)
                if pause > LONGEST_WAIT:
                    raise
            except (BadRequest, Forbidden):
                raise
            except TelegramError as error:
                if method == SENDING_ANEW and not isinstance(error, NotDone):
                    raise
                pause = default * self._patience
            await asyncio.sleep(pause)
        return await self._calls(method, given)


def answer_of(query: str, text: str | None = None, alert: bool = True) -> dict[str, Any]:
    """The parameters of answerCallbackQuery."""
    return {"callback_query_id": query, **({"text": text, "show_alert": alert} if text else {})}


def _pause(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _nobody_there(error: TelegramError) -> bool:
    """Whether the person stopped the bot or the chat does not exist: nothing can be done there, now or later."""
    return isinstance(error, Forbidden) or (isinstance(error, BadRequest) and _says(error, "chat not found"))


def _says(error: TelegramError, words: str) -> bool:
    return words in error.message.lower()
