"""What Telegram brings, read once. Whoever wrote, and what else Telegram tells of a person, is left out right here."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.engine.heard import Heard, Pressed, Sent, Started, Typed

Json = dict[str, Any]
Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""A number of Telegram's. It promises fewer bits; more than these fit nowhere."""
Moment = Annotated[int, Field(ge=0, lt=2**36)]
"""Seconds since 1970, for as long as there are calendars."""
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
"""Notes that Telegram itself puts into a chat. They are taken away and need no answer."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message of the person. `heard` is None where there is nothing to answer."""

    update: int
    chat: int
    language: str
    message: int
    at: datetime
    heard: Heard | None


@dataclass(frozen=True, slots=True)
class Tapped:
    """A press on a button. `message` is None where Telegram does not name it."""

    update: int
    chat: int
    language: str
    message: int
    query: str
    token: str
    beside: tuple[str, ...] = ()
    """The tokens of all buttons of the message that was pressed."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The person stopped the bot."""

    chat: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A group or channel. We do not talk where others listen."""

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
    """What an update means to us. None for whatever we did not ask for or cannot read."""
    try:
        one = _Update.model_validate(update)
    except ValidationError:
        return None
    if one.message:
        return _wrote(one.update_id, one.message, edited=False)
    if one.edited_message:
        return _wrote(one.update_id, one.edited_message, edited=True)
    if one.callback_query:
        return _tapped(one.update_id, one.callback_query)
    return _moved(one.my_chat_member) if one.my_chat_member else None


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
    """Words that were changed afterwards may still tell of danger; anything else counts as answered before."""
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
    """What a message's buttons would send. Anything in another shape than Telegram's has none."""
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    buttons = [one for row in rows if isinstance(row, list) for one in row] if isinstance(rows, list) else []
    data = [one.get("callback_data") for one in buttons if isinstance(one, dict)]
    return tuple(one for one in data if isinstance(one, str))


def _moved(membership: _Membership) -> Incoming | None:
    gone: set[Literal["left", "kicked"] | str] = {"left", "kicked"}
    status, chat = membership.new_chat_member.status, membership.chat
    if chat.type == "private":
        return Stopped(chat.id) if status == "kicked" else None
    return None if status in gone else Elsewhere(chat.id)
