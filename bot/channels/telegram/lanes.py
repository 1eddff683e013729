"""A lane for each chat: its updates run one after another, different chats in parallel, and floods are limited."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

LONGEST_QUEUE = 20
AT_ONCE = 1000


@dataclass
class ChatLane:
    """The updates waiting in one chat. `litter` holds messages of a flood: to delete, not to answer."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    holders: int = 0
    waiting: int = 0
    litter: list[int] = field(default_factory=list)


class Lanes:
    """The lanes in use. A chat's own lock comes first, so that a slow chat takes one place, not all."""

    def __init__(self, at_once: int = AT_ONCE, longest: int = LONGEST_QUEUE) -> None:
        self._lanes: dict[int, ChatLane] = {}
        self._places = asyncio.Semaphore(at_once)
        self._longest = longest

    def __len__(self) -> int:
        return len(self._lanes)

    def crowded(self, chat: int) -> bool:
        lane = self._lanes.get(chat)
        return lane is not None and lane.waiting > self._longest

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[ChatLane]:
        """Wait for a turn of this chat. Turns come in the order of the calls."""
        async with self._lane(chat) as lane:
            lane.waiting += 1
            try:
                async with lane.lock, self._places:
                    yield lane
            finally:
                lane.waiting -= 1

    @asynccontextmanager
    async def litter(self, chat: int, message: int) -> AsyncIterator[list[int]]:
        """Add a message to the litter. The first caller whose turn comes gets all of it, the others nothing."""
        async with self._lane(chat) as lane:
            lane.litter.append(message)
            async with lane.lock, self._places:
                found, lane.litter = lane.litter, []
                yield found

    @asynccontextmanager
    async def _lane(self, chat: int) -> AsyncIterator[ChatLane]:
        lane = self._lanes.setdefault(chat, ChatLane())
        lane.holders += 1
        try:
            yield lane
        finally:
            lane.holders -= 1
            if not lane.holders:
                del self._lanes[chat]
