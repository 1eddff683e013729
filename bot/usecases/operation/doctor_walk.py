"""A person's walk to 112, to each topic and to the form, through the engine and the real database."""

import asyncio
from collections import deque
from collections.abc import Iterator
from secrets import token_urlsafe

from bot.engine.dialogue import Dialogue, Screen, World
from bot.engine.effects import OpenForm
from bot.engine.heard import Heard, Pressed, Started
from bot.engine.state import State
from bot.engine.step import step
from bot.runtime import Runtime
from bot.usecases.operation.doctor_line import Line, Sentence, green, red, says
from bot.usecases.person import converse
from bot.usecases.person.converse import Address, Arrival, Reply
from bot.usecases.services import offers
from storage.database import Trouble

Path = tuple[Pressed, ...]
MOST = 20_000
"""How many states to search before concluding that no way exists."""


async def walk(runtime: Runtime, language: str) -> Line:
    """Check that a person gets there in this language. The walk leaves nothing behind."""
    about = says("walk in {language}", language=language)
    address = Address("web", token_urlsafe(16))
    try:
        world = await offers.world(runtime, form=True)
        wrong = await _walked(runtime, address, language, world)
        await converse.forget(runtime, address)
    except Trouble as trouble:
        stopped = says("stopped by the database ({error})", error=str(trouble))
        return red(about, stopped, says("see the line “database”"))
    if wrong:
        return red(about, wrong, says("run: blakus check, and see the line of the service"))
    if world.addressable:
        return green(about, says("112, a topic and the form are reached"))
    return green(
        about, says("112 and a topic are reached; no service can be addressed, so phones stand in for the form")
    )


async def _walked(runtime: Runtime, address: Address, language: str, world: World) -> Sentence | None:
    dialogue = runtime.content.dialogue
    arrival = Arrival(language=language)

    async def press(heard: Heard) -> Reply:
        return await converse.hear(runtime, address, heard, arrival)

    first = await press(Started(language))
    if first.card is None or first.card.language != language:
        return says("the first screen is not shown")
    danger = await press(Pressed(dialogue.first, "danger"))
    if danger.card is None or not any(span.tel == "112" and not span.write for span in danger.card.body):
        return says("112 is not shown")
    for topic in dialogue.topics:
        shown = await press(Pressed("", f"topic.{topic}"))
        if shown.card is None or shown.card.screen != dialogue.topics[topic]:
            return says("the topic {name} is not shown", name=topic)
    await press(Started(language))
    way = await asyncio.to_thread(way_to_form, dialogue, language, world)
    if way is None:
        return says("no way leads to the form") if world.addressable else None
    reply = Reply()
    for pressed in way:
        reply = await press(pressed)
    return None if reply.form == "request" else says("the form does not open")


def way_to_form(dialogue: Dialogue, language: str, world: World) -> Path | None:
    """Return the shortest way to the form, found by trying every button, or None."""
    if not world.addressable:
        return None
    place = min(world.addressable)
    begin = State(dialogue.first, language)
    seen, waiting = {(begin.screen, begin.answers)}, deque[tuple[State, Path]]([(begin, ())])
    while waiting and len(seen) < MOST:
        state, way = waiting.popleft()
        for pressed in _presses(dialogue.screens[state.screen], place):
            turn = step(dialogue, state, pressed, world, language)
            if any(isinstance(effect, OpenForm) and effect.form == "request" for effect in turn.effects):
                return (*way, pressed)
            if turn.state and (known := (turn.state.screen, turn.state.answers)) not in seen:
                seen.add(known)
                waiting.append((turn.state, (*way, pressed)))
    return None


def _presses(screen: Screen, place: str) -> Iterator[Pressed]:
    yield from (Pressed(screen.id, choice.id) for choice in screen.choices)
    if screen.several:
        yield Pressed(screen.id, "done")
    if screen.place:
        yield Pressed(screen.id, f"place.{place}")
