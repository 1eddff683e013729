"""The layout of a card: a heading and paragraphs on a page, one text and rows of buttons in Telegram.

The channels and the editors' preview share it, so that the preview shows what people will see.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.cards import Button, Card
from bot.texts import Span, Words, heading_end, plain

LONGEST_TEXT = 4096
"""Telegram's limit for one message."""
WIDEST_ROW = 34
"""How many characters of labels a narrow phone shows side by side without truncating them."""
MOST_IN_A_ROW = 3
IN_ROWS = {"group", "place", "danger", "human", "back", "language", "hide"}


# --- Pages ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list if its lines began with a bullet. `goes_on`: it continues the line of the heading."""

    lines: tuple[Words, ...]
    listed: bool = False
    goes_on: bool = False


def blocks(words: Words) -> tuple[Block, ...]:
    """Split words at empty lines; lines that begin with a bullet become lists."""
    found: list[Block] = []
    fresh = True
    for line in _lines(words):
        listed = plain(line).startswith("• ")
        if not line:
            fresh = True
            continue
        shown = _without_bullet(line) if listed else line
        if fresh or found[-1].listed != listed:
            found.append(Block((shown,), listed))
        else:
            found[-1] = Block((*found[-1].lines, shown), listed)
        fresh = False
    return tuple(found)


def headed(words: Words) -> tuple[Words, tuple[Block, ...]]:
    """Split words into a heading, which is the first sentence if short, and the blocks of text after it."""
    first, *rest = blocks(words) or (Block(((),)),)
    end = 0 if first.listed else heading_end(plain(first.lines[0]))
    if not end:
        return (), (first, *rest)
    heading, going_on = _cut(first.lines[0], end)
    left = ((going_on,) if going_on else ()) + first.lines[1:]
    return heading, (*([Block(left, goes_on=bool(going_on))] if left else []), *rest)


def _cut(line: Words, at: int) -> tuple[Words, Words]:
    before, after = [], []
    for span in line:
        before.append(replace(span, text=span.text[:at]))
        after.append(replace(span, text=span.text[at:]))
        at = max(0, at - len(span.text))
    after = [span for span in after if span.text]
    if after:
        after[0] = replace(after[0], text=after[0].text.lstrip())
    return tuple(span for span in before if span.text), tuple(span for span in after if span.text)


def _lines(words: Words) -> list[Words]:
    lines: list[list[Span]] = [[]]
    for span in words:
        first, *others = span.text.split("\n")
        lines[-1].append(replace(span, text=first))
        lines.extend([replace(span, text=text)] for text in others)
    return [tuple(span for span in line if span.text) for line in lines]


def _without_bullet(line: Words) -> Words:
    return (replace(line[0], text=line[0].text.removeprefix("• ")), *line[1:])


# --- Telegram ---------------------------------------------------------------------------------------------------------


def text_of(card: Card) -> str:
    """Return the message of a card: first the line shown in the chat list, which is neutral, then the screen."""
    return cut(f"{card.first_line}\n\n{card.text}", LONGEST_TEXT)


def cut(text: str, longest: int) -> str:
    """Truncate a text to a limit counted as Telegram does, in UTF-16 units, without splitting a character."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= longest * 2:
        return text
    return units[: (longest - 1) * 2].decode("utf-16-le", "ignore") + "…"


def rows(buttons: Iterable[Button]) -> Iterator[list[Button]]:
    """Put short labels side by side, and every other button in a row of its own."""
    row: list[Button] = []
    for button in buttons:
        if row and not _fits(row, button):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def _fits(row: list[Button], button: Button) -> bool:
    together = sum(len(member.label) for member in (*row, button))
    alike = button.kind in IN_ROWS and row[-1].kind in IN_ROWS
    return alike and len(row) < MOST_IN_A_ROW and together <= WIDEST_ROW
