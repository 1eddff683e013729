"""Preview a draft's screen as a Telegram message, as a web page, and as a screen reader speaks it."""

from dataclasses import dataclass

from bot import cards
from bot.cards import Button
from bot.content import Content
from bot.engine.effects import Show
from bot.engine.state import State
from bot.layout import Block, headed, rows, text_of
from bot.runtime import Runtime
from bot.texts import Words, plain
from bot.usecases.person.converse import moment_words

EXAMPLES = {
    "place:name": "…",
    "service:name": "…",
    "service:phone": "…",
    "service:hours": "…",
    "service:address": "…",
    "service:now": "…",
    "service:read_by": "…",
}
"""Stand-ins for values that depend on a person's municipality."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One screen in one language, made from the card the channels render."""

    language: str
    message: str
    keyboard: tuple[tuple[Button, ...], ...]
    heading: Words
    body: tuple[Block, ...]
    buttons: tuple[Button, ...]
    exits: tuple[Button, ...]
    read_aloud: str


def preview(runtime: Runtime, content: Content, screen: str, language: str) -> Preview | None:
    """Render a screen as people would see it today; None if it only branches and is never shown."""
    if content.dialogue.screens[screen].branch:
        return None
    state = State(screen, language)
    values = EXAMPLES | moment_words(runtime, language, content)
    card = cards.make(content, state, Show(screen), runtime.today(), values)
    heading, body = headed(card.body)
    return Preview(
        language=language,
        message=text_of(card),
        keyboard=tuple(tuple(row) for row in (*rows(card.buttons), *rows(card.exits))),
        heading=heading,
        body=body,
        buttons=card.buttons,
        exits=card.exits,
        read_aloud=_read_aloud(heading, body, (*card.buttons, *card.exits)),
    )


def _read_aloud(heading: Words, body: tuple[Block, ...], buttons: tuple[Button, ...]) -> str:
    """Join all lines in reading order, without layout."""
    lines = [plain(heading)] if heading else []
    lines += [plain(line) for block in body for line in block.lines]
    lines += [f"[{button.label}]" for button in buttons]
    return "\n".join(lines)
