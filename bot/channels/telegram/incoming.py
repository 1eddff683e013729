"""Telegram's updates, parsed once. Whatever else Telegram says about the person is dropped here."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.engine.heard import Heard, Pressed, Sent, Started, Typed

Json = dict[str, Any]
Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""An id of Telegram's. It promises fewer bits; no database column holds more than these."""
Moment = Annotated[int, Field(ge=0, lt=2**36)]
"""Seconds since 1970. The limit lies in the year 4147, which datetime can hold."""
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
COMMANDS: dict[str, Pressed] = {"/help": Pressed("", "human"), "/hide": Pressed("", "hide")}
CONTENT = (
    *("animation", "audio", "contact", "dice", "document", "game", "invoice", "location", "paid_media", "photo"),
    *("poll", "sticker", "story", "venue", "video", "video_note", "voice", "web_app_data"),
)
SERVICE = (
    *(
        "boost_added",
        "chat_background_set",
        "connected_website",
        "group_chat_created",
        "message_auto_delete_timer_changed",
    ),
    *("pinned_message", "refunded_payment", "successful_payment", "write_access_allowed"),
)
"""Notes that Telegram itself puts into a chat. They are deleted and need no answer."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message from the person. `heard` is None if there is nothing to answer."""

    update: int
    chat: int
    language: str
    message: int
    at: datetime
    heard: Heard | None


@dataclass(frozen=True, slots=True)
class Tapped:
    """A press on a button of one of our messages."""

    update: int
    chat: int
    language: str
    message: int
    query: str
    token: str
    beside: tuple[str, ...] = ()
    """The tokens of all buttons of the pressed message."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The person stopped the bot."""

    chat: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A group or channel. The bot does not talk where others listen."""

    chat: int


Incoming = Wrote | Tapped | Stopped | Elsewhere


class _Chat(BaseModel):
    id: Id
    type: str = "private"


class _From(BaseModel):
    language_code: str = ""
    is_bot: bool = False

    @property
    def language(self) -> str:
        return self.language_code.partition("-")[0].lower()


class _Message(BaseModel):
    model_config = ConfigDict(extra="allow")

    message_id: Id
    chat: _Chat
    date: Moment = 0
    edit_date: Moment = 0
    sender: _From = Field(default_factory=_From, alias="from")
    text: str | None = None


class _Query(BaseModel):
    id: str
    sender: _From = Field(default_factory=_From, alias="from")
    message: _Message | None = None
    data: str = ""


class _Member(BaseModel):
    status: str


class _Membership(BaseModel):
    chat: _Chat
    new_chat_member: _Member


class _Update(BaseModel):
    update_id: Id
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Query | None = None
    my_chat_member: _Membership | None = None


def read(update: Json) -> Incoming | None:
    """Return what an update means to us. None if we did not ask for it or cannot read it."""
    try:
        parsed = _Update.model_validate(update)
    except ValidationError:
        return None
    if parsed.message:
        return _wrote(parsed.update_id, parsed.message, edited=False)
    if parsed.edited_message:
        return _wrote(parsed.update_id, parsed.edited_message, edited=True)
    if parsed.callback_query:
        return _tapped(parsed.update_id, parsed.callback_query)
    return _moved(parsed.my_chat_member) if parsed.my_chat_member else None


def _wrote(update: int, message: _Message, *, edited: bool) -> Incoming | None:
    if message.chat.type != "private":
        return Elsewhere(message.chat.id)
    if message.sender.is_bot:
        return None
    language = message.sender.language
    heard = _heard_anew(message) if edited else _heard(message, language)
    at = datetime.fromtimestamp(message.edit_date or message.date, UTC)
    return Wrote(update, message.chat.id, language, message.message_id, at, heard)


def _heard_anew(message: _Message) -> Heard:
    """Edited words may still reveal danger or despair; anything else counts as answered before."""
    return Sent("edited") if message.text is None else Typed(message.text, edited=True)


def _heard(message: _Message, language: str) -> Heard | None:
    if message.text is None:
        brought = set(message.model_extra or ())
        if brought & set(SERVICE):
            return None
        return Sent(next((kind for kind in CONTENT if kind in brought), "unknown"))
    if not message.text.startswith("/"):
        return Typed(message.text)
    command = message.text.split(maxsplit=1)[0].partition("@")[0].lower()
    if command == "/start":
        return Started(language)
    return COMMANDS.get(command, Sent("command"))


def _tapped(update: int, query: _Query) -> Incoming | None:
    if query.message is None:
        return None
    if query.message.chat.type != "private":
        return Elsewhere(query.message.chat.id)
    message, language = query.message, query.sender.language
    beside = _tokens((message.model_extra or {}).get("reply_markup"))
    return Tapped(update, message.chat.id, language, message.message_id, query.id, query.data, beside)


def _tokens(markup: Any) -> tuple[str, ...]:
    """The data of a message's buttons. Empty if the markup does not have Telegram's shape."""
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    buttons = [button for row in rows if isinstance(row, list) for button in row] if isinstance(rows, list) else []
    data = [button.get("callback_data") for button in buttons if isinstance(button, dict)]
    return tuple(token for token in data if isinstance(token, str))


def _moved(membership: _Membership) -> Incoming | None:
    gone: set[Literal["left", "kicked"] | str] = {"left", "kicked"}
    status, chat = membership.new_chat_member.status, membership.chat
    if chat.type == "private":
        return Stopped(chat.id) if status == "kicked" else None
    return None if status in gone else Elsewhere(chat.id)
