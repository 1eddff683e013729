"""One Telegram bot: handles the updates of each chat in order, and shows what the use cases answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web
from telegram import Bot
from telegram.error import Forbidden, TelegramError

from bot.cards import Button, Card, trouble
from bot.channels.telegram import webhook
from bot.channels.telegram.chat_messages import ChatMessages
from bot.channels.telegram.drawing import LONGEST_POPUP, Looks, draw
from bot.channels.telegram.incoming import Elsewhere, Incoming, Json, Stopped, Tapped, Wrote, read
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.listener import Listener
from bot.channels.telegram.newest import Newest
from bot.channels.telegram.tokens import Tokens
from bot.channels.telegram.wire import Calls, Wire
from bot.content import Content
from bot.engine.heard import Heard, Pressed, Started, Typed
from bot.layout import cut
from bot.runtime import Runtime
from bot.texts import plain
from bot.usecases.person import converse, expiry, outage
from bot.usecases.person.converse import Address, Arrival, Reply
from bot.usecases.person.expiry import ChatTraces

log = logging.getLogger(__name__)

TALKATIVE = ("telegram.Bot", "telegram.request.BaseRequest")
"""These loggers write tokens, names and typed words at any level."""
SENDING = 25.0
"""Seconds for everything that one update makes us send. Telegram waits a minute for a webhook's answer."""
DOUBLE = timedelta(seconds=1)
"""A second press of the same button within this time belongs to a double tap."""
FormToken = Callable[[Reply], str]
"""Makes the one-time token that opens a form. `reply.form` says which form."""


