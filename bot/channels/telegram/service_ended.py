"""After the end of the service: whoever still comes reads that it has ended, and whom to call. Nothing is stored."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram import webhook
from bot.channels.telegram.channel import TALKATIVE
from bot.channels.telegram.chat_messages import ChatMessages
from bot.channels.telegram.drawing import look_of
from bot.channels.telegram.incoming import Elsewhere, Json, Tapped, Wrote, read
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.newest import Newest
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.tokens import Tokens
from bot.channels.telegram.wire import Calls, Wire
from bot.content import Content
from bot.engine.heard import Pressed, Started
from bot.runtime import RIGA, Secrets
from bot.texts import plain
from bot.usecases.person.converse import IDLE

log = logging.getLogger(__name__)

ENDED = "site.closed"
PHONES = ("poster.danger", "poster.talk")
LOOK = 60.0
"""Seconds between two looks for messages that have stood for IDLE."""


class InChat(NamedTuple):
    """What is left in a chat, the newest last, since when, and whether the farewell is among it."""

    messages: tuple[int, ...]
    at: datetime
    said: bool


class Ended:
    """The bot of a service that has ended. It has no database; memory knows for IDLE which messages it left where.

    An old screen becomes the farewell when a button of it is pressed; whoever writes gets it once in IDLE, and whoever
    presses “start” each time, in one message. What she writes is taken away unread, “Hide” empties the chat, and the
    farewell goes by itself, as every screen did.
    """

    def __init__(
        self,
        content: Content,
        secrets: Secrets,
        token: str,
        api_root: str,
        now: Callable[[], datetime],
        patience: float = 1.0,
    ) -> None:
        for name in TALKATIVE:
            logging.getLogger(name).disabled = True
        self._content, self._now, self._patience = content, now, patience
        self._wires = Wire(), Wire()
        self._bot = Bot(
            token, f"{api_root.rstrip('/')}/bot", get_updates_request=self._wires[0], request=self._wires[1]
        )
        self._messages = ChatMessages(Calls(self._bot, self._wires[1]), patience)
        self._lanes = Lanes()
        self._tokens = Tokens(secrets.tokens, content.dialogue)
        self._left: Newest[int, InChat] = Newest()
        self._profile = Profile(self._bot, lambda: told(content, self._today), patience)
        self._polling = Polling(self._wires[0], self._bot.base_url, self.receive, patience, self._stop_webhook)

    async def run(self) -> None:
        """Answer until cancelled, then take away what was said."""
        beside = [asyncio.create_task(work) for work in (self._profile.keep(), self._clean_up())]
        try:
            await self._polling.retry(self._stop_webhook, "telegram_set_up_failed")
            await self._polling.run()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            await self.take_away(everything=True)
            await asyncio.gather(*(wire.shutdown() for wire in self._wires))

    def stop(self) -> None:
        """Let `run` end."""
        self._polling.stop()

    async def receive(self, update: Json) -> bool:
        """Answer one update. True always: nothing could be done better if it were delivered again."""
        incoming = read(update)
        try:
            match incoming:
                case Wrote() | Tapped():
                    async with self._lanes.turn(incoming.chat):
                        await self._answer(incoming)
                case Elsewhere(chat):
                    await self._bot.leave_chat(chat)
        except TelegramError as error:
            log.warning("sending_failed", extra={"error": type(error).__name__})
        return True

    async def take_away(self, *, everything: bool = False) -> None:
        """Take away each farewell that has stood for IDLE, or every one."""
        for chat, left in list(self._left.items()):
            if everything or self._now() - left.at >= IDLE:
                async with self._lanes.turn(chat):
                    await self._empty(chat, self._known(chat).messages)

    async def _answer(self, incoming: Wrote | Tapped) -> None:
        chat = incoming.chat
        known, _, said = self._known(chat)
        if isinstance(incoming, Wrote):
            if theirs := await self._messages.take_away_soon(chat, incoming.message):
                known = (*theirs, *known)
                self._left.keep(chat, InChat(known, self._now(), said))
            heard = incoming.heard
        else:
            await self._messages.answer(incoming.query)
            heard = self._tokens.read(incoming.token)
            known = (*(other for other in known if other != incoming.message), incoming.message)
        if isinstance(heard, Pressed) and heard.choice == "hide":
            await self._empty(chat, known)
        elif isinstance(incoming, Tapped):
            await self._say(incoming, known)
        elif isinstance(heard, Started):
            await self._say(incoming, known, anew=True)  # she may have cleared the chat on her side
        elif heard is not None and not said:
            await self._say(incoming, known)

    def _known(self, chat: int) -> InChat:
        return self._left.get(chat, InChat((), self._now(), said=False))

    async def _say(self, incoming: Wrote | Tapped, alive: tuple[int, ...], anew: bool = False) -> None:
        chat = incoming.chat

        async def remember(messages: tuple[int, ...]) -> None:
            self._left.keep(chat, InChat(messages, self._now(), self._known(chat).said))

        shown = self._tokens.language_shown(incoming.beside) if isinstance(incoming, Tapped) else None
        language = self._content.dialogue.spoken(shown or incoming.language)
        look = look_of(farewell(self._content, language, self._today))
        if alive:
            await remember(alive)  # an edit alone changes no set of messages
        await self._messages.show(chat, look, alive, remember, anew)
        self._left.keep(chat, self._known(chat)._replace(said=True))

    async def _empty(self, chat: int, left: tuple[int, ...]) -> None:
        neutral = self._content.text("card.first-line", self._content.dialogue.languages[0])
        self._left.pop(chat, None)
        if left and not await self._messages.hide(chat, left, neutral):
            self._left.keep(chat, InChat(left, self._now() - IDLE, said=True))  # tried again within a minute

    async def _clean_up(self) -> None:
        while True:
            await asyncio.sleep(LOOK * self._patience)
            with suppress(TelegramError):
                await self.take_away()

    async def _stop_webhook(self) -> None:
        await webhook.set_up(self._bot, "", "")

    @property
    def _today(self) -> date:
        return self._now().astimezone(RIGA).date()


def farewell(content: Content, language: str, today: date) -> str:
    """Return the one text: that the service has ended, and the two telephones."""
    phones = [
        f"{content.text(phone, language)}: {plain(content.say(f'{phone}.number', language, today))}" for phone in PHONES
    ]
    if any(withheld for _, withheld in (content.text_on(f"{phone}.number", language, today) for phone in PHONES)):
        phones = [plain(content.plainly(content.withheld_key(), language))]
    said = (content.text("card.first-line", language), plain(content.say(ENDED, language, today)), *phones)
    return "\n\n".join(said)


def told(content: Content, today: date) -> Content:
    """Return the content with descriptions of the bot that say that the service has ended."""
    words = {}
    for language, known in content.words.items():
        ended = plain(content.say(ENDED, language, today))
        words[language] = {**known, "bot.description": ended, "bot.short-description": ended}
    return replace(content, words=words)
