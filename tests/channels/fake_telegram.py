"""A Telegram of our own on loopback: it refuses what Telegram refuses, and remembers every chat.

The clock is given from outside, so that 48 hours pass in no time. Updates go out by getUpdates, or by POST to a
webhook. `fake.next(method, trouble)` makes the next call of a method fail in a chosen way. Who writes and presses:
telegram_people.py.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from tests.channels.bot_api import Refusal, read_call
from tests.channels.telegram_chats import Chat, Json, Message, Popup
from tests.channels.telegram_people import Group, Person
from tests.channels.telegram_troubles import Trouble, refused
from tests.patience import patiently

DELETABLE_FOR = timedelta(hours=48)
DICE_KEPT_FOR = timedelta(hours=24)
QUERY_LIVES = timedelta(seconds=150)
"""How long Telegram's own server keeps a callback query for a bot, and here also how long it may be answered."""
UPDATE_LIVES = timedelta(hours=24)
USUAL_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "inline_query", "poll")
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Telegram's answers hold no blanks."""


class FakeTelegram:
    """The server. `await start()`, give `root` and `TOKEN` to the program, `await stop()` at the end."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.chats: dict[int, Chat] = {}
        self.calls: list[tuple[str, Json]] = []
        self.refusals: list[tuple[str, str]] = []
        self.profile: dict[tuple[str, str], Any] = {}
        self.left: list[int] = []
        self.root = ""
        self.webhook_address = ""
        self.patient = False  # whether people wait after each thing they do until the polling program has handled it
        self.statuses: list[int] = []
        self._webhook: Json = {}
        self._allowed: tuple[str, ...] = USUAL_UPDATES
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._updates: deque[tuple[Json, datetime]] = deque()
        self._ids = iter(range(1, 10**9))
        self._moved = asyncio.Condition()
        self._polls = 0
        self._runner: web.AppRunner | None = None

    # --- The server ---------------------------------------------------------------------------------------------------

    async def start(self) -> "FakeTelegram":
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.root = f"http://{host}:{port}"
        return self

    async def stop(self) -> None:
        self._polls += 1
        await self._notify()
        if self._runner:
            await self._runner.cleanup()

    def next(self, method: str, trouble: Trouble, times: int = 1) -> None:
        """The next calls of this method (`*`: of any but getUpdates) go wrong. The call has no effect."""
        self._troubles[method].extend([trouble] * times)

    def all_is_well(self) -> None:
        """No more troubles."""
        self._troubles.clear()

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return refused(Refusal(401, "Unauthorized"))
        posted = await (request.json() if request.content_type == "application/json" else request.post())
        sent = {**request.query, **posted}
        self.calls.append((method, sent))
        for name in (method, "*") if method != "getUpdates" else (method,):
            if self._troubles[name]:
                return await self._in_trouble(request, self._troubles[name].popleft())
        try:
            given = read_call(method, sent)
            self.calls[-1] = (method, given)
            result = await self._carry_out(method, given)
        except Refusal as refusal:
            self.refusals.append((method, refusal.description))
            return refused(refusal)
        return web.json_response({"ok": True, "result": result}, dumps=COMPACT)

    async def _in_trouble(self, request: web.Request, trouble: Trouble) -> web.Response:
        try:
            return await trouble()
        except ConnectionAbortedError:
            if request.transport:
                request.transport.abort()
            return web.Response()

    async def _carry_out(self, method: str, given: Json) -> Any:
        if method == "getUpdates":
            return await self._get_updates(**given)
        if method.startswith(("getMy", "setMy")):
            return self._profile(method, given)
        name = "_" + "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method)
        return getattr(self, name)(**given)

    # --- Methods ------------------------------------------------------------------------------------------------------

    def _get_me(self) -> Json:
        return {"id": 110201543, "is_bot": True, "first_name": "Blakus", "username": "blakus_bot"}

    def _send_message(
        self, chat_id: int, text: str, reply_markup: Json | None = None, disable_notification: bool = False, **_: Any
    ) -> Json:
        chat = self._open_chat(chat_id)
        message = Message(
            next(self._ids), True, self.now(), text.strip(), markup=reply_markup, silent=disable_notification
        )
        message.looks.append((message.text, message.markup))
        chat.messages[message.id] = message
        chat.most_alive = max(chat.most_alive, len(chat.ours))
        return self._as_json(chat, message)

    def _edit_message_text(
        self, chat_id: int, message_id: int, text: str, reply_markup: Json | None = None, **_: Any
    ) -> Json:
        chat = self._open_chat(chat_id)
        message = chat.messages.get(message_id)
        if message is None or message.gone:
            raise Refusal(400, "Bad Request: message to edit not found")
        if not message.ours:
            raise Refusal(400, "Bad Request: message can't be edited")
        if (message.text, message.markup) == (text.strip(), reply_markup):
            raise Refusal(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message",
            )
        message.text, message.markup, message.edited = text.strip(), reply_markup, self.now()
        message.looks.append((message.text, message.markup))
        return self._as_json(chat, message)

    def _delete_message(self, chat_id: int, message_id: int) -> bool:
        chat = self._open_chat(chat_id)
        message = chat.messages.get(message_id)
        if message is None or message.gone:
            raise Refusal(400, "Bad Request: message to delete not found")
        self._refuse_to_delete_the_old(message)
        message.gone = True
        return True

    def _delete_messages(self, chat_id: int, message_ids: list[int]) -> bool:
        chat = self._open_chat(chat_id)
        found = [chat.messages[message_id] for message_id in message_ids if message_id in chat.messages]
        for message in found:
            self._refuse_to_delete_the_old(message)
        for message in found:
            message.gone = True
        return True

    def _refuse_to_delete_the_old(self, message: Message) -> None:
        age = self.now() - message.date
        if age >= DELETABLE_FOR or (message.kind == "dice" and age < DICE_KEPT_FOR):
            raise Refusal(400, "Bad Request: message can't be deleted for everyone")

    def _answer_callback_query(
        self, callback_query_id: str, text: str = "", show_alert: bool = False, **_: Any
    ) -> bool:
        presses = {press.id: press for chat in self.chats.values() for press in chat.presses}
        press = presses.get(callback_query_id)
        if press is None or press.answer or self.now() - press.at > QUERY_LIVES:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        press.answer = Popup(text, show_alert)
        return True

    def _leave_chat(self, chat_id: int) -> bool:
        if chat_id not in self.chats or chat_id > 0:
            raise Refusal(400, "Bad Request: chat not found")
        self.left.append(chat_id)
        return True

    def _set_chat_menu_button(self, menu_button: Json | None = None) -> bool:
        self.profile["menu_button", ""] = menu_button
        return True

    def _profile(self, method: str, given: Json) -> Any:
        what, language = method[3:], given.get("language_code", "")
        key = {"MyName": "name", "MyDescription": "description", "MyShortDescription": "short_description"}.get(what)
        if method.startswith("set"):
            self.profile[what, language] = given["commands"] if what == "MyCommands" else given.get(str(key), "")
            return True
        if what == "MyCommands":
            return self.profile.get((what, language), [])
        return {str(key): self.profile.get((what, language)) or self.profile.get((what, ""), "")}

    def _open_chat(self, chat_id: int) -> Chat:
        chat = self.chats.get(chat_id)
        if chat is None:
            raise Refusal(400, "Bad Request: chat not found")
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if not chat.started:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    # --- Updates ------------------------------------------------------------------------------------------------------

    def _set_webhook(self, url: str, allowed_updates: list[str] | None = None, **more: Any) -> bool:
        if url and not url.startswith("https://"):
            raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self._webhook = {"url": url, **more} if url else {}
        self._allowed = tuple(allowed_updates) if allowed_updates is not None else self._allowed
        return True

    def _get_webhook_info(self) -> Json:
        return {"url": self.posts_to, "has_custom_certificate": False, "pending_update_count": 0}

    def _delete_webhook(self, drop_pending_updates: bool = False) -> bool:
        self._webhook = {}
        if drop_pending_updates:
            self._updates.clear()
        return True

    async def _get_updates(
        self, offset: int = 0, limit: int = 100, allowed_updates: list[str] | None = None, **more: float
    ) -> list[Json]:
        if self._webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self._allowed = tuple(allowed_updates) if allowed_updates is not None else self._allowed
        while self._updates and self._updates[0][0]["update_id"] < offset:
            self._updates.popleft()
        self._polls += 1
        mine = self._polls
        await self._notify()
        try:
            async with asyncio.timeout(more.get("timeout", 0)):
                async with self._moved:
                    await self._moved.wait_for(lambda: self.waiting() or self._polls != mine)
        except TimeoutError:
            pass
        if self._polls != mine:
            raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one runs")
        return self.waiting()[:limit]

    def waiting(self) -> list[Json]:
        """What Telegram still holds for the bot, unconfirmed; a callback query only for a short time."""
        fresh = [
            (update, since)
            for update, since in self._updates
            if self.now() - since <= (QUERY_LIVES if "callback_query" in update else UPDATE_LIVES)
        ]
        self._updates = deque(fresh)
        return [update for update, _ in fresh]

    async def _notify(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    async def stop_waiting(self) -> None:
        """Answer the question for updates that is open, as Telegram does when a webhook is set."""
        self._polls += 1
        await self._notify()

    async def settled(self) -> None:
        """Until every update has been handled and confirmed by the program that polls."""
        async with patiently(), self._moved:
            await self._moved.wait_for(lambda: not self.waiting())

    async def asked_again(self, times: int = 1) -> None:
        """Until the program has come back so many times for updates."""
        reached = self._polls + times
        async with patiently(), self._moved:
            await self._moved.wait_for(lambda: self._polls >= reached)

    def take_waiting(self) -> list[Json]:
        """The same, and they count as confirmed from now on."""
        found = self.waiting()
        self._updates.clear()
        return found

    async def deliver(self, kind: str, body: Json) -> None:
        """Bring an update to the bot; by webhook this waits for the bot's answer, and a refused one stays waiting."""
        if kind not in self._allowed:
            return
        self._updates.append(({"update_id": next(self._ids) + 5_000_000, kind: body}, self.now()))
        if self._webhook:
            await self.push()
            return
        await self._notify()
        if self.patient:
            await self.settled()

    async def push(self) -> None:
        """Post to the webhook whatever is waiting, each on a connection of its own."""
        await asyncio.gather(*(self._post(update) for update in self.waiting()))

    async def _post(self, update: Json) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._webhook.get("secret_token", "")}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.webhook_address, json=update, headers=headers) as answer,
        ):
            self.statuses.append(answer.status)
            if answer.ok:
                await self.carry_out_ridden(await answer.read())
                self._updates = deque(entry for entry in self._updates if entry[0] is not update)

    async def carry_out_ridden(self, body: bytes) -> None:
        """A call in the answer to an update is carried out, and nobody is told whether it went well."""
        if body:
            given = json.loads(body)
            self.calls.append((given.pop("method"), given))
            with suppress(Refusal):
                await self._carry_out(self.calls[-1][0], read_call(*self.calls[-1]))

    # --- People and what they see -------------------------------------------------------------------------------------

    def person(self, language: str = "lv", name: str = "Anna") -> Person:
        chat = Chat(700_000_000 + next(self._ids))
        self.chats[chat.id] = chat
        return Person(self, chat, language, name)

    def group(self, kind: str = "group") -> Group:
        chat = Chat(-700_000_000 - next(self._ids), started=True)
        self.chats[chat.id] = chat
        return Group(self, chat, kind)

    @property
    def posts_to(self) -> str:
        """Where updates are posted; empty while the program has to ask for them."""
        return str(self._webhook.get("url", ""))

    def send_elsewhere(self, url: str) -> None:
        """Somebody else who knows the token sets a webhook of their own."""
        self._webhook = {"url": url} if url else {}

    def send(self, chat: Chat, text: str) -> Json:
        """What the bot sends, for a trouble that does what it was asked and still goes wrong."""
        return self._send_message(chat.id, text)

    def next_id(self) -> int:
        return next(self._ids)

    def _as_json(self, chat: Chat, message: Message) -> Json:
        """A message of the bot as Telegram describes it."""
        body: Json = {
            "message_id": message.id,
            "from": self._get_me(),
            "chat": {"id": chat.id, "type": "private", "first_name": "Anna"},
            "date": int(message.date.timestamp()),
            "text": message.text,
        }
        if message.edited:
            body["edit_date"] = int(message.edited.timestamp())
        if message.markup:
            body["reply_markup"] = message.markup
        return body

    def describe(self, chat: Chat, message: Message) -> Json:
        return self._as_json(chat, message)
