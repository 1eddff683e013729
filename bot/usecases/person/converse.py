"""One turn of a conversation: read the state, step, save, carry out the effects. Every channel enters here."""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, assert_never

from bot import cards
from bot.cards import Card
from bot.content import Content
from bot.engine.effects import HideTraces, OpenForm, Show, Tell, Turn
from bot.engine.heard import Heard, Sent, Started, Typed
from bot.engine.state import Answer, State
from bot.engine.step import in_a_known_language, nearest, step
from bot.runtime import Runtime
from bot.texts import placeholders, plain
from bot.usecases.person.memory import LAST_MESSAGES, Memory
from bot.usecases.retrying import retry
from bot.usecases.services import offers
from bot.usecases.services.sayings import now_words
from storage.conversations import Conversation
from storage.database import Store

log = logging.getLogger(__name__)

IDLE = timedelta(minutes=30)
HARD_LIMIT = timedelta(hours=2)
HEARD_FOR = timedelta(hours=24)
"""Telegram repeats an update for at most 24 hours."""
TRACES_FOR = timedelta(hours=47)
"""Telegram lets a bot delete messages younger than 48 hours; after that their numbers are of no use."""
LAST_UPDATES = 500
"""Updates remembered during a conversation: more than anybody presses in two hours."""
LAST_AFTERWARDS = 64
"""How many of them are remembered after the conversation has ended."""
TRIES = 50
"""Every press in a chat competes for the same turn, so giving up comes late."""
FAMILY = 17
"""Leading characters of a web page's token: its whole time, and 62 bits of its first random number."""
MOST_CARDS = 2000

