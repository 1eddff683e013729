"""Answers without a database: information comes from memory, and the request form says that it is closed.

Nothing is stored meanwhile. Each button names its screen, so a press says where it leads. Such presses are marked
(`Pressed.adrift`), and once the database is back the conversation continues from there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar, assert_never

from bot import cards
from bot.cards import Card
from bot.engine.dialogue import World
from bot.engine.effects import HideTraces, OpenForm, Show, Tell, Turn
from bot.engine.heard import Heard, Pressed
from bot.engine.state import State
from bot.engine.step import step
from bot.runtime import Runtime
from bot.texts import placeholders, plain
from bot.usecases.person import converse, counting
from bot.usecases.person.converse import Address, Arrival, Reply
from bot.usecases.services import offers
from storage.database import Trouble

__all__ = ["Trouble", "answer_from_memory", "ask", "closed_words", "hear", "is_reachable"]

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

PATIENCE = 4.0
"""Seconds a person waits for the database before memory answers."""
SLOW, PAUSE = 1.0, 5.0
"""Seconds. After a failure slower than SLOW the database is left alone for PAUSE; after a quick one it is not."""
NOBODY_REACHABLE = World(frozenset(), form=True)
CLOSED = "notice.request-closed"


async def hear(runtime: Runtime, address: Address, heard: Heard, arrival: Arrival, screen: str = "") -> Reply:
    """Take a turn; without a database, answer from memory. `screen` is where she is, if the channel knows."""
    begun = asyncio.get_running_loop().time()
    counting.count(runtime, heard)
    if begun < runtime.health.pause_until:
        runtime.metrics.turns.labels(address.channel, "memory").inc()
        return answer_from_memory(runtime, heard, arrival.language, screen)
    try:
        async with asyncio.timeout(PATIENCE):
            reply = await converse.hear(runtime, address, heard, arrival)
            runtime.metrics.turns.labels(address.channel, "kept").inc()
            runtime.health.unkept = False
            return reply
    except (Trouble, TimeoutError) as error:
        _note_failure(runtime, begun, error)
        runtime.health.unkept = True
        runtime.metrics.turns.labels(address.channel, "memory").inc()
        return answer_from_memory(runtime, heard, arrival.language, screen)


async def current(runtime: Runtime, address: Address, language: str, screen: str = "") -> Reply:
    """Return the card the person is on; without a database, the one her page names."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await converse.current(runtime, address) or converse.opening(runtime, language)
    except (Trouble, TimeoutError):
        return answer_from_memory(runtime, None, language, screen)


async def ask(runtime: Runtime, ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
    """Return the database's answer; None if it gives none, or is being left alone after a slow failure."""
    begun = asyncio.get_running_loop().time()
    if begun < runtime.health.pause_until:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return await ask()
    except (Trouble, TimeoutError) as error:
        _note_failure(runtime, begun, error)
        return None


async def is_reachable(runtime: Runtime, address: Address) -> bool:
    """Whether the database can be read and, after a turn that could not be stored, written to."""
    try:
        async with asyncio.timeout(PATIENCE):
            await converse.current(runtime, address)
            if runtime.health.unkept:  # a full disk can still be read
                await counting.flush(runtime)
                runtime.health.unkept = False
    except (Trouble, TimeoutError):
        return False
    return True


def _note_failure(runtime: Runtime, begun: float, error: Exception) -> None:
    log.warning("database_gone", extra={"error": type(error).__name__})
    now = asyncio.get_running_loop().time()
    if now - begun > SLOW:
        runtime.health.pause_until = now + PAUSE


def answer_from_memory(runtime: Runtime, heard: Heard | None, language: str, screen: str = "") -> Reply:
    """Answer a press from what it says itself. Promises no request and remembers no municipality."""
    dialogue = runtime.content.dialogue
    known = dialogue.spoken(language)
    there = State(screen if _has_screen(runtime, screen) else dialogue.begins(language), known)
    if heard is None:
        turn = Turn(there, (Show(there.screen),))
    else:
        meant = converse.understand(runtime.content, heard, known)
        meant = replace(meant, adrift=True) if isinstance(meant, Pressed) else meant
        turn = step(dialogue, there, meant, NOBODY_REACHABLE, language)
    reply = Reply(kept=False)
    for effect in turn.effects:
        match effect:
            case Show():
                assert turn.state is not None
                reply = replace(reply, card=_card(runtime, turn.state, effect))
            case Tell(text):
                words = runtime.content.say(text, known, runtime.today(), converse.moment_words(runtime, known))
                reply = replace(reply, tell=plain(words))
            case OpenForm(form):
                reply = replace(reply, form=form)
            case HideTraces():
                reply = replace(reply, hide=True)
            case _:
                assert_never(effect)
    return reply


def closed_words(runtime: Runtime, place: str, language: str) -> dict[str, str]:
    """Return what is known of a municipality's service without a database: its directory entry."""
    return dict(offers.offer_from_directory(runtime, place, language).words)


def _has_screen(runtime: Runtime, screen: str) -> bool:
    known = runtime.content.dialogue.screens.get(screen)
    return known is not None and not known.branch


def _card(runtime: Runtime, state: State, show: Show) -> Card:
    """Make the card. A screen that would promise something of a service is replaced by the one with helplines."""
    content, today = runtime.content, runtime.today()
    place = next(iter(state.answer("place")), "")
    values = converse.moment_words(runtime, state.language)
    kinds = {kind for kind, _ in placeholders(content.text(show.screen, state.language))}
    asks_form = any(choice.form for choice in content.dialogue.screens[show.screen].choices)
    if asks_form or (kinds & {"place", "service"} and not place):
        screen = content.dialogue.human
        closed = cards.make(content, State(screen, state.language), Show(screen, CLOSED), today, values)
        return converse.with_demo_mark(runtime, closed)
    if place:
        values["place:name"] = content.dialogue.municipalities[place].said(state.language)
        values |= closed_words(runtime, place, state.language)
    return converse.with_demo_mark(runtime, cards.make(content, state, show, today, values))