class Telegram:
    """The channel. Polling, the webhook or a test feeds updates to `receive`. `patience` scales every pause."""

    def __init__(
        self,
        runtime: Runtime,
        token: str,
        api_root: str = "https://api.telegram.org",
        form_token: FormToken | None = None,
        patience: float = 1.0,
    ) -> None:
        for name in TALKATIVE:
            logging.getLogger(name).disabled = True
        self._runtime = runtime
        self._form_token = form_token
        self._wires = Wire(), Wire()  # polling must not wait behind answers
        self._bot = Bot(
            token, f"{api_root.rstrip('/')}/bot", get_updates_request=self._wires[0], request=self._wires[1]
        )
        self._messages = ChatMessages(Calls(self._bot, self._wires[1]), patience)
        self._intake = webhook.Intake()
        self._lanes = Lanes()
        self._content: Content | None = None
        self._known_tokens: Tokens | None = None
        self._unkept: Newest[int, tuple[int, datetime]] = Newest()
        self._answered: Newest[str, bool] = Newest()
        self._tapped: Newest[int, tuple[int, str, datetime]] = Newest()
        self._looks = Looks()
        self._listener = Listener(runtime, self._bot, self._wires[0], self.receive, patience)

    # --- How updates reach us -----------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to listen. If Telegram is out of reach, only this channel waits, not the program."""
        self._listener.start()

    async def stop(self) -> None:
        """Finish what is being handled, then close every connection."""
        await self._listener.stop()
        await asyncio.gather(*(wire.shutdown() for wire in self._wires))

    async def set_up(self) -> None:
        """Tell Telegram how updates reach us. Raise TelegramError if it cannot be told."""
        await self._listener.set_up()

    def rename(self) -> None:
        """Update the bot's name, descriptions and commands after new content was published."""
        self._listener.profile.renew()

    async def look_after_webhook(self) -> None:
        """Take the webhook back if somebody with the same token redirected it."""
        await self._listener.look_after_webhook()

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        """The address Telegram posts to."""
        return await self._intake.serve(request, self._listener.secret, self.receive, self._answer_ridden)

    # --- Hearing ------------------------------------------------------------------------------------------------------

    async def receive(self, update: Json) -> bool:
        """Handle one update. Return False if our state could not be saved: Telegram must then deliver it again."""
        incoming = read(update)
        if incoming is None:
            return True
        if self._lanes.crowded(incoming.chat) and not self._urgent(incoming):
            await self._turn_away(incoming)
            return True
        async with self._lanes.turn(incoming.chat):
            try:
                return await self._handle(incoming)
            except Exception:
                log.exception("update_failed")
                return False

    async def vanish(self, traces: ChatTraces) -> bool:
        """Empty the chat of an ended conversation. Return False if that must be tried again."""
        chat = int(traces.address.key)
        async with self._lanes.turn(chat):
            if await converse.current(self._runtime, traces.address):
                return True  # the person is back; the messages belong to the new conversation
            return await self._empty(chat, traces.messages)

    async def empty_unkept(self) -> None:
        """Empty, after half an hour of silence, what was shown while no database could remember it."""
        for chat, (message, at) in list(self._unkept.items()):
            if self._runtime.now() - at >= converse.IDLE:
                async with self._lanes.turn(chat):
                    if await self._empty(chat, (message,)):
                        self._unkept.pop(chat, None)

    @property
    def chats_in_work(self) -> int:
        """How many chats are being handled or waiting."""
        return len(self._lanes)

    async def _handle(self, incoming: Incoming) -> bool:
        match incoming:
            case Wrote():
                return await self._hear_written(incoming)
            case Tapped():
                return await self._hear_tapped(incoming)
            case Stopped(chat):
                await converse.forget(self._runtime, _address(chat))
            case Elsewhere(chat):
                await self._quietly(partial(self._bot.leave_chat, chat), chat)
        return True

    async def _hear_written(self, wrote: Wrote) -> bool:
        """Delete whatever she writes first; only then look at it, once."""
        left = await self._messages.take_away_soon(wrote.chat, wrote.message)
        waited_too_long = self._runtime.now() - wrote.at > converse.IDLE
        if wrote.heard is None or waited_too_long:
            return True
        return await self._hear(wrote, wrote.heard, self._arrival(wrote, theirs=next(iter(left), None)))

    async def _hear_tapped(self, tapped: Tapped) -> bool:
        """A press is never old, because Telegram keeps it for minutes only. A double tap is one press."""
        before = self._tapped.get(tapped.chat)
        if before and before[:2] == (tapped.message, tapped.token) and self._runtime.now() - before[2] < DOUBLE:
            await self._quietly(partial(self._answer, tapped), tapped.chat)
            return True
        return await self._hear(tapped, self._tokens.read(tapped.token), self._arrival(tapped, tapped.message))

    def _arrival(self, incoming: Wrote | Tapped, message: int | None = None, theirs: int | None = None) -> Arrival:
        return Arrival(incoming.update, message, theirs, self._language(incoming), self._can_open_forms)

    async def _hear(self, incoming: Wrote | Tapped, heard: Heard, arrival: Arrival) -> bool:
        try:
            reply = await outage.hear(self._runtime, _address(incoming.chat), heard, arrival)
        except Exception:
            log.exception("turn_failed")
            card = trouble(self._runtime.content, arrival.language)
            await self._quietly(partial(self._show_unkept, incoming, card, self._tokens.write), incoming.chat)
            return False
        if not reply.kept:
            await self._quietly(partial(self._from_memory, incoming, reply), incoming.chat)
            return not reply.hide  # delivered again until the state can be forgotten as well
        if await self._quietly(partial(self._carry_out, incoming, heard, reply), incoming.chat):
            if isinstance(incoming, Tapped):  # only if she saw it carried out: otherwise she presses again and means it
                self._tapped.keep(incoming.chat, (incoming.message, incoming.token, self._runtime.now()))
        else:
            await self._quietly(partial(self._ask_again, incoming), incoming.chat)
        return True

    def _urgent(self, incoming: Incoming) -> bool:
        """Whether this update hides the chat, which is never refused."""
        match incoming:
            case Tapped():
                heard: Heard | None = self._tokens.read(incoming.token)
            case Wrote():
                heard = incoming.heard
            case _:
                return True
        return isinstance(heard, Pressed) and heard.choice == "hide"

    async def _turn_away(self, incoming: Incoming) -> None:
        """Answer an update of a flood: a press gets a kind word, a message is deleted together with its neighbours."""
        if isinstance(incoming, Tapped):
            await self._ask_again(incoming)
        if isinstance(incoming, Wrote):
            async with self._lanes.litter(incoming.chat, incoming.message) as messages:
                await self._messages.take_away(incoming.chat, messages)

    async def _ask_again(self, incoming: Wrote | Tapped) -> None:
        """Tell a failed press what to do next. A message gets no answer: one more of ours might be one too many."""
        language = self._runtime.content.dialogue.spoken(self._language(incoming))
        notice = self._runtime.content.say("notice.wait", language, self._runtime.today())
        await self._answer(incoming, plain(notice), alert=False)

    # --- Showing ------------------------------------------------------------------------------------------------------

    async def _carry_out(self, incoming: Wrote | Tapped, heard: Heard, reply: Reply) -> None:
        """Show a saved reply. A failure loses nothing: the next press shows the current screen."""
        if reply.repeated:
            reply = await self._as_it_stands(incoming, reply)
        unkept, _ = self._unkept.get(incoming.chat, (None, None))
        if unkept and unkept not in reply.messages:  # shown while nothing could be remembered
            reply = replace(reply, messages=(*reply.messages, unkept))
            await converse.remember_messages(self._runtime, _address(incoming.chat), reply.messages)
        self._unkept.pop(incoming.chat, None)
        if reply.hide:
            await self._hide(incoming, reply)
            return
        if reply.tell:
            await self._answer(incoming, reply.tell)
        if reply.card:
            await self._show(incoming, reply, reply.card, anew=isinstance(heard, Started | Typed))
        await self._answer(incoming)

    async def _as_it_stands(self, incoming: Wrote | Tapped, reply: Reply) -> Reply:
        """The current reply to an update answered before: after a crash nobody may have seen that answer."""
        now = await converse.current(self._runtime, _address(incoming.chat))
        return now or Reply(hide=True, messages=reply.messages)

    async def _hide(self, incoming: Wrote | Tapped, reply: Reply) -> None:
        """Empty the chat before anything else."""
        if not await self._empty(incoming.chat, reply.messages):
            raise TelegramError("something is left")  # she is told; her next press is no double tap, and continues
        await expiry.forget_traces(self._runtime, converse.address_key(self._runtime, _address(incoming.chat)))
        await self._answer(incoming)  # silently: a pop-up would be there when somebody walks in

    async def _show(self, incoming: Wrote | Tapped, reply: Reply, card: Card, anew: bool) -> None:
        pressed = [incoming.message] if isinstance(incoming, Tapped) else []
        alive = (*(message for message in reply.messages if message not in pressed), *pressed)
        look = self._looks.of(card, self._tokens.write, partial(self._form_address, reply))
        known = alive

        async def remember(messages: tuple[int, ...]) -> None:
            nonlocal known
            try:
                await converse.remember_messages(self._runtime, _address(incoming.chat), messages, known)
            except BaseException:  # a timeout included: otherwise hiding would leave it there
                self._unkept.keep(incoming.chat, (messages[-1], self._runtime.now()))
                raise
            known = messages

        await self._messages.show(incoming.chat, look, alive, remember, anew)

    async def _from_memory(self, incoming: Wrote | Tapped, reply: Reply) -> None:
        """Show a reply made without a database. Hiding deletes only the messages known in memory."""
        if reply.card:
            await self._show_unkept(incoming, reply.card, self._tokens.write_adrift, reply.tell)
        if reply.hide:
            unkept, _ = self._unkept.pop(incoming.chat, (0, None))
            pressed = incoming.message if isinstance(incoming, Tapped) else 0
            await self._empty(incoming.chat, tuple(sorted({unkept, pressed} - {0})))
            await self._answer(incoming)

    async def _show_unkept(
        self, incoming: Wrote | Tapped, card: Card, token: Callable[[Button], str], tell: str | None = None
    ) -> None:
        """Show a card without the database. Memory keeps which message shows it until a turn succeeds."""
        chat, (known, _) = incoming.chat, self._unkept.get(incoming.chat, (None, None))
        alive = (incoming.message,) if isinstance(incoming, Tapped) else (known,) if known else ()
        shown: list[int] = [*alive]

        async def remember(messages: tuple[int, ...]) -> None:
            shown[:] = messages

        if tell:
            await self._answer(incoming, tell)
        await self._messages.show(chat, draw(card, token), alive, remember)
        await self._answer(incoming)
        self._unkept.keep(chat, (shown[-1], self._runtime.now()))

    async def _empty(self, chat: int, messages: tuple[int, ...]) -> bool:
        language = self._runtime.content.dialogue.languages[0]
        neutral = self._runtime.content.text("card.first-line", language)
        return await self._messages.hide(chat, messages, neutral)

    async def _answer(self, incoming: Incoming, tell: str | None = None, alert: bool = True) -> None:
        """Answer a press exactly once: with text by a call of its own, silently in the answer to the update."""
        if not isinstance(incoming, Tapped) or incoming.query in self._answered:
            return
        if not tell and webhook.ride({"method": "answerCallbackQuery", "callback_query_id": incoming.query}):
            return  # not remembered: an update delivered again is answered again
        self._answered.keep(incoming.query, True)
        await self._messages.answer(incoming.query, cut(tell, LONGEST_POPUP) if tell else None, alert)

    async def _answer_ridden(self, call: Mapping[str, str]) -> None:
        await self._messages.answer(call["callback_query_id"])

    async def _quietly(self, send: Callable[[], Awaitable[object]], chat: int) -> bool:
        """Send, and return whether it succeeded. A person who stopped the bot is forgotten."""
        try:
            async with asyncio.timeout(SENDING):
                await send()
            return True
        except Forbidden:
            await converse.forget(self._runtime, _address(chat))
        except (TelegramError, TimeoutError) as error:
            log.warning("sending_failed", extra={"error": type(error).__name__})
        except Exception:
            log.exception("sending_failed")
        return False

    # --- What it needs to know ----------------------------------------------------------------------------------------

    @property
    def _tokens(self) -> Tokens:
        """The tokens of the content in use, built again after a publication."""
        content = self._runtime.content
        if self._known_tokens is None or self._content is not content:
            self._content, self._known_tokens = content, Tokens(self._runtime.secrets.tokens, content.dialogue)
        return self._known_tokens

    @property
    def _can_open_forms(self) -> bool:
        return self._form_token is not None and bool(self._runtime.settings.public_url)

    def _form_address(self, reply: Reply, button: Button) -> str | None:
        if self._form_token is None or not self._can_open_forms:
            return None
        token = self._form_token(replace(reply, form=button.form))
        return f"{self._runtime.settings.public_url.rstrip('/')}/form#{token}"

    def _language(self, incoming: Wrote | Tapped) -> str:
        """The language of the pressed message, otherwise the device's."""
        if isinstance(incoming, Tapped) and (shown := self._tokens.language_shown(incoming.beside)):
            return shown
        return incoming.language


def _address(chat: int) -> Address:
    return Address("telegram", str(chat))
