"""A card as Telegram reads it: its text and its inline buttons."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.cards import Button, Card
from bot.layout import rows as rows_of

LONGEST_POPUP = 200
MOST_BUTTONS = 100

Link = Callable[[Button], str | None]
Keyboard = dict[str, list[list[dict[str, Any]]]]
"""An InlineKeyboardMarkup as Telegram reads it. The library's objects for the same cost ten times as much to make."""
Look = bytes
"""All of a message but where it goes, as the middle of a JSON object. Many see the same one, so it is written once."""
WRITING = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
NO_PREVIEW = {"is_disabled": True}


def written(given: Mapping[str, Any]) -> bytes:
    """As JSON; what no text can hold is replaced, so that it stops nobody."""
    return WRITING.encode(given).encode("utf-8", "replace")


def look_of(text: str, keyboard: Keyboard | None = None) -> Look:
    look: dict[str, Any] = {"text": text, "link_preview_options": NO_PREVIEW}
    return written(look | {"reply_markup": keyboard} if keyboard else look)[1:-1]


def keyboard_of(card: Card, token: Callable[[Button], str], link: Link) -> Keyboard | None:
    """The screen's own buttons, then the exits. A form button without an address to open is left out."""
    room = MOST_BUTTONS - len(card.exits)
    rows = [*rows_of(card.buttons[:room]), *rows_of(card.exits)]
    drawn = [[one for button in row if (one := _drawn(button, token, link))] for row in rows]
    return {"inline_keyboard": [row for row in drawn if row]} if any(drawn) else None


def _drawn(button: Button, token: Callable[[Button], str], link: Link) -> dict[str, Any] | None:
    label = f"✓ {button.label}" if button.on else button.label
    if button.kind != "form":
        return {"text": label, "callback_data": token(button)}
    address = link(button)
    return {"text": label, "web_app": {"url": address}} if address else None
