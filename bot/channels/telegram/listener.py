"""How updates reach us: by polling, or by a webhook that is kept ours. The bot's profile is kept beside it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram import webhook
from bot.channels.telegram.incoming import Json
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.wire import Wire
from bot.runtime import Runtime

log = logging.getLogger(__name__)


class Listener:
    """Listens for one bot until stopped: by webhook if we have a public address, otherwise by polling."""

    def __init__(
        self, runtime: Runtime, bot: Bot, asking: Wire, receive: Callable[[Json], Awaitable[bool]], patience: float
    ) -> None:
        self._runtime, self._bot = runtime, bot
        self.profile = Profile(bot, lambda: runtime.content, patience)
        self._polling = Polling(asking, bot.base_url, receive, patience, self._on_webhook)
        self._running: tuple[asyncio.Task[None], asyncio.Task[None]] | None = None

    def start(self) -> None:
        """Start listening and keeping the profile; neither waits for the other."""
        self._running = (
            asyncio.create_task(self._run(), name="telegram"),
            asyncio.create_task(self.profile.keep(), name="telegram profile"),
        )

    async def stop(self) -> None:
        """Stop listening, and finish what is being handled."""
        self._polling.stop()
        if self._running:
            listening, keeping = self._running
            keeping.cancel()
            await asyncio.wait({keeping})
            await listening

    async def set_up(self) -> None:
        """Tell Telegram whether to post or to be polled. Raise TelegramError if it cannot be told."""
        await webhook.set_up(self._bot, self._public_url, self.secret)

    async def look_after_webhook(self) -> None:
        """Take the webhook back if somebody with the same token redirected it."""
        try:
            if self._public_url and not await webhook.is_ours(self._bot, self._public_url):
                await self._take_back()
        except TelegramError as error:
            log.warning("telegram_out_of_reach", extra={"error": type(error).__name__})

    @property
    def secret(self) -> str:
        """The secret by which Telegram identifies itself at the webhook."""
        runtime = self._runtime
        return runtime.settings.telegram_webhook_secret.get_secret_value() or runtime.secrets.webhook

    @property
    def _public_url(self) -> str:
        return self._runtime.settings.public_url

    async def _run(self) -> None:
        """Listen on after any unforeseen error: nobody would notice that listening had ended."""
        while True:
            try:
                await self._polling.retry(self.set_up, "telegram_set_up_failed")
                if not self._public_url:
                    await self._polling.run()
                return
            except Exception:
                log.exception("telegram_failed")
                await self._polling.rest()

    async def _on_webhook(self) -> None:
        """We poll, but somebody has set a webhook: until it is removed nobody is heard."""
        with suppress(TelegramError):
            await self._take_back()

    async def _take_back(self) -> None:
        log.warning("telegram_webhook_elsewhere")
        self._runtime.metrics.webhook_elsewhere.inc()
        await self.set_up()
