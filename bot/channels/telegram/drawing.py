"""How a card looks in Telegram: plain text with a neutral first line, and inline buttons."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.cards import Button, Card

LONGEST_TEXT = 4096
LONGEST_POPUP = 200
MOST_BUTTONS = 100
WIDEST_ROW = 34
"""Characters of labels side by side that a narrow phone shows without cutting them."""
MOST_IN_A_ROW = 3
IN_ROWS = {"group", "place", "danger", "human", "back", "language", "hide"}

Link = Callable[[Button], str | None]
Keyboard = dict[str, list[list[dict[str, Any]]]]
"""An InlineKeyboardMarkup as Telegram reads it. The library's objects for the same cost ten times as much to make."""


def text_of(card: Card) -> str:
    """What everybody may see in the chat list first, then the screen."""
    return cut(f"{card.first_line}\n\n{card.text}", LONGEST_TEXT)


def keyboard_of(card: Card, token: Callable[[Button], str], link: Link) -> Keyboard | None:
    """The screen's own buttons, then the exits. A form button without an address to open is left out."""
    room = MOST_BUTTONS - len(card.exits)
    rows = [*_rows(card.buttons[:room]), *_rows(card.exits)]
    drawn = [[one for button in row if (one := _drawn(button, token, link))] for row in rows]
    return {"inline_keyboard": [row for row in drawn if row]} if any(drawn) else None


def cut(text: str, longest: int) -> str:
    """The text within a limit counted as Telegram counts: in UTF-16 units, never through the middle of a character."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= longest * 2:
        return text
    return units[: (longest - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _drawn(button: Button, token: Callable[[Button], str], link: Link) -> dict[str, Any] | None:
    label = f"✓ {button.label}" if button.on else button.label
    if button.kind != "form":
        return {"text": label, "callback_data": token(button)}
    address = link(button)
    return {"text": label, "web_app": {"url": address}} if address else None


def _rows(buttons: Iterable[Button]) -> Iterator[list[Button]]:
    """Short names side by side, everything else a row of its own."""
    row: list[Button] = []
    for button in buttons:
        if row and not _fits(row, button):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def _fits(row: list[Button], button: Button) -> bool:
    together = sum(len(one.label) for one in (*row, button))
    alike = button.kind in IN_ROWS and row[-1].kind in IN_ROWS
    return alike and len(row) < MOST_IN_A_ROW and together <= WIDEST_ROW
