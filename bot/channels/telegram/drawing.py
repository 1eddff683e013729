"""A card as Telegram reads it: its text and its inline buttons."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.cards import Button, Card
from bot.channels.telegram.newest import Newest
from bot.layout import rows as rows_of
from bot.layout import text_of

LONGEST_POPUP = 200
MOST_BUTTONS = 100

Link = Callable[[Button], str | None]
Keyboard = dict[str, list[list[dict[str, Any]]]]
"""An InlineKeyboardMarkup in JSON. The library's objects for it cost ten times as much to build."""
Look = bytes
"""A message without its chat, as the inside of a JSON object. Many people see the same one, so it is encoded once."""
WRITING = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
NO_PREVIEW = {"is_disabled": True}


class Looks:
    """A cache of drawn cards. Use cases give one card to many people; only the address of a form is personal."""

    def __init__(self) -> None:
        self._known: Newest[int, tuple[Card, Look]] = Newest()

    def of(self, card: Card, token: Callable[[Button], str], link: Link) -> Look:
        if (known := self._known.get(id(card))) and known[0] is card:
            return known[1]
        look = draw(card, token, link)
        if not any(button.form for button in card.buttons):
            self._known.keep(id(card), (card, look))
        return look


def draw(card: Card, token: Callable[[Button], str], link: Link = lambda _: None) -> Look:
    return look_of(text_of(card), keyboard_of(card, token, link))


def encode(given: Mapping[str, Any]) -> bytes:
    """Encode as JSON in UTF-8. Characters that UTF-8 cannot hold are replaced rather than fail."""
    return WRITING.encode(given).encode("utf-8", "replace")


def look_of(text: str, keyboard: Keyboard | None = None) -> Look:
    look: dict[str, Any] = {"text": text, "link_preview_options": NO_PREVIEW}
    return encode(look | {"reply_markup": keyboard} if keyboard else look)[1:-1]


def keyboard_of(card: Card, token: Callable[[Button], str], link: Link) -> Keyboard | None:
    """The screen's own buttons, then the exits. A form button without an address is left out."""
    room = MOST_BUTTONS - len(card.exits)
    rows = [*rows_of(card.buttons[:room]), *rows_of(card.exits)]
    made = [[key for button in row if (key := _drawn(button, token, link))] for row in rows]
    return {"inline_keyboard": [row for row in made if row]} if any(made) else None


def _drawn(button: Button, token: Callable[[Button], str], link: Link) -> dict[str, Any] | None:
    label = f"✓ {button.label}" if button.on else button.label
    if button.kind != "form":
        return {"text": label, "callback_data": token(button)}
    address = link(button)
    return {"text": label, "web_app": {"url": address}} if address else None
