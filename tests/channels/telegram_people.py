"""The people of our own Telegram, and the groups they put the bot into: what they write, send and press."""

from typing import TYPE_CHECKING

from tests.channels.telegram_chats import Chat, Json, Message, Press, buttons_of

if TYPE_CHECKING:  # it makes them, so it imports this module
    from tests.channels.fake_telegram import FakeTelegram

SENT: dict[str, Json] = {
    "photo": {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]},
    "voice": {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
    "video": {"video": {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 3}},
    "video_note": {"video_note": {"file_id": "v", "file_unique_id": "v", "length": 1, "duration": 3}},
    "audio": {"audio": {"file_id": "a", "file_unique_id": "a", "duration": 3}},
    "document": {"document": {"file_id": "d", "file_unique_id": "d", "file_name": "protokols.pdf"}},
    "contact": {"contact": {"phone_number": "+37120000000", "first_name": "Anna"}},
    "location": {"location": {"latitude": 56.95, "longitude": 24.1}},
    "venue": {
        "venue": {"location": {"latitude": 56.95, "longitude": 24.1}, "title": "x", "address": "y"},
        "location": {"latitude": 56.95, "longitude": 24.1},
    },
    "sticker": {
        "sticker": {
            "file_id": "s",
            "file_unique_id": "s",
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    "something of next year": {"hologram": {"file_id": "h"}},
}


class Person:
    """Somebody with a phone. Every verb reaches the bot as an update, as Telegram would bring it."""

    def __init__(self, fake: "FakeTelegram", chat: Chat, language: str, name: str) -> None:
        self.fake, self.chat = fake, chat
        self._user = {"id": chat.id, "is_bot": False, "first_name": name, "language_code": language}

    @property
    def sees(self) -> str:
        """The words on her screen: every message that is there, oldest first."""
        return "\n———\n".join(message.text for message in self.chat.alive if not message.unseen)

    @property
    def labels(self) -> list[str]:
        return [button["text"] for message in self.chat.alive if not message.unseen for button in message.buttons]

    @property
    def popups(self) -> list[str]:
        return [press.answer.text for press in self.chat.presses if press.answer and press.answer.text]

    async def start(self) -> None:
        self.chat.blocked = False
        await self.type("/start")

    async def type(self, text: str) -> Message:
        entities = {"entities": [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]}
        return await self._say("text", {"text": text, **(entities if text.startswith("/") else {})}, text)

    async def send(self, kind: str, caption: str = "") -> Message:
        return await self._say(kind, {**SENT[kind], **({"caption": caption} if caption else {})}, caption)

    async def send_album(self, caption: str = "", pictures: int = 3) -> None:
        for _ in range(pictures):
            await self._say("photo", {**SENT["photo"], "media_group_id": "1", "caption": caption}, caption)

    async def edit(self, message: Message, text: str) -> None:
        message.text, message.edited = text, self.fake.now()
        body = {"text": text, "edit_date": int(self.fake.now().timestamp())}
        await self.fake.deliver("edited_message", self._message(message, body))

    async def press(self, label: str) -> Press:
        """Press the button with this label, on the newest message that has it."""
        for message in reversed(self.chat.ours):
            for button in message.buttons:
                if button["text"] == label and not message.unseen:
                    return await self._press(message, button)
        raise AssertionError(f"no button {label!r} among {self.labels}")

    async def press_old(self, label: str) -> Press:
        """Press a button that the screen no longer shows: the finger was faster than the edit."""
        for message in reversed(list(self.chat.messages.values())):
            for _, markup in reversed(message.looks[:-1] if not message.gone else message.looks):
                for button in buttons_of(markup):
                    if button["text"] == label:
                        return await self._press(message, button)
        raise AssertionError(f"there never was a button {label!r}")

    async def press_label_ever_seen(self, label: str) -> Press:
        """Press a button that is or was there: fingers are faster than networks."""
        if label in self.labels:
            return await self.press(label)
        return await self.press_old(label)

    def opens(self, label: str) -> str:
        """The address of the page that a web-app button opens."""
        return str(
            next(b["web_app"]["url"] for message in self.chat.ours for b in message.buttons if b["text"] == label)
        )

    async def block(self) -> None:
        self.chat.blocked = True
        await self.fake.deliver("my_chat_member", self._membership("kicked"))

    def clear_chat(self) -> None:
        """Empty the chat on her own side; the bot is not told and can still edit what she no longer sees."""
        for message in self.chat.messages.values():
            message.unseen = True

    async def press_data(self, data: str, message: Message | None = None) -> Press:
        """Send any callback data, as a hostile client can."""
        return await self._press(message or self.chat.ours[-1], {"callback_data": data})

    async def _press(self, message: Message, button: Json) -> Press:
        assert "callback_data" in button, "this button opens a page; see opens()"
        press = Press(str(self.fake.next_id()), button["callback_data"], message, self.fake.now())
        self.chat.presses.append(press)
        shown = self.fake.describe(self.chat, message)
        if message.gone:
            shown = {"chat": shown["chat"], "message_id": message.id, "date": 0}
        body = {"id": press.id, "from": self._user, "message": shown, "chat_instance": "1", "data": press.data}
        await self.fake.deliver("callback_query", body)
        return press

    async def _say(self, kind: str, content: Json, text: str) -> Message:
        self.chat.started = True
        message = Message(self.fake.next_id(), False, self.fake.now(), text, kind)
        self.chat.messages[message.id] = message
        await self.fake.deliver("message", self._message(message, content))
        return message

    def _message(self, message: Message, content: Json) -> Json:
        return {
            "message_id": message.id,
            "from": self._user,
            "chat": {"id": self.chat.id, "type": "private", "first_name": self._user["first_name"]},
            "date": int(message.date.timestamp()),
            **content,
        }

    def _membership(self, status: str) -> Json:
        bot = {"id": 110201543, "is_bot": True, "first_name": "Blakus"}
        return {
            "chat": {"id": self.chat.id, "type": "private", "first_name": self._user["first_name"]},
            "from": self._user,
            "date": int(self.fake.now().timestamp()),
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": {"user": bot, "status": status, "until_date": 0},
        }


class Group:
    """A group or channel somebody put the bot into."""

    def __init__(self, fake: "FakeTelegram", chat: Chat, kind: str) -> None:
        self.fake, self.chat = fake, chat
        self._json = {"id": chat.id, "type": kind, "title": "Ģimene"}
        self._from = {"id": 700_000_000, "is_bot": False, "first_name": "Jānis"}

    async def invite(self, status: str = "member") -> None:
        bot = {"id": 110201543, "is_bot": True, "first_name": "Blakus"}
        body = {
            "chat": self._json,
            "from": self._from,
            "date": int(self.fake.now().timestamp()),
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": {"user": bot, "status": status},
        }
        await self.fake.deliver("my_chat_member", body)

    async def type(self, text: str) -> None:
        body = {"message_id": self.fake.next_id(), "chat": self._json, "from": self._from, "text": text}
        await self.fake.deliver("message", {**body, "date": int(self.fake.now().timestamp())})
