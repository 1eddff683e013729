"""The dialogue in a terminal, to try content without Telegram or a browser. Plain lines, so that it can be piped."""

from collections.abc import Awaitable, Callable, Iterator

from bot.cards import Button, Card
from bot.engine.heard import Heard, Pressed, Started, Typed
from bot.runtime import Runtime
from bot.usecases.person import converse
from bot.usecases.person.converse import Address, Arrival, Reply


async def talk(
    runtime: Runtime, language: str, read: Callable[[str], Awaitable[str]], write: Callable[[str], None]
) -> None:
    """Run one conversation until it is hidden or the input ends. Nothing of it is kept afterwards."""
    address, arrival = Address("terminal", "talk"), Arrival(language=language)
    heard: Heard = Started(language)
    try:
        while True:
            reply = await converse.hear(runtime, address, heard, arrival)
            for line in lines(reply, numbered=True):
                write(line)
            if reply.hide:
                return
            heard = interpret(await read("> "), reply.card)
    except EOFError:
        await converse.forget(runtime, address)


def lines(reply: Reply, numbered: bool = False) -> Iterator[str]:
    """A reply as lines of text: notice and words, then the buttons, with the numbers to type if `numbered`."""
    if reply.tell:
        yield f"! {reply.tell}"
    if reply.form:
        yield f"! ({reply.form})"
    if not reply.card:
        return
    yield from reply.card.text.splitlines()
    buttons = (*reply.card.buttons, *reply.card.exits)
    for number, button in enumerate(buttons, start=1):
        name = f"✓ {button.label}" if button.on else button.label
        yield f"{number:>3}  {name}" if numbered else f"[{name}]"


def interpret(typed: str, card: Card | None) -> Heard:
    """A number or a label presses a button; anything else is typed text."""
    buttons: tuple[Button, ...] = (*card.buttons, *card.exits) if card else ()
    words = typed.strip()
    if words.isascii() and words.isdigit() and len(words) < 3 and 0 < int(words) <= len(buttons):
        button = buttons[int(words) - 1]
        return Pressed(button.screen, button.choice)
    for button in buttons:
        if button.label == words:
            return Pressed(button.screen, button.choice)
    return Typed(words)
