"""Ends conversations when their time is over. The state goes first; then the channel removes its messages."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.runtime import Runtime
from bot.usecases.person.converse import IDLE, TRACES_FOR, Address
from bot.usecases.person.memory import Memory

AT_ONCE = 500
BITE = 20
"""Conversations ended in one transaction: a few milliseconds during which nobody else is answered."""
PAUSE = 0.03
APART = timedelta(minutes=1)
"""How far the clocks of two replicas may differ before conversations are cut short."""


@dataclass(frozen=True, slots=True)
class ChatTraces:
    """Messages of an ended conversation that are still in a chat."""

    key: bytes
    address: Address
    messages: tuple[int, ...]


async def expire(runtime: Runtime) -> AsyncIterator[ChatTraces]:
    """End the conversations whose time is over, and yield each chat to empty as soon as its conversation has ended.
    Chats that could not be emptied earlier come last."""
    now, named = runtime.now(), set[bytes]()
    while True:
        found, left = await _end_some(runtime, now)
        for traces in left:
            named.add(traces.key)
            yield traces
        if found < BITE:
            break
        await asyncio.sleep(PAUSE)  # lets people who press a button go first
    for traces in await _left_over(runtime, now):
        if traces.key not in named:
            yield traces


async def _left_over(runtime: Runtime, now: datetime) -> list[ChatTraces]:
    """Return the chats still to be emptied, most urgent first, and forget what can no longer be acted on."""
    async with runtime.database.store() as store:
        await store.conversations.shorten(now + IDLE + APART, now + IDLE)
        await store.traces.expire(now)
        await store.updates_heard.expire(now)
        await store.left_pages.expire(now)
        waiting = [_traces(row.key, Memory.from_bytes(row.content)) for row in await store.traces.waiting(AT_ONCE)]
        for traces in waiting:
            if not traces.address.key:  # sealed under an earlier BOT_SECRET: the chat can no longer be known
                await store.traces.delete(traces.key)
    return [traces for traces in waiting if traces.address.key]


async def _end_some(runtime: Runtime, now: datetime) -> tuple[int, list[ChatTraces]]:
    """End a few conversations whose time is over. Return how many were found, and the chats to empty."""
    left = []
    async with runtime.database.store() as store:
        over = await store.conversations.expired(now, BITE)
        for row in over:
            memory = Memory.from_bytes(row.content)
            if not await store.conversations.delete(row.key, row.version):
                continue  # pressed just now, on another replica
            if row.channel == "telegram" and memory.messages:
                kept = Memory(chat=memory.chat, messages=memory.messages)
                await store.traces.put(row.key, kept.to_bytes(), now + TRACES_FOR)
                left.append(_traces(row.key, kept))
    return len(over), [traces for traces in left if traces.address.key]


async def forget_traces(runtime: Runtime, key: bytes) -> None:
    """Forget an emptied chat, including its number."""
    async with runtime.database.store() as store:
        await store.traces.delete(key)


def _traces(key: bytes, memory: Memory) -> ChatTraces:
    return ChatTraces(key, Address("telegram", memory.chat), memory.messages)
