"""What Telegram knows of a chat: its messages with every look they have had, and the presses on their buttons."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass
class Message:
    """One message of a chat, with every look it has had."""

    id: int
    ours: bool
    date: datetime
    text: str = ""
    kind: str = "text"
    markup: Json | None = None
    silent: bool = False
    edited: datetime | None = None
    gone: bool = False
    unseen: bool = False
    looks: list[tuple[str, Json | None]] = field(default_factory=list)

    @property
    def buttons(self) -> list[Json]:
        return buttons_of(self.markup)


@dataclass
class Popup:
    """What a press was answered with."""

    text: str = ""
    alert: bool = False


@dataclass
class Press:
    """A press on a callback button. `answer` is set once it has been answered."""

    id: str
    data: str
    message: Message
    at: datetime
    answer: Popup | None = None


@dataclass
class Chat:
    """What Telegram knows of one chat. The id of a group is negative."""

    id: int
    started: bool = False
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    most_alive: int = 0
    presses: list[Press] = field(default_factory=list)

    @property
    def alive(self) -> list[Message]:
        """Everything that is still there, of both sides."""
        return [message for message in self.messages.values() if not message.gone]

    @property
    def ours(self) -> list[Message]:
        return [message for message in self.alive if message.ours]

    @property
    def theirs(self) -> list[Message]:
        return [message for message in self.alive if not message.ours]


def buttons_of(markup: Json | None) -> list[Json]:
    return [button for row in (markup or {}).get("inline_keyboard", ()) for button in row]