Channel = Literal["telegram", "web", "terminal"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is: a chat id as text, or the token of a web page. Only its keyed hash is ever a database key."""

    channel: Channel
    key: str

    @property
    def family(self) -> str:
        """The prefix shared by the tokens of all pages that follow from one first page. They are left together."""
        return self.key[:FAMILY] if self.channel == "web" else ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a channel knows besides the meaning: the update's id, the message pressed, a message the person wrote."""

    update: int | None = None
    message: int | None = None
    theirs: int | None = None
    language: str = ""
    """That of the device, whether or not it is one of ours; empty: nothing is known."""
    form: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What the channel does now. `messages` are the ids known to be alive, oldest first."""

    card: Card | None = None
    tell: str | None = None
    hide: bool = False
    form: Literal["request", "receipt"] | None = None
    messages: tuple[int, ...] = ()
    repeated: bool = False
    kept: bool = True
    """Whether the state after this turn is stored; False when the database is gone."""
    answers: Mapping[str, Answer] = field(default_factory=dict)


async def hear(runtime: Runtime, address: Address, heard: Heard, arrival: Arrival = Arrival()) -> Reply:
    """Answer what was heard, once. If another turn of the same person wins the race, step again from the new state.

    Raises Trouble when the database is gone; the channel then shows `cards.trouble`.
    """
    content = runtime.content  # the same throughout the turn: another revision may be published meanwhile
    heard = understand(content, heard, arrival.language)
    reply = await retry(lambda: _hear_once(runtime, content, address, heard, arrival), TRIES)
    log.info("turn")
    return reply


async def current(runtime: Runtime, address: Address) -> Reply | None:
    """Return the card the person is on, changing nothing. None if there is no conversation."""
    async with runtime.database.store() as store:
        row = await store.conversations.get(address_key(runtime, address))
    memory = _memory(row, runtime.now())
    if memory.state is None:
        return None
    content = runtime.content
    state = in_a_known_language(content.dialogue, memory.state)
    state = state if state.screen in content.dialogue.screens else nearest(content.dialogue, state)
    turn = Turn(state, (Show(state.screen),))
    return await _reply(runtime, content, turn, memory.messages)


def opening(runtime: Runtime, language: str) -> Reply:
    """Return the first card for somebody who only looks. Stores nothing and needs no database."""
    content = runtime.content
    state = State(content.dialogue.begins(language), content.dialogue.spoken(language))
    card = cards.make(content, state, Show(state.screen), runtime.today(), moment_words(runtime, state.language))
    return Reply(with_demo_mark(runtime, card))


async def rehearse(
    runtime: Runtime, content: Content, state: State | None, heard: Heard | None, language: str
) -> tuple[State | None, Reply]:
    """Take a turn on a draft that practitioners walk, storing nothing. If nothing was heard, show the card again."""
    if heard is None and state is not None:
        turn = Turn(state, (Show(state.screen),))
    else:
        world = await offers.world(runtime, form=True)
        understandable = understand(content, heard or Started(language), language)
        turn = step(content.dialogue, state, understandable, world, language)
    return turn.state, await _reply(runtime, content, turn, ())


async def remember_messages(
    runtime: Runtime, address: Address, messages: tuple[int, ...], before: tuple[int, ...] | None = None
) -> None:
    """Remember which messages are alive in the chat, so that they can be removed later.

    `before` are those the channel knew of. Messages that another replica has shown meanwhile stay remembered.
    """
    await retry(lambda: _remember(runtime, address_key(runtime, address), messages, before), TRIES)


async def forget(runtime: Runtime, address: Address) -> tuple[int, ...]:
    """Forget the conversation of a person who left or blocked us. Return the ids of messages that were alive."""
    key = address_key(runtime, address)
    async with runtime.database.store() as store:
        row = await store.conversations.get(key)
        await store.conversations.delete(key)
        await store.traces.delete(key)
    return Memory.from_bytes(row.content).messages if row else ()


def address_key(runtime: Runtime, address: Address) -> bytes:
    """Return the database key of an address: a keyed hash, so that a stolen database names no chat."""
    return family_key(runtime, address) + _keyed(runtime, f"{address.channel}\0{address.key}")


def family_key(runtime: Runtime, address: Address) -> bytes:
    """Return the prefix of all keys of a family, so that one statement can end its conversations."""
    return _keyed(runtime, f"family\0{address.family}") if address.family else b""


def moment_words(runtime: Runtime, language: str, content: Content | None = None) -> dict[str, str]:
    """Return all words that no editor sets: the operator's, and what holds at this moment of the hours of lines."""
    return {**settings_words(runtime, language), **now_words(content or runtime.content, runtime.now(), language)}


def settings_words(runtime: Runtime, language: str) -> dict[str, str]:
    """Return the words that an operator sets rather than an editor."""
    settings = runtime.settings
    operator = settings.operator or runtime.content.text("operator.demo", language)
    nowhere = "page.no-address"  # never an address that only this machine reaches
    unset = runtime.content.text(nowhere, language) if runtime.content.has(nowhere, language) else ""
    return {"setting:operator": operator, "setting:public_url": settings.public_url or unset}


def with_demo_mark(runtime: Runtime, card: Card) -> Card:
    """Mark the card as a demonstration where strangers can find one."""
    if not runtime.settings.is_public_demo:
        return card
    return cards.as_demonstration(runtime.content, card, runtime.today(), moment_words(runtime, card.language))


def understand(content: Content, heard: Heard, language: str) -> Heard:
    """Turn typed words into the topics they may mean. The words go no further than this."""
    if not isinstance(heard, Typed):
        return heard
    found = content.finder.find(heard.text, language)
    if heard.edited and not (found.danger or found.despair):
        return Sent("edited")
    topics = tuple(hit.topic for hit in found.topics)
    return replace(heard, topics=topics, danger=found.danger, despair=found.despair)


async def _hear_once(runtime: Runtime, content: Content, address: Address, heard: Heard, arrival: Arrival) -> Reply:
    now, key = runtime.now(), address_key(runtime, address)
    world = await offers.world(runtime, form=arrival.form)
    async with runtime.database.store() as store:
        row = await store.conversations.get(key)
        memory = _memory(row, now)
        if row is None:
            memory = replace(memory, messages=await _left_behind(store, key))
        if arrival.update is not None and await _already_heard(runtime, store, memory, arrival.update, row is None):
            return Reply(repeated=True, messages=memory.messages)
        turn = step(content.dialogue, memory.state, heard, world, arrival.language)
        kept = Memory(
            turn.state,
            chat=address.key if address.channel == "telegram" else "",
            messages=memory.alive(arrival.message, arrival.theirs),
            updates=(*memory.updates, *([arrival.update] if arrival.update is not None else []))[-LAST_UPDATES:],
            before=memory.before,
        )
        if kept.state is None:
            await _end(runtime, store, key, kept, now)
        else:
            await _save(store, key, address.channel, row, kept, now)
    return await _reply(runtime, content, turn, kept.messages)


def _memory(row: Conversation | None, now: datetime) -> Memory:
    """Return what is remembered. Past its time the state counts as gone, whether or not the sweep has run."""
    if row is None:
        return Memory()
    memory = Memory.from_bytes(row.content)
    return memory if now < min(row.idle_at, row.ends_at) else replace(memory, state=None)


async def _left_behind(store: Store, key: bytes) -> tuple[int, ...]:
    """Return the messages of an ended conversation that are still in the chat; the new one takes them over."""
    trace = await store.traces.get(key)
    return Memory.from_bytes(trace.content).messages if trace else ()


async def _already_heard(runtime: Runtime, store: Store, memory: Memory, update: int, gone: bool) -> bool:
    if update in memory.updates:
        return True
    return gone and await store.updates_heard.known(_update_mark(runtime, update))


async def _end(runtime: Runtime, store: Store, key: bytes, memory: Memory, now: datetime) -> None:
    """End the conversation. Keep only what repeated updates and the removal of its messages still need."""
    await store.conversations.delete(key)
    for update in memory.updates[-LAST_AFTERWARDS:]:
        await store.updates_heard.add(_update_mark(runtime, update), now + HEARD_FOR)
    if memory.chat and memory.messages:  # until the channel reports that the chat is empty
        left = Memory(chat=memory.chat, messages=memory.messages)
        await store.traces.put(key, left.to_bytes(), now + TRACES_FOR)


async def _save(
    store: Store, key: bytes, channel: Channel, row: Conversation | None, memory: Memory, now: datetime
) -> None:
    if row is None:
        await store.traces.delete(key)
    ends = now + HARD_LIMIT
    if row and now < min(row.idle_at, row.ends_at):
        ends = min(row.ends_at, ends)  # less only if the clock was set back
    version = row.version if row else None
    await store.conversations.put(key, channel, memory.to_bytes(), min(now + IDLE, ends), ends, version)


async def _remember(runtime: Runtime, key: bytes, messages: tuple[int, ...], before: tuple[int, ...] | None) -> None:
    async with runtime.database.store() as store:
        row = await store.conversations.get(key)
        if row is None:
            return
        memory = Memory.from_bytes(row.content)
        others = (
            ()
            if before is None
            else tuple(message for message in memory.messages if message not in {*before, *messages})
        )
        memory = replace(memory, messages=(*others, *messages)[-LAST_MESSAGES:])
        await store.conversations.put(key, row.channel, memory.to_bytes(), row.idle_at, row.ends_at, row.version)


async def _reply(runtime: Runtime, content: Content, turn: Turn, messages: tuple[int, ...]) -> Reply:
    does: dict[str, Any] = {"messages": messages, "answers": turn.state.answered if turn.state else {}}
    for effect in turn.effects:
        match effect:
            case Show():
                assert turn.state is not None
                does["card"] = await _card(runtime, content, turn.state, effect)
            case Tell(text):
                assert turn.state is not None
                words = content.say(
                    text, turn.state.language, runtime.today(), moment_words(runtime, turn.state.language, content)
                )
                does["tell"] = plain(words)
            case OpenForm(form):
                does["form"] = form
            case HideTraces():
                does["hide"] = True
            case _:
                assert_never(effect)
    return Reply(**does)


async def _card(runtime: Runtime, content: Content, state: State, show: Show) -> Card:
    """Make the card, or reuse one made for the same screen and answers: nothing in it identifies a person."""
    language = state.language
    place = next(iter(state.answer("place")), "")
    known = place in content.dialogue.municipalities
    cited = known and _cites_service(content.text(show.screen, language))
    offered = await offers.service_words(runtime, place, language) if cited else {}
    several = content.dialogue.screens[show.screen].several
    chosen = state.answer(several) if several else ()
    day, now = runtime.today(), now_words(content, runtime.now(), language)
    key = (content.revision, show, language, day, bool(state.trail), chosen, place, *offered.values(), *now.items())
    made = runtime.caches.cards
    card: Card | None = made.get(key)
    if card is None:
        values = {**settings_words(runtime, language), **now, **offered}
        if known:
            values["place:name"] = content.dialogue.municipalities[place].said(language)
        if len(made) >= MOST_CARDS:
            made.clear()
        made[key] = card = with_demo_mark(runtime, cards.make(content, state, show, day, values))
    return card


@lru_cache(maxsize=2000)
def _cites_service(text: str) -> bool:
    return any(kind == "service" for kind, _ in placeholders(text))


def _update_mark(runtime: Runtime, update: int) -> bytes:
    return _keyed(runtime, f"update\0{update}")


def _keyed(runtime: Runtime, text: str) -> bytes:
    return hmac.digest(runtime.secrets.addresses, text.encode(), "sha256")[:16]
