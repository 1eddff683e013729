"""How everyone sees the bot: a neutral name, descriptions and commands, for each language and all others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.content import Content

log = logging.getLogger(__name__)

COMMANDS = ("start", "help", "hide")
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0
"""Seconds between two tries. The bot's name can wait; answering people never waits for it."""


class Profile:
    """Keeps the bot's name, descriptions and commands in step with the content: in the background, best effort."""

    def __init__(self, bot: Bot, content: Callable[[], Content], patience: float) -> None:
        self._bot, self._content, self._patience = bot, content, patience
        self._wanted = asyncio.Event()
        self._wanted.set()

    def renew(self) -> None:
        """Set it again, because other words may have been published."""
        self._wanted.set()

    async def keep(self) -> None:
        """Run until cancelled. Telegram's own pause is kept, however long; refused words wait for others."""
        pause = FIRST_PAUSE
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await set_up(self._bot, self._content())
                pause = FIRST_PAUSE
            except BadRequest as error:
                log.warning("telegram_profile_refused", extra={"error": type(error).__name__})
            except TelegramError as error:
                log.warning("telegram_profile_failed", extra={"error": type(error).__name__})
                asked = error.retry_after if isinstance(error, RetryAfter) else 0
                seconds = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
                await asyncio.sleep(max(seconds, pause * self._patience))  # even if other words come meanwhile
                pause = min(2 * pause, LONGEST_PAUSE)
                self._wanted.set()


async def set_up(bot: Bot, content: Content) -> None:
    """Set what differs. Telegram allows few changes a day, so what is already right is left alone."""
    first, *_ = content.dialogue.languages
    for code, language in ((None, first), *((language, language) for language in content.dialogue.languages)):
        await _words(bot, content, code, language)
        commands = [BotCommand(name, content.text(f"bot.command.{name}", language)) for name in COMMANDS]
        if list(await bot.get_my_commands(language_code=code)) != commands:
            await bot.set_my_commands(commands, language_code=code)
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())


async def _words(bot: Bot, content: Content, code: str | None, language: str) -> None:
    name, about, short = (content.text(f"bot.{key}", language) for key in ("name", "description", "short-description"))
    await _set((await bot.get_my_name(code)).name, name, lambda: bot.set_my_name(name, code))
    await _set((await bot.get_my_description(code)).description, about, lambda: bot.set_my_description(about, code))
    known = (await bot.get_my_short_description(code)).short_description
    await _set(known, short, lambda: bot.set_my_short_description(short, code))


async def _set(known: str, wanted: str, put: Callable[[], Awaitable[bool]]) -> None:
    if known != wanted:
        await put()
